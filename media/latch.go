package media

import "net/netip"

// latchPackets is how many packets after a new address a sender's true port
// may still be learned from (RFC 4961; the address that SDP signalled is wrong
// behind a NAT, but its host is right).
const latchPackets = 5

// farewellPackets is how many packets may still come from where the far end
// was before it moved: a second of them. Its old stream runs until it has our
// answer, and some never move their sending port at all.
const farewellPackets = 50

// A latch says whom a socket hears and where it sends. It starts at the
// address that SDP signalled; a packet from the same host but another port,
// among the first few, moves it there, once. One from the very address that
// was signalled moves it back for good: whoever came first was somebody else,
// such as the last call's stream that has not ended. Everybody else is a
// stranger.
type latch struct {
	signalled netip.AddrPort
	current   netip.AddrPort
	before    netip.AddrPort // current, until the far end signalled another: heard, not learned from
	farewells int            // packets from there since
	heard     int            // packets from the signalled host since it was armed, but for those
	learned   bool           // current has moved, and stays
}

// arm sets the signalled address. When it is the same as before, what was
// learned stays until a packet teaches better: a renegotiation must not send a
// caller behind a NAT into silence.
func (l *latch) arm(signalled netip.AddrPort) {
	signalled = netip.AddrPortFrom(signalled.Addr().Unmap(), signalled.Port())
	if signalled != l.signalled {
		l.before, l.farewells = l.current, 0
		l.signalled, l.current = signalled, signalled
	}
	l.heard, l.learned = 0, false
}

// ready reports whether there is an address to send to. An unspecified one is
// an old way of holding a call (RFC 3264 §8.4).
func (l *latch) ready() bool {
	return l.current.IsValid() && !l.current.Addr().IsUnspecified() && l.current.Port() != 0
}

// possible reports whether a packet from src may be the far end's at all.
func (l *latch) possible(src netip.AddrPort) bool {
	return l.signalled.IsValid() && src.Addr().Unmap() == l.signalled.Addr()
}

// accept reports whether a packet from src is the far end's.
func (l *latch) accept(src netip.AddrPort) bool {
	if !l.possible(src) {
		return false
	}
	src = netip.AddrPortFrom(src.Addr().Unmap(), src.Port())
	if src == l.before && src != l.current {
		if l.farewells++; l.farewells > farewellPackets {
			l.heard = latchPackets
		}
		return true
	}
	early := l.heard < latchPackets
	if early {
		l.heard++
	}
	switch {
	case src == l.current:
	case src == l.signalled, early && !l.learned:
		l.current, l.learned = src, true
	default:
		return false
	}
	l.before = netip.AddrPort{}
	return true
}
