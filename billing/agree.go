package billing

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/store"
)

// offered is an offer on its way to the call's session.
type offered struct {
	quote Quote
	reply chan<- error
}

// free reports a session in which nobody has agreed to pay yet: nothing of it is on record.
func (s *session) free() bool { return s.rec.ID == "" }

// offered puts an offer on record, and has whoever pays asked.
func (s *session) offered(now time.Duration, q Quote) error {
	s.lookAnew(now)
	if q.Payer = s.payer; !s.free() {
		q.SellerPart = s.quote.SellerPart
	}
	if err := s.mayOffer(q); err != nil {
		return err
	}
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	err := s.b.o.DB.Tx(ctx, func(tx *store.Tx) error {
		if err := q.insert(ctx, tx); err != nil {
			return err
		}
		return q.tell(tx, "billing.offered")
	})
	if err != nil {
		return directory.Unavailable("billing", err)
	}
	s.lapse()
	s.offer, s.until = &q, now+meter.AnswerTime
	if s.free() {
		s.quote = q
	}
	s.ask(q, meter.AnswerTime, s.b.o.Phrase(q))
	return nil
}

// mayOffer refuses what nobody can accept.
func (s *session) mayOffer(q Quote) error {
	switch {
	case s.scene.ended:
		return refuse("billing", webtrunk.Conflict, "The call has ended.")
	case s.payer.Kind == ledger.Sponsor:
		return refuse("billing", webtrunk.Conflict, "Somebody else pays for this call, who is not in it and cannot be asked.")
	case q.Terms.Currency != s.payer.Currency:
		return refuse("billing", webtrunk.Conflict, "This call is paid in %s, and cannot be paid in %s.", s.payer.Currency, q.Terms.Currency)
	}
	return nil
}

// lookAnew sees how the call stands now: what happened before the session was there it has not
// heard.
func (s *session) lookAnew(now time.Duration) {
	v, runs := s.b.o.Look(s.quote.Call)
	if !runs {
		s.see(now, seen{view: v, events: []call.Event{call.CallEnded{}}})
		return
	}
	s.see(now, seen{view: v})
}

// lapse takes back an offer that nobody has answered.
func (s *session) lapse() {
	if s.offer == nil {
		return
	}
	q, err := s.b.put(*s.offer, Unanswered, "", "")
	if err != nil {
		s.log.Warn("billing: it could not be written that nobody answered", "error", err)
	}
	s.settleOffer(q)
}

// settleOffer notes what was said to the offer: where the call still costs nothing, who pays
// may change their mind.
func (s *session) settleOffer(q Quote) {
	if s.offer = nil; s.free() {
		s.quote = q
	}
}

// answersOffer takes an answer to what was offered during the call.
func (s *session) answersOffer(now time.Duration, m answered) error {
	q := s.quote
	if s.offer != nil {
		q = *s.offer
	}
	switch {
	case m.is == Accepted:
		return s.agree(now, q, m)
	case s.offer == nil:
		return nil // said already, perhaps in another tab
	}
	q, err := s.b.put(q, m.is, m.leg.String(), m.method)
	if err != nil {
		return err
	}
	if s.settleOffer(q); s.free() {
		s.aloud = saysNothing
		s.say()
	}
	return nil
}

// agree has a call cost what was offered, from now on. First what the next minutes may cost is
// set aside, by the new price and for what is due by the old one: that and the yes are on
// record together, or neither is.
func (s *session) agree(now time.Duration, q Quote, m answered) error {
	s.lookAnew(now)
	if s.scene.ended || s.unsure != nil {
		return refuse("billing", webtrunk.Conflict, "The call has ended, or the books cannot be reached. Nothing was accepted.")
	}
	next := s.agreed(q)
	due := s.meter.Due().Minor - s.rec.Charged
	least := due + max(1, q.Terms.Least().Minor)
	wanted := max(least, due+q.Terms.Due(price.Talk{Voice: Ahead}).Minor)
	yes, err := q, refuse("billing", webtrunk.Unavailable, "It is not known whether this could be noted. Look again in a moment.")
	s.try(&posting{
		entry: ledger.Entry{Transfers: s.holdAnew(&next, wanted, least), With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) (err error) {
			if yes, err = q.answer(ctx, tx, Accepted, m.leg.String(), m.method, s.b.Now()); err != nil {
				return err
			}
			if s.free() {
				err = next.insert(ctx, tx)
			} else {
				err = next.keep(ctx, tx)
			}
			if err != nil {
				return err
			}
			return yes.tell(tx, "billing.accepted")
		}},
		then: func(r []ledger.Result) {
			err = nil
			moved := r[len(r)-1].Moved
			s.rec, s.quote, s.offer = next, yes, nil
			s.held, s.short = moved, moved < wanted
			now := s.b.clock()
			s.ticked = now
			said := s.meter.Agree(now, q.Terms)
			s.announce(meter.PriceAccepted{})
			s.hear(said)
			s.fund(now)
		},
		fail: func(refused error) {
			if err = refused; webtrunk.KindOf(refused) == webtrunk.Exhausted {
				err = refuse("billing", webtrunk.Exhausted, "The balance does not cover the beginning, which costs %s. Top it up, and accept again.", money.Amount{Minor: least - due, Currency: s.payer.Currency})
			}
		},
	})
	return err
}

// agreed is the session as it is on record once an offer is accepted.
func (s *session) agreed(q Quote) Session {
	if !s.free() {
		next := s.now(0)
		next.Quote = q.ID
		return next
	}
	now := s.b.Now()
	next := Session{ID: webtrunk.NewID("bill"), Tenant: q.Tenant, Call: q.Call, Quote: q.ID, State: s.meter.State(), Payer: s.payer, Created: now, Updated: now}
	if v, _ := s.b.o.Look(q.Call); q.SellerPart > 0 {
		next.Seller = s.b.o.Seller(v, s.scene.answerer)
	}
	return next
}
