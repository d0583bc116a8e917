// Package paytest is what every payment provider has to pass.
//
// Refusals holds for all of them, since nothing of it reaches the provider. Stories wants a
// provider that remembers, with cards that behave as they are told.
package paytest

import (
	"sync"
	"testing"
	"time"

	"webtrunk/billing/money"
	"webtrunk/billing/pay"
)

// A World is a provider, and its customers as a test plays them.
type World struct {
	Provider pay.Provider
	// Card has a new customer give a card that pays, or one that is "declined" or wants to be
	// "confirmed" at each payment.
	Card func(t *testing.T, does string) (pay.CustomerID, pay.MethodID)
	// Confirm has the payer say yes or no at a page.
	Confirm func(t *testing.T, url string, yes bool)
}

func eur(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "EUR"} }

func order(c pay.CustomerID, m pay.MethodID, minor int64) pay.Order {
	return pay.Order{Customer: c, Method: m, Amount: eur(minor), Description: "A call", ReturnTo: "https://shop.example/back"}
}

// Refusals are what is refused before the provider hears of it.
func Refusals(t *testing.T, p pay.Provider) {
	ctx := t.Context()
	good := order("cus_1", "pm_1", 100)
	for name, try := range map[string]func() error{
		"no key":         func() error { _, err := p.Authorise(ctx, "", good); return err },
		"no key, charge": func() error { _, err := p.Charge(ctx, "", good); return err },
		"a line's end":   func() error { _, err := p.Charge(ctx, "k\n", good); return err },
		"nothing":        func() error { _, err := p.Charge(ctx, "k", order("cus_1", "pm_1", 0)); return err },
		"less":           func() error { _, err := p.Authorise(ctx, "k", order("cus_1", "pm_1", -1)); return err },
		"nobody":         func() error { _, err := p.Charge(ctx, "k", order("", "pm_1", 100)); return err },
		"no method":      func() error { _, err := p.Charge(ctx, "k", order("cus_1", "", 100)); return err },
		"capture":        func() error { _, err := p.Capture(ctx, "", "pi_1", eur(1)); return err },
		"cancel":         func() error { _, err := p.Cancel(ctx, "", "pi_1"); return err },
		"refund":         func() error { _, err := p.Refund(ctx, "", "pi_1", eur(1)); return err },
		"find":           func() error { _, err := p.Find(ctx, ""); return err },
	} {
		if err := try(); pay.KindOf(err) != pay.Invalid {
			t.Errorf("%s: %v, want it to be invalid", name, err)
		}
	}
	if _, err := p.ReadWebhook(nil, []byte("{}")); pay.KindOf(err) != pay.Refused {
		t.Errorf("a webhook that nobody signed: %v, want it refused", err)
	}
}

// Stories are what becomes of payments.
func Stories(t *testing.T, w World) {
	t.Run("authorised and captured in part", w.captured)
	t.Run("canceled", w.canceled)
	t.Run("charged and refunded", w.refunded)
	t.Run("the same key", w.sameKey)
	t.Run("the same key at once", w.atOnce)
	t.Run("declined", w.declined)
	t.Run("confirmed", func(t *testing.T) { w.confirmed(t, true) })
	t.Run("not confirmed", func(t *testing.T) { w.confirmed(t, false) })
	t.Run("listed", w.listed)
}

// stands fails unless a payment is in a state, with so much taken and so much given back.
func stands(t *testing.T, p pay.Payment, err error, state pay.State, taken, back int64) {
	t.Helper()
	if err != nil || p.State != state || p.Captured != eur(taken) || p.Refunded != eur(back) {
		t.Fatalf("%+v, %v; want %s, %s taken, %s returned", p, err, state, eur(taken), eur(back))
	}
}

func is(t *testing.T, err error, k pay.Kind) {
	t.Helper()
	if err == nil || pay.KindOf(err) != k {
		t.Fatalf("%v, want an error of kind %s", err, k)
	}
}

func (w World) captured(t *testing.T) {
	ctx := t.Context()
	c, m := w.Card(t, "")
	p, err := w.Provider.Authorise(ctx, pay.Key("a"+c), order(c, m, 1000))
	stands(t, p, err, pay.Authorised, 0, 0)
	_, err = w.Provider.Capture(ctx, pay.Key("b"+c), p.ID, eur(1001))
	is(t, err, pay.Invalid)
	_, err = w.Provider.Refund(ctx, pay.Key("c"+c), p.ID, eur(1))
	is(t, err, pay.Invalid)
	got, err := w.Provider.Capture(ctx, pay.Key("d"+c), p.ID, eur(420))
	stands(t, got, err, pay.Captured, 420, 0)
	_, err = w.Provider.Capture(ctx, pay.Key("e"+c), p.ID, eur(1)) // it is captured once
	is(t, err, pay.Invalid)
	got, err = w.Provider.Payment(ctx, p.ID)
	stands(t, got, err, pay.Captured, 420, 0)
}

func (w World) canceled(t *testing.T) {
	ctx := t.Context()
	c, m := w.Card(t, "")
	p, err := w.Provider.Authorise(ctx, pay.Key("a"+c), order(c, m, 500))
	stands(t, p, err, pay.Authorised, 0, 0)
	got, err := w.Provider.Cancel(ctx, pay.Key("b"+c), p.ID)
	stands(t, got, err, pay.Canceled, 0, 0)
	_, err = w.Provider.Capture(ctx, pay.Key("c"+c), p.ID, eur(500))
	is(t, err, pay.Invalid)
}

func (w World) refunded(t *testing.T) {
	ctx := t.Context()
	c, m := w.Card(t, "")
	p, err := w.Provider.Charge(ctx, pay.Key("a"+c), order(c, m, 900))
	stands(t, p, err, pay.Captured, 900, 0)
	got, err := w.Provider.Refund(ctx, pay.Key("b"+c), p.ID, eur(300))
	stands(t, got, err, pay.Captured, 900, 300)
	got, err = w.Provider.Refund(ctx, pay.Key("b"+c), p.ID, eur(300)) // the same one
	stands(t, got, err, pay.Captured, 900, 300)
	_, err = w.Provider.Refund(ctx, pay.Key("c"+c), p.ID, eur(601))
	is(t, err, pay.Invalid)
	got, err = w.Provider.Refund(ctx, pay.Key("d"+c), p.ID, eur(600))
	stands(t, got, err, pay.Captured, 900, 900)
	_, err = w.Provider.Cancel(ctx, pay.Key("e"+c), p.ID)
	is(t, err, pay.Invalid)
}

func (w World) sameKey(t *testing.T) {
	ctx := t.Context()
	c, m := w.Card(t, "")
	key := pay.Key("once" + c)
	_, err := w.Provider.Find(ctx, key)
	is(t, err, pay.Missing)
	p, err := w.Provider.Charge(ctx, key, order(c, m, 100))
	stands(t, p, err, pay.Captured, 100, 0)
	again, err := w.Provider.Charge(ctx, key, order(c, m, 100))
	if err != nil || again.ID != p.ID {
		t.Fatalf("the same key made %s and then %s, %v", p.ID, again.ID, err)
	}
	_, err = w.Provider.Charge(ctx, key, order(c, m, 101))
	is(t, err, pay.Invalid)
	found, err := w.Provider.Find(ctx, key)
	if err != nil || found.ID != p.ID || found.Key != key {
		t.Fatalf("found by its key: %+v, %v; want %s", found, err, p.ID)
	}
}

// atOnce: many who ask with one key make one payment. Whoever is told that nobody knows asks
// again, as they would.
func (w World) atOnce(t *testing.T) {
	ctx := t.Context()
	c, m := w.Card(t, "")
	var all sync.WaitGroup
	made := make([]pay.PaymentID, 20)
	for i := range made {
		all.Go(func() {
			for made[i] == "" && ctx.Err() == nil {
				p, err := w.Provider.Charge(ctx, pay.Key("o"+c), order(c, m, 100))
				if err != nil && pay.KindOf(err) != pay.Unknown {
					t.Error(err)
					return
				}
				made[i] = p.ID
			}
		})
	}
	all.Wait()
	for _, id := range made {
		if id != made[0] || id == "" {
			t.Fatalf("one key has made %q", made)
		}
	}
}

func (w World) declined(t *testing.T) {
	c, m := w.Card(t, "declined")
	p, err := w.Provider.Charge(t.Context(), pay.Key("a"+c), order(c, m, 100))
	is(t, err, pay.CardDeclined)
	if p.State != pay.Declined || p.Reason == "" || p.Captured.Minor != 0 {
		t.Fatalf("declined: %+v; want a reason and nothing taken", p)
	}
	_, err = w.Provider.Charge(t.Context(), pay.Key("a"+c), order(c, m, 100))
	is(t, err, pay.CardDeclined)
}

func (w World) confirmed(t *testing.T, yes bool) {
	ctx := t.Context()
	c, m := w.Card(t, "confirmed")
	p, err := w.Provider.Authorise(ctx, pay.Key("a"+c), order(c, m, 100))
	is(t, err, pay.NeedsConfirmation)
	if p.State != pay.RequiresConfirmation || p.ConfirmURL == "" {
		t.Fatalf("%+v: there is nowhere to confirm it", p)
	}
	_, err = w.Provider.Capture(ctx, pay.Key("b"+c), p.ID, eur(100))
	is(t, err, pay.Invalid)
	w.Confirm(t, p.ConfirmURL, yes)
	got, err := w.Provider.Payment(ctx, p.ID)
	want := pay.Declined
	if yes {
		want = pay.Authorised
	}
	stands(t, got, err, want, 0, 0)
}

func (w World) listed(t *testing.T) {
	ctx := t.Context()
	c, m := w.Card(t, "")
	var since time.Time
	want := map[pay.PaymentID]bool{}
	for _, key := range []string{"1", "2", "3"} {
		p, err := w.Provider.Charge(ctx, pay.Key(key+string(c)), order(c, m, 100))
		stands(t, p, err, pay.Captured, 100, 0)
		if key == "2" {
			since = p.Created
		}
		if key != "1" {
			want[p.ID] = true
		}
	}
	n := 0
	for p, err := range w.Provider.Since(ctx, since) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Customer == c && p.Created.After(since.Add(-time.Nanosecond)) {
			delete(want, p.ID)
			n++
		}
	}
	if len(want) != 0 || n != 2 {
		t.Fatalf("%d payments since the second of three, without %v", n, want)
	}
}
