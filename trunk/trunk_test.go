package trunk

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"webtrunk"
)

func good() Trunk {
	return Trunk{
		Name: "carrier", Proxy: "203.0.113.10:5060",
		Identity: Identity{CallerID: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100001"}},
	}
}

// TestTrusts: without sources the proxy alone is believed, with them they
// are too, and an address written as IPv4 in IPv6 is the same address.
func TestTrusts(t *testing.T) {
	narrow, wide := good(), good()
	wide.Sources = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8::/48")}
	for _, c := range []struct {
		addr         string
		narrow, wide bool
	}{
		{"203.0.113.10", true, true},
		{"::ffff:203.0.113.10", true, true},
		{"203.0.113.11", false, false},
		{"198.51.100.7", false, true},
		{"::ffff:198.51.100.7", false, true},
		{"2001:db8:0:1::5", false, true},
		{"2001:db9::5", false, false},
	} {
		a := netip.MustParseAddr(c.addr)
		if narrow.Trusts(a) != c.narrow || wide.Trusts(a) != c.wide {
			t.Errorf("%s: trusted %v and %v", c.addr, narrow.Trusts(a), wide.Trusts(a))
		}
	}
	if narrow.Trusts(netip.Addr{}) {
		t.Error("no address is trusted")
	}
}

// TestValidate: each mistake is named in words that say what to write.
func TestValidate(t *testing.T) {
	if err := good().Validate(); err != nil {
		t.Fatal(err)
	}
	for says, spoil := range map[string]func(*Trunk){
		"give the trunk a name":             func(x *Trunk) { x.Name = "" },
		"203.0.113.10:5060":                 func(x *Trunk) { x.Proxy = "" },
		"carrier's address or name":         func(x *Trunk) { x.Proxy = "203.0.113.10:0" },
		"identity.caller_id: write":         func(x *Trunk) { x.Identity.CallerID = webtrunk.Address{} },
		"both username and password":        func(x *Trunk) { x.Username = "alice" },
		"or neither":                        func(x *Trunk) { x.Password = "secret" },
		`codecs[1]: "g729" is not a`:        func(x *Trunk) { x.Codecs = []string{"pcma", "g729"} },
		"cannot begin a number":             func(x *Trunk) { x.Inbound = Rules{{"0", "+4 9"}} },
		"no carrier's address":              func(x *Trunk) { x.Proxy = "0.0.0.0:5060" },
		"255.255.255.255 is no":             func(x *Trunk) { x.Proxy = "255.255.255.255" },
		"sources[0]: 0.0.0.0/0 is too wide": func(x *Trunk) { x.Sources = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")} },
		"sources[1]: ::/0 is too wide": func(x *Trunk) {
			x.Sources = []netip.Prefix{netip.MustParsePrefix("198.51.100.7/32"), netip.MustParsePrefix("::/0")}
		},
		`context[1]: "rule.name" is the`: func(x *Trunk) { x.Context = []string{"order", "rule.name"} },
		`context[0]: "Identity.name" is`: func(x *Trunk) { x.Context = []string{"Identity.name"} },
		`context[0]: "a b" is no name`:   func(x *Trunk) { x.Context = []string{"a b"} },
		"up to 32 letters":               func(x *Trunk) { x.Context = []string{strings.Repeat("a", 33)} },
		"it has 33 names":                func(x *Trunk) { x.Context = slices.Repeat([]string{"order"}, 33) },
		"sources[0]: write an address":   func(x *Trunk) { x.Sources = []netip.Prefix{{}} },
		"written as IPv6":                func(x *Trunk) { x.Sources = []netip.Prefix{netip.MustParsePrefix("::ffff:198.51.100.0/120")} },
		"rates[0]: a price is in":        func(x *Trunk) { x.Rates = []Rate{{Prefix: "+", Currency: "EUR", PerMinute: 1 << 60}} },
		"an hour at most":                func(x *Trunk) { x.Rates = []Rate{{Prefix: "+", Currency: "EUR", PerMinute: 1, Increment: 1 << 62}} },
		"+ and digits, such as +49, ":    func(x *Trunk) { x.Prefixes = []string{"0049"} },
		"username: a line break":         func(x *Trunk) { x.Username, x.Password = "al\r\nVia: ice", "secret" },
		"password: a line break":         func(x *Trunk) { x.Username, x.Password = "alice", "secret\n" },
		"register.user: a line break":    func(x *Trunk) { x.Username, x.Password, x.Register = "a", "secret", &Registration{User: "b\x00"} },
	} {
		x := good()
		spoil(&x)
		err := x.Validate()
		if err == nil || !strings.Contains(err.Error(), says) || webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("want %q, got %v", says, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is told: %v", err)
		}
	}
}
