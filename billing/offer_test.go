package billing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/call"
)

// offers asks for so much a minute during a call.
func (w *world) offers(id webtrunk.CallID, perMinute money.Rate, change ...func(*Offer)) (Quote, error) {
	w.Helper()
	o := Offer{Tenant: shop, Call: id, Terms: price.Terms{Currency: "EUR", PerMinute: perMinute}, By: "person_sue"}
	for _, f := range change {
		f(&o)
	}
	return w.Offer(w.Context(), o)
}

// TestAFreeCallIsOfferedAPrice: nothing is on record before the yes, and charged is from then on.
func TestAFreeCallIsOfferedAPrice(t *testing.T) {
	inBubble(t, func(w *world) {
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1").answered()
		pass(10 * time.Minute)
		q, err := w.offers("call_1", 1_200_000, func(o *Offer) { o.SellerPart = 5000 })
		if err != nil || q.Payer != ann || q.OfferedBy != "person_sue" {
			t.Fatalf("offered is %+v, %v", q, err)
		}
		if _, err := w.SessionOf(w.Context(), shop, "call_1"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("billed it is before anybody agreed: %v", err)
		}
		w.stands(ann, 10_000, 0)
		pass(10 * time.Second)
		if err := w.Answer(w.Context(), "call_1", 1, q.ID, Accepted); err != nil {
			t.Fatal(err)
		}
		w.stands(ann, 10_000, 1200)
		pass(meter.Grace + 5*time.Minute)
		l.hangsUp()
		is := w.billed("call_1", meter.Settled, 600)
		if is.Quote != q.ID || is.ToSeller != 300 || is.Seller != "person_sue" || is.Free != 0 ||
			!slices.Equal(is.Intervals, []Interval{{0, 10_000, meter.Free, 0}, {10_000, 13_000, meter.InGrace, 0}, {13_000, 313_000, meter.Talk, 1_200_000}}) {
			t.Errorf("it is %+v", is)
		}
		w.stands(ann, 9400, 0)
		want := []string{"wallet.deposited", "billing.offered", "billing.accepted", "billing.metering_started", "billing.settled"}
		if told := w.told(); !slices.Equal(told, want) {
			t.Errorf("the log tells of %q", told)
		}
	})
}

// TestWhoIsOfferedAPriceAndDoesNotWantIt pays nothing, and the call goes on; a later yes counts.
func TestWhoIsOfferedAPriceAndDoesNotWantIt(t *testing.T) {
	for name, say := range map[string]Answer{"silent": NoAnswer, "declined": Declined} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.deposit("dep_1", ann, 10_000)
				l := w.calls("call_1").answered()
				q, err := w.offers("call_1", 1_200_000)
				if err != nil {
					t.Fatal(err)
				}
				if say != NoAnswer {
					if err := w.Answer(w.Context(), "call_1", 1, q.ID, say); err != nil {
						t.Fatal(err)
					}
				}
				pass(time.Hour)
				w.stands(ann, 10_000, 0)
				if _, err := w.SessionOf(w.Context(), shop, "call_1"); webtrunk.KindOf(err) != webtrunk.NotFound {
					t.Errorf("billed it is: %v", err)
				}
				all, err := w.Offers(w.Context(), shop, "call_1")
				if want := map[Answer]Answer{NoAnswer: Unanswered, Declined: Declined}[say]; err != nil || len(all) != 1 || all[0].Answer != want {
					t.Errorf("offered were %+v, %v", all, err)
				}
				if err := w.Answer(w.Context(), "call_1", 1, q.ID, Accepted); err != nil {
					t.Fatal(err)
				}
				pass(meter.Grace + time.Minute)
				l.hangsUp()
				w.billed("call_1", meter.Settled, 120)
			})
		})
	}
}

// TestAnotherPriceDuringACall: the seconds before stay as they were, to the cent.
func TestAnotherPriceDuringACall(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown, p.SellerPart, p.Increment = true, 5000, 60 })
		w.deposit("dep_1", ann, 20_000)
		l := w.calls("call_1").answered()
		pass(meter.Grace + 90*time.Second)
		if _, err := w.offers("call_1", 9_000_000); err != nil { // nobody answers this one
			t.Fatal(err)
		}
		first, _ := w.offers("call_1", 3_000_000)
		second, err := w.offers("call_1", 6_000_000, func(o *Offer) { o.SellerPart, o.Terms.Minimum = 10_000, 120 })
		if err != nil || second.SellerPart != 5000 {
			t.Fatalf("offered is %+v, %v", second, err)
		}
		if err := w.Answer(w.Context(), "call_1", 1, first.ID, Accepted); webtrunk.KindOf(err) != webtrunk.Conflict {
			t.Errorf("an offer that another has taken the place of was accepted: %v", err)
		}
		if err := w.Answer(w.Context(), "call_1", 1, second.ID, Accepted); err != nil {
			t.Fatal(err)
		}
		pass(meter.Grace + 30*time.Second)
		l.hangsUp()
		// Two steps of a minute at 1.20, for 90 s; then the minimum of two minutes at 6.00.
		if is := w.billed("call_1", meter.Settled, 240+1200); is.ToSeller != 720 || is.Quote != second.ID || is.Talk.Voice != 2*time.Minute {
			t.Errorf("it is %+v", is)
		}
		w.stands(ann, 20_000-1440, 0)
	})
}

// TestADeclinedOfferChangesNothing: what was accepted before goes on.
func TestADeclinedOfferChangesNothing(t *testing.T) {
	for name, say := range map[string]Answer{"silent": NoAnswer, "declined": Declined} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.costs(func(p *Price) { p.Shown = true })
				w.deposit("dep_1", ann, 10_000)
				l := w.calls("call_1").answered()
				pass(meter.Grace + time.Minute)
				q, err := w.offers("call_1", 60_000_000)
				if err != nil {
					t.Fatal(err)
				}
				if say != NoAnswer {
					if err := w.Answer(w.Context(), "call_1", 1, q.ID, say); err != nil {
						t.Fatal(err)
					}
				}
				pass(time.Minute)
				if err := w.Answer(w.Context(), "call_1", 1, q.ID, Accepted); webtrunk.KindOf(err) != webtrunk.Conflict {
					t.Errorf("an offer that is over was accepted: %v", err)
				}
				pass(time.Minute)
				l.hangsUp()
				w.billed("call_1", meter.Settled, 360)
			})
		})
	}
}

// TestAnOfferThatTheBalanceDoesNotCover is not accepted, until it does.
func TestAnOfferThatTheBalanceDoesNotCover(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown = true })
		w.deposit("dep_1", ann, 500)
		l := w.calls("call_1").answered()
		pass(meter.Grace + time.Minute)
		q, err := w.offers("call_1", 1_200_000, func(o *Offer) { o.Terms.Connect = 500 })
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Answer(w.Context(), "call_1", 1, q.ID, Accepted); webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(err.Error(), "5.02 EUR") {
			t.Errorf("it is accepted: %v", err)
		}
		w.stands(ann, 380, 380)
		w.deposit("dep_2", ann, 1000)
		if err := w.Answer(w.Context(), "call_1", 1, q.ID, Accepted); err != nil {
			t.Error(err)
		}
		pass(meter.Grace + time.Minute)
		l.hangsUp()
		w.billed("call_1", meter.Settled, 120+500+120)
		w.stands(ann, 760, 0)
	})
}

// TestWhoCannotBeAskedForAPrice: nobody who pays is there, or can be known.
func TestWhoCannotBeAskedForAPrice(t *testing.T) {
	inBubble(t, func(w *world) {
		for name, c := range map[string]struct {
			change func(*call.Arrived)
			answer bool
			offer  func(*Offer)
			want   webtrunk.Kind
		}{
			"unknown":     {func(in *call.Arrived) { in.Context = nil }, true, nil, webtrunk.Forbidden},
			"our own":     {func(in *call.Arrived) { in.Via = "key_own" }, true, nil, webtrunk.Forbidden},
			"ringing":     {nil, false, nil, webtrunk.Conflict},
			"elsewhere":   {nil, true, func(o *Offer) { o.Tenant.Account = "acct_other" }, webtrunk.NotFound},
			"for nothing": {nil, true, func(o *Offer) { o.Terms.PerMinute = 0 }, webtrunk.Invalid},
		} {
			id := webtrunk.CallID("call_" + strings.ReplaceAll(name, " ", "_"))
			l := w.calls(id, func(in *call.Arrived) {
				if c.change != nil {
					c.change(in)
				}
			})
			if c.answer {
				l.answered()
			}
			_, err := w.offers(id, 1_200_000, func(o *Offer) {
				if c.offer != nil {
					c.offer(o)
				}
			})
			if webtrunk.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
			l.hangsUp()
		}
		w.costs(func(p *Price) { p.Payers = []string{"sponsor:acme"} })
		acme := Wallet(shop, "sponsor:acme", "EUR")
		w.deposit("dep_1", acme, 1000)
		l := w.calls("call_1").answered()
		if _, err := w.offers("call_1", 1_200_000); webtrunk.KindOf(err) != webtrunk.Conflict {
			t.Errorf("a sponsor who is not there was asked: %v", err)
		}
		l.hangsUp()
	})
}

// TestAnOfferIsAcceptedByDigits, and only by the key that answers this one.
func TestAnOfferIsAcceptedByDigits(t *testing.T) {
	inBubble(t, func(w *world) {
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1", func(in *call.Arrived) { in.From = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+4940123"} }).answered()
		if _, err := w.offers("call_1", 6_000_000); err != nil {
			t.Fatal(err)
		}
		<-l.asked
		q, err := w.offers("call_1", 1_200_000)
		if p := <-l.asked; err != nil || p.Phrase != "offer_"+q.ID || p.Leg != 1 {
			t.Fatalf("asked is %+v, %v", p, err)
		}
		l.take(call.LegDigit{Leg: 1, Digit: "1"})
		l.says("once it has accepted", "charging_begins")
		pass(meter.Grace + time.Minute)
		l.hangsUp()
		w.billed("call_1", meter.Settled, 120)
		if got, err := w.Quote(w.Context(), shop, q.ID); err != nil || got.Method != ByDigits {
			t.Errorf("it is %+v, %v", got, err)
		}
	})
}

// TestAnOfferIsAcceptedWhileThePriceIsAsked: then the old question has no answer any more.
func TestAnOfferIsAcceptedWhileThePriceIsAsked(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Free = 60 })
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1").answered()
		pass(40 * time.Second)
		q, err := w.offers("call_1", 600_000)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Answer(w.Context(), "call_1", 1, q.ID, Accepted); err != nil {
			t.Fatal(err)
		}
		pass(meter.Grace + 2*time.Minute)
		l.hangsUp()
		if is := w.billed("call_1", meter.Settled, 120); is.Free != 40*time.Second {
			t.Errorf("it is %+v", is)
		}
		w.stands(ledger.Name{Tenant: shop.Account, Kind: ledger.Revenue, Currency: "EUR"}, 120, 0)
	})
}
