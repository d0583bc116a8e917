package billing

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/directory/shelf"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestRandomHistories of calls that cost something, with holds, answers, deposits, processes
// that die, and consumers that hear things twice and late: the ledger adds up; no wallet is
// below zero; nothing is charged without a yes; what is charged is never more than a meter
// counts that nothing ever stopped, and less by one tick at most where a process died; and in
// the end no hold is left.
func TestRandomHistories(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			h := &history{T: rt, db: db, of: shelf.Tenant{Account: webtrunk.AccountID(fmt.Sprint("acct_", run))}, calls: map[webtrunk.CallID]*billed{}}
			h.start()
			defer func() { h.ledger.Close() }()
			h.price()
			if h.rich = rapid.Bool().Draw(rt, "rich"); h.rich {
				h.deposit("cus_ann", 1_000_000_000)
				h.deposit("cus_bob", 1_000_000_000)
			}
			for range rapid.IntRange(5, 60).Draw(rt, "steps") {
				h.step()
			}
			h.finish()
		})
	})
}

// A history is a book whose sessions the test runs, on a clock of its own.
type history struct {
	*rapid.T
	db     *store.DB
	of     shelf.Tenant
	ledger *ledger.Ledger
	book   *Book
	live   []*session
	now    time.Duration
	n      int
	terms  price.Terms
	rich   bool // nobody's wallet is ever used up
	calls  map[webtrunk.CallID]*billed
}

// A billed is a call, and what a meter counts of it that nothing stops.
type billed struct {
	id       webtrunk.CallID
	customer string
	m        meter.Meter // never short of money
	begun    bool
	ended    bool
	died     bool // with a process
	legs     []call.Leg
}

func (h *history) start() {
	h.ledger = ledger.Open(h.db, time.Now)
	h.book = Open(Options{DB: h.db, Ledger: h.ledger, Customer: func(_ context.Context, v call.View) (string, error) { return v.Context["identity.sub"], nil },
		Seller: func(call.View, call.LegID) string { return "person_sue" }})
	h.book.clock = func() time.Duration { return h.now }
	h.book.start = func(s *session) { h.live = append(h.live, s) }
	h.live = nil
}

func (h *history) must(err error) {
	if err != nil {
		h.Fatal(err)
	}
}

func (h *history) price() {
	h.terms = price.Terms{Currency: "EUR", PerMinute: money.Rate(rapid.Int64Range(1, 5_000_000).Draw(h.T, "rate")), Connect: rapid.Int64Range(0, 100).Draw(h.T, "connect"),
		Free: price.Seconds(rapid.IntRange(0, 40).Draw(h.T, "free")), Increment: price.Seconds(rapid.SampledFrom([]int{1, 6, 60}).Draw(h.T, "step")),
		Minimum: price.Seconds(rapid.SampledFrom([]int{0, 30}).Draw(h.T, "minimum")), After: price.AfterFree}
	h.must(h.terms.Check())
	p := Price{Name: "Advice", Active: true, Terms: h.terms, SellerPart: rapid.Int64Range(0, 10_000).Draw(h.T, "part")}
	who := owner
	who.Account = h.of.Account
	_, err := h.book.CreatePrice(context.Background(), who, p)
	h.must(err)
}

func (h *history) wallet(customer string) ledger.Name { return Wallet(h.of, customer, "EUR") }

// step lets one thing happen, and some time pass.
func (h *history) step() {
	switch what := rapid.SampledFrom([]string{"call", "call", "answer", "answer", "accept", "accept", "decline", "hold", "lose", "end", "deposit", "die", "again"}).Draw(h.T, "what"); what {
	case "call":
		h.call()
	case "deposit":
		h.deposit(h.customer(), rapid.Int64Range(1, 2000).Draw(h.T, "cents"))
	case "die":
		h.die()
	case "again":
		h.hearAgain()
	default:
		if c := h.any(); c != nil {
			h.happen(c, what)
		}
	}
	h.pass(time.Duration(rapid.IntRange(0, 20_000).Draw(h.T, "ms")) * time.Millisecond)
}

func (h *history) deposit(customer string, cents int64) {
	h.n++
	_, err := h.book.Deposit(context.Background(), Deposit{ID: fmt.Sprintf("%s_dep_%d", h.of.Account, h.n), To: h.wallet(customer), Amount: money.Amount{Minor: cents, Currency: "EUR"}})
	h.must(err)
}

func (h *history) customer() string {
	return rapid.SampledFrom([]string{"cus_ann", "cus_bob"}).Draw(h.T, "customer")
}

// any is one of the calls that run.
func (h *history) any() *billed {
	var running []*billed
	for i := range h.n + 1 {
		if c := h.calls[h.id(i)]; c != nil && !c.ended {
			running = append(running, c)
		}
	}
	if len(running) == 0 {
		return nil
	}
	return rapid.SampledFrom(running).Draw(h.T, "which")
}

func (h *history) id(n int) webtrunk.CallID {
	return webtrunk.CallID(fmt.Sprintf("call_%s_%d", h.of.Account, n))
}

// call has somebody call, who may not be let in.
func (h *history) call() {
	h.n++
	c := &billed{id: h.id(h.n), customer: h.customer()}
	c.legs = []call.Leg{{ID: 1, Kind: call.WebRTC, Role: call.Caller, State: call.Connected}, {ID: 2, Role: call.Callee, State: call.Connected}}
	_, err := h.book.Admit(context.Background(), call.View{ID: c.id, Account: h.of.Account, Context: map[string]string{"identity.sub": c.customer}, To: berlin, Legs: c.legs[:1]})
	switch {
	case err == nil:
		c.m.Terms = h.terms
		c.m.Fund(h.now, money.Most, true)
		h.calls[c.id] = c
	case webtrunk.KindOf(err) != webtrunk.Exhausted:
		h.Fatal(err)
	}
}

// happen lets something happen in a call.
func (h *history) happen(c *billed, what string) {
	var events []call.Event
	switch what {
	case "answer":
		if c.begun {
			return
		}
		c.begun = true
		events = append(events, call.CallAnswered{Leg: 2})
	case "accept", "decline":
		h.answer(c, what)
		return
	case "hold":
		c.legs[1].Held = !c.legs[1].Held
	case "lose":
		c.legs[0].Lost = !c.legs[0].Lost
	case "end":
		c.ended = true
		events = append(events, call.CallEnded{})
	}
	h.book.Saw(call.View{ID: c.id, Account: h.of.Account, Legs: append([]call.Leg{}, c.legs...)}, events)
	f := new(scene).facts(c.legs)
	switch {
	case c.ended:
		c.m.End(h.now)
	case what == "answer":
		c.m.Begin(h.now, f)
	case c.begun:
		c.m.Learn(h.now, f)
	}
	h.turn()
}

// answer has the customer say yes or no.
func (h *history) answer(c *billed, what string) {
	is := map[string]Answer{"accept": Accepted, "decline": Declined}[what]
	done := make(chan error, 1)
	for _, s := range h.live {
		if s.quote.Call == c.id && !s.over {
			was := s.quote.Answer
			s.post(answered{is: is, leg: 1, method: ByPage, reply: done})
			h.turn()
			if err := <-done; err != nil && webtrunk.KindOf(err) != webtrunk.Conflict {
				h.Fatal(err)
			} else if err != nil || was == is {
				return
			}
			if is == Accepted {
				c.m.Accept(h.now)
			} else {
				c.m.Decline(h.now)
			}
		}
	}
}

// pass lets time go by, and sessions do what is due, as often as they want to.
func (h *history) pass(d time.Duration) {
	for end := h.now + d; h.now < end; {
		next := end - h.now
		for _, s := range h.live {
			if w := s.wait(); !s.over && w > 0 {
				next = min(next, w)
			}
		}
		h.now += next
		h.turn()
	}
	for _, c := range h.calls {
		c.m.Advance(h.now)
	}
}

func (h *history) turn() {
	for _, s := range h.live {
		if s.over {
			continue
		}
		s.turn(h.now, s.all())
		if s.over {
			h.book.left(s)
		}
	}
}

// die has the process die at once, and another take its place, which ends the calls.
func (h *history) die() {
	h.ledger.Close()
	h.start()
	for _, c := range h.calls {
		if !c.ended {
			c.ended, c.died = true, true
			c.m.End(h.now)
			h.handle(c)
		}
	}
}

// handle tells the consumer that a call has ended.
func (h *history) handle(c *billed) {
	h.must(h.book.Handle(context.Background(), []event.Record{{Type: "call.ended", Account: h.of.Account, Call: c.id}}))
}

// hearAgain has the consumer hear again, and late, of calls that have ended.
func (h *history) hearAgain() {
	for _, c := range h.calls {
		if c.ended {
			h.handle(c)
		}
	}
}

// finish ends all calls, and holds the ledger against what was counted.
func (h *history) finish() {
	for i := range h.n + 1 {
		if c := h.calls[h.id(i)]; c != nil && !c.ended {
			h.happen(c, "end")
		}
	}
	found, err := h.ledger.Audit(context.Background())
	h.must(err)
	if len(found.Wrong) > 0 || found.Open > 0 {
		h.Fatalf("%d holds are open; %v", found.Open, found.Wrong)
	}
	charged := int64(0)
	for _, c := range h.calls {
		charged += h.judge(c)
	}
	for _, customer := range []string{"cus_ann", "cus_bob"} {
		a, err := h.ledger.Account(context.Background(), h.wallet(customer))
		h.must(err)
		charged -= a.Debits
	}
	if charged != 0 {
		h.Fatalf("sessions say %d cents more than wallets have paid", charged)
	}
}

// judge holds what one call was charged against its meter.
func (h *history) judge(c *billed) int64 {
	s, err := h.book.SessionOf(context.Background(), h.of, c.id)
	h.must(err)
	q, err := h.book.Quote(context.Background(), h.of, s.Quote)
	h.must(err)
	due := c.m.Due().Minor
	switch {
	case !s.Over():
		h.Fatalf("%s is %s", c.id, s.State)
	case s.Charged > 0 && q.Answer != Accepted:
		h.Fatalf("%s was charged %d cents, and the answer was %q", c.id, s.Charged, q.Answer)
	case s.Charged > due:
		h.Fatalf("%s was charged %d cents of %d", c.id, s.Charged, due)
	case s.ToSeller > s.Charged:
		h.Fatalf("%s gave the seller %d of %d", c.id, s.ToSeller, s.Charged)
	}
	if !h.rich {
		return s.Charged
	}
	if c.died {
		before := c.m.Talked()
		before.Voice = max(0, before.Voice-h.book.o.Tick)
		due = h.terms.Due(before).Minor
	}
	if s.Charged < due {
		h.Fatalf("%s was charged %d cents of %d (its process died: %v)", c.id, s.Charged, due, c.died)
	}
	return s.Charged
}
