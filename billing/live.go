package billing

import (
	"context"
	"time"

	"webtrunk/billing/meter"
)

// inquiry asks a session how it stands.
type inquiry struct{ reply chan<- Session }

// inquiryTime bounds what somebody who looks waits for a session: one whose ledger does not
// answer is shown as it is on record.
const inquiryTime = 2 * time.Second

// Live returns sessions as they stand now, where their calls run here: a record is written with
// each tick, and while nothing is charged there is none. Others are as they are on record.
func (b *Book) Live(ctx context.Context, all ...Session) []Session {
	ctx, done := context.WithTimeout(ctx, inquiryTime)
	defer done()
	now := make([]Session, len(all))
	for i, rec := range all {
		now[i] = b.live(ctx, rec)
	}
	return now
}

func (b *Book) live(ctx context.Context, rec Session) Session {
	if rec.Over() {
		return rec
	}
	reply := make(chan Session, 1)
	b.mu.Lock()
	s := b.running[rec.Call]
	if s != nil {
		s.post(inquiry{reply})
	}
	b.mu.Unlock()
	if s == nil {
		return rec
	}
	select {
	case is := <-reply:
		return is
	case <-ctx.Done():
		return rec
	}
}

// standing is the session with what it would post now.
func (s *session) standing(now time.Duration) Session {
	s.hear(s.meter.Advance(now))
	if s.meter.State() == meter.Settling {
		return s.rec // as settle leaves it, soon
	}
	return s.now(max(0, s.due()))
}
