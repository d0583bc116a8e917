package desk

import (
	"context"
	"slices"
	"time"

	"webtrunk/dispatch"
	"webtrunk/dispatch/floor"
	"webtrunk/store"
)

// A tally counts a queue's callers of a day, which begins at midnight UTC.
type tally struct{ entered, answered, inTime, abandoned, left int }

// A tallied is the tallies of a tenant's queues.
type tallied struct {
	since time.Time
	of    map[string]tally
}

// today counts the day's callers who have left, as they are on record: a restart
// forgets nobody.
func (d *Desk) today(ctx context.Context, of dispatch.Tenant, queues []dispatch.Queue) (tallied, error) {
	today := tallied{since: midnight(d.o.Now()), of: map[string]tally{}}
	level := map[string]time.Duration{}
	for _, q := range queues {
		level[q.ID] = q.ServiceLevel.Duration()
	}
	rows, err := d.o.DB.Query(ctx, `SELECT queue, reason, waited FROM queue_entries WHERE account = $1 AND test = $2 AND ended >= $3`,
		string(of.Account), of.Test, store.Micros(today.since))
	_, err = store.All(rows, err, func(row store.Row) (none struct{}, err error) {
		var queue, why string
		var waited int64
		if err := row.Scan(&queue, &why, &waited); err != nil {
			return none, err
		}
		t := today.of[queue]
		t.entered++
		t.leave(whyOf(why), time.Duration(waited)*time.Millisecond <= level[queue])
		today.of[queue] = t
		return none, nil
	})
	return today, err
}

func midnight(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour) }

// Live returns a tenant's queues as they are now.
func (d *Desk) Live(ctx context.Context, of dispatch.Tenant) (all []dispatch.Live) {
	d.look(ctx, of, func(r *room, now time.Time) {
		v := r.floor.Look(now)
		for _, q := range v.Queues {
			all = append(all, r.live(now, q, v.Agents))
		}
	})
	return all
}

func (r *room) live(now time.Time, q floor.QueueView, agents []floor.AgentView) dispatch.Live {
	t := r.tallies[q.ID]
	l := dispatch.Live{Queue: q.ID, Waiting: len(q.Waiting), Since: r.since, Entered: t.entered, Answered: t.answered, InTime: t.inTime, Abandoned: t.abandoned, Left: t.left}
	for _, e := range q.Waiting {
		l.Longest = max(l.Longest, now.Sub(e.Since))
	}
	for _, a := range agents {
		if !slices.Contains(a.Queues, q.ID) {
			continue
		}
		switch a.Presence {
		case floor.Available:
			l.Available++
		case floor.Offered, floor.OnCall, floor.WrapUp:
			l.Busy++
		case floor.Away, floor.Unresponsive:
			l.Away++
		}
	}
	return l
}

// HasRoom reports whether one more caller could wait in a tenant's queue. One that the
// desk has not heard of yet has.
func (d *Desk) HasRoom(ctx context.Context, of dispatch.Tenant, queue string) (has bool) {
	has = true
	d.look(ctx, of, func(r *room, now time.Time) {
		if _, known := r.queues[queue]; known {
			has = r.floor.HasRoom(now, queue)
		}
	})
	return has
}

// count counts who joined and who left, once each.
func (r *room) count(now time.Time, o floor.Output) {
	if day := midnight(now); day.After(r.since) {
		r.since, r.tallies = day, map[string]tally{}
	}
	switch o := o.(type) {
	case floor.Joined:
		if r.again(o.Entry) {
			return
		}
		r.change(o.Queue, func(t *tally) { t.entered++ })
	case floor.Moved:
		r.change(o.From, func(t *tally) { t.left++ })
		r.change(o.Queue, func(t *tally) { t.entered++ })
	case floor.Left:
		if r.again(o.Entry) {
			return
		}
		inTime := o.Waited <= r.queues[o.Queue].ServiceLevel.Duration()
		r.change(o.Queue, func(t *tally) { t.leave(o.Why, inTime) })
	}
}

func (r *room) change(queue string, f func(*tally)) {
	t := r.tallies[queue]
	f(&t)
	r.tallies[queue] = t
}

func (t *tally) leave(why floor.Why, inTime bool) {
	switch {
	case why == floor.Answered && inTime:
		t.answered++
		t.inTime++
	case why == floor.Answered:
		t.answered++
	case why == floor.Abandoned:
		t.abandoned++
	default:
		t.left++
	}
}
