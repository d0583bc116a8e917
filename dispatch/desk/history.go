package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"webtrunk/dispatch"
	"webtrunk/dispatch/floor"
	"webtrunk/store"
)

// What became of a caller, where that is on record in other words than the floor's.
const (
	calledBack  = "called_back" // they were, and an agent spoke with them
	toVoicemail = string(floor.ToVoicemail)
)

// outcome is how a caller's waiting is on record.
func (r *room) outcome(o floor.Left) string {
	f := r.caller(o.Entry)
	switch {
	case o.Why == floor.Answered && r.promise[o.Entry] != nil:
		return calledBack
	case f != nil && f.message:
		return toVoicemail
	}
	return string(o.Why)
}

// slot is what the database adds up by itself: every time zone is so many of it
// off UTC.
const slot = 15 * time.Minute

// History returns what became of a tenant's callers, span by span. Those who were
// moved are counted in the queue that they left from.
func (d *Desk) History(ctx context.Context, of dispatch.Tenant, p dispatch.Past) ([]dispatch.Figures, error) {
	spans, err := p.Spans()
	if err != nil {
		return nil, err
	}
	staff, err := d.o.Book.Staff(ctx, of)
	if err != nil {
		return nil, err
	}
	args, where := []any{string(of.Account), of.Test, store.Micros(spans[0].From), store.Micros(spans[len(spans)-1].To)}, ""
	if p.Queue != "" {
		args, where = append(args, p.Queue), " AND queue = $5"
	}
	level, args := levels(staff.Queues, args)
	rows, err := d.o.DB.Query(ctx, `SELECT ended / `+fmt.Sprint(slot.Microseconds())+` AS slot, reason, COUNT(*), SUM(waited), MAX(waited), SUM(CASE WHEN waited <= `+level+` THEN 1 ELSE 0 END)
		FROM queue_entries WHERE account = $1 AND test = $2 AND ended >= $3 AND ended < $4`+where+` GROUP BY slot, reason`, args...)
	_, err = store.All(rows, err, func(row store.Row) (none struct{}, err error) {
		at, f, err := readFigures(row)
		dispatch.Fold(spans, at, f)
		return none, err
	})
	return spans, err
}

// levels is an expression for the service level of an entry's queue, in
// milliseconds: as it is now.
func levels(queues []dispatch.Queue, args []any) (string, []any) {
	if len(queues) == 0 {
		return "-1", args
	}
	var b strings.Builder
	b.WriteString("CASE queue")
	for _, q := range queues {
		args = append(args, q.ID, q.ServiceLevel.Duration().Milliseconds())
		fmt.Fprintf(&b, " WHEN $%d THEN CAST($%d AS BIGINT)", len(args)-1, len(args))
	}
	return b.String() + " ELSE -1 END", args
}

func readFigures(row store.Row) (at time.Time, f dispatch.Figures, err error) {
	var slots, n, waited, longest, soon int64
	var reason string
	if err = row.Scan(&slots, &reason, &n, &waited, &longest, &soon); err != nil {
		return at, f, err
	}
	f = dispatch.Figures{Offered: int(n), Waited: milliseconds(waited), Longest: milliseconds(longest)}
	switch reason {
	case string(floor.Answered):
		f.Answered, f.InTime = int(n), int(soon)
	case calledBack:
		f.Answered, f.InTime, f.CalledBack = int(n), int(soon), int(n)
	case string(floor.Abandoned):
		f.Abandoned = int(n)
	case toVoicemail:
		f.Voicemails = int(n)
	}
	return time.UnixMicro(slots * slot.Microseconds()), f, nil
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// whyOf reads an outcome for the tallies of a day.
func whyOf(outcome string) floor.Why {
	if outcome == calledBack {
		return floor.Answered
	}
	return floor.Why(outcome)
}
