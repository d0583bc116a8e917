package media

import (
	"encoding/binary"
	"errors"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
)

// replayWindow is how many packets back one that came before is known again
// (RFC 3711 §3.3.2 asks for 64 at least); further back they are late beyond use.
const replayWindow = 128

// sealed is the most that protecting a packet adds: the tag of GCM, which is
// the longest, and the four bytes of an SRTCP index.
const sealed = 16 + 4

// A cipher is what one set of keys does. RTP and RTCP count for themselves and
// are handled by different goroutines, so each has a context of its own.
type cipher struct {
	rtp, rtcp *srtp.Context
	spent     Spent       // of what we send under these keys
	proved    atomic.Bool // a packet under these keys has come
}

func newCipher(k Keys) (*cipher, error) {
	shape := shapes[k.suite]
	context := func() (*srtp.Context, error) {
		return srtp.CreateContext(k.master[:shape.key], k.master[shape.key:shape.key+shape.salt], shape.profile,
			srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow))
	}
	c := &cipher{}
	var err error
	if c.rtp, err = context(); err != nil {
		return nil, err
	}
	c.rtcp, err = context()
	return c, err
}

// A protection is the ciphers of one moment. It is replaced, never changed.
type protection struct {
	send, receive *cipher
	// before is what the far end sent under until it named other keys: its
	// packets are under way until the first under the new ones is here.
	before *cipher
}

// maxCiphers bounds the keys that a socket remembers.
const maxCiphers = 16

// A keyring remembers the ciphers of one direction. Keys that come back, as
// when forks of a call take turns, go on counting where they stopped: a packet
// number that is used twice under one key would give both packets away (RFC
// 3711 §9.1), and a packet that was heard stays heard.
type keyring struct {
	ciphers map[Keys]*cipher
	order   []Keys
}

func (r *keyring) take(k Keys) (*cipher, error) {
	if c := r.ciphers[k]; c != nil {
		return c, nil
	}
	c, err := newCipher(k)
	if err != nil {
		return nil, err
	}
	if len(r.order) == maxCiphers {
		delete(r.ciphers, r.order[0])
		r.order = r.order[1:]
	}
	if r.ciphers == nil {
		r.ciphers = make(map[Keys]*cipher)
	}
	r.ciphers[k] = c
	r.order = append(r.order, k)
	return c, nil
}

// SetCrypto sets the keys under which the leg is spoken to and those under which it
// speaks, from the next packet on; zero Keys for both mean plain RTP. Keys that
// stay keep counting. When it fails, nothing has changed.
func (c *Socket) SetCrypto(send, receive Keys) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if send == (Keys{}) && receive == (Keys{}) {
		c.secret.Store(nil)
		return nil
	}
	out, err := c.ours.take(send)
	if err != nil {
		return err
	}
	in, err := c.theirs.take(receive)
	if err != nil {
		return err
	}
	p := &protection{send: out, receive: in}
	if old := c.secret.Load(); old != nil {
		if p.before = old.receive; p.before == in {
			p.before = old.before
		} else {
			in.proved.Store(false)
		}
	}
	c.secret.Store(p)
	return nil
}

// errSpent keeps a packet back whose number has been used.
var errSpent = errors.New("media: a packet number comes twice under one key")

// seal protects the packet of n bytes in out, and returns it as it goes on the wire.
func (c *Socket) seal(n int) ([]byte, error) {
	p := c.secret.Load()
	if p == nil {
		return c.out[:n], nil
	}
	if !p.send.spent.Take(binary.BigEndian.Uint16(c.out[2:])) {
		return nil, errSpent
	}
	return p.send.rtp.EncryptRTP(c.out[:0], c.out[:n], &c.sending)
}

// sealReport writes a report of ours as it goes on the wire. c.mu is held.
func (c *Socket) sealReport(packets []rtcp.Packet) ([]byte, error) {
	b, err := rtcp.Marshal(packets)
	if p := c.secret.Load(); p != nil && err == nil {
		return p.send.rtcp.EncryptRTCP(nil, b, nil)
	}
	return b, err
}

// reveal returns an RTP datagram in the clear; not ok when no key of the far
// end's proves it. It belongs to the reading goroutine.
func (c *Socket) reveal(datagram []byte) (clear []byte, ok bool) {
	p := c.secret.Load()
	if p == nil {
		return datagram, true
	}
	for _, x := range p.hears() {
		if x == nil {
			continue
		}
		if b, err := x.rtp.DecryptRTP(c.clear[:0], datagram, &c.hdr); err == nil {
			x.proved.Store(true)
			return b, true
		}
	}
	c.port.forged.Add(1)
	return nil, false
}

// revealReport is reveal for RTCP. It belongs to the reporting goroutine.
func (c *Socket) revealReport(datagram []byte) (clear []byte, ok bool) {
	p := c.secret.Load()
	if p == nil {
		return datagram, true
	}
	for _, x := range p.hears() {
		if x == nil {
			continue
		}
		if b, err := x.rtcp.DecryptRTCP(nil, datagram, nil); err == nil {
			return b, true
		}
	}
	c.port.forged.Add(1)
	return nil, false
}

// hears returns the ciphers that a packet may be under.
func (p *protection) hears() [2]*cipher {
	if p.receive.proved.Load() {
		return [2]*cipher{p.receive}
	}
	return [2]*cipher{p.receive, p.before}
}
