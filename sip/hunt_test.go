package sip

import (
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/trunk"
)

// Two carriers, of which calls go to the first first.
type carriers struct {
	t             *testing.T
	edge          *Edge
	first, second *carrierWire
	cfg           Config
}

func newCarriers(t *testing.T, change func(*Config)) *carriers {
	t.Helper()
	first, second := newWire(t, "127.0.0.1:0"), newWire(t, "127.0.0.3:0")
	cfg := testConfig(t, first.addr())
	other := cfg.Network.Trunks[0]
	other.Name, other.Proxy = "second", second.addr().String()
	cfg.Network.Trunks = append(cfg.Network.Trunks, other)
	if change != nil {
		change(&cfg)
	}
	e, d := startEdge(t, cfg)
	first.edge, second.edge = e.Addr(), e.Addr()
	wire := func(w *wire) *carrierWire { return &carrierWire{wire: w, edge: e, desk: d, last: map[string]raw{}} }
	return &carriers{t, e, wire(first), wire(second), cfg}
}

func (c *carriers) dial(over string) (reports chan call.Input, err error) {
	reports = make(chan call.Input, 8)
	leg := call.Leg{ID: 2, Call: "call_test", Trunk: over, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}
	_, err = dialRecorded(c.edge, leg, &recorder{}, func(in call.Input) { reports <- in })
	return reports, err
}

// well forgets what the first carrier failed at.
func (c *carriers) well() {
	c.edge.lines()[0].judge(func(h *trunk.Health, _ time.Time) { *h = trunk.Health{} })
}

func (c *carriers) ends(reports chan call.Input, want string) {
	c.t.Helper()
	if got := describeInput(c.first.next(reports)); got != want {
		c.t.Errorf("the leg reports %q, want %q", got, want)
	}
}

// TestWhatOtherTrunksAreTriedFor: 5xx and 408 are about the trunk; every other
// refusal is about the called party, whom another trunk would only annoy.
func TestWhatOtherTrunksAreTriedFor(t *testing.T) {
	t.Parallel()
	c := newCarriers(t, func(cfg *Config) { cfg.Network.Trunks[0].Limits = trunk.Limits{} })
	for _, status := range []string{"500", "502", "504", "580", "408"} {
		c.well()
		reports, _ := c.dial("")
		c.first.answer(c.first.want("INVITE"), status)
		c.first.want("ACK")
		c.second.answer(c.second.want("INVITE"), "486")
		c.second.want("ACK")
		c.ends(reports, "ended busy 486")
	}
	for status, end := range map[string]string{
		"302": "ended failed 302", "403": "ended forbidden 403", "404": "ended not_found 404", "410": "ended not_found 410",
		"480": "ended no_answer 480", "484": "ended not_found 484", "486": "ended busy 486", "488": "ended not_acceptable 488",
		"600": "ended busy 600", "603": "ended rejected 603", "604": "ended not_found 604",
	} {
		reports, _ := c.dial("")
		c.first.answer(c.first.want("INVITE"), status)
		c.first.want("ACK")
		c.ends(reports, end)
	}
	if m, repeated, heard := c.second.receive(0); heard && !repeated {
		t.Errorf("the second trunk hears of it:\n%s", m.bytes)
	}
}

// TestNamedTrunkIsTheOnlyOne: a call that names its trunk is never sent over
// another.
func TestNamedTrunkIsTheOnlyOne(t *testing.T) {
	t.Parallel()
	c := newCarriers(t, nil)
	reports, _ := c.dial("carrier")
	c.first.answer(c.first.want("INVITE"), "503")
	c.first.want("ACK")
	c.ends(reports, "ended unreachable 503")
}

// TestNoTrunkTakesACall: when every trunk is at its limit, or silent, or wants
// to be left alone, the call is refused at once, in a sentence for the caller.
func TestNoTrunkTakesACall(t *testing.T) {
	t.Parallel()
	c := newCarriers(t, func(cfg *Config) {
		cfg.Network.Trunks[0].Limits.PerSecond = 0.01
		cfg.Network.Trunks[1].Limits.Calls = 1
	})
	first, _ := c.dial("")
	c.first.answer(c.first.want("INVITE"), "486")
	c.ends(first, "ended busy 486")
	second, _ := c.dial("")
	invite := c.second.want("INVITE")
	_, err := c.dial("")
	if webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(webtrunk.MessageOf(err, ""), "in use") {
		t.Errorf("dialled: %v", err)
	}
	c.second.answer(invite, "486")
	c.ends(second, "ended busy 486")
	if s := c.edge.Stats().Trunks; s[0].Limited != 2 || s[1].Limited != 1 || s[0].Dialled != 1 || s[1].Dialled != 1 {
		t.Errorf("counted %+v", s)
	}
	for i, n := range c.edge.lines() {
		for range trunk.Tolerated {
			n.learned(trunk.ByCall, nil)
		}
		if s := c.edge.Stats().Trunks[i].State; s.Status != trunk.Down || s.Reason == "" || s.RetryAt.IsZero() {
			t.Errorf("%+v", s)
		}
	}
	_, err = c.dial("")
	if webtrunk.KindOf(err) != webtrunk.Unavailable || !strings.Contains(webtrunk.MessageOf(err, ""), "cannot be reached") {
		t.Errorf("dialled: %v", err)
	}
	eventually(t, "all ports closed", func() bool { open, _ := c.cfg.Sockets.InUse(); return open == 0 })
}

// TestRefusingTrunkIsTheLastResort: a trunk that fails calls comes last, and is
// still tried where there is no other: some of its calls may be taken.
func TestRefusingTrunkIsTheLastResort(t *testing.T) {
	t.Parallel()
	c := newCarriers(t, nil)
	for range trunk.Tolerated {
		reports, _ := c.dial("carrier")
		c.first.answer(c.first.want("INVITE"), "500")
		c.first.want("ACK")
		c.ends(reports, "ended unreachable 500")
	}
	reports, err := c.dial("")
	if err != nil {
		t.Fatal(err)
	}
	c.second.answer(c.second.want("INVITE"), "500")
	c.second.want("ACK")
	c.first.answer(c.first.want("INVITE"), "486")
	c.first.want("ACK")
	c.ends(reports, "ended busy 486")
}

// TestRoutesChooseTheTrunks: a call goes over the trunks of its route, in the
// route's order, and over none where no route carries the number.
func TestRoutesChooseTheTrunks(t *testing.T) {
	t.Parallel()
	c := newCarriers(t, func(cfg *Config) {
		cfg.Network.Routes = []trunk.Route{{Name: "home", Prefixes: []string{"+1555"}, Trunks: []string{"second", "carrier"}}}
	})
	reports, _ := c.dial("")
	c.second.answer(c.second.want("INVITE"), "503")
	c.second.want("ACK")
	c.first.answer(c.first.want("INVITE"), "486")
	c.ends(reports, "ended busy 486")
	_, err := c.edge.Dial(t.Context(), call.Leg{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+4930123456"}}, func(call.Input) {})
	if webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("dialled: %v", err)
	}
}

// TestPortStaysThroughAHunt: the call's sound is set up once, whatever trunks
// are tried.
func TestPortStaysThroughAHunt(t *testing.T) {
	t.Parallel()
	c := newCarriers(t, nil)
	reports := make(chan call.Input, 8)
	l, err := dialRecorded(c.edge, call.Leg{ID: 2, Call: "call_test", Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}, &recorder{}, func(in call.Input) { reports <- in })
	if err != nil {
		t.Fatal(err)
	}
	port := l.Port()
	one := c.first.want("INVITE")
	c.first.answer(one, "503")
	two := c.second.want("INVITE")
	if one.get("Call-ID") == two.get("Call-ID") || one.tag("From") == two.tag("From") {
		t.Error("both attempts have the same dialog")
	}
	audio := func(m raw) string {
		_, after, _ := strings.Cut(m.body, "m=audio ")
		p, _, _ := strings.Cut(after, " ")
		return p
	}
	if audio(one) == "" || audio(one) != audio(two) {
		t.Errorf("sound is expected at port %s, then at %s", audio(one), audio(two))
	}
	c.second.answer(two, "200")
	c.second.want("ACK")
	c.ends(reports, "answered")
	if l.Port() != port {
		t.Error("the leg has another port")
	}
	l.Hangup(call.HangUpLeg{})
	c.second.answer(c.second.want("BYE"), "200")
	c.first.idle()
}

// TestHangupFindsTheAttempt: however the hang-up and the passing on cross, the
// call is over and nobody's telephone rings.
func TestHangupFindsTheAttempt(t *testing.T) {
	t.Parallel()
	for i := range 20 {
		c := newCarriers(t, nil)
		l, err := c.edge.Dial(t.Context(), call.Leg{ID: 2, Call: "call_test", Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}, func(call.Input) {})
		if err != nil {
			t.Fatal(err)
		}
		c.first.answer(c.first.want("INVITE"), "500")
		<-time.After(time.Duration(i) * 20 * time.Microsecond) // any moment will do
		l.Hangup(call.HangUpLeg{})
		for deadline := time.Now().Add(patience); c.edge.Stats().Legs > 0; { // one that came to the second is withdrawn
			m, _, heard := c.second.receive(time.Millisecond)
			if is, what := m.isRequest(); heard && is && what == "INVITE" {
				c.second.answer(m, "486")
			}
			if time.Now().After(deadline) {
				t.Fatal("a leg is left")
			}
		}
		c.first.idle()
	}
}
