package billing

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/call"
	"webtrunk/store"
)

// A session bills one call. All of it but the mailbox belongs to its goroutine.
type session struct {
	*mailbox
	payer ledger.Name // never changes
	b     *Book
	log   *slog.Logger
	quote Quote
	rec   Session // as it was posted last
	meter meter.Meter
	scene scene

	held     int64 // what is left of the hold
	short    bool  // and the payer has no more
	holds    int   // how many there were
	ticked   time.Duration
	unsure   *posting // what may have been posted
	stopped  bool     // the process ends: nothing is tried twice
	over     bool
	context  map[string]string // the call's
	language *string           // of who pays, once it was needed
	aloud    string            // what is to be said to their telephone
	phrase   string            // by which a telephone is asked for a price
	phrased  string            // the quote that it asks for
	asking   string            // the one that a telephone is being asked for
	asked    time.Duration     // until when the payer may answer; 0: not asked yet
	offer    *Quote            // what whoever pays is asked for during the call
	until    time.Duration     // when it lapses
	shown    face
	shownAt  time.Duration
	legs     []call.Leg
	facts    meter.Facts   // as they were seen last
	flow     bool          // pictures do
	looked   time.Duration // whether they do
}

// What a session is told.
type (
	seen struct { // what happened in the call
		view   call.View
		events []call.Event
	}
	answered struct { // somebody answers the quote
		is     Answer
		leg    call.LegID // who says it
		quote  string     // to what; empty: to what is asked
		method Method
		reply  chan<- error
	}
	funded struct{} // the payer has more, perhaps
	stop   struct{} // the process ends
)

func newSession(b *Book, q Quote, rec Session, legs []call.Leg, held int64, short bool) *session {
	s := &session{mailbox: newMailbox(), payer: q.Payer, b: b, quote: q, rec: rec, legs: legs, held: held, short: short, holds: 1, log: b.o.Log.With("call", q.Call)}
	s.meter.Terms = q.Terms
	now := b.clock()
	s.meter.Fund(now, held, short)
	if q.Answer == Accepted {
		s.meter.Accept(now)
	}
	return s
}

// run has a session run, unless its call has ended meanwhile.
func (b *Book) run(s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.asked[s.quote.Call] || b.closed {
		s.post(seen{events: []call.Event{call.CallEnded{}}})
	}
	b.running[s.quote.Call] = s
	b.start(s)
}

// Saw tells the book what happened in a call. It returns at once.
func (b *Book) Saw(v call.View, events []call.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.running[v.ID]; s != nil {
		s.post(seen{v, events})
		return
	}
	if _, asked := b.asked[v.ID]; asked {
		b.asked[v.ID] = b.asked[v.ID] || slices.ContainsFunc(events, func(e call.Event) bool { _, ended := e.(call.CallEnded); return ended })
	}
}

// left takes a session out that has nothing to do any more, and answers who spoke to it last.
func (b *Book) left(s *session) {
	b.mu.Lock()
	delete(b.running, s.quote.Call)
	b.mu.Unlock()
	for _, message := range s.all() {
		switch m := message.(type) {
		case answered:
			m.reply <- notBilled()
		case inquiry:
			m.reply <- s.rec
		case offered:
			m.reply <- refuse("billing", webtrunk.Conflict, "The call has ended.")
		}
	}
}

// run is the session's goroutine.
func (s *session) run() {
	defer s.b.left(s)
	for !s.over {
		all := s.take(s.wait())
		s.turn(s.b.clock(), all)
	}
}

// turn takes what has come, counts up to now, and does what is due.
func (s *session) turn(now time.Duration, all []any) {
	anew := false
	for _, m := range all {
		_, is := m.(watched)
		anew = anew || is
		s.handle(now, m)
	}
	if s.offer != nil && now >= s.until {
		s.lapse()
	}
	s.hear(s.meter.Advance(now))
	s.look(now)
	s.act(now)
	s.show(now, anew)
}

// wait is how long nothing has to be done.
func (s *session) wait() time.Duration {
	next := s.meter.Next()
	if s.offer != nil && (next == 0 || s.until-s.b.clock() < next) {
		next = max(time.Millisecond, s.until-s.b.clock())
	}
	if s.unsure != nil || s.scene.ended {
		return again
	}
	most := s.b.o.Tick
	if s.quote.Terms.Video > 0 {
		most = min(most, lookEvery)
	}
	if s.meter.State() == meter.Metering && (next == 0 || next > most) {
		next = most
	}
	return next
}

// again is how long a session waits before it tries once more what the ledger did not answer.
const again = 2 * time.Second

func (s *session) handle(now time.Duration, message any) {
	switch m := message.(type) {
	case seen:
		s.see(now, m)
	case answered:
		err := s.answered(now, m)
		m.reply <- err
	case offered:
		m.reply <- s.offered(now, m.quote)
	case funded:
		s.short = false
	case inquiry:
		m.reply <- s.standing(now)
	case stop:
		s.stopped, s.over = true, !s.scene.ended
	}
}

// see tells the meter what is so in the call, and hears whoever was asked by telephone.
func (s *session) see(now time.Duration, m seen) {
	s.facts, s.legs, s.context = s.scene.see(m.view, m.events), m.view.Legs, m.view.Context
	s.facts.Video = s.flow
	s.hearDigits(now, m.events)
	switch {
	case s.scene.ended:
		s.hear(s.meter.End(now))
	case s.scene.answered && s.meter.State() == meter.Quoted:
		if s.rec.Seller = s.b.o.Seller(m.view, s.scene.answerer); s.quote.SellerPart == 0 {
			s.rec.Seller = ""
		}
		s.hear(s.meter.Begin(now, s.facts))
	case s.scene.answered:
		s.hear(s.meter.Learn(now, s.facts))
	}
	s.say()
}

// act posts what is due, and sees to it that there is enough for what follows.
func (s *session) act(now time.Duration) {
	if s.unsure != nil && !s.try(s.unsure) {
		s.over = s.stopped
		return
	}
	switch {
	case s.free():
		s.over = s.over || s.scene.ended
		return
	case s.scene.ended:
		s.settle()
		s.over = s.over || s.stopped
	case s.meter.State() == meter.Metering && now-s.ticked >= s.b.o.Tick:
		s.ticked = now
		s.tick()
	}
	if s.over || s.scene.ended || s.unsure != nil {
		return
	}
	s.refill(now)
}

// hear acts on what the meter says, and tells the log of it.
func (s *session) hear(all []meter.Event) {
	for _, e := range all {
		s.announce(e)
		told := s.rec.told()
		told.State, told.Charged = s.meter.State(), s.meter.Due()
		told.Talk, told.Free = s.meter.Talked().Total().Seconds(), s.meter.FreeUsed().Seconds()
		if name := s.react(e, &told); name != "" {
			s.tell(name, told)
		}
	}
}

// react does what follows from what the meter says, and returns the event by which the log is
// told of it, if it is.
func (s *session) react(e meter.Event, told *toldSession) string {
	switch e := e.(type) {
	case meter.FreeStarted:
		return "billing.free_started"
	case meter.AcceptanceRequested:
		told.Answer = e.Answer.Seconds()
		s.asked = s.b.clock() + e.Answer
		s.ask(s.quote, e.Answer, s.asksFor(e))
		return "billing.acceptance_requested"
	case meter.Unanswered:
		s.unanswered()
	case meter.OverUnpaid:
		s.command(call.HangUp{Cause: call.CreditEnded, Message: "The call's price was not accepted, so the call has ended. Nothing was charged for it."})
	case meter.MeteringStarted:
		return "billing.metering_started"
	case meter.MeterPaused:
		told.Reason = e.Reason
		return "billing.paused"
	case meter.MeterResumed:
		return "billing.resumed"
	case meter.RateChanged:
		told.Reason = e.Reason
		return "billing.rate_changed"
	case meter.LowBalance:
		told.Left = e.Left.Seconds()
		return "billing.low_balance"
	case meter.UsedUp:
		s.command(call.HangUp{Cause: call.CreditEnded, Message: "The balance is used up, so the call has ended. Top it up, and call again."})
	}
	return ""
}

// patience bounds what a session waits for the database: it goes on counting meanwhile, and
// says later what it has counted.
const patience = 10 * time.Second

// tell puts an event into the log. What cannot be told now is in the session's record all
// the same.
func (s *session) tell(what string, data toldSession) {
	s.write(func(_ context.Context, tx *store.Tx) error { return emit(tx, s.quote, what, data) })
}

func (s *session) write(f func(context.Context, *store.Tx) error) {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	if err := s.b.o.DB.Tx(ctx, func(tx *store.Tx) error { return f(ctx, tx) }); err != nil {
		s.log.Error("billing: what happened could not be written down", "error", err)
	}
}

// command speaks to the call. One that has ended meanwhile needs to hear nothing.
func (s *session) command(in call.Input) {
	s.b.mu.Lock()
	calls := s.b.calls
	s.b.mu.Unlock()
	if calls == nil {
		return
	}
	if err := calls.Do(context.Background(), s.quote.Call, in); err != nil && webtrunk.KindOf(err) != webtrunk.NotFound {
		s.log.Error("billing: the call could not be told", "error", err)
	}
}

// A posting is an entry for the ledger, and what follows for the session once it is posted.
type posting struct {
	entry ledger.Entry
	then  func([]ledger.Result)
	fail  func(error) // refused: it was not posted
}
