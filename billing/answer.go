package billing

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing/failpoint"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/store"
)

// Answer says yes or no to what a running call costs, on the page of a leg. Only the payer's
// counts. It returns once that is durable. A no can still become a yes; who said yes pays until
// the call ends, and ends it to pay no more. quote is what is answered; empty, whatever is asked.
func (b *Book) Answer(ctx context.Context, id webtrunk.CallID, leg call.LegID, quote string, is Answer) error {
	reply := make(chan error, 1)
	b.mu.Lock()
	s := b.running[id]
	if s != nil {
		s.post(answered{is: is, leg: leg, quote: quote, method: ByPage, reply: reply})
	}
	b.mu.Unlock()
	if s == nil {
		return notBilled()
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		return directory.Unavailable("billing", ctx.Err())
	}
}

func notBilled() error {
	return refuse("billing", webtrunk.NotFound, "This call costs nothing, or has ended.")
}

// answered takes an answer: first on record, then to the meter.
func (s *session) answered(now time.Duration, m answered) error {
	if s.scene.ended {
		return refuse("billing", webtrunk.Conflict, "The call has ended.")
	}
	if s.payer.Kind == ledger.Sponsor || !s.pays(m.leg) {
		return refuse("billing", webtrunk.Forbidden, "You do not pay for this call: only who pays can answer.")
	}
	if m.quote != "" && m.quote != s.question() {
		return refuse("billing", webtrunk.Conflict, "This price is not offered any more. See what is asked now.")
	}
	if s.offer != nil || s.free() {
		return s.answersOffer(now, m)
	}
	if s.quote.Answer == m.is {
		return nil // said already, perhaps in another tab
	}
	if s.quote.Answer == Accepted {
		return refuse("billing", webtrunk.Conflict, "The price was accepted already. Hang up to pay no more.")
	}
	if err := s.record(m.is, m.leg.String(), m.method); err != nil {
		return err
	}
	if m.is == Accepted {
		s.hear(s.meter.Accept(now))
	} else {
		s.hear(s.meter.Decline(now))
	}
	return nil
}

// question is the quote that an answer is to.
func (s *session) question() string {
	if s.offer != nil {
		return s.offer.ID
	}
	return s.quote.ID
}

// record writes an answer to what the call was quoted.
func (s *session) record(is Answer, by string, method Method) error {
	q, err := s.b.put(s.quote, is, by, method)
	if err == nil {
		s.quote = q
	}
	return err
}

// put writes an answer, tells the log of it, and returns the quote as it then is.
func (b *Book) put(q Quote, is Answer, by string, method Method) (Quote, error) {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	answered := q
	failpoint.Reach("answer")
	err := b.o.DB.Tx(ctx, func(tx *store.Tx) (err error) {
		if answered, err = q.answer(ctx, tx, is, by, method, b.Now()); err == nil {
			err = answered.tell(tx, "billing."+string(is))
		}
		return err
	})
	failpoint.Reach("answered")
	return answered, directory.Unavailable("billing", err)
}

// unanswered notes that nobody answered in time. Where that cannot be written nothing is
// charged either: only a yes needs to be on record.
func (s *session) unanswered() {
	if err := s.record(Unanswered, "", ""); err != nil {
		s.log.Warn("billing: it could not be written that nobody answered", "error", err)
	}
}

// ask has the payer's telephone asked for a price by a phrase. A page asks by itself.
func (s *session) ask(q Quote, within time.Duration, phrase string) {
	s.phrase, s.phrased = s.spoken(phrase), q.ID
	if s.phrase == "" {
		return
	}
	for _, l := range s.phones() {
		s.command(call.Ask{Leg: l, Phrase: s.phrase, Digits: 1, Timeout: within})
	}
}

// asksFor is how the call's price is asked for, after what ends soon.
func (s *session) asksFor(e meter.AcceptanceRequested) string {
	phrase := s.b.o.Phrase(s.quote)
	if phrase != "" && e.FreeLeft == meter.AskBefore {
		return saysFreeEnds + "," + phrase
	}
	return phrase
}

// The keys by which a telephone answers.
const (
	keyAccept  = "1"
	keyDecline = "2"
)

// hearDigits takes what the payer's telephone answers: a key of that leg alone, to our
// question alone. Any other key, and none, says nothing.
func (s *session) hearDigits(now time.Duration, events []call.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case call.PromptStarted:
			if !s.pays(e.Prompt.Leg) {
				break
			}
			if s.asking = ""; s.phrase != "" && e.Prompt.Phrase == s.phrase {
				s.asking = s.phrased
			}
		case call.PromptFinished:
			if s.asking != "" && s.pays(e.Leg) {
				of := s.asking
				s.asking = ""
				s.pressed(now, of, e)
			}
		}
	}
}

// pressed takes the key that was pressed, if one was.
func (s *session) pressed(now time.Duration, quote string, e call.PromptFinished) {
	m := answered{leg: e.Leg, quote: quote, method: ByDigits}
	switch e.Digits {
	case keyAccept:
		m.is = Accepted
	case keyDecline:
		m.is = Declined
	default:
		return
	}
	if err := s.answered(now, m); err != nil {
		s.log.Error("billing: an answer by telephone could not be written, and nothing is charged by it", "error", err)
	}
}

// pays reports whether a leg is the payer's.
func (s *session) pays(id call.LegID) bool {
	for _, l := range s.legs {
		if l.ID == id {
			return l.Role == call.Caller
		}
	}
	return false
}
