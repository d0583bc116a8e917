package signaling_test

import (
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
)

// A visitor calls a number, hears that it rings, is answered and hangs up:
// doc/signaling.md's own example.
func TestACallFromHelloToHangup(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	c, err := v.Call(g.ctx, "+15550100101", map[string]string{"page": "/boots"})
	check(t, err)
	far := g.exchange.next(t, 1)
	if far.To != (webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}) || far.Via != "shop" ||
		far.Kind != call.WebRTC || far.Context["page"] != "/boots" || string(far.ID) != c.Gateway {
		t.Errorf("offered %+v, the page was told %s", far.Arrived, c.Gateway)
	}
	check(t, far.leg.Progress(false))
	g.hears(t, c, "ringing")
	check(t, far.leg.Progress(true))
	check(t, far.leg.Answer())
	g.hears(t, c, "answered")
	check(t, c.Connected(g.ctx))

	end, err := c.Hangup(g.ctx)
	check(t, err)
	if end.Reason != "hangup" || end.By != "you" || end.Text == "" {
		t.Errorf("ended %+v", end)
	}
	if last := far.wait(t, 1)[0]; last != (call.LegEnded{Leg: 1, Cause: call.Hangup}) {
		t.Errorf("reported %#v", last)
	}
	g.settle(t, 1, 0)
	if got, want := about(v, c), []string{"answer", "ringing", "early_media", "answered", "ended"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the page was told %v, want %v", got, want)
	}
	numbered(t, v)
}

// about lists what a page was told of a call, candidates left out.
func about(v *visitor.Visitor, c *visitor.Call) (kinds []string) {
	for _, m := range v.Messages() {
		if m.ID == c.ID && m.Type != "candidate" {
			kinds = append(kinds, m.Type)
		}
	}
	return kinds
}

// numbered checks that the messages of one session have no gap.
func numbered(t *testing.T, v *visitor.Visitor) {
	t.Helper()
	var last uint64
	for _, m := range v.Messages() {
		if m.Resumed {
			continue
		}
		if m.Seq != last+1 {
			t.Errorf("%s is number %d after %d", m.Type, m.Seq, last)
		}
		last = m.Seq
	}
}

func (g *gateway) hears(t *testing.T, c *visitor.Call, kind string) visitor.Message {
	t.Helper()
	m, err := c.Wait(g.ctx, kind)
	if err != nil {
		t.Fatalf("waiting for %s: %v", kind, err)
	}
	return m
}

// call has v call and be answered.
func (g *gateway) call(t *testing.T, v *visitor.Visitor) (*visitor.Call, *taken) {
	t.Helper()
	n := g.exchange.count()
	c, err := v.Call(g.ctx, "+15550100101", nil)
	check(t, err)
	far := g.exchange.next(t, n+1)
	check(t, far.leg.Answer())
	g.hears(t, c, "answered")
	check(t, c.Connected(g.ctx))
	for far.leg.Port().Stats().Received == 0 { // the gateway, too, sees it connected
		check(t, g.ctx.Err())
		time.Sleep(time.Millisecond)
	}
	return c, far
}

func TestGivingUpWhileItRingsIsCanceled(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	c, err := g.visit(t, nil).Call(g.ctx, "ref_shop", nil)
	check(t, err)
	far := g.exchange.next(t, 1)
	check(t, far.leg.Progress(false))
	g.hears(t, c, "ringing")
	end, err := c.Hangup(g.ctx)
	check(t, err)
	if end.Reason != "canceled" || far.wait(t, 1)[0] != (call.LegEnded{Leg: 1, Cause: call.Canceled}) {
		t.Errorf("ended %s, reported %#v", end.Reason, far.all)
	}
}

// Each way in which a call ends elsewhere reaches the page with its reason,
// who did it, and a sentence.
func TestHowACallEndsIsTold(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	for i, c := range []struct {
		end      call.HangUpLeg
		by, text string
	}{
		{call.HangUpLeg{Leg: 1, Cause: call.Hangup, By: 2}, "them", "The call has ended."},
		{call.HangUpLeg{Leg: 1, Cause: call.Busy, By: 2, SIPCode: 486}, "them", "The line is busy. Try again in a few minutes."},
		{call.HangUpLeg{Leg: 1, Cause: call.NoAnswer}, "them", "Nobody answered. Try again later."},
		{call.HangUpLeg{Leg: 1, Cause: call.Unreachable, Message: "The trunk is down."}, "gateway", "The trunk is down."},
		{call.HangUpLeg{Leg: 1, Cause: call.CreditEnded}, "gateway", "The paid talking time is used up. Top up to call again."},
		{call.HangUpLeg{Leg: 1, Cause: call.Hangup, By: 1}, "you", "The call has ended."},
	} {
		page, err := v.Call(g.ctx, "ref_shop", nil)
		check(t, err)
		far := g.exchange.next(t, i+1)
		far.leg.Hangup(c.end)
		end := g.hears(t, page, "ended")
		if end.Reason != string(c.end.Cause) || end.By != c.by || end.Text != c.text || end.SIPCode != c.end.SIPCode {
			t.Errorf("%+v is told as %+v", c.end, end)
		}
		page.Close()
		g.settle(t, 1, 0)
		if len(far.all) != 0 {
			t.Errorf("%+v was reported back: %#v", c.end, far.all)
		}
	}
}

func TestDigitsHoldAndMutePassBothWays(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	c, far := g.call(t, v)
	check(t, c.Digits("12#"))
	check(t, c.Send("hold", nil))
	check(t, c.Send("resume", nil))
	check(t, c.Send("mute", map[string]any{"muted": true}))
	want := []call.Input{call.SendDigits{By: 1, Digits: "12#"}, call.Hold{By: 1}, call.Resume{By: 1}}
	if got := far.wait(t, 3); !reflect.DeepEqual(got, want) {
		t.Errorf("reported %#v", got)
	}
	check(t, far.leg.SendDigits("7*"))
	check(t, far.leg.Hold())
	check(t, far.leg.Hold())
	check(t, far.leg.Resume())
	g.hears(t, c, "resumed")
	if got, want := about(v, c)[2:], []string{"dtmf", "dtmf", "held", "resumed"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the page was told %v", got)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

func must(t *testing.T, what string, f func() error) {
	t.Helper()
	if err := f(); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// What is wrong with a call is said with its code before anything is started.
func TestACallThatCannotBeMadeIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	for _, c := range []struct {
		to       string
		metadata map[string]string
		code     string
	}{
		{"ref_nobody", nil, "unknown_reference"},
		{"+1900555", nil, "not_allowed"},
		{"+1555CALLME", nil, "bad_number"},
		{"15550100101", nil, "bad_number"},
		{"+1555;phone-context=evil", nil, "bad_number"},
		{"+%31555010", nil, "bad_number"},
		{"+１５５５０１００１０１", nil, "bad_number"},
		{"", nil, "bad_number"},
		{"ref_shop", map[string]string{"page": "/\r\nX-Evil: 1"}, "bad_metadata"},
		{"ref_shop", map[string]string{"price": "1"}, "bad_metadata"},
	} {
		page, err := v.Call(g.ctx, c.to, c.metadata)
		var refusal *visitor.Refusal
		if !errors.As(err, &refusal) || refusal.Code != c.code || refusal.Text == "" || len(refusal.Remedies) == 0 {
			t.Errorf("%q %v: %v", c.to, c.metadata, err)
		}
		page.Close()
	}
	if n := g.exchange.count(); n != 0 {
		t.Errorf("%d calls were started", n)
	}
	g.settle(t, 1, 0)
	// The candidates that trickled after each refused call are no further errors.
	if s := g.Stats(); s.RefusedMessages != 10 {
		t.Errorf("%d messages refused, want 10", s.RefusedMessages)
	}
}

func TestASecondCallOnAPageIsRefused(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	first, _ := g.call(t, v)
	second, err := v.Call(g.ctx, "ref_shop", nil)
	var refusal *visitor.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "call_exists" {
		t.Errorf("second call: %v", err)
	}
	second.Close()
	must(t, "the first goes on", func() error { _, err := first.Hangup(g.ctx); return err })
	if g.exchange.count() != 1 {
		t.Error("the second call was started")
	}
}

// TestAFullGatewayRefusesAtItsDoor: nothing is made of the call, the page is told
// what to do and when, and the one that runs hears nothing of it.
func TestAFullGatewayRefusesAtItsDoor(t *testing.T) {
	t.Parallel()
	var full atomic.Bool
	g := start(t, func(c *signaling.Config) {
		c.Full = func() error {
			if full.Load() {
				return &webtrunk.Error{Op: "load", Kind: webtrunk.Unavailable, Retry: 15 * time.Second, Message: "All lines are busy."}
			}
			return nil
		}
	})
	running, _ := g.call(t, g.visit(t, nil))
	full.Store(true)
	page, err := g.visit(t, nil).Call(g.ctx, "ref_shop", nil)
	var refusal *visitor.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "busy_gateway" || refusal.Text != "All lines are busy." || refusal.RetryAfter != 15 || len(refusal.Remedies) == 0 {
		t.Errorf("refused by %+v", err)
	}
	page.Close()
	if n, legs := g.exchange.count(), g.Stats().Legs; n != 1 || legs != 1 {
		t.Errorf("%d calls were offered, %d legs made; want the running one alone", n, legs)
	}
	must(t, "the running call goes on", func() error { _, err := running.Hangup(g.ctx); return err })
}

// A page that writes its calls wrongly takes no turn at the door from those who
// write theirs rightly.
func TestAWrongCallTakesNoTurn(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	g := start(t, func(c *signaling.Config) {
		c.Full = func() error { asked.Add(1); return nil }
	})
	for to, metadata := range map[string]map[string]string{"+1555CALLME": nil, "ref_shop": {"price": "1"}} {
		page, err := g.visit(t, nil).Call(g.ctx, to, metadata)
		var refusal *visitor.Refusal
		if !errors.As(err, &refusal) || refusal.Code == "busy_gateway" {
			t.Errorf("%q with %v is answered by %v", to, metadata, err)
		}
		page.Close()
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the door was asked %d times", n)
	}
	_, _ = g.call(t, g.visit(t, nil))
	if n := asked.Load(); n != 1 {
		t.Errorf("for a call that is in order the door was asked %d times", n)
	}
}

func TestAnExchangeThatIsDrainingRefusesTheCall(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	g.exchange.refuse = &webtrunk.Error{Op: "offer", Kind: webtrunk.Unavailable, Message: "The gateway is stopping."}
	page, err := g.visit(t, nil).Call(g.ctx, "ref_shop", nil)
	var refusal *visitor.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "busy_gateway" || refusal.Text != "The gateway is stopping." {
		t.Errorf("got %v", err)
	}
	page.Close()
	g.settle(t, 1, 0)
}
