package billing

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	shop   = shelf.Tenant{Account: "acct_shop"}
	owner  = directory.Principal{Account: "acct_shop", ID: "person_own"}
	ann    = Wallet(shop, "cus_ann", "EUR")
	income = ledger.Name{Tenant: shop.Account, Kind: ledger.Revenue, Currency: "EUR"}
	berlin = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+4930123456"}
)

// A world is a book over a database, and the calls that run.
type world struct {
	*testing.T
	*Book
	db     *store.DB
	ledger *ledger.Ledger

	mu    sync.Mutex
	lines map[webtrunk.CallID]*line
	phase time.Duration // by which the wall clock is wrong

	silent bool // no page shows what its call would cost
}

func open(t *testing.T, db *store.DB, change ...func(*Options)) *world {
	w := &world{T: t, db: db, lines: map[webtrunk.CallID]*line{}}
	w.ledger = ledger.Open(db, time.Now)
	o := Options{DB: db, Ledger: w.ledger, Calls: w,
		Customer: func(_ context.Context, v call.View) (string, error) { return v.Context["identity.sub"], nil },
		Seller:   func(call.View, call.LegID) string { return "person_sue" },
		Phrase:   func(q Quote) string { return "offer_" + q.ID },
		Look:     w.look,
		Now:      func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return time.Now().Add(w.phase) },
	}
	for _, f := range change {
		f(&o)
	}
	w.Book = Open(o)
	return w
}

func (w *world) close() {
	w.Book.Close()
	w.ledger.Close()
}

// inBubble tells a story over a database whose clock is the bubble's: minutes pass at once.
func inBubble(t *testing.T, story func(w *world)) {
	url := storetest.SQLite(t)
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), url, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		w := open(t, db)
		defer w.close()
		story(w)
		synctest.Wait()
		w.adds()
	})
}

// costs makes a price of € 1.20 a minute.
func (w *world) costs(change func(*Price)) Price {
	w.Helper()
	p := Price{Name: "Advice", Active: true, Terms: price.Terms{Currency: "EUR", PerMinute: 1_200_000}}
	if change != nil {
		change(&p)
	}
	made, err := w.CreatePrice(w.Context(), owner, p)
	if err != nil {
		w.Fatal(err)
	}
	return made
}

func (w *world) deposit(id string, to ledger.Name, cents int64) {
	w.Helper()
	if _, err := w.Deposit(w.Context(), Deposit{ID: id, To: to, Amount: money.Amount{Minor: cents, Currency: "EUR"}, By: "person_own"}); err != nil {
		w.Fatal(err)
	}
}

// stands asserts what is in an account, and what of it is held.
func (w *world) stands(n ledger.Name, balance, held int64) {
	w.Helper()
	if a, err := w.ledger.Account(w.Context(), n); err != nil || a.Balance() != balance || a.Held != held {
		w.Errorf("%s has %d, of which %d are held, %v; want %d and %d", n, a.Balance(), a.Held, err, balance, held)
	}
}

// billed asserts how a call is on record.
func (w *world) billed(id webtrunk.CallID, state meter.State, cents int64) Session {
	w.Helper()
	s, err := w.SessionOf(w.Context(), shop, id)
	if err != nil || s.State != state || s.Charged != cents {
		w.Errorf("%s is %s with %d cents, %v; want %s with %d", id, s.State, s.Charged, err, state, cents)
	}
	return s
}

// adds asserts that the ledger adds up.
func (w *world) adds() {
	w.Helper()
	found, err := w.ledger.Audit(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	for _, wrong := range found.Wrong {
		w.Error(wrong)
	}
}

// told are the types of the events in the log about money.
func (w *world) told() (types []string) {
	w.Helper()
	for r, err := range w.db.Read(w.Context(), event.Stream{Account: shop.Account}, 0) {
		if err != nil {
			w.Fatal(err)
		}
		types = append(types, r.Type)
	}
	return types
}

// A line is one call: the real machine, with a test at its ends.
type line struct {
	w      *world
	mu     sync.Mutex
	call   call.Call
	timers map[call.Timer]*time.Timer
	asked  chan call.Prompt
	ended  chan call.CallEnded
}

// Do implements call.Commander.
func (w *world) Do(_ context.Context, id webtrunk.CallID, in call.Input) error {
	w.mu.Lock()
	l := w.lines[id]
	w.mu.Unlock()
	if l == nil {
		return &webtrunk.Error{Kind: webtrunk.NotFound}
	}
	go l.take(in) // as the switchboard does: it returns at once
	return nil
}

// calls has somebody call: a page of Ann's, unless in says otherwise.
func (w *world) calls(id webtrunk.CallID, change ...func(*call.Arrived)) *line {
	in := call.Arrived{ID: id, Account: shop.Account, From: webtrunk.Address{Scheme: webtrunk.Browser, Value: "v1"}, To: berlin, Via: "widget_1", Context: map[string]string{"identity.sub": "cus_ann"}}
	for _, f := range change {
		f(&in)
	}
	l := &line{w: w, timers: map[call.Timer]*time.Timer{}, asked: make(chan call.Prompt, 10), ended: make(chan call.CallEnded, 1)}
	w.mu.Lock()
	w.lines[id] = l
	w.mu.Unlock()
	w.shows(in)
	l.take(in)
	return l
}

// shows has the page say what its call would cost, as widgets do that are to.
func (w *world) shows(in call.Arrived) {
	w.Helper()
	v := call.View{Account: in.Account, Test: in.Test, Via: in.Via, To: in.To, Context: in.Context, Legs: []call.Leg{{ID: 1, Kind: in.Kind, Role: call.Caller}}}
	t, any, err := w.book().Tag(context.Background(), v)
	if err == nil && any && !w.silent {
		err = w.book().Shown(context.Background(), v, t.ID)
	}
	if err != nil {
		w.Fatal(err)
	}
}

// take gives the machine an input, and does what it orders.
func (l *line) take(in call.Input) {
	l.mu.Lock()
	out := l.call.Step(in)
	view := l.call.View()
	l.w.book().Saw(view, out.Events)
	for _, e := range out.Events {
		switch e := e.(type) {
		case call.PromptStarted:
			l.asked <- e.Prompt
		case call.CallEnded:
			l.ended <- e
		}
	}
	for _, o := range out.Orders {
		l.carryOut(view, o)
	}
	l.mu.Unlock()
}

func (l *line) carryOut(v call.View, o call.Order) {
	switch o := o.(type) {
	case call.AskAdmit:
		go func() {
			terms, err := l.w.book().Admit(context.Background(), v)
			if err != nil {
				l.take(call.Refused{Cause: call.Forbidden, Message: webtrunk.MessageOf(err, "")})
				return
			}
			l.take(call.Admitted{Terms: terms})
		}()
	case call.AskRoute:
		go l.take(call.Routed{For: o.For, To: o.To, Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{{Address: o.To, Staff: true}}}}}})
	case call.StartTimer:
		if old := l.timers[o.Timer]; old != nil {
			old.Stop()
		}
		l.timers[o.Timer] = time.AfterFunc(o.After, func() { l.take(call.TimerFired{Timer: o.Timer}) })
	case call.StopTimer:
		l.timers[o.Timer].Stop()
	}
}

// answered lets the one called answer.
func (l *line) answered() *line {
	synctest.Wait() // it is let in, routed and dialled
	l.take(call.LegRinging{Leg: 2})
	l.take(call.LegAnswered{Leg: 2})
	synctest.Wait()
	return l
}

// hangsUp ends the call.
func (l *line) hangsUp() {
	l.take(call.LegEnded{Leg: 1, Cause: call.Hangup})
	synctest.Wait()
}

// over returns how the call ended.
func (l *line) over() call.CallEnded {
	l.w.Helper()
	synctest.Wait()
	select {
	case e := <-l.ended:
		return e
	default:
		l.w.Error("the call goes on")
		return call.CallEnded{}
	}
}

// pass lets time go by.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// stopped has another process take this one's place: it knows of no call.
func (w *world) stopped() {
	w.Book.Close()
	w.mu.Lock()
	w.Book = Open(w.o)
	w.mu.Unlock()
	synctest.Wait()
}

// book is the process's that runs, for whoever is not the test itself.
func (w *world) book() *Book {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Book
}

// record puts a record of a call into the log.
func (w *world) record(id webtrunk.CallID, seq int64, kind string) {
	w.Helper()
	r, err := event.New(shop.Account, false, kind, map[string]string{})
	if err != nil {
		w.Fatal(err)
	}
	r.Call, r.CallSeq, r.Last = id, seq, kind == "call.ended"
	if err := w.db.Append(w.Context(), r); err != nil {
		w.Fatal(err)
	}
}

// look is how a call stands.
func (w *world) look(id webtrunk.CallID) (call.View, bool) {
	w.mu.Lock()
	l := w.lines[id]
	w.mu.Unlock()
	if l == nil {
		return call.View{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.call.View()
	return v, !v.Status.Terminal()
}
