package billing

import (
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// A Session is how a call is billed, as it is on record: with its last tick.
type Session struct {
	ID        string
	Tenant    shelf.Tenant
	Call      webtrunk.CallID
	Quote     string
	State     meter.State
	Payer     ledger.Name
	Seller    string        // whose part is paid to them; empty: nobody's
	Talk      price.Talk    // charged
	Free      time.Duration // of the free time, used
	Charged   int64         // minor units
	ToSeller  int64         // of these
	Ticks     int
	Hold      string // the ledger's
	Intervals []Interval
	Created   time.Time
	Updated   time.Time
}

// An Interval is a part of a call whose seconds had one reason. Times in milliseconds from the
// answer, the rate a minute's, in millionths of the currency's unit.
type Interval struct {
	From   int64        `json:"from_ms"`
	To     int64        `json:"to_ms"`
	Reason meter.Reason `json:"reason"`
	Rate   money.Rate   `json:"rate,omitempty"`
}

// mostIntervals bounds what a session shows of a call that is held a thousand times; what is
// due does not come from here.
const mostIntervals = 1000

func intervalsOf(all []meter.Interval) []Interval {
	all = all[max(0, len(all)-mostIntervals):]
	shown := make([]Interval, len(all))
	for i, x := range all {
		shown[i] = Interval{x.From.Milliseconds(), x.To.Milliseconds(), x.Reason, x.Rate}
	}
	return shown
}

// Over reports a session that nothing is posted for any more.
func (s Session) Over() bool { return s.State == meter.Settled || s.State == meter.Voided }

// closed is the state of a session for which nothing more is posted.
func (s Session) closed() meter.State {
	if s.Charged == 0 {
		return meter.Voided
	}
	return meter.Settled
}

// Amount is what was charged.
func (s Session) Amount() money.Amount {
	return money.Amount{Minor: s.Charged, Currency: s.Payer.Currency}
}

const sessionColumns = `SELECT id, account, test, call_id, quote, state, payer, seller, voice_ms, video_ms, free_ms, charged, to_seller, ticks, hold, intervals, created, updated FROM billing_sessions `

func scanSession(row store.Row) (s Session, err error) {
	var payer, intervals string
	var voice, video, free, created, updated int64
	if err := row.Scan(&s.ID, &s.Tenant.Account, &s.Tenant.Test, &s.Call, &s.Quote, &s.State, &payer, &s.Seller, &voice, &video, &free,
		&s.Charged, &s.ToSeller, &s.Ticks, &s.Hold, &intervals, &created, &updated); err != nil {
		return s, err
	}
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	s.Payer, s.Talk, s.Free = ledger.NameOf(payer), price.Talk{Voice: ms(voice), Video: ms(video)}, ms(free)
	s.Created, s.Updated = store.Time(created), store.Time(updated)
	return s, json.Unmarshal([]byte(intervals), &s.Intervals)
}

func (s Session) insert(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO billing_sessions (id, account, test, call_id, quote, state, payer, seller, voice_ms, video_ms, free_ms, charged, to_seller, ticks, hold, intervals, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, $9, '[]', $10, $10)`,
		s.ID, string(s.Tenant.Account), s.Tenant.Test, string(s.Call), s.Quote, string(s.State), s.Payer.String(), s.Seller, s.Hold, store.Micros(s.Created))
	return err
}

// keep writes what has become of the session. One that is over stays as it is.
func (s Session) keep(ctx context.Context, tx *store.Tx) error {
	intervals, err := json.Marshal(s.Intervals)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE billing_sessions SET state = $1, seller = $2, voice_ms = $3, video_ms = $4, free_ms = $5, charged = $6, to_seller = $7, ticks = $8, hold = $9, intervals = $10, updated = $11, quote = $12
		WHERE id = $13 AND state NOT IN ('settled', 'voided')`,
		string(s.State), s.Seller, s.Talk.Voice.Milliseconds(), s.Talk.Video.Milliseconds(), s.Free.Milliseconds(), s.Charged, s.ToSeller, s.Ticks, s.Hold, string(intervals), store.Micros(s.Updated), s.Quote, s.ID)
	return err
}

// SessionOf returns how a call of a tenant's is billed, or webtrunk.NotFound.
func (b *Book) SessionOf(ctx context.Context, of shelf.Tenant, id webtrunk.CallID) (Session, error) {
	s, err := scanSession(b.o.DB.QueryRow(ctx, sessionColumns+`WHERE call_id = $1 AND account = $2 AND test = $3`, string(id), string(of.Account), of.Test))
	return s, directory.Found("billing", "billed call", err)
}

// A SessionQuery narrows a list of sessions.
type SessionQuery struct {
	Payer ledger.Name // zero: any
	Limit int
	After string // a session's ID
}

// Sessions lists a tenant's sessions, the newest first.
func (b *Book) Sessions(ctx context.Context, of shelf.Tenant, q SessionQuery) ([]Session, error) {
	c := &store.Clause{}
	c.Where("account = ? AND test = ?", string(of.Account), of.Test)
	if q.Payer.Tenant != "" {
		c.Where("payer = ?", q.Payer.String())
	}
	if q.After != "" {
		last, err := scanSession(b.o.DB.QueryRow(ctx, sessionColumns+`WHERE id = $1 AND account = $2 AND test = $3`, q.After, string(of.Account), of.Test))
		if err != nil {
			return nil, directory.Found("billing", "billed call", err)
		}
		c.Behind(last.Created, last.ID)
	}
	rows, err := b.o.DB.Query(ctx, sessionColumns+`WHERE `+c.Newest(q.Limit), c.Args...)
	all, err := store.All(rows, err, scanSession)
	return all, directory.Unavailable("billing", err)
}
