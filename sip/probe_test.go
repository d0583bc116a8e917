package sip

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/trunk"
)

// probe tests a trunk to a number and returns what was said, by step.
func (l *company) probe(number string) (steps []Step) {
	l.t.Helper()
	p := Probe{Trunk: "carrier", Number: webtrunk.Address{Scheme: webtrunk.Tel, Value: number}, Listen: 1200 * time.Millisecond,
		Permit: func(context.Context, webtrunk.Address) error { return nil }}
	if err := l.edge.Probe(l.ctx, p, func(s Step) { steps = append(steps, s) }); err != nil {
		l.t.Fatal(err)
	}
	if testing.Verbose() {
		for _, s := range steps {
			l.t.Logf("%v %-10s %v %s", s.After.Round(time.Millisecond), s.Name, s.Well, s.Message)
		}
	}
	return steps
}

// tells fails unless the steps are these, in order, each with its words; a name
// that begins with ! is one that is not well.
func tells(t *testing.T, steps []Step, want ...string) {
	t.Helper()
	for i, w := range want {
		name, words, _ := strings.Cut(w, ": ")
		well := !strings.HasPrefix(name, "!")
		name = strings.TrimPrefix(name, "!")
		if i >= len(steps) {
			t.Fatalf("step %s is missing: %+v", w, steps)
		}
		if s := steps[i]; s.Name != name || s.Well != well || !strings.Contains(s.Message, words) {
			t.Fatalf("step %d is %s, well %v: %s; want %s", i+1, s.Name, s.Well, s.Message, w)
		}
	}
	if len(steps) > len(want) {
		t.Fatalf("more steps: %+v", steps[len(want):])
	}
}

// TestProbeOfATrunkThatWorks: each step of the call is told, from the password to
// the hang-up, and that sound comes back.
func TestProbeOfATrunkThatWorks(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{Username: "acme", Password: "secret", RTCPInterval: 200 * time.Millisecond, Numbers: []carrier.Number{{Number: "+15550100900", Behaviour: echoes}}},
		func(cfg *Config) {
			cfg.Network.Trunks[0].Username, cfg.Network.Trunks[0].Password = "acme", "secret"
		})
	steps := l.probe("+15550100900")
	steps = slices.DeleteFunc(steps, func(s Step) bool { return s.Name == "trying" })
	tells(t, steps, "dns: is at the address 127.0.0.1", "invite: announced to the carrier (INVITE), with audio 127.0.0.1:", "challenge: asks for a password (40",
		"proof: signed with the password of acme", "ringing: It rings", "answer: answered (200), with audio", "media: PCMU, not encrypted", "hearing: The first sound came",
		"heard: ", "hangup: We hung up (BYE), and the carrier answered 200")
	for _, s := range steps {
		if strings.Contains(s.Message, "secret") {
			t.Errorf("the password is told: %s", s.Message)
		}
	}
	l.over()
}

// TestProbeOfATrunkThatDoesNot: a refusal is explained, and a call in which
// nothing is heard says which way is silent.
func TestProbeOfATrunkThatDoesNot(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{Numbers: []carrier.Number{
		{Number: "+15550100901", Behaviour: func(ctx context.Context, c *carrier.Call) error { return c.Reject(ctx, 486) }},
		{Number: "+15550100902", Behaviour: func(ctx context.Context, c *carrier.Call) error { return c.Reject(ctx, 403) }},
		{Number: "+15550100903", Behaviour: func(ctx context.Context, c *carrier.Call) error {
			if err := c.Answer(ctx); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		}},
		{Number: "+15550100904", Behaviour: func(ctx context.Context, c *carrier.Call) error {
			if err := c.Answer(ctx); err != nil {
				return err
			}
			return c.Hangup(ctx)
		}},
	}}, nil)
	last := func(number string) Step {
		steps := l.probe(number)
		return steps[len(steps)-1]
	}
	if s := last("+15550100901"); s.Well || !strings.Contains(s.Message, "(486): The number is busy. The trunk works.") {
		t.Errorf("%+v", s)
	}
	if s := last("+15550100902"); s.Well || !strings.Contains(s.Message, "(403): The carrier refuses the call: check username") {
		t.Errorf("%+v", s)
	}
	steps := l.probe("+15550100903")
	if i := slices.IndexFunc(steps, func(s Step) bool { return s.Name == "hearing" }); i < 0 || steps[i].Well {
		t.Errorf("%+v", steps)
	}
	if s := last("+15550100904"); s.Name != "hangup" || !strings.Contains(s.Message, "The far side hung up first") {
		t.Errorf("%+v", s)
	}
	l.over()
}

// TestProbeIsRefused: of an unknown trunk, for a number that may not be called,
// and while another runs; nothing is sent then.
func TestProbeIsRefused(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{}, nil)
	number := webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100900"}
	never := func(Step) { t.Error("a step of a test that may not be") }
	allow := func(context.Context, webtrunk.Address) error { return nil }
	forbid := func(context.Context, webtrunk.Address) error {
		return &webtrunk.Error{Kind: webtrunk.Forbidden, Message: "Not there."}
	}
	for _, c := range []struct {
		p    Probe
		kind webtrunk.Kind
	}{
		{Probe{Trunk: "other", Number: number, Permit: allow}, webtrunk.NotFound},
		{Probe{Trunk: "carrier", Number: number, Permit: forbid}, webtrunk.Forbidden},
		{Probe{Trunk: "carrier", Number: webtrunk.Address{Scheme: webtrunk.SIP, Value: "a@b"}, Permit: allow}, webtrunk.Invalid},
	} {
		if err := l.edge.Probe(l.ctx, c.p, never); webtrunk.KindOf(err) != c.kind {
			t.Errorf("%+v: %v", c.p.Number, err)
		}
	}
	l.edge.probing.Store(true)
	if err := l.edge.Probe(l.ctx, Probe{Trunk: "carrier", Number: number, Permit: allow}, never); webtrunk.KindOf(err) != webtrunk.Conflict {
		t.Errorf("two at once: %v", err)
	}
}

// TestProbeOfANameThatLeadsNowhere and of an address where nobody listens.
func TestProbeOfATrunkThatIsNotThere(t *testing.T) {
	t.Parallel()
	free := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, free.addr())
	cfg.Network.Trunks = append(cfg.Network.Trunks, trunk.Trunk{Name: "tcp", Proxy: "127.0.0.1:1", Transport: trunk.TCP, Identity: cfg.Network.Trunks[0].Identity})
	cfg.Timers.B = 200 * time.Millisecond
	e, _ := startEdge(t, cfg)
	p := Probe{Trunk: "tcp", Number: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100900"}, Permit: func(context.Context, webtrunk.Address) error { return nil }}
	var steps []Step
	if err := e.Probe(t.Context(), p, func(s Step) { steps = append(steps, s) }); err != nil {
		t.Fatal(err)
	}
	tells(t, steps, "dns: 127.0.0.1:1", "!connection: No connection to 127.0.0.1:1 over TCP")
	steps = nil
	p.Trunk = "carrier"
	if err := e.Probe(t.Context(), p, func(s Step) { steps = append(steps, s) }); err != nil {
		t.Fatal(err)
	}
	tells(t, steps, "dns: "+free.addr().String(), "invite: ", "!answer: The carrier has not responded. Check the proxy")
	n, err := e.lineNamed("carrier")
	if err != nil {
		t.Fatal(err)
	}
	for range trunk.Tolerated {
		n.learned(trunk.ByProbe, nil)
	}
	steps = nil
	if err := e.Probe(t.Context(), p, func(s Step) { steps = append(steps, s) }); err != nil {
		t.Fatal(err)
	}
	tells(t, steps, "dns: ", "!state: The trunk is down and other calls pass it over. The carrier does not respond", "invite: ", "!answer: ")
	n.judge(func(h *trunk.Health, now time.Time) {
		h.Registers = true
		h.Unregistered(now, "The registrar refuses us.")
	})
	steps = nil
	if err := e.Probe(t.Context(), p, func(s Step) { steps = append(steps, s) }); err != nil {
		t.Fatal(err)
	}
	tells(t, steps, "dns: ", "!state: none now: The registrar refuses us.")
}

func echoes(ctx context.Context, c *carrier.Call) error {
	for _, step := range []func(context.Context) error{c.Ring, c.Answer, c.Echo} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}
