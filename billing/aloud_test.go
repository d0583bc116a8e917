package billing

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/directory/shelf"
)

// aTelephone calls from a number, and not from a page.
func aTelephone(in *call.Arrived) {
	in.From = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+4940123"}
}

// hears are the phrases that were said on the line since it was asked last, without the names
// of quotes.
func (l *line) hears() (all []string) {
	synctest.Wait()
	for {
		select {
		case p := <-l.asked:
			phrase, _, _ := strings.Cut(p.Phrase, "quote_")
			all = append(all, phrase)
		default:
			return all
		}
	}
}

// says asserts what was said since.
func (l *line) says(when string, want ...string) {
	l.w.Helper()
	if got := l.hears(); !slices.Equal(got, want) {
		l.w.Errorf("%s it is told %q, want %q", when, got, want)
	}
}

// TestATelephoneIsToldAloud that its free time ends, and how long its balance lasts; and the
// call ends when that is used up, to the second.
func TestATelephoneIsToldAloud(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Free = 120 })
		w.deposit("dep_1", ann, 360)
		begun := time.Now()
		w.Book.clock = func() time.Duration { d := time.Since(begun); return d + d/10_000 } // it is never asked at the very moment
		l := w.calls("call_1", aTelephone).answered()
		pass(90 * time.Second)
		l.says("30 s before the free time ends", "free_time_ends,offer_")
		l.take(call.LegDigit{Leg: 1, Digit: "1"})
		l.says("when it accepts, and is still free")
		pass(30*time.Second + time.Millisecond)
		l.says("when charging begins", "charging_begins")
		l.take(call.PromptEnded{Leg: 1})
		l.says("after that, with three minutes left", "balance_lasts,duration:180")
		l.take(call.PromptEnded{Leg: 1})
		pass(2 * time.Minute)
		l.says("with a minute left", "balance_lasts,duration:60")
		pass(time.Minute)
		if e := l.over(); e.Reason != call.CreditEnded {
			t.Errorf("it ended with %+v", e)
		}
		w.stands(ann, 0, 0)
	})
}

// TestWhatAYesAndANoAreFollowedBy, in the language of who says it.
func TestWhatAYesAndANoAreFollowedBy(t *testing.T) {
	for name, c := range map[string]struct {
		terms func(*Price)
		key   string
		want  []string
	}{
		"a yes":                          {nil, "1", []string{"say:zh:charging_begins"}},
		"a yes while it is free":         {func(p *Price) { p.Free = 20 }, "1", nil},
		"a no while it is free":          {func(p *Price) { p.Free = 20 }, "2", []string{"say:zh:nothing_is_charged"}},
		"a no, and it goes on":           {func(p *Price) { p.After = price.AfterFree }, "2", []string{"say:zh:nothing_is_charged"}},
		"a no that ends the call":        {nil, "2", nil},
		"another's question comes first": {nil, "", []string{"may_be_recorded"}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.o.Locale = func(_ context.Context, of shelf.Tenant, payer ledger.Name) string {
					if of != shop || payer != ann {
						t.Errorf("the language of %v of %v is asked for", payer, of)
					}
					return "zh-CN"
				}
				w.costs(c.terms)
				w.deposit("dep_1", ann, 10_000)
				l := w.calls("call_1", aTelephone).answered()
				l.says("at the beginning", "say:zh:offer_")
				if c.key == "" {
					l.take(call.Ask{Leg: 1, Phrase: "may_be_recorded", Consent: true})
					if err := w.Answer(w.Context(), "call_1", 1, "", Accepted); err != nil {
						t.Fatal(err)
					}
					l.says("while it is asked", c.want...)
					l.take(call.PromptEnded{Leg: 1})
					l.says("when it was asked", "say:zh:charging_begins")
					l.hangsUp()
					return
				}
				l.take(call.LegDigit{Leg: 1, Digit: c.key})
				l.says("after its key", c.want...)
				l.hangsUp()
			})
		})
	}
}

// TestWhoHasAcceptedBeforeIsToldWhenItCosts: the free time of an offer ends.
func TestWhoHasAcceptedBeforeIsToldWhenItCosts(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Free = 300 })
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1", aTelephone).answered()
		if err := w.Answer(w.Context(), "call_1", 1, "", Accepted); err != nil {
			t.Fatal(err)
		}
		pass(270*time.Second - time.Millisecond)
		l.says("before")
		pass(time.Millisecond)
		l.says("30 s before", "free_time_ends")
		pass(29 * time.Second)
		l.hangsUp()
		w.stands(ann, 10_000, 0)
	})
}
