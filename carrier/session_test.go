package carrier

import (
	"context"
	"errors"
	"testing"
)

// manual is a config with one number that a test answers by hand.
const manualNumber = "+15550100191"

func byHand() Config {
	cfg := short()
	cfg.Numbers = []Number{{Number: manualNumber, Name: "manual", Behaviour: Manual}}
	return cfg
}

// up returns both ends of a call that is up and run by hand.
func up(t *testing.T, n network) (near, far *Call) {
	t.Helper()
	near, far = n.dial(t, manualNumber, nil)
	must(t, far.Answer(limit(t)))
	await(t, near, Reached(Confirmed))
	return near, far
}

func TestTheHoldNumberHoldsAndResumes(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, far := n.dial(t, "+15550100115", nil)
	await(t, near, func(c *Call) bool { return c.Held() })
	await(t, near, func(c *Call) bool { return !c.Held() })
	must(t, near.Hangup(limit(t)))
	wantTranscript(t, far, "→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 200 INVITE", "→ ACK",
		"← INVITE", "→ 200 INVITE", "← ACK", "← INVITE", "→ 200 INVITE", "← ACK", "→ BYE", "← 200 BYE")
}

func TestEitherEndCanHoldAndHeldEndsKeepQuiet(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), byHand())
	near, far := up(t, n)
	for _, side := range []struct{ holder, held *Call }{{near, far}, {far, near}} {
		must(t, side.holder.Hold(limit(t)))
		await(t, side.held, func(c *Call) bool { return c.Held() })
		sent := side.held.RTP().Out
		heard := side.held.RTP().In
		await(t, side.held, HeardPackets(heard+5)) // music may play
		if now := side.held.RTP().Out; now > sent+1 {
			t.Errorf("%d packets from an end on hold", now-sent)
		}
		must(t, side.holder.Resume(limit(t)))
		await(t, side.held, func(c *Call) bool { return !c.Held() })
		await(t, side.holder, HeardPackets(side.holder.RTP().In+3))
	}
	must(t, far.Hangup(limit(t)))
	wantEnd(t, near, Them, 0)
}

func TestTwoHoldsAtOnceBothSucceedInTheEnd(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), byHand())
	near, far := up(t, n)
	outcome := make(chan error, 2)
	ctx := limit(t)
	go func() { outcome <- near.Hold(ctx) }()
	go func() { outcome <- far.Hold(ctx) }()
	for range 2 {
		must(t, <-outcome)
	}
	await(t, near, func(c *Call) bool { return c.Held() })
	await(t, far, func(c *Call) bool { return c.Held() })
	must(t, near.Hangup(limit(t)))
}

func TestHoldNeedsACallThatIsUp(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), byHand())
	near, far := n.dial(t, manualNumber, nil)
	if err := near.Hold(limit(t)); !errors.Is(err, ErrState) {
		t.Errorf("held a call that nobody has answered: %v", err)
	}
	must(t, far.Reject(limit(t), 486))
	wantEnd(t, near, Them, 486)
	if err := near.Hold(limit(t)); !errors.Is(err, ErrEnded) {
		t.Errorf("held a call that was over: %v", err)
	}
}

func TestAnAnswerThatCrossesTheCancel(t *testing.T) {
	t.Parallel()
	far := short()
	far.Numbers = []Number{{Number: manualNumber, Behaviour: func(ctx context.Context, c *Call) error {
		return inOrder(ctx, c.AnswerOnCancel, c.Linger)
	}}}
	n := connect(t, short(), far)
	near, call := n.dial(t, manualNumber, nil)
	await(t, near, Reached(Ringing))
	must(t, near.Hangup(limit(t)))
	wantEnd(t, near, Us, 0)
	await(t, call, Ended)
	got := call.Transcript()
	want := []string{"→ INVITE", "← 100 INVITE", "← 180 INVITE", "→ CANCEL", "← 200 INVITE", "← 200 CANCEL", "→ ACK", "→ BYE", "← 200 BYE"}
	wantTranscript(t, call, want...)
	if call.Count("← 487 INVITE") != 0 {
		t.Errorf("a call that was answered was refused too: %q", got)
	}
}

func TestOfTwoTelephonesThatAnswerOneIsHungUp(t *testing.T) {
	t.Parallel()
	far := short()
	far.Numbers = []Number{{Number: manualNumber, Behaviour: func(ctx context.Context, c *Call) error {
		return inOrder(ctx, c.Ring, c.AnswerForked, c.Linger)
	}}}
	n := connect(t, short(), far)
	near, call := n.dial(t, manualNumber, nil)
	await(t, call, func(c *Call) bool {
		f := c.Forks()
		return len(f) == 1 && f[0].Acked && f[0].Ended
	}, Reached(Confirmed))
	if Ended(call) || Ended(near) {
		t.Error("the first telephone was hung up as well")
	}
	must(t, near.Hangup(limit(t)))
	wantEnd(t, call, Them, 0)
}

func TestALateRepetitionOfTheAnswerIsAcknowledgedAgain(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), byHand())
	near, far := up(t, n)
	must(t, far.ResendAnswer(limit(t)))
	await(t, far, func(c *Call) bool { return c.Count("→ ACK") == 2 })
	must(t, near.Hangup(limit(t)))
}

func TestAnAnswerWithoutSDPAfterOneWith(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), byHand())
	near, far := n.dial(t, manualNumber, nil)
	if err := far.AnswerWithoutSDP(limit(t)); !errors.Is(err, ErrState) {
		t.Errorf("answered without ever having sent SDP: %v", err)
	}
	must(t, far.Progress(limit(t)))
	await(t, near, Reached(EarlyMedia), HeardPackets(2))
	must(t, far.AnswerWithoutSDP(limit(t)))
	await(t, near, Reached(Confirmed), HeardPackets(near.RTP().In+3))
	must(t, far.Hangup(limit(t)))
	for _, m := range far.Messages() {
		if m.Line == "200 INVITE" && sdpIn(m.Raw) {
			t.Error("the 200 had SDP")
		}
	}
}

func sdpIn(raw []byte) bool {
	msg, err := parse(raw)
	return err == nil && sdpOf(msg) != nil
}

func TestAScriptThatFailsOrPanicsCostsItsCallOnly(t *testing.T) {
	t.Parallel()
	far := short()
	far.Numbers = []Number{
		{Number: "+1", Behaviour: func(context.Context, *Call) error { return errors.New("out of order") }},
		{Number: "+2", Behaviour: func(context.Context, *Call) error { return nil }},
		{Number: "+4", Behaviour: func(ctx context.Context, c *Call) error { return c.Answer(ctx) }},
	}
	n := connect(t, short(), far)
	for to, code := range map[string]int{"+1": 500, "+2": 480, "+4": 0} {
		near, _ := n.dial(t, to, nil)
		wantEnd(t, near, Them, code)
	}

	far.Numbers = []Number{{Number: "+3", Behaviour: func(context.Context, *Call) error { panic("sparks") }}}
	c, err := Start(far)
	must(t, err)
	defer c.Close()
	n.near.SetGateway(c.Addr())
	near, err := n.near.Call(t.Context(), caller, "+3", nil)
	must(t, err)
	wantEnd(t, near, Them, 500)
	if got := c.Stats().Panics; got != 1 {
		t.Errorf("%d panics counted, want 1", got)
	}
}

func TestAPlacedCallRunsItsBehaviour(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	_, far := n.dial(t, "+15550100101", func(ctx context.Context, c *Call) error {
		return inOrder(ctx, c.playing(Welcome()[:5*frameSamples]), c.Hangup)
	})
	wantEnd(t, far, Them, 0)
}

func TestOnlyOneSideCanDoWhatIsItsOwn(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), byHand())
	near, far := up(t, n)
	for name, err := range map[string]error{
		"ring a call that one placed":     near.Ring(limit(t)),
		"answer twice":                    far.Answer(limit(t)),
		"refuse after the answer":         far.Reject(limit(t), 486),
		"resend an answer never given":    near.ResendAnswer(limit(t)),
		"early media after the answer":    far.Progress(limit(t)),
		"answer a call that one placed":   near.AnswerForked(limit(t)),
		"wait for the cancel of its call": near.AnswerOnCancel(limit(t)),
	} {
		if !errors.Is(err, ErrState) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := far.Reject(limit(t), 200); err == nil {
		t.Error("refused with 200")
	}
	must(t, near.Hangup(limit(t)))
}
