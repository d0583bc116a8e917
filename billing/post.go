package billing

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/billing/failpoint"
	"webtrunk/billing/ledger"
	"webtrunk/store"
)

// try posts something, and reports whether it is known what became of it. Where the ledger
// does not answer, the same is tried again before anything else.
func (s *session) try(p *posting) bool {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	results, err := s.b.o.Ledger.Post(ctx, p.entry)
	switch webtrunk.KindOf(err) {
	case webtrunk.Exhausted, webtrunk.Conflict, webtrunk.NotFound, webtrunk.Invalid:
		s.unsure = nil
		p.fail(err)
		return true
	}
	if err != nil {
		if s.unsure == nil {
			s.log.Warn("billing: the ledger does not answer; it is asked again", "error", err)
		}
		s.unsure = p
		return false
	}
	s.unsure = nil
	p.then(results)
	return true
}

// due is what the meter has counted and was not posted, as far as the hold goes.
func (s *session) due() int64 { return min(s.meter.Due().Minor-s.rec.Charged, s.held) }

// now is the session as its next posting would leave it.
func (s *session) now(drawn int64) Session {
	next := s.rec
	next.State, next.Talk, next.Free = s.meter.State(), s.meter.Talked(), s.meter.FreeUsed()
	next.Intervals, next.Updated = intervalsOf(s.meter.Intervals()), s.b.Now()
	if next.Charged += drawn; next.Seller != "" {
		next.ToSeller = next.Amount().Share(s.quote.SellerPart).Minor
	}
	return next
}

// draws are the transfers of a tick: the seller's part, and the rest.
func (s *session) draws(next Session) (all []ledger.Transfer) {
	tick := ledger.Transfer{Op: ledger.Draw, Hold: s.rec.Hold, Reason: ledger.Talk, Call: s.rec.Call, Subject: s.rec.ID}
	mine := ledger.Name{Tenant: s.rec.Payer.Tenant, Test: s.rec.Payer.Test, Kind: ledger.Revenue, Currency: s.rec.Payer.Currency}
	theirs := mine
	theirs.Kind, theirs.Owner = ledger.Seller, next.Seller
	sold := next.ToSeller - s.rec.ToSeller
	for _, part := range []struct {
		id string
		to ledger.Name
		n  int64
	}{{"s", theirs, sold}, {"", mine, next.Charged - s.rec.Charged - sold}} {
		if part.n > 0 {
			tick.ID, tick.To, tick.Amount = fmt.Sprintf("%s.%d%s", s.rec.ID, next.Ticks, part.id), part.to, part.n
			all = append(all, tick)
		}
	}
	return all
}

// tick posts what has become due since the last one.
func (s *session) tick() {
	n := s.due()
	if n <= 0 {
		return
	}
	next := s.now(n)
	next.Ticks++
	failpoint.Reach("tick")
	s.try(&posting{
		entry: ledger.Entry{Transfers: s.draws(next), With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error { return next.keep(ctx, tx) }},
		then:  func([]ledger.Result) { s.rec, s.held = next, s.held-n },
		fail:  s.broken,
	})
	failpoint.Reach("ticked")
}

// broken ends a call that the ledger refuses to bill: its hold is gone. Nobody talks on for
// what cannot be charged, or is charged for what was not set aside.
func (s *session) broken(err error) {
	s.log.Error("billing: a tick was refused, and the call ends", "error", err)
	s.held = 0
	s.hear(s.meter.Fund(s.b.clock(), s.rec.Charged, true))
}

// settle posts what is still due, gives back what is left of the hold, and closes the session.
func (s *session) settle() {
	n := max(0, s.due())
	next := s.now(n)
	next.Ticks++
	next.State = next.closed()
	failpoint.Reach("settle")
	all := append(s.draws(next), ledger.Transfer{ID: s.rec.ID + ".end", Op: ledger.Release, Hold: s.rec.Hold, Call: s.rec.Call, Subject: s.rec.ID})
	s.try(&posting{
		entry: ledger.Entry{Transfers: all, With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error {
			if err := next.keep(ctx, tx); err != nil {
				return err
			}
			return emit(tx, s.quote, "billing.settled", next.told())
		}},
		then: func([]ledger.Result) {
			failpoint.Reach("settled")
			s.rec, s.over = next, true
			s.meter.Settle()
		},
		fail: func(err error) { // its hold is gone; what was posted stays
			s.log.Error("billing: the last tick was refused, and the call is settled without it", "error", err)
			s.over = true
			s.b.settleLost(context.Background(), s.rec.Call)
		},
	})
}

// spare is how much talk must be covered before more is set aside.
const spare = 2 * time.Minute

// refill sets aside more for a call that needs it soon, and tells the meter how much there
// is. A payer who has no more is asked again when their balance grows.
func (s *session) refill(now time.Duration) {
	ahead := s.meter.DueAhead(Ahead).Minor - s.rec.Charged
	if s.short || ahead <= s.held || s.meter.LastsFor(s.rec.Charged+s.held) >= spare {
		s.fund(now)
		return
	}
	next := s.rec
	s.try(&posting{
		entry: ledger.Entry{Transfers: s.holdAnew(&next, ahead, max(1, s.held)), With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error { return next.keep(ctx, tx) }},
		then: func(r []ledger.Result) {
			moved := r[len(r)-1].Moved
			s.rec, s.held, s.short = next, moved, moved < ahead
			s.fund(s.b.clock())
		},
		fail: func(error) { s.short = true; s.fund(s.b.clock()) },
	})
}

// holdAnew are the transfers of another hold in the place of the one there is, if there is one.
func (s *session) holdAnew(next *Session, amount, least int64) (all []ledger.Transfer) {
	if next.Hold != "" {
		all = append(all, ledger.Transfer{ID: next.Hold + ".renewed", Op: ledger.Release, Hold: next.Hold, Call: next.Call, Subject: next.ID})
	}
	s.holds++
	next.Hold = fmt.Sprintf("%s.h%d", next.ID, s.holds)
	return append(all, ledger.Transfer{ID: next.Hold, Op: ledger.Hold, From: next.Payer, Amount: amount, Least: least, Call: next.Call, Subject: next.ID, Expires: s.b.Now().Add(holdLife)})
}

func (s *session) fund(now time.Duration) {
	s.hear(s.meter.Fund(now, s.rec.Charged+s.held, s.short))
}
