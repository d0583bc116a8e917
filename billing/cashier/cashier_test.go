package cashier

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/pay"
	"webtrunk/billing/pay/testpay"
)

const visa = "4242424242424242"

// TestACardFillsAWallet, once, however often it is asked for, and calls are told.
func TestACardFillsAWallet(t *testing.T) {
	each(t, func(w *world) {
		w.gives(visa)
		cards, err := w.Methods(w.Context(), ann)
		w.must(err)
		if len(cards) != 1 || cards[0].Last4 != "4242" {
			w.Errorf("the cards are %+v", cards)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() { w.Cashier.TopUp(w.Context(), New{ID: "top_1", Payer: ann, Amount: euros(25_00)}) })
		}
		all.Wait()
		if u := w.topUp("top_1", 25_00); u.State != Paid {
			w.Errorf("it is %+v", u)
		}
		w.holds(25_00, 0)
		if n := w.told("top_up.paid"); n != 1 {
			w.Errorf("it was told %d times", n)
		}
		if len(w.funded) == 0 || w.funded[0] != billing.Wallet(shop, "ann", "EUR") {
			w.Errorf("calls were told of %v", w.funded)
		}
		_, err = w.Cashier.TopUp(w.Context(), New{ID: "top_1", Payer: ann, Amount: euros(26_00)})
		if webtrunk.KindOf(err) != webtrunk.Conflict {
			w.Errorf("another amount by the same ID: %v", err)
		}
	})
}

func TestACardThatIsDeclinedFillsNothing(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.Cashier.TopUp(w.Context(), New{ID: "top_0", Payer: ann, Amount: euros(25_00)})
		if webtrunk.KindOf(err) != webtrunk.Conflict || !strings.Contains(err.Error(), "card") {
			w.Errorf("without a card: %v", err)
		}
		w.gives("4000000000000341")
		if u := w.topUp("top_1", 25_00); u.State != Failed || u.Reason == "" {
			w.Errorf("it is %+v", u)
		}
		w.holds(0, 0)
		if n := w.told("top_up.failed"); n != 1 {
			w.Errorf("it was told %d times", n)
		}
	})
}

// TestAPayerConfirms at their bank, and the webhook or their coming back says so.
func TestAPayerConfirms(t *testing.T) {
	each(t, func(w *world) {
		w.gives("4000002500003155")
		u := w.topUp("top_1", 25_00)
		if u.State != Confirm || u.Confirm == "" {
			w.Fatalf("it is %+v", u)
		}
		w.holds(0, 0)
		w.submits(u.Confirm, url.Values{"answer": {"confirm"}})
		w.becomes("top_1", "the webhook comes", func(u TopUp) bool { return u.State == Paid })
		w.holds(25_00, 0)
		w.controls(testpay.Controls{HoldHooks: true})
		u = w.topUp("top_2", 5_00)
		w.submits(u.Confirm, url.Values{"answer": {"refuse"}})
		looked, err := w.Look(w.Context(), shop, "top_2")
		w.must(err)
		if looked.State != Failed {
			w.Errorf("refused, it is %+v", looked)
		}
		w.holds(25_00, 0)
	})
}

// TestALateYesIsBookedOnce: the answer gets lost, the card says yes late, webhooks come
// thrice; the payer asks again and again.
func TestALateYesIsBookedOnce(t *testing.T) {
	each(t, func(w *world) {
		w.gives("4000000000000259")
		w.controls(testpay.Controls{HookCopies: 3, DropAnswers: 1})
		u := w.topUp("top_1", 25_00)
		if u.State != Pending {
			w.Errorf("without an answer it is %+v", u)
		}
		w.topUp("top_1", 25_00)
		w.becomes("top_1", "it is paid", func(u TopUp) bool { return u.State == Paid })
		w.topUp("top_1", 25_00)
		w.holds(25_00, 0)
		if n := w.made(); n != 1 {
			w.Errorf("%d payments were made", n)
		}
	})
}

// TestWhatWasLostIsSwept: neither the answer nor a webhook came.
func TestWhatWasLostIsSwept(t *testing.T) {
	each(t, func(w *world) {
		w.gives(visa)
		w.controls(testpay.Controls{HoldHooks: true, DropAnswers: 9})
		if u := w.topUp("top_1", 25_00); u.State != Pending {
			w.Fatalf("it is %+v", u)
		}
		w.controls(testpay.Controls{HoldHooks: true})
		w.later(given + time.Second)
		w.must(w.Sweep(w.Context()))
		if u, err := w.One(w.Context(), shop, "top_1"); err != nil || u.State != Paid {
			w.Errorf("swept, it is %+v, %v", u, err)
		}
		w.holds(25_00, 0)
	})
}

// TestARefundTakesWhatIsThere and no more, once, though answers get lost.
func TestARefundTakesWhatIsThere(t *testing.T) {
	each(t, func(w *world) {
		w.gives(visa)
		w.topUp("top_1", 25_00)
		u, err := w.Refund(w.Context(), shop, "top_1", euros(5_00))
		w.must(err)
		if u.Refunded != 5_00 || u.refunding != "" {
			w.Errorf("it is %+v", u)
		}
		w.holds(20_00, 0)
		w.controls(testpay.Controls{HoldHooks: true, DropAnswers: 9})
		u, err = w.Refund(w.Context(), shop, "top_1", euros(7_00))
		w.must(err)
		if u.refunding == "" {
			w.Errorf("without an answer it is %+v", u)
		}
		w.holds(20_00, 7_00) // nobody spends it meanwhile
		_, err = w.Refund(w.Context(), shop, "top_1", euros(1_00))
		if webtrunk.KindOf(err) != webtrunk.Conflict {
			w.Errorf("another one meanwhile: %v", err)
		}
		w.controls(testpay.Controls{HoldHooks: true})
		w.later(given + time.Second)
		w.must(w.Sweep(w.Context()))
		w.holds(13_00, 0)
		_, err = w.Refund(w.Context(), shop, "top_1", euros(13_01))
		if webtrunk.KindOf(err) != webtrunk.Invalid {
			w.Errorf("more than was paid: %v", err)
		}
		spent := ledger.Transfer{ID: "spent", Op: ledger.Move, From: u.account(), To: u.clearing(), Amount: 10_00, Reason: ledger.Talk}
		_, err = w.o.Ledger.Post(w.Context(), ledger.Entry{Transfers: []ledger.Transfer{spent}})
		w.must(err)
		_, err = w.Refund(w.Context(), shop, "top_1", euros(4_00))
		if webtrunk.KindOf(err) != webtrunk.Exhausted {
			w.Errorf("more than is left: %v", err)
		}
		w.holds(3_00, 0)
	})
}

// TestTheLedgerAndTheProviderAgreeAfterReconciling: what was paid and refunded there while
// nobody heard of it is booked, and what nobody can explain is said.
func TestTheLedgerAndTheProviderAgreeAfterReconciling(t *testing.T) {
	each(t, func(w *world) {
		ctx, since := w.Context(), time.Now().Add(-time.Hour)
		w.gives(visa)
		w.controls(testpay.Controls{HoldHooks: true, DropAnswers: 9})
		lost := w.topUp("top_1", 25_00)
		w.controls(testpay.Controls{HoldHooks: true})
		whole := w.topUp("top_2", 5_00)
		_, err := w.client.Refund(ctx, "by_hand", whole.Payment, euros(1_00)) // at the provider's own desk
		w.must(err)
		customer, _, err := w.known(ctx, ann)
		w.must(err)
		_, err = w.client.Charge(ctx, "top_stranger", pay.Order{Customer: customer, Method: whole.Method, Amount: euros(9_99)})
		w.must(err)
		w.must(w.insert(ctx, TopUp{ID: "top_ghost", Tenant: shop, Wallet: "ann", Amount: euros(1), State: Paid, Created: time.Now(), Updated: time.Now()}))
		r, err := w.Reconcile(ctx, false, since)
		w.must(err)
		if r.Payments != 3 || len(r.Booked) != 2 || len(r.Wrong) != 2 {
			w.Errorf("found are %+v", r)
		}
		if all := strings.Join(r.Wrong, "\n"); !strings.Contains(all, "top_stranger") || !strings.Contains(all, "top_ghost") {
			w.Errorf("wrong is\n%s", all)
		}
		w.holds(29_00, 0)
		if again, err := w.Reconcile(ctx, false, since); err != nil || len(again.Booked) != 0 || len(again.Wrong) != 2 {
			w.Errorf("again: %+v, %v", again, err)
		}
		if lost.State != Pending {
			w.Errorf("what was lost was %s", lost.State)
		}
	})
}

// TestTestWalletsTakeNoLiveMoney: and the other way round.
func TestTestWalletsTakeNoLiveMoney(t *testing.T) {
	each(t, func(w *world) {
		of := ann
		of.Tenant.Test = true
		if _, err := w.Setup(context.Background(), of, "1", "https://shop.example"); webtrunk.KindOf(err) != webtrunk.Unsupported {
			w.Errorf("a test wallet at the live provider: %v", err)
		}
	})
}

// later has the cashier's clock go on.
func (w *world) later(d time.Duration) { w.o.Now = func() time.Time { return time.Now().Add(d) } }

// TestAKeyThatMayBeForgottenIsNotUsedAgain: a provider that has forgotten it would charge, or
// give back, a second time. What was paid is found, and what was not is given up.
func TestAKeyThatMayBeForgottenIsNotUsedAgain(t *testing.T) {
	each(t, func(w *world) {
		w.gives(visa)
		w.controls(testpay.Controls{HoldHooks: true, DropAnswers: 9})
		w.topUp("top_1", 25_00) // arrives there, unheard
		w.controls(testpay.Controls{HoldHooks: true})
		cards, err := w.Methods(w.Context(), ann)
		w.must(err)
		w.must(w.insert(w.Context(), TopUp{ID: "top_2", Tenant: shop, Wallet: "ann", Amount: euros(5_00), Method: cards[0].ID, State: Pending, Created: time.Now()})) // never arrives
		w.later(keysLast + time.Minute)
		w.must(w.Sweep(w.Context()))
		for id, want := range map[string]State{"top_1": Paid, "top_2": Failed} {
			if u, err := w.One(w.Context(), shop, id); err != nil || u.State != want {
				w.Errorf("%s is %+v, %v; want %s", id, u, err, want)
			}
		}
		if n := w.made(); n != 1 {
			w.Errorf("%d payments were made, want the one", n)
		}
		w.holds(25_00, 0)
	})
}

// TestARefundThatWasLostIsNotMadeTwice: it was made and not heard of, or not made at all.
func TestARefundThatWasLostIsNotMadeTwice(t *testing.T) {
	each(t, func(w *world) {
		w.gives(visa)
		w.topUp("top_1", 25_00)
		w.controls(testpay.Controls{HoldHooks: true, DropAnswers: 9})
		_, err := w.Refund(w.Context(), shop, "top_1", euros(5_00))
		w.must(err)
		w.controls(testpay.Controls{HoldHooks: true})
		w.later(keysLast + time.Minute)
		w.must(w.Sweep(w.Context()))
		w.holds(20_00, 0)
		w.later(0)
		u, err := w.One(w.Context(), shop, "top_1")
		w.must(err)
		_, err = w.setAside(w.Context(), u, 3_00) // and the process dies
		w.must(err)
		w.holds(20_00, 3_00)
		w.later(keysLast + time.Minute)
		w.must(w.Sweep(w.Context()))
		w.holds(20_00, 0)
		if has, err := w.client.Payment(w.Context(), u.Payment); err != nil || has.Refunded != euros(5_00) {
			w.Errorf("the provider gave back %v, %v", has.Refunded, err)
		}
	})
}

// made counts what was captured at the provider.
func (w *world) made() (n int) {
	w.Helper()
	for p, err := range w.client.Since(w.Context(), time.Now().Add(-time.Hour)) {
		w.must(err)
		if p.State == pay.Captured {
			n++
		}
	}
	return n
}
