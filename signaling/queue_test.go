package signaling_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/switchboard"
)

// last waits until a page was told something so many times, and returns the last.
func (g *gateway) last(t *testing.T, c *visitor.Call, kind string, times int) visitor.Message {
	t.Helper()
	for {
		if told := c.Messages(kind); len(told) >= times {
			return told[times-1]
		}
		check(t, g.ctx.Err())
		time.Sleep(time.Millisecond)
	}
}

// TestAPageWaitsInAQueue: it is told that it waits, where it stands and what it
// may do instead; a page that returns is told again; and its wish is passed on.
func TestAPageWaitsInAQueue(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	c, err := v.Call(g.ctx, "+15550100101", nil)
	check(t, err)
	far := g.exchange.next(t, 1)
	page := far.leg.(switchboard.Page)

	for _, wrong := range []map[string]any{{"number": "+15550100102"}, nil} {
		check(t, c.Send("callback", wrong)) // it does not wait yet
	}
	g.asked(t, c)
	page.Place(call.TellPlace{Leg: 1, Position: 9}) // nor stand anywhere
	page.Queued(call.TellQueued{Leg: 1, Callback: true})
	page.Place(call.TellPlace{Leg: 1, Position: 3, Wait: 2 * time.Minute})
	if told := g.hears(t, c, "queued"); !told.Callback {
		t.Errorf("told %+v", told)
	}
	if told := g.hears(t, c, "place"); told.Position != 3 || told.Wait != 120 {
		t.Errorf("told %+v", told)
	}
	v.Drop()
	far.wait(t, 1)
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if w := welcome.Calls[0]; w.State != "queued" || !w.Callback || w.Position != 3 || w.Wait != 120 {
		t.Errorf("welcomed back with %+v", w)
	}

	for _, wrong := range []string{"", "12", "browser:desk", "+19005550100"} {
		check(t, c.Send("callback", map[string]any{"number": wrong}))
	}
	check(t, c.Send("callback", map[string]any{"number": " +1 555 010 0102 "}))
	wish := far.wait(t, 3)[2]
	if want := (call.CallMeBack{By: 1, Number: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100102"}}); wish != want {
		t.Errorf("the page wished %#v", wish)
	}
	g.asked(t, c)
	var codes []string
	for _, e := range c.Messages("error") {
		codes = append(codes, e.Code)
	}
	if want := []string{"bad_message", "bad_message", "bad_message", "bad_number", "bad_number", "bad_number", "not_allowed", "bad_message"}; !slices.Equal(codes, want) {
		t.Errorf("refused by %q, want %q", codes, want)
	}

	check(t, c.Send("voicemail", nil)) // is not offered here
	g.asked(t, c)
	page.Queued(call.TellQueued{Leg: 1, Voicemail: true})
	if told := g.last(t, c, "queued", 2); !told.Message {
		t.Errorf("told %+v", told)
	}
	check(t, c.Send("voicemail", nil))
	if wish := far.wait(t, 4)[3]; wish != (call.LeaveMessage{By: 1}) {
		t.Errorf("the page wished %#v", wish)
	}
	page.Queued(call.TellQueued{Leg: 1}) // moved to a queue that offers nothing
	check(t, far.leg.Answer())
	g.hears(t, c, "answered")
	page.Queued(call.TellQueued{Leg: 1, Callback: true}) // too late
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
	if told := c.Messages("queued"); len(told) != 3 || told[2].Callback || told[2].Message {
		t.Errorf("told of the queue by %+v", told)
	}
	if told := c.Messages("place"); len(told) != 1 {
		t.Errorf("told its place by %+v", told)
	}
}

// A known door knows where a visitor can be called whose site vouches for it.
type known struct{ door }

func (k known) Authorize(ctx context.Context, h signaling.Hello) (signaling.Grant, error) {
	g, err := k.door.Authorize(ctx, h)
	if h.Identity != "" {
		g.Context = map[string]string{"identity.phone_number": h.Identity}
	}
	return g, err
}

// TestAPageIsNotCalledBack: it is offered a call at the number that its site has
// signed; asks for it; reads that it is not called; and waits on.
func TestAPageIsNotCalledBack(t *testing.T) {
	for identity, number := range map[string]string{"+1 555 010 0102": "+15550100102", "at home": ""} {
		t.Run(identity, func(t *testing.T) {
			g := start(t, func(c *signaling.Config) { c.Auth = known{} })
			v := g.visit(t, func(c *visitor.Config) { c.Identity = identity })
			c, err := v.Call(g.ctx, "+15550100101", nil)
			check(t, err)
			far := g.exchange.next(t, 1)
			page := far.leg.(switchboard.Page)
			page.CallingBack(call.TellCallback{Leg: 1, Refused: true}) // of no queue
			page.Queued(call.TellQueued{Leg: 1, Callback: true})
			if told := g.hears(t, c, "queued"); told.Number != number {
				t.Errorf("told the number %q", told.Number)
			}
			v.Drop()
			far.wait(t, 1)
			welcome, err := v.Resume(g.ctx)
			check(t, err)
			if w := welcome.Calls[0]; w.Number != number || w.Recording != nil {
				t.Errorf("welcomed back with %+v", w)
			}
			check(t, c.Send("callback", map[string]any{"number": "+15550100103"}))
			page.CallingBack(call.TellCallback{Leg: 1, Refused: true})
			if told := g.hears(t, c, "callback"); told.State != "refused" || told.Text == "" {
				t.Errorf("told %+v", told)
			}
			page.Queued(call.TellQueued{Leg: 1}) // a queue that calls nobody back needs no number
			if told := g.last(t, c, "queued", 2); told.Number != "" {
				t.Errorf("told the number %q", told.Number)
			}
			if told := c.Messages("callback"); len(told) != 1 {
				t.Errorf("told %+v", told)
			}
		})
	}
}

// TestAPageLeavesAMessage: it is told how far the message is, also when it returns,
// and ends it by the key that ends it.
func TestAPageLeavesAMessage(t *testing.T) {
	g := start(t, nil)
	v := g.visit(t, nil)
	c, err := v.Call(g.ctx, "+15550100101", nil)
	check(t, err)
	far := g.exchange.next(t, 1)
	page := far.leg.(switchboard.Page)
	page.Message(call.TellMessage{Leg: 1, State: call.MessageGreeting})
	check(t, far.leg.Answer())
	page.Message(call.TellMessage{Leg: 1, State: call.MessageRecording, Longest: 3 * time.Minute})
	if told := g.last(t, c, "voicemail", 2); told.State != "recording" || told.Longest != 180 {
		t.Errorf("told %+v", told)
	}
	v.Drop()
	before := len(far.wait(t, 1))
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if r := welcome.Calls[0].Recording; r == nil || r.State != "recording" || r.Longest != 180 || r.Seconds < 0 || r.Seconds > 60 {
		t.Errorf("welcomed back with %+v", r)
	}
	check(t, c.Send("dtmf", map[string]any{"digits": "#"}))
	said := far.wait(t, before+2) // that it is back, too
	if !slices.ContainsFunc(said, func(in call.Input) bool { return in == call.Input(call.SendDigits{By: 1, Digits: "#"}) }) {
		t.Errorf("reported %#v", said)
	}
	page.Message(call.TellMessage{Leg: 1, State: call.MessageSaving})
	page.Message(call.TellMessage{Leg: 1, State: call.MessageKept})
	if told := g.last(t, c, "voicemail", 4); told.State != "kept" || told.Longest != 0 {
		t.Errorf("told %+v", told)
	}
}

// TestACallIsInThePagesLanguage, unless its site says otherwise.
func TestACallIsInThePagesLanguage(t *testing.T) {
	g := start(t, func(c *signaling.Config) { c.Auth = polyglot{} })
	for i, of := range []struct {
		page, site, want string
	}{{"ar", "", "ar"}, {"ar", "zh", "zh"}, {"", "", ""}} {
		v := g.visit(t, func(c *visitor.Config) { c.Language = of.page })
		said := map[string]string{}
		if of.site != "" {
			said["language"] = of.site
		}
		_, err := v.Call(g.ctx, "+15550100101", said)
		check(t, err)
		if got := g.exchange.next(t, i+1).Context["language"]; got != of.want {
			t.Errorf("a page in %q of a site in %q calls in %q", of.page, of.site, got)
		}
	}
	for _, wrong := range []string{"English", "EN", "e", "en\r\n"} {
		v := g.visit(t, func(c *visitor.Config) { c.Language = wrong })
		if _, err := v.Call(g.ctx, "+15550100101", nil); err == nil {
			t.Errorf("a call in %q is taken", wrong)
		}
	}
}

// A polyglot door's key lets pages say their language.
type polyglot struct{ door }

func (p polyglot) Authorize(ctx context.Context, h signaling.Hello) (signaling.Grant, error) {
	g, err := p.door.Authorize(ctx, h)
	g.Metadata = append(g.Metadata, "language")
	return g, err
}

// A page that talks is handed on to a queue: it waits again, stands somewhere, and then
// talks again.
func TestAPageIsHandedToAQueue(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	c, l, _ := g.answered(t, g.visit(t, agent))
	page := l.(switchboard.Page)
	page.Queued(call.TellQueued{Leg: 2, Again: true, Voicemail: true})
	page.Place(call.TellPlace{Leg: 2, Position: 2, Wait: time.Minute})
	if told := g.hears(t, c, "queued"); !told.Message || told.Callback {
		t.Errorf("told %+v", told)
	}
	if told := g.hears(t, c, "place"); told.Position != 2 || told.Wait != 60 {
		t.Errorf("told %+v", told)
	}
	check(t, l.Answer())
	g.hears(t, c, "answered")
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup})
}

// An agent's page that asks a queue waits in its place, reads it, and can still hand
// over and return.
func TestAPageAsksAQueue(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, agent)
	c, l, r := g.answered(t, v)
	for _, bad := range []string{strings.Repeat("x", 257), "two\nlines"} {
		send(t, c, "transfer", map[string]any{"to": "queue:queue_billing", "note": bad})
	}
	send(t, c, "transfer", map[string]any{"to": "queue:queue_billing", "consult": true, "note": "wants the invoice"})
	billing := webtrunk.Address{Scheme: webtrunk.Queue, Value: "queue_billing"}
	same(t, r.wait(t, 3)[2:], call.Transfer{By: 2, To: billing, Consult: true, Tell: true, Note: "wants the invoice"})
	if told := g.last(t, c, "error", 2); told.Code != "bad_metadata" {
		t.Errorf("told %+v", told)
	}
	check(t, l.Transferring(call.TellTransfer{Leg: 2, Result: call.TargetQueued}))
	l.(switchboard.Page).Place(call.TellPlace{Leg: 2, Position: 1})
	g.moves(t, v, "queued")
	if told := g.hears(t, c, "place"); told.Position != 1 {
		t.Errorf("told %+v", told)
	}
	send(t, c, "complete", nil)
	same(t, r.wait(t, 4)[3:], call.CompleteTransfer{By: 2})
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Transferred})
}
