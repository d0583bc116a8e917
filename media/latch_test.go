package media

import (
	"net/netip"
	"slices"
	"testing"
)

func TestLatch(t *testing.T) {
	addr := netip.MustParseAddrPort
	const (
		signalled = "192.0.2.1:4000"
		nat       = "192.0.2.1:61000"
		another   = "192.0.2.1:62000"
		stranger  = "198.51.100.9:4000"
	)
	for name, c := range map[string]struct {
		packets []string // "arm" re-arms with the signalled address
		last    bool     // whether the last is accepted
		send    string   // where we send then
	}{
		"nothing heard yet":            {nil, true, signalled},
		"as signalled":                 {[]string{signalled}, true, signalled},
		"behind a NAT":                 {[]string{nat}, true, nat},
		"learned within five":          {[]string{signalled, signalled, nat}, true, nat},
		"too late to learn":            {[]string{signalled, signalled, signalled, signalled, signalled, nat}, false, signalled},
		"learned once":                 {[]string{nat, another}, false, nat},
		"signalled is the better word": {[]string{nat, signalled}, true, signalled},
		"however late it comes":        {[]string{nat, nat, nat, nat, nat, nat, signalled}, true, signalled},
		"and the last":                 {[]string{nat, signalled, nat}, false, signalled},
		"a stranger first":             {[]string{stranger}, false, signalled},
		"strangers do not use it up":   {[]string{stranger, stranger, stranger, stranger, stranger, stranger, nat}, true, nat},
		"re-armed, kept":               {[]string{nat, "arm"}, true, nat},
		"re-armed, learned again":      {[]string{nat, "arm", another}, true, another},
		"re-armed after five":          {[]string{signalled, signalled, signalled, signalled, signalled, "arm", nat}, true, nat},
		"the same in IPv6's clothes":   {[]string{"[::ffff:192.0.2.1]:4000"}, true, signalled},
		"a NAT in IPv6's clothes":      {[]string{"[::ffff:192.0.2.1]:61000", nat}, true, nat},
		"a stranger after the renewal": {[]string{nat, "arm", stranger}, false, nat},
	} {
		var l latch
		l.arm(addr(signalled))
		accepted := true
		for _, p := range c.packets {
			if p == "arm" {
				l.arm(addr(signalled))
				accepted = true
				continue
			}
			accepted = l.accept(addr(p))
		}
		if accepted != c.last || l.current != addr(c.send) {
			t.Errorf("%s: accepted %v, sends to %v; want %v, %v", name, accepted, l.current, c.last, c.send)
		}
	}
}

func TestLatchFollowsANewAddress(t *testing.T) {
	var l latch
	if l.ready() || l.accept(netip.MustParseAddrPort("192.0.2.1:4000")) {
		t.Error("without an address, somebody is heard or sent to")
	}
	l.arm(netip.MustParseAddrPort("192.0.2.1:4000"))
	l.accept(netip.MustParseAddrPort("192.0.2.1:61000"))
	l.arm(netip.MustParseAddrPort("192.0.2.2:5000"))
	if !l.ready() || l.current != netip.MustParseAddrPort("192.0.2.2:5000") {
		t.Errorf("sends to %v after a new address", l.current)
	}
	if l.accept(netip.MustParseAddrPort("192.0.2.1:61000")) {
		t.Error("the old address is still heard")
	}
	for _, held := range []string{"0.0.0.0:4000", "[::]:4000", "192.0.2.1:0"} {
		l.arm(netip.MustParseAddrPort(held))
		if l.ready() {
			t.Errorf("%s is sent to", held)
		}
	}
}

// TestLatchFollowsAMove: a re-INVITE names another port while packets from the
// old one are still on their way. They are heard, and teach nothing.
func TestLatchFollowsAMove(t *testing.T) {
	addr := netip.MustParseAddrPort
	const (
		old     = "192.0.2.1:4000"
		moved   = "192.0.2.1:5000"
		nat     = "192.0.2.1:61000"
		another = "192.0.2.1:62000"
	)
	many := slices.Repeat([]string{old}, farewellPackets)
	for name, c := range map[string]struct {
		packets []string // after the move
		last    bool
		send    string
	}{
		"the old stream runs on":             {[]string{old, old}, true, moved},
		"the new one begins":                 {[]string{old, old, old, old, old, old, moved}, true, moved},
		"it begins behind a NAT":             {[]string{old, old, old, old, old, old, nat}, true, nat},
		"then the old one is over":           {[]string{nat, old}, false, nat},
		"sending from the old port for ever": {append(many, old, old), true, moved},
		"and nobody else may take its place": {append(many, old, another), false, moved},
	} {
		var l latch
		l.arm(addr(old))
		l.accept(addr(old))
		l.arm(addr(moved))
		accepted := false
		for _, p := range c.packets {
			accepted = l.accept(addr(p))
		}
		if accepted != c.last || l.current != addr(c.send) {
			t.Errorf("%s: accepted %v, sends to %v; want %v, %v", name, accepted, l.current, c.last, c.send)
		}
	}
}
