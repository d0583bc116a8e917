package sip

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/trunk"
)

// accounts is an edge with two accounts at one carrier, which answers each
// REGISTER for 3600 s.
func accounts(t *testing.T) (c *carrierWire, d *desk, cfg Config, contacts map[string]string) {
	t.Helper()
	w := newWire(t, "127.0.0.1:0")
	cfg = testConfig(t, w.addr())
	one := cfg.Network.Trunks[0]
	one.Register, one.Username, one.Password = &trunk.Registration{}, "alice", "secret"
	two := one
	two.Name, two.Username = "other", "bob"
	cfg.Network.Trunks = []trunk.Trunk{one, two}
	e, d := startEdge(t, cfg)
	w.edge = e.Addr()
	c = &carrierWire{wire: w, edge: e, desk: d, last: map[string]raw{}}
	contacts = map[string]string{}
	for range 2 {
		m := c.want("REGISTER")
		user, _, _ := strings.Cut(strings.TrimPrefix(m.get("To"), "<sip:"), "@")
		contacts[user] = m.contact()
		c.answer(m, "200")
	}
	eventually(t, "both registered", func() bool {
		return !slices.ContainsFunc(e.Stats().Trunks, func(s TrunkStats) bool { return s.State.Registered.IsZero() })
	})
	return c, d, cfg, contacts
}

// TestRegistrationsAtOneCarrier: of several accounts at one carrier, a call
// that arrives comes over the one whose binding it names, and is for the number
// in To. One that names a number of ours comes over the first.
func TestRegistrationsAtOneCarrier(t *testing.T) {
	t.Parallel()
	c, d, _, contacts := accounts(t)
	if contacts["alice"] == contacts["bob"] || contacts["alice"] == "" {
		t.Fatalf("bound to %v", contacts)
	}
	for i, call := range []struct{ uri, over, to string }{
		{contacts["bob"], "other", "+15550100007"},
		{contacts["alice"], "carrier", "+15550100007"},
		{"sip:+15550100009@127.0.0.1", "carrier", "+15550100009"},
	} {
		m := c.arriving(i)
		m.start = "INVITE " + call.uri + " SIP/2.0"
		m.set("To", "<sip:+15550100007@carrier.example>")
		c.send(m.String())
		o := <-d.offers
		if o.in.Via != call.over || o.in.To.Value != call.to {
			t.Errorf("a call for %s came over %s to %v", call.uri, o.in.Via, o.in.To)
		}
		c.answer(m, "100")
	}
}

// TestChangedTrunkKeepsItsBinding: a registering trunk that is changed in what
// its account has no part in hands its binding on: it is not taken back, and
// the next is the same one. A trunk that gets another account takes its binding
// back first.
func TestChangedTrunkKeepsItsBinding(t *testing.T) {
	t.Parallel()
	c, _, cfg, contacts := accounts(t)
	change := func(f func(*trunk.Trunk)) {
		t.Helper()
		cfg.Network.Trunks = slices.Clone(cfg.Network.Trunks)
		f(&cfg.Network.Trunks[1])
		if err := c.edge.SetNetwork(cfg.Network); err != nil {
			t.Fatal(err)
		}
	}
	change(func(t *trunk.Trunk) { t.Codecs = []string{"pcma"} })
	m := c.want("REGISTER")
	if m.contact() != contacts["bob"] || m.get("Expires") != "300" {
		t.Errorf("after a change of codecs:\n%s", m.bytes)
	}
	if s := c.edge.Stats().Trunks[1].State; s.Registered.IsZero() || s.Status == trunk.Down {
		t.Errorf("meanwhile it is %+v", s)
	}
	c.answer(m, "200")
	change(func(t *trunk.Trunk) { t.Username = "carol" })
	gone := c.want("REGISTER")
	if gone.contact() != contacts["bob"] || gone.get("Expires") != "0" {
		t.Errorf("after a change of the account:\n%s", gone.bytes)
	}
	c.answer(gone, "200")
	m = c.want("REGISTER")
	if m.contact() == contacts["bob"] || !strings.Contains(m.get("To"), "carol") || m.get("Expires") != "300" {
		t.Errorf("and then:\n%s", m.bytes)
	}
	c.answer(m, "200")
}

// TestKeepaliveKeepsItsPace: OPTIONS goes out again and again while it is
// answered, the round trip is known, and none goes out for a trunk that wants none.
func TestKeepaliveKeepsItsPace(t *testing.T) {
	t.Parallel()
	quiet := newCarrierWire(t)
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Network.Trunks[0].Test, cfg.Network.Trunks[0].Keepalive = true, 100*time.Millisecond
	e, d := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, desk: d, last: map[string]raw{}}
	for range 5 {
		c.answer(c.want("OPTIONS"), "200")
	}
	eventually(t, "the round trip", func() bool { return e.Stats().Trunks[0].State.RoundTrip > 0 })
	for range 100 {
		if p := jittered(time.Second); p < 900*time.Millisecond || p > 1100*time.Millisecond {
			t.Fatal(p)
		}
	}
	if m, _, heard := quiet.receive(0); heard {
		t.Errorf("the edge says:\n%s", m.bytes)
	}
}

// TestGrantedBinding: how long a binding stands, in the words that registrars use.
func TestGrantedBinding(t *testing.T) {
	n := &line{Trunk: trunk.Trunk{Identity: trunk.Identity{CallerID: webtrunk.Address{}}}, user: "me"}
	for _, c := range []struct {
		contact, expires string
		want             uint32
	}{
		{"", "", 300},
		{"", "120", 120},
		{"<sip:me@192.0.2.1>;expires=60", "120", 60},
		{`"Me, myself" <sip:other@192.0.2.1>;expires=30, <sip:me@192.0.2.1;transport=tcp>;q=0.5;expires="90"`, "120", 90},
		{"<sip:me@192.0.2.1>;expires=soon", "120", 120},
		{"<sip:other@192.0.2.1>;expires=30", "", 300},
	} {
		res := responseWith("Contact", c.contact, "Expires", c.expires)
		if got := n.granted(res, 300); got != c.want {
			t.Errorf("Contact %q, Expires %q: %d s, want %d", c.contact, c.expires, got, c.want)
		}
	}
}

// responseWith is a 200 with these headers, but empty ones.
func responseWith(headers ...string) *sip.Response {
	res := sip.NewResponse(sip.StatusOK, "OK")
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			res.AppendHeader(sip.NewHeader(headers[i], headers[i+1]))
		}
	}
	return res
}
