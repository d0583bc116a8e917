package carrier

import (
	"context"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// short is a config whose seconds pass quickly.
func short() Config {
	return Config{
		T1: 20 * time.Millisecond, T2: 80 * time.Millisecond, T4: 50 * time.Millisecond,
		ScriptSecond: 50 * time.Millisecond, RingLimit: 300 * time.Millisecond,
		Drain: 100 * time.Millisecond,
	}
}

func start(t *testing.T, cfg Config) *Carrier {
	t.Helper()
	c, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		if s := c.Stats(); s.CallsOpen != 0 || s.Panics != 0 {
			t.Errorf("after Close: %d calls open, %d panics", s.CallsOpen, s.Panics)
		}
	})
	return c
}

// network is two telephone companies: calls that near places go to far.
type network struct{ near, far *Carrier }

func connect(t *testing.T, near, far Config) network {
	t.Helper()
	n := network{far: start(t, far)}
	near.Gateway = n.far.Addr()
	n.near = start(t, near)
	n.far.SetGateway(n.near.Addr())
	return n
}

const caller = "+15550100190"

// dial places a call and returns both ends of it.
func (n network) dial(t *testing.T, to string, b Behaviour) (near, far *Call) {
	t.Helper()
	near, err := n.near.Call(t.Context(), caller, to, b)
	if err != nil {
		t.Fatal(err)
	}
	far, err = n.far.WaitCall(limit(t), func(c *Call) bool { return c.ID() == near.ID() })
	if err != nil {
		t.Fatalf("the call never arrived: %v", err)
	}
	return near, far
}

// limit is how long a test waits for anything that must happen.
func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func await(t *testing.T, call *Call, asked ...Match) {
	t.Helper()
	if err := call.Wait(limit(t), asked...); err != nil {
		t.Fatalf("%v; messages: %q", err, call.Transcript())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantTranscript waits until the call has had so many messages and compares.
func wantTranscript(t *testing.T, call *Call, want ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_ = call.Wait(ctx, func(c *Call) bool { return len(c.Transcript()) >= len(want) })
	if got := call.Transcript(); !slices.Equal(got, want) {
		t.Errorf("transcript of %s:\n got %s\nwant %s", call.To(), strings.Join(got, " | "), strings.Join(want, " | "))
	}
}

func wantEnd(t *testing.T, call *Call, by Party, code int) {
	t.Helper()
	await(t, call, Ended)
	if e := call.End(); e.By != by || e.Code != code {
		t.Errorf("call %s ended %+v, want by %q with %d", call.To(), e, by, code)
	}
}

func TestACallIsAnsweredHeardAndHungUp(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, far := n.dial(t, "+15550100101", nil)
	await(t, near, Reached(Confirmed))
	must(t, near.Play(limit(t), Welcome()[:4*frameSamples]))
	await(t, near, HeardPackets(4))
	must(t, near.Hangup(limit(t)))

	wantEnd(t, near, Us, 0)
	wantEnd(t, far, Them, 0)
	wantTranscript(t, far, "→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 200 INVITE", "→ ACK", "→ BYE", "← 200 BYE")
	wantTranscript(t, near, "← INVITE", "→ 100 INVITE", "→ 180 INVITE", "→ 200 INVITE", "← ACK", "← BYE", "→ 200 BYE")
	if far.From() != caller || far.To() != "+15550100101" {
		t.Errorf("the call was from %s to %s", far.From(), far.To())
	}
	if invite, raw := far.Invite(); invite == nil || !strings.HasPrefix(string(raw), "INVITE sip:+15550100101@") {
		t.Errorf("the INVITE that came: %.60q", raw)
	}
}

func TestEveryRefusalHasItsOwnCode(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]struct {
		code  int
		lines []string
	}{
		"+15550100104": {486, []string{"→ INVITE", "← 100 INVITE", "← 486 INVITE", "→ ACK"}},
		"+15550100106": {603, []string{"→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 603 INVITE", "→ ACK"}},
		"+15550100107": {404, []string{"→ INVITE", "← 100 INVITE", "← 404 INVITE", "→ ACK"}},
		"+15550100108": {503, []string{"→ INVITE", "← 100 INVITE", "← 503 INVITE", "→ ACK"}},
		"+15550100105": {480, []string{"→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 480 INVITE", "→ ACK"}},
		"+15550199999": {404, []string{"→ INVITE", "← 404 INVITE", "→ ACK"}},
	} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			n := connect(t, short(), short())
			near, far := n.dial(t, to, nil)
			wantEnd(t, near, Them, want.code)
			wantEnd(t, far, Us, want.code)
			wantTranscript(t, far, want.lines...)
		})
	}
}

func TestACallerWhoGivesUpIsCancelled(t *testing.T) {
	t.Parallel()
	cfg := short()
	cfg.RingLimit = time.Minute
	n := connect(t, short(), cfg)
	near, far := n.dial(t, "+15550100105", nil)
	await(t, near, Reached(Ringing))
	must(t, near.Hangup(limit(t)))
	wantEnd(t, near, Us, 487)
	wantEnd(t, far, Them, 487)
	wantTranscript(t, far, "→ INVITE", "← 100 INVITE", "← 180 INVITE", "→ CANCEL", "← 200 CANCEL", "← 487 INVITE", "→ ACK")
}

func TestEarlyMediaIsHeardBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, far := n.dial(t, "+15550100109", nil)
	await(t, near, Reached(EarlyMedia), HeardPackets(2))
	if s := near.State(); s > EarlyMedia {
		t.Errorf("the first sound came when the call was %v", s)
	}
	await(t, near, Reached(Confirmed))
	must(t, near.Hangup(limit(t)))
	wantTranscript(t, far, "→ INVITE", "← 100 INVITE", "← 183 INVITE", "← 200 INVITE", "→ ACK", "→ BYE", "← 200 BYE")
}

func TestTheFarSideHangsUp(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, far := n.dial(t, "+15550100111", nil)
	wantEnd(t, near, Them, 0)
	wantEnd(t, far, Us, 0)
	wantTranscript(t, near, "← INVITE", "→ 100 INVITE", "→ 180 INVITE", "→ 200 INVITE", "← ACK", "→ BYE", "← 200 BYE")
}

func TestANumberThatCallsBack(t *testing.T) {
	t.Parallel()
	near := short()
	near.Numbers = []Number{{Number: caller, Behaviour: echo}}
	n := connect(t, near, short())
	first, _ := n.dial(t, "+15550100116", nil)
	await(t, first, Reached(Ringing))
	must(t, first.Hangup(limit(t)))

	back, err := n.near.WaitCall(limit(t), From("+15550100116"), To(caller), Reached(Confirmed))
	must(t, err)
	must(t, back.Hangup(limit(t)))
	wantTranscript(t, back, "→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 200 INVITE", "→ ACK", "← BYE", "→ 200 BYE")
}

func TestClosingHangsUpWhatIsUp(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	up, _ := n.dial(t, "+15550100101", nil)
	await(t, up, Reached(Confirmed))
	ringing, _ := n.dial(t, "+15550100105", nil)
	await(t, ringing, Reached(Ringing))
	n.far.Close()
	wantEnd(t, up, Them, 0)
	wantEnd(t, ringing, Them, 480)
	if _, err := n.far.Call(t.Context(), caller, caller, nil); err == nil {
		t.Error("a closed carrier placed a call")
	}
}

func TestVanishingSaysNothing(t *testing.T) {
	t.Parallel()
	near := short()
	near.T1 = 10 * time.Millisecond
	n := connect(t, near, short())
	up, far := n.dial(t, "+15550100101", nil)
	await(t, up, Reached(Confirmed))
	n.far.Vanish()
	if far.Count("← BYE") != 0 {
		t.Error("a carrier without power said BYE")
	}
	if err := up.Hangup(limit(t)); err == nil {
		t.Error("a BYE into the dark was answered")
	}
}

func TestConfigMistakesAreExplained(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{
		{Addr: "nowhere"},
		{Codecs: []string{"opus"}},
		{Codecs: []string{telephoneEvent}},
		{Algorithms: []string{"SHA-1"}},
		{Numbers: []Number{{Number: caller}}},
	} {
		if c, err := Start(cfg); err == nil {
			c.Close()
			t.Errorf("started with %+v", cfg)
		}
	}
	c := start(t, Config{Log: slog.New(slog.DiscardHandler)})
	if c.Addr().Addr() != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("the default address is %v", c.Addr())
	}
	if _, err := c.Call(t.Context(), caller, caller, nil); err == nil {
		t.Error("placed a call without a gateway")
	}
}
