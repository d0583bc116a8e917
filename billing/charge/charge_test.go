package charge

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/call"
	"webtrunk/directory/shelf"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	shop = shelf.Tenant{Account: "acct_shop"}
	ann  = billing.Wallet(shop, "cus_ann", "EUR")
	sue  = Earned(shop, "agent_sue", "EUR")
	ours = ledger.Name{Tenant: shop.Account, Kind: ledger.Revenue, Currency: "EUR"}
)

// A stall is a desk over a database, and one call in which Sue sells to Ann.
type stall struct {
	*testing.T
	*Desk
	db     *store.DB
	ledger *ledger.Ledger

	mu    sync.Mutex
	view  call.View
	asked []call.Ask
}

// open opens a desk for a call in which the payer's leg is of a kind.
func open(t *testing.T, db *store.DB, payer call.Kind) *stall {
	s := &stall{T: t, db: db, ledger: ledger.Open(db, time.Now)}
	s.view = call.View{ID: "call_1", Account: shop.Account, Status: call.InProgress, Context: map[string]string{"identity.sub": "cus_ann"}, Legs: []call.Leg{
		{ID: 1, Role: call.Caller, Kind: payer, State: call.Connected},
		{ID: 2, Role: call.Callee, Kind: call.WebRTC, State: call.Connected, Staff: true},
	}}
	book := billing.Open(billing.Options{DB: db, Ledger: s.ledger})
	s.Desk = Open(Options{DB: db, Ledger: s.ledger, Book: book, Calls: s,
		Call: func(id webtrunk.CallID) (call.View, bool) {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.view, id == s.view.ID && !s.view.Status.Terminal()
		},
		Customer: func(_ context.Context, v call.View) (string, error) { return v.Context["identity.sub"], nil },
		Seller: func(_ call.View, id call.LegID) string {
			if id == 2 {
				return "agent_sue"
			}
			return ""
		},
		Phrase: func(c Charge) string { return "pay_" + c.Amount().Decimal() },
	})
	s.has(100_00)
	return s
}

func (s *stall) close() {
	s.Desk.Close()
	s.ledger.Close()
}

// Do implements call.Commander: it is what a telephone is asked.
func (s *stall) Do(_ context.Context, _ webtrunk.CallID, in call.Input) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, in.(call.Ask))
	return nil
}

// has gives Ann some money.
func (s *stall) has(cents int64) {
	s.Helper()
	clearing := ann
	clearing.Kind, clearing.Owner = ledger.Clearing, ""
	_, err := s.ledger.Post(s.Context(), ledger.Entry{Transfers: []ledger.Transfer{{ID: webtrunk.NewID("dep"), Op: ledger.Move, From: clearing, To: ann, Amount: cents, Reason: ledger.TopUp}}})
	s.must(err)
}

func (s *stall) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// sells asks for three of something at € 10.01.
func (s *stall) sells(id string) Charge {
	s.Helper()
	c, err := s.Request(s.Context(), shop, threeCharts(id))
	s.must(err)
	return c
}

func threeCharts(id string) New {
	return New{ID: id, Call: "call_1", Unit: 10_01, Quantity: 3, Currency: "EUR", Description: "Birth chart", By: "person_sue"}
}

// is asserts how a charge stands.
func (s *stall) is(id string, want State) Charge {
	s.Helper()
	c, err := s.One(s.Context(), shop, id)
	if err != nil || c.State != want {
		s.Errorf("%s is %s, %v, want %s", id, c.State, err, want)
	}
	return c
}

// have asserts what Ann, Sue and the platform have, and that the ledger adds up.
func (s *stall) have(a, b, c int64) {
	s.Helper()
	for n, want := range map[ledger.Name]int64{ann: a, sue: b, ours: c} {
		if is, err := s.ledger.Account(s.Context(), n); err != nil || is.Balance() != want {
			s.Errorf("%s has %d, %v, want %d", n, is.Balance(), err, want)
		}
	}
	found, err := s.ledger.Audit(s.Context())
	s.must(err)
	for _, wrong := range found.Wrong {
		s.Error(wrong)
	}
}

// refused asserts what kind of error something is.
func (s *stall) refused(what string, err error, want webtrunk.Kind) {
	s.Helper()
	if webtrunk.KindOf(err) != want {
		s.Errorf("%s: %v, want %v", what, err, want)
	}
}

// told are the log's types.
func (s *stall) told() (types []string) {
	s.Helper()
	for r, err := range s.db.Read(s.Context(), event.Stream{Account: shop.Account}, 0) {
		s.must(err)
		types = append(types, r.Type)
	}
	return types
}

// story tells a story on both databases.
func story(t *testing.T, tell func(s *stall)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, call.WebRTC)
		defer s.close()
		tell(s)
	})
}

// TestAPageAccepts: the seller's part and the platform's are paid at once, both pages see
// it, and whoever says so again says nothing new.
func TestAPageAccepts(t *testing.T) {
	story(t, func(s *stall) {
		s.must(s.SetPolicy(t.Context(), shop, Policy{SellerPart: 70_00, Within: time.Minute}))
		var payer, seller News
		defer s.Watch("call_1", 1, func(text json.RawMessage) { s.must(json.Unmarshal(text, &payer)) })()
		defer s.Watch("call_1", 2, func(text json.RawMessage) { s.must(json.Unmarshal(text, &seller)) })()
		s.sells("chg_1")
		if !payer.Pays || seller.Pays || payer.State != Requested || payer.Within < 50 || payer.Amount.Minor != 30_03 || seller.ID != "chg_1" {
			t.Errorf("the payer sees %+v, the seller %+v", payer, seller)
		}
		s.refused("the seller accepts", s.Answer(t.Context(), "call_1", 2, "chg_1", true), webtrunk.Forbidden)
		s.refused("another charge is accepted", s.Answer(t.Context(), "call_1", 1, "chg_2", true), webtrunk.NotFound)
		s.refused("another call accepts", s.Answer(t.Context(), "call_2", 1, "chg_1", true), webtrunk.NotFound)
		s.have(100_00, 0, 0)
		s.must(s.Answer(t.Context(), "call_1", 1, "chg_1", true))
		s.must(s.Answer(t.Context(), "call_1", 1, "chg_1", true))
		s.refused("a no after the yes", s.Answer(t.Context(), "call_1", 1, "chg_1", false), webtrunk.Conflict)
		s.have(100_00-30_03, 21_02, 9_01)
		if c := s.is("chg_1", Paid); c.Method != billing.ByPage || c.Answered.IsZero() || c.Seller != "agent_sue" {
			t.Errorf("on record is %+v", c)
		}
		if payer.State != Paid || seller.State != Paid {
			t.Errorf("the payer sees %s, the seller %s", payer.State, seller.State)
		}
		if got := s.told(); !slices.Equal(got, []string{"charge_policy.updated", "charge.requested", "charge.paid"}) {
			t.Errorf("the log says %v", got)
		}
		mine, err := s.PaidBy(t.Context(), ann, 10, "")
		if err != nil || len(mine) != 1 {
			t.Errorf("Ann has paid %v, %v", mine, err)
		}
		if others, err := s.PaidBy(t.Context(), billing.Wallet(shop, "cus_an", "EUR"), 10, ""); err != nil || len(others) != 0 {
			t.Errorf("somebody else has paid %v, %v", others, err)
		}
	})
}

// TestManyTabsAcceptAtOnce: one charge, however many say yes, beside a no.
func TestManyTabsAcceptAtOnce(t *testing.T) {
	story(t, func(s *stall) {
		s.sells("chg_1")
		var tabs sync.WaitGroup
		for i := range 20 {
			tabs.Go(func() { _ = s.Answer(t.Context(), "call_1", 1, "chg_1", i != 7) })
		}
		tabs.Wait()
		c, err := s.One(t.Context(), shop, "chg_1")
		s.must(err)
		switch c.State {
		case Paid:
			s.have(100_00-30_03, 30_03, 0)
		case Declined:
			s.have(100_00, 0, 0)
		default:
			t.Errorf("it is %s", c.State)
		}
	})
}

// TestTheSameRequestTwice is one charge, and a second beside the first is refused.
func TestTheSameRequestTwice(t *testing.T) {
	story(t, func(s *stall) {
		var asks sync.WaitGroup
		for range 10 {
			asks.Go(func() { _, err := s.Request(t.Context(), shop, threeCharts("chg_1")); s.must(err) })
		}
		asks.Wait()
		other := threeCharts("chg_1")
		other.Quantity = 4
		_, err := s.Request(t.Context(), shop, other)
		s.refused("another content", err, webtrunk.Conflict)
		_, err = s.Request(t.Context(), shop, threeCharts("chg_2"))
		s.refused("a second at once", err, webtrunk.Conflict)
		s.must(s.Answer(t.Context(), "call_1", 1, "chg_1", false))
		s.is("chg_1", Declined)
		s.sells("chg_2")
		s.have(100_00, 0, 0)
		if all, err := s.List(t.Context(), shop, Query{Call: "call_1", Seller: "agent_sue", Limit: 10}); err != nil || len(all) != 2 {
			t.Errorf("there are %v, %v", all, err)
		}
	})
}

// TestWhoCannotPay is charged nothing, and both are told.
func TestWhoCannotPay(t *testing.T) {
	story(t, func(s *stall) {
		big := threeCharts("chg_1")
		big.Quantity = 10
		_, err := s.Request(t.Context(), shop, big)
		s.must(err)
		s.must(s.Answer(t.Context(), "call_1", 1, "chg_1", true))
		if c := s.is("chg_1", Failed); c.Reason != Uncovered {
			t.Errorf("it failed for %q", c.Reason)
		}
		s.have(100_00, 0, 0)
	})
}

// TestWhoMayBeAsked: a customer who is known, in a call that runs, by an agent in it.
func TestWhoMayBeAsked(t *testing.T) {
	story(t, func(s *stall) {
		ask := func(what string, want webtrunk.Kind, change func(*New)) {
			t.Helper()
			n := threeCharts(webtrunk.NewID("chg"))
			change(&n)
			_, err := s.Request(t.Context(), shop, n)
			s.refused(what, err, want)
		}
		ask("no such call", webtrunk.NotFound, func(n *New) { n.Call = "call_2" })
		ask("somebody who is not in it", webtrunk.Forbidden, func(n *New) { n.Seller = "agent_bob" })
		ask("nothing", webtrunk.Invalid, func(n *New) { n.Unit = 0 })
		ask("more than a charge may be", webtrunk.Invalid, func(n *New) { n.Unit, n.Quantity = mostAmount, 2 })
		ask("two lines", webtrunk.Invalid, func(n *New) { n.Description = "a\nb" })
		ask("no currency", webtrunk.Invalid, func(n *New) { n.Currency = "EEE" })
		s.view.Context = nil
		ask("nobody knows who", webtrunk.Forbidden, func(*New) {})
		s.view.Legs[0].State = call.Ended
		ask("they have left", webtrunk.Conflict, func(*New) {})
		_, err := s.Request(t.Context(), shelf.Tenant{Account: "acct_other"}, threeCharts("chg_9"))
		s.refused("another account's call", err, webtrunk.NotFound)
	})
}

// TestRefunds give back to the cent what each had, once, and no more than was paid.
func TestRefunds(t *testing.T) {
	story(t, func(s *stall) {
		s.must(s.SetPolicy(t.Context(), shop, Policy{SellerPart: 33_33, Within: time.Minute}))
		s.sells("chg_1")
		_, _, err := s.Refund(t.Context(), shop, Refund{ID: "rfd_0", Charge: "chg_1"})
		s.refused("nothing was paid yet", err, webtrunk.Conflict)
		s.must(s.Answer(t.Context(), "call_1", 1, "chg_1", true))
		for range 2 {
			c, r, err := s.Refund(t.Context(), shop, Refund{ID: "rfd_1", Charge: "chg_1", Amount: 10_00, Note: "late"})
			if err != nil || c.State != Partly || r.Amount != 10_00 {
				t.Fatalf("%+v, %+v, %v", c, r, err)
			}
		}
		s.have(80_00-3, 6_67, 13_36)
		_, _, err = s.Refund(t.Context(), shop, Refund{ID: "rfd_2", Charge: "chg_1", Amount: 20_04})
		s.refused("more than is left", err, webtrunk.Invalid)
		_, _, err = s.Refund(t.Context(), shop, Refund{ID: "rfd_3", Charge: "chg_1"})
		s.must(err)
		s.have(100_00, 0, 0)
		s.is("chg_1", Refunded)
		_, _, err = s.Refund(t.Context(), shop, Refund{ID: "rfd_4", Charge: "chg_1"})
		s.refused("all was given back", err, webtrunk.Conflict)
		if all, err := s.Refunds(t.Context(), shop, "chg_1"); err != nil || len(all) != 2 || all[0].Note != "late" {
			t.Errorf("given back were %v, %v", all, err)
		}
	})
}

// TestPayouts set earnings aside until they are paid, or are not.
func TestPayouts(t *testing.T) {
	story(t, func(s *stall) {
		s.sells("chg_1")
		s.must(s.Answer(t.Context(), "call_1", 1, "chg_1", true))
		pay := func(id string, cents int64) error {
			_, err := s.Pay(t.Context(), Payout{ID: id, Tenant: shop, Seller: "agent_sue", Amount: money.Amount{Minor: cents, Currency: "EUR"}, By: "person_own"})
			return err
		}
		var asks sync.WaitGroup
		for range 5 {
			asks.Go(func() { _ = pay(webtrunk.NewID("po"), 20_00) })
		}
		asks.Wait()
		all, err := s.Payouts(t.Context(), shop, "agent_sue", 10, "")
		if err != nil || len(all) != 1 {
			t.Fatalf("of € 30.03, € 20 were set aside %d times, %v", len(all), err)
		}
		s.must(pay("po_2", 10_03))
		s.must(pay("po_2", 10_03))
		_, err = s.Settle(t.Context(), shop, all[0].ID, PayoutFailed)
		s.must(err)
		_, err = s.Settle(t.Context(), shop, "po_2", PayoutPaid)
		s.must(err)
		_, err = s.Settle(t.Context(), shop, "po_2", PayoutPaid)
		s.must(err)
		_, err = s.Settle(t.Context(), shop, "po_2", PayoutFailed)
		s.refused("it was paid", err, webtrunk.Conflict)
		s.have(100_00-30_03, 20_00, 0)
		lines, err := s.Movements(t.Context(), sue, 10, "")
		if err != nil || len(lines) != 2 || lines[0].Amount != -10_03 || lines[0].Reason != ledger.Payout {
			t.Errorf("the statement is %+v, %v", lines, err)
		}
		if a, err := s.Earnings(t.Context(), shop, "agent_sue"); err != nil || len(a) != 1 || a[0].Held != 0 {
			t.Errorf("the earnings are %+v, %v", a, err)
		}
	})
}

// inBubble tells a story whose clock is the bubble's.
func inBubble(t *testing.T, payer call.Kind, tell func(t *testing.T, s *stall)) {
	url := storetest.SQLite(t)
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), url, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		s := open(t, db, payer)
		defer s.close()
		ctx, stop := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { s.Desk.Run(ctx) })
		defer run.Wait()
		defer stop()
		tell(t, s)
	})
}

// TestSilenceIsANo, and so is a yes that comes too late.
func TestSilenceIsANo(t *testing.T) {
	inBubble(t, call.WebRTC, func(t *testing.T, s *stall) {
		s.sells("chg_1")
		time.Sleep(59 * time.Second)
		synctest.Wait()
		s.is("chg_1", Requested)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.is("chg_1", Expired)
		s.refused("too late", s.Answer(t.Context(), "call_1", 1, "chg_1", true), webtrunk.Conflict)
		s.have(100_00, 0, 0)
	})
}

// TestACallEnds: what was asked for in it is nobody's to accept any more.
func TestACallEnds(t *testing.T) {
	inBubble(t, call.WebRTC, func(t *testing.T, s *stall) {
		s.sells("chg_1")
		s.mu.Lock()
		s.view.Status = call.Completed
		s.mu.Unlock()
		s.Saw(s.view, []call.Event{call.CallEnded{}})
		synctest.Wait()
		s.is("chg_1", Expired)
		if len(s.newest) != 0 || len(s.heard) != 0 {
			t.Errorf("of a call that is over %v and %v are kept", s.newest, s.heard)
		}
	})
}

// TestATelephoneAccepts by a key of its own, while our question is heard there, and by nothing
// else.
func TestATelephoneAccepts(t *testing.T) {
	inBubble(t, call.PSTN, func(t *testing.T, s *stall) {
		s.sells("chg_1")
		if len(s.asked) != 1 || s.asked[0].Leg != 1 || s.asked[0].Phrase != "pay_30.03" || s.asked[0].Timeout != time.Minute {
			t.Fatalf("asked were %+v", s.asked)
		}
		ours := call.PromptStarted{Prompt: call.Prompt(s.asked[0])}
		other := call.PromptStarted{Prompt: call.Prompt{Leg: 1, Phrase: "pay_1.00"}}
		elsewhere := call.PromptStarted{Prompt: call.Prompt{Leg: 2, Phrase: "pay_30.03"}}
		key := func(leg call.LegID, digits string) call.Event { return call.PromptFinished{Leg: leg, Digits: digits} }
		for _, nothing := range [][]call.Event{
			{key(1, "1")},            // no question
			{other, key(1, "1")},     // another question
			{elsewhere, key(2, "1")}, // another leg, asked the same
			{ours, key(2, "1")},      // another leg's key
			{ours, key(1, "7")}, {ours, key(1, "")}, {ours, key(1, "11")},
		} {
			s.Saw(s.view, nothing)
			synctest.Wait()
			s.is("chg_1", Requested)
		}
		s.Saw(s.view, []call.Event{ours})
		s.Saw(s.view, []call.Event{key(1, "1")})
		synctest.Wait()
		if c := s.is("chg_1", Paid); c.Method != billing.ByDigits || c.Phrase != "pay_30.03" {
			t.Errorf("on record is %+v", c)
		}
		s.have(100_00-30_03, 30_03, 0)
		s.sells("chg_2")
		s.Saw(s.view, []call.Event{call.PromptStarted{Prompt: call.Prompt(s.asked[1])}, key(1, "2")})
		synctest.Wait()
		s.is("chg_2", Declined)
	})
}

// TestADeadProcessLeavesACharge: another ends it when its time is over.
func TestADeadProcessLeavesACharge(t *testing.T) {
	inBubble(t, call.WebRTC, func(t *testing.T, s *stall) {
		s.sells("chg_1")
		s.mu.Lock()
		s.Desk.mu.Lock()
		clear(s.newest) // as a process knows that has just begun
		s.Desk.mu.Unlock()
		s.mu.Unlock()
		time.Sleep(time.Minute + sweepEvery + time.Second)
		synctest.Wait()
		s.is("chg_1", Expired)
	})
}

// TestTwoNodesPayASellerOnce: what a seller has earned is paid once, whoever else is asked for
// it at the same time.
func TestTwoNodesPayASellerOnce(t *testing.T) {
	story(t, func(s *stall) {
		s.sells("chg_1")
		s.must(s.Answer(t.Context(), "call_1", 1, "chg_1", true))
		earned := s.is("chg_1", Paid).ToSeller()
		other := Open(s.Desk.o)
		defer other.Close()
		var all sync.WaitGroup
		var paid atomic.Int32
		for i := range 10 {
			desk := []*Desk{s.Desk, other}[i%2]
			all.Go(func() {
				_, err := desk.Pay(t.Context(), Payout{ID: webtrunk.NewID("po"), Tenant: shop, Seller: "agent_sue", Amount: money.Amount{Minor: earned, Currency: "EUR"}})
				if err == nil {
					paid.Add(1)
				} else {
					s.refused("the same money again", err, webtrunk.Conflict)
				}
			})
		}
		all.Wait()
		if paid.Load() != 1 {
			t.Errorf("it was paid %d times", paid.Load())
		}
	})
}
