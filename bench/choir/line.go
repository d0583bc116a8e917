package choir

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync/atomic"

	"webtrunk/transcode"
)

// ring is how many packets back a line knows when it sent them: ten seconds.
const ring = 512

// A Line is one end of a call.
type Line struct {
	row     *Row
	partner *Line // the call's other end
	score   *Score
	phase   int64 // when in each 20 ms it is its turn
	offset  int64 // where in the loop it begins

	place atomic.Pointer[place]
	voice atomic.Pointer[voice]
	hears atomic.Pointer[format] // what comes
	keys  atomic.Pointer[keys]   // of a page's line that has been keyed

	// The conductor's.
	index  int64 // of the next packet
	packet [1500]byte
	ready  []byte // what was composed last
	by     *place // and where it is sent from

	singing atomic.Bool
	sent    [ring]atomic.Int64 // when packet i%ring was, in Unix nanoseconds
	next    atomic.Int64       // index, for others

	ear  ear
	page atomic.Pointer[page] // takes what is no sound
}

// A format is the sound that comes to a line.
type format struct {
	codec   transcode.Codec
	payload uint8
}

// SetRemote says where the line's packets go, and what comes back.
func (l *Line) SetRemote(to netip.AddrPort, codec transcode.Codec, payload uint8) {
	p := *l.place.Load()
	p.remote, p.to = to, net.UDPAddrFromAddrPort(to)
	l.place.Store(&p)
	l.hears.Store(&format{codec, payload})
}

// A voice is what a line's packets are known by, beside their numbers. A page
// that is loaded again has another.
type voice struct {
	ssrc, timestamp uint32
	sequence        uint16
}

// Addr is where packets for the line go.
func (l *Line) Addr() netip.AddrPort { return netip.AddrPortFrom(l.Home(), l.row.socket.port) }

// Home is the address that the line has for itself.
func (l *Line) Home() netip.Addr { return l.place.Load().addr }

// Sing begins to send.
func (l *Line) Sing() {
	if !l.singing.Swap(true) {
		l.row.join(l)
	}
}

// Hush ends it.
func (l *Line) Hush() { l.singing.Store(false) }

// compose writes the next packet.
func (l *Line) compose() []byte {
	p, v := l.packet[:12], l.voice.Load()
	at := (l.index + l.offset)
	p[0], p[1] = 0x80, l.score.payload
	if l.index == 0 {
		p[1] |= 0x80 // a talkspurt begins (RFC 3551 §4.1)
	}
	binary.BigEndian.PutUint16(p[2:], v.sequence+uint16(at))
	binary.BigEndian.PutUint32(p[4:], v.timestamp+uint32(at)*l.score.step)
	binary.BigEndian.PutUint32(p[8:], v.ssrc)
	l.index++
	p = append(p, l.score.frames[int(at)%len(l.score.frames)]...)
	if k := l.keys.Load(); k != nil {
		p = k.seal(p)
	}
	return p
}

// note keeps when the packet composed last was sent.
func (l *Line) note(now int64) {
	l.sent[(l.index-1)%ring].Store(now)
	l.next.Store(l.index)
}

// send sends at once what is no sound.
func (l *Line) send(packet []byte) error {
	at := l.place.Load()
	switch {
	case at.cut:
		return nil // is lost
	case at.pipe != nil:
		return at.pipe.write(packet)
	}
	_, _, err := l.row.socket.conn.WriteMsgUDPAddrPort(packet, at.source, at.remote)
	return err
}
