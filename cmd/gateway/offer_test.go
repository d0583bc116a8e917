package main

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/directory/shelf"
	"webtrunk/signaling/visitor"
)

// offers asks Ann for so much a minute, and waits until her page is asked.
func (k till) offers(c *visitor.Call, perMinute money.Rate) billing.Quote {
	k.Helper()
	q, err := k.billing.Offer(k.Context(), billing.Offer{Tenant: shelf.TenantOf(k.by), Call: webtrunk.CallID(c.Gateway), By: k.by.ID,
		Terms: price.Terms{Currency: "EUR", PerMinute: perMinute}})
	must(k.T, err)
	k.shows(c, "the page is asked", func(n billing.News) bool {
		return n.Quote == q.ID && n.Pays && (n.Offer != nil || n.Within > 0)
	})
	return q
}

// TestAFreeCallBecomesACallThatCosts: asked for in the call and accepted by the page, at a euro a
// second; another price is declined, and a third is accepted. The ledger has it to the cent.
func TestAFreeCallBecomesACallThatCosts(t *testing.T) {
	t.Parallel()
	k := openTill(t, func(p *billing.Price) { p.Active = false })
	k.pays("dep_1", 1000_00)
	c := k.calls()
	first := k.offers(c, 60_000_000)
	must(t, c.Send("price", map[string]any{"accept": true, "quote": first.ID}))
	k.shows(c, "it is charged", func(n billing.News) bool { return n.State == meter.Metering && n.Charged >= 200 })

	declined := k.offers(c, 600_000_000)
	must(t, c.Send("price", map[string]any{"accept": false, "quote": declined.ID}))
	k.shows(c, "it goes on as before", func(n billing.News) bool {
		return n.State == meter.Metering && n.Offer == nil && n.Quote == first.ID && n.Terms.PerMinute == "60"
	})
	must(t, c.Send("price", map[string]any{"accept": true, "quote": declined.ID}))
	if m, err := c.Wait(t.Context(), "error"); err != nil || m.Code != "no_price" {
		t.Errorf("a yes to what is not offered any more is answered %+v, %v", m, err)
	}

	last := k.offers(c, 120_000_000)
	must(t, c.Send("price", map[string]any{"accept": true, "quote": last.ID}))
	k.shows(c, "the new price is charged", func(n billing.News) bool {
		return n.State == meter.Metering && n.Terms.PerMinute == "120" && n.Intervals[len(n.Intervals)-1].Rate == 120_000_000
	})
	_, err := c.Hangup(t.Context())
	must(t, err)
	s := k.settled(c, 1000_00)
	var spoken = map[money.Rate]int64{} // in milliseconds
	for _, x := range s.Intervals {
		spoken[x.Rate] += x.To - x.From
	}
	steps := func(r money.Rate) int64 { return (spoken[r] + 999) / 1000 }
	// An interval's bounds are shown in whole milliseconds, which may hide the beginning of a step.
	if want := 100*steps(60_000_000) + 200*steps(120_000_000); s.Charged < want-200 || s.Charged > want+200 || s.Charged%100 != 0 || s.Quote != last.ID {
		t.Errorf("%d cents were charged for %v, and not about %d", s.Charged, spoken, want)
	}
	if s.Talk.Voice < time.Second {
		t.Errorf("charged were %v", s.Talk)
	}
}
