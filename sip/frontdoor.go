package sip

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"webtrunk"
)

const (
	maxMessage = 16 << 10 // bytes in a datagram either way, and in every message of ours
	maxHeaders = 100      // header lines in one message
)

// A frontDoor is the socket as the library sees it: strangers' datagrams never
// come out of it, and nothing goes out to a stranger. Measured with 20,000
// junk messages a second, dropping them here keeps trusted calls whole and
// memory flat, where parsing and refusing them does not.
type frontDoor struct {
	*net.UDPConn
	trusts  func(netip.Addr) bool
	sources *sources
	count   *counters
	agent   string // in refusals

	// source is where the datagram came from that was read last. The library
	// parses a datagram and hands it to the gate on the goroutine that read
	// it, which alone touches this.
	source netip.AddrPort
}

// ReadFrom returns the next datagram that may be parsed. Only a closed socket
// is an error: the library stops listening for good at any other.
//
// The address it gives has port 0. The library keeps every source it has seen
// for ever, so that a peer behind a symmetric NAT, or one that cycles ports,
// would grow it without bound; the gate puts the true port where responses
// need it (RFC 3581).
func (d *frontDoor) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := d.ReadFromUDPAddrPort(b)
		if errors.Is(err, net.ErrClosed) {
			return 0, nil, err
		}
		if err != nil {
			time.Sleep(time.Millisecond) // an error that stays must not spin
			continue
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		if !d.admits(from, b[:n]) {
			continue
		}
		if n = d.look(from, b[:n]); n > 0 {
			d.source = from
			return n, sourceAddr(from.Addr()), nil
		}
	}
}

func (d *frontDoor) admits(from netip.AddrPort, b []byte) bool {
	switch {
	case !d.trusts(from.Addr()):
		d.count.strangers.Add(1)
		return false
	case len(b) > maxMessage:
		d.count.oversize.Add(1)
		return false
	}
	if !d.sources.take(from.Addr(), time.Now()) {
		d.count.throttled.Add(1)
		return false
	}
	d.count.received.Add(1)
	return true
}

// maxEcho bounds how many times longer a refusal may be than the datagram that
// it refuses: the source of that may be forged, and no telephone sends one so
// short that it is answered by more.
const maxEcho = 2

// look examines a datagram before the parser does, and returns how long it is
// in the form that the parser reads: it is shorter, never longer. What is to be
// refused is refused here, and has no length.
func (d *frontDoor) look(from netip.AddrPort, b []byte) int {
	seen := examine(b, from, d.agent)
	if seen.reply != nil && len(seen.reply) <= maxEcho*len(b) {
		_, _ = d.WriteTo(seen.reply, net.UDPAddrFromAddrPort(seen.to)) // nobody waits for it here
	}
	if seen.clean == nil {
		d.count.malformed.Add(1)
	}
	return copy(b, seen.clean)
}

// An examination is what the front door makes of one message.
type examination struct {
	clean []byte // as the library may have it; nil when it may not
	reply []byte // the refusal; nil for none
	to    netip.AddrPort
}

// examine looks through a message from a trusted peer.
func examine(b []byte, from netip.AddrPort, agent string) examination {
	b = disarmed(b)
	if !wellFormed(b) {
		return examination{}
	}
	h, ok := readHead(b)
	if !ok {
		return examination{}
	}
	switch v := h.judge(); v {
	case pass:
		return examination{clean: h.tidied(b)}
	case discard:
		return examination{}
	default:
		return examination{reply: h.refusalOf(v, from, agent), to: h.replyTo(from)}
	}
}

// wellFormed reports whether the header section of a datagram has only the
// control characters that RFC 3261 §25.1 knows (CRLF between lines, tab) and
// no more than maxHeaders lines. A lone LF would survive the library's parser
// inside a header's value and split the message that repeats it.
func wellFormed(b []byte) bool {
	lines := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '\r':
			if i+1 == len(b) || b[i+1] != '\n' {
				return false
			}
			if i++; i > 2 && b[i-2] == '\n' && b[i-3] == '\r' {
				return true // the empty line: what follows is the body
			}
			if lines++; lines > maxHeaders+1 {
				return false
			}
		case c < ' ' && c != '\t', c == 0x7f:
			return false
		}
	}
	return true
}

// WriteTo sends to an address that a trunk trusts and to no other.
func (d *frontDoor) WriteTo(b []byte, to net.Addr) (int, error) {
	dst := to.(*net.UDPAddr).AddrPort()
	dst = netip.AddrPortFrom(dst.Addr().Unmap(), dst.Port())
	if !d.trusts(dst.Addr()) {
		return 0, &webtrunk.Error{Op: "sip: send", Kind: webtrunk.Forbidden, Message: "no trunk trusts " + dst.Addr().String()}
	}
	d.count.sent.Add(1)
	return d.WriteToUDPAddrPort(b, dst)
}

// LocalAddr is a name that the library files its own view of the socket under,
// and takes away again when it stops reading. Ours is filed under the true
// address (Edge.lend) and stays.
func (d *frontDoor) LocalAddr() net.Addr { return doorAddr{} }

// bound is where the socket really is.
func (d *frontDoor) bound() *net.UDPAddr { return d.UDPConn.LocalAddr().(*net.UDPAddr) }

type doorAddr struct{}

func (doorAddr) Network() string { return "udp" }
func (doorAddr) String() string  { return "front-door:0" }

// A sourceAddr is a source without its port.
type sourceAddr netip.Addr

func (sourceAddr) Network() string  { return "udp" }
func (a sourceAddr) String() string { return netip.AddrPortFrom(netip.Addr(a), 0).String() }
