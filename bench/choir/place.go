package choir

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
)

// A place is where a line is, and where its packets go. It is not changed: a line
// that moves has another.
type place struct {
	number int // by which its row finds it
	addr   netip.Addr
	source []byte // the control message that sends from it
	remote netip.AddrPort
	to     *net.UDPAddr
	pipe   *pipe // a connection that carries the packets instead
	cut    bool  // nothing comes or goes
}

// homes is how many addresses a line may have, one after the other: numbers that
// are that of its call and maxCalls more each time.
const homes = 8

// place is one of a row's.
func (r *Row) place(number int) *place {
	a := netip.AddrFrom4([4]byte{127, r.net, byte(number >> 8), byte(number)})
	return &place{number: number, addr: a, source: from(a)}
}

// address adds a packet that is sent from here to those that go together.
func (p *place) address(to []ipv4.Message, packet []byte) []ipv4.Message {
	to = to[:len(to)+1]
	m := &to[len(to)-1]
	if m.Buffers == nil {
		m.Buffers = make([][]byte, 1)
	}
	m.Buffers[0], m.OOB, m.Addr = packet, p.source, p.to
	return to
}

// leave has the line's path fall away: what it sends is lost, and what is sent
// to it.
func (l *Line) leave() {
	p := *l.place.Load()
	l.row.forget(l)
	if p.pipe != nil {
		p.pipe.close()
	}
	p.pipe, p.cut = nil, true
	l.place.Store(&p)
}

// elsewhere is another place for the line, of which nobody knows yet.
func (l *Line) elsewhere() *place {
	was := l.place.Load()
	p := l.row.place((was.number + maxCalls) % (homes * maxCalls))
	p.remote, p.to = was.remote, was.to
	return p
}

// settle has the line be at a place.
func (l *Line) settle(p *place) {
	l.place.Store(p)
	l.row.lines[p.number].Store(l)
}
