package billing

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/call"
)

// TestATagSaysWhatACallIsQuoted: the price, who would pay and how long their money lasts, as the
// call is then let in or refused.
func TestATagSaysWhatACallIsQuoted(t *testing.T) {
	inBubble(t, func(w *world) {
		known := call.View{Account: shop.Account, To: berlin, Via: "widget_1", Context: map[string]string{"identity.sub": "cus_ann"}, Legs: []call.Leg{{ID: 1, Kind: call.WebRTC, Role: call.Caller}}}
		stranger := known
		stranger.Context = nil
		says := func(v call.View, want Tag) {
			t.Helper()
			is, any, err := w.Tag(w.Context(), v)
			is.ID, is.Terms = "", termsNews{}
			if err != nil || !any || is != want {
				t.Errorf("the tag is %+v, %v, %v; want %+v", is, any, err, want)
			}
			v.ID = webtrunk.NewCallID()
			if _, err := w.Admit(w.Context(), v); (err == nil) != want.Covered {
				t.Errorf("and the call is let in with %v", err)
			}
		}
		if _, any, err := w.Tag(w.Context(), known); any || err != nil {
			t.Errorf("what costs nothing has a tag: %v", err)
		}
		p := w.costs(func(p *Price) { p.Payers, p.Increment, p.Free = []string{"sponsor:acme", PayerCaller}, 60, 30 })
		if is, _, _ := w.Tag(w.Context(), known); is.Terms != newsOf(p.Terms) {
			t.Errorf("it says %+v of %+v", is.Terms, p.Terms)
		}
		says(known, Tag{Known: true, Needed: 120})
		says(stranger, Tag{Needed: 120})
		w.deposit("dep_1", ann, 300)
		says(known, Tag{Known: true, Covered: true, Needed: 120, Available: 300, Lasts: 150})
		says(stranger, Tag{Needed: 120})
		acme := ledger.Name{Tenant: shop.Account, Kind: ledger.Sponsor, Owner: "acme", Currency: money.Currency("EUR")}
		w.deposit("dep_2", acme, 10_000)
		says(stranger, Tag{Sponsored: true, Covered: true, Needed: 120})
	})
}

// TestCallingIsAcceptingWhatWasShown, for as long as that is what the call costs, and for who
// has seen it there.
func TestCallingIsAcceptingWhatWasShown(t *testing.T) {
	for name, c := range map[string]struct {
		before  func(*world, Price)
		another func(*call.Arrived)
		asked   bool
	}{
		"shown":          {},
		"not shown":      {before: func(w *world, _ Price) { w.mu.Lock(); clear(w.shown); w.mu.Unlock() }, asked: true},
		"shown long ago": {before: func(*world, Price) { pass(16 * time.Minute) }, asked: true},
		"shown, and dearer now": {before: func(w *world, p Price) {
			if _, err := w.UpdatePrice(w.Context(), owner, p.ID, func(p *Price) { p.PerMinute *= 2 }); err != nil {
				w.Error(err)
			}
		}, asked: true},
		"shown by another widget": {another: func(in *call.Arrived) { in.Via = "widget_2" }, asked: true},
		"shown to another":        {another: func(in *call.Arrived) { in.Context = map[string]string{"identity.sub": "cus_bob"} }, asked: true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				p := w.costs(func(p *Price) { p.Shown = true })
				bob := ann
				bob.Owner = "cus_bob"
				w.deposit("dep_1", ann, 10_000)
				w.deposit("dep_2", bob, 10_000)
				w.shows(call.Arrived{Account: shop.Account, Via: "widget_1", To: berlin, Context: map[string]string{"identity.sub": "cus_ann"}})
				if c.before != nil {
					c.before(w, p)
				}
				w.silent = true
				l := w.calls("call_1", func(in *call.Arrived) {
					if c.another != nil {
						c.another(in)
					}
				}).answered()
				want := Accepted
				if c.asked {
					want = NoAnswer
				}
				q, err := w.Quote(w.Context(), shop, w.billed("call_1", meter.Quoted, 0).Quote)
				if err != nil || q.Answer != want {
					t.Errorf("the quote is %+v, %v; want %q", q, err, want)
				}
				l.hangsUp()
			})
		})
	}
}
