package desk

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/dispatch/floor"
	"webtrunk/event"
	"webtrunk/store"
)

// A settling names an offer to one agent: one has a name of its own for each.
type settling struct {
	offer int
	agent string
}

// What events say, in the words of the API.
type (
	offerTold struct {
		ID     string          `json:"id"`
		Object string          `json:"object"` // "offer"
		Call   webtrunk.CallID `json:"call"`
		Queue  string          `json:"queue,omitempty"`
		Agent  string          `json:"agent"`
		Status string          `json:"status"`
		Ring   float64         `json:"ring_seconds,omitempty"`
		Reason floor.Why       `json:"reason,omitempty"`
	}
	entryTold struct {
		Object string          `json:"object"` // "queue_entry"
		Call   webtrunk.CallID `json:"call"`
		Queue  string          `json:"queue"`
		Place  int             `json:"position"`
		Agent  string          `json:"agent,omitempty"`
		Waited *float64        `json:"waited_seconds,omitempty"`
		Reason string          `json:"reason,omitempty"`
	}
	presenceTold struct {
		Object   string         `json:"object"` // "presence"
		Agent    string         `json:"agent"`
		Presence floor.Presence `json:"presence"`
		Reason   string         `json:"reason,omitempty"`
	}
)

// offered records that an agent is rung.
func (r *room) offered(now time.Time, o floor.Ring, agent string) {
	id := webtrunk.NewID("offer")
	r.ids[settling{o.Offer, agent}] = id
	r.tellLog(now, "offer.created", offerTold{ID: id, Object: "offer", Call: o.Entry, Queue: o.Queue, Agent: agent, Status: "pending", Ring: o.For.Seconds()}, nil)
}

// record records a fact.
func (r *room) record(now time.Time, o floor.Output) {
	r.count(now, o)
	switch o := o.(type) {
	case floor.Joined:
		if r.promise[o.Entry] != nil && !r.again(o.Entry) {
			return // it was told of before the restart, and has not left since
		}
		r.tellLog(now, "queue.entry_added", entryTold{Object: "queue_entry", Call: o.Entry, Queue: o.Queue, Place: o.Place}, nil)
	case floor.Moved:
		r.tellLog(now, "queue.entry_left", entryTold{Object: "queue_entry", Call: o.Entry, Queue: o.From, Reason: "moved"}, nil)
		r.tellLog(now, "queue.entry_added", entryTold{Object: "queue_entry", Call: o.Entry, Queue: o.Queue, Place: o.Place, Reason: "moved"}, nil)
	case floor.Left:
		r.entryLeft(now, o)
	case floor.Settled:
		r.settled(now, o)
	case floor.Became:
		r.became[o.Agent] = now
		r.tellLog(now, "agent.presence_changed", presenceTold{"presence", o.Agent, o.Presence, o.Reason}, nil)
	}
}

func (r *room) settled(now time.Time, o floor.Settled) {
	key := settling{o.Offer, o.Agent}
	r.tellLog(now, "offer."+string(o.How), offerTold{ID: r.ids[key], Object: "offer", Call: o.Entry, Agent: o.Agent, Status: string(o.How), Reason: o.Why}, nil)
	delete(r.ids, key)
}

// entryLeft keeps who waited for how long, for the figures of a day.
func (r *room) entryLeft(now time.Time, o floor.Left) {
	outcome := r.outcome(o)
	switch f := r.promise[o.Entry]; {
	case f == nil:
	case o.Why == floor.Answered:
		r.tryPromise(f)
	default:
		r.dropPromise(f)
	}
	seconds := o.Waited.Seconds()
	told := entryTold{Object: "queue_entry", Call: o.Entry, Queue: o.Queue, Place: o.Place, Agent: o.Agent, Waited: &seconds, Reason: string(o.Why)}
	r.tellLog(now, "queue.entry_left", told, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO queue_entries (call, queue, account, test, reason, waited, ended) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
			string(o.Entry), o.Queue, string(r.of.Account), r.of.Test, outcome, o.Waited.Milliseconds(), store.Micros(now))
		return err
	})
}

// tellLog hands an event, and the rows that it is of, to the scribe.
func (r *room) tellLog(now time.Time, kind string, data any, rows func(context.Context, *store.Tx) error) {
	rec, err := event.New(r.of.Account, r.of.Test, kind, data)
	if err != nil {
		r.log.Error("an event cannot be written", "type", kind, "error", err)
		return
	}
	rec.Time = now.UTC().Truncate(time.Microsecond)
	r.scribe.put(note{rec: rec, rows: rows})
}
