package policy

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

// Consumer is the name of the cursor by which the guard follows the log.
const Consumer = "policy"

// Handle implements event.Handler: when a call has ended, what it held is
// settled by what it used, as its records tell. So it is settled once, also if
// the process died in between. Calls that ended together are settled together.
func (g *Guard) Handle(ctx context.Context, recs []event.Record) error {
	var all []settlement
	for _, r := range recs {
		if r.Type != "call.ended" {
			continue
		}
		s, holds, err := g.settlement(ctx, r.Call)
		if err != nil {
			return err
		}
		if holds {
			all = append(all, s)
		}
	}
	for some := range slices.Chunk(all, settledTogether) {
		if err := g.book.settle(ctx, some...); err != nil {
			return err
		}
	}
	return nil
}

// settledTogether is how many calls share a transaction: few, for a call that is
// being set up waits for it with its own.
const settledTogether = 16

// A settlement is what a call has used of what it held.
type settlement struct {
	call   webtrunk.CallID
	really func([]end, use) use
}

// settlement reads what a call has used, if it holds anything.
func (g *Guard) settlement(ctx context.Context, id webtrunk.CallID) (s settlement, holds bool, err error) {
	if holds, err = g.book.holds(ctx, id); err != nil || !holds {
		return s, false, err
	}
	t := &talked{}
	for r, err := range g.cfg.Store.Read(ctx, event.Stream{Call: id}, 0) {
		if err != nil {
			return s, false, err
		}
		if err := t.take(r); err != nil {
			return s, false, err
		}
	}
	return settlement{id, t.used}, true, nil
}

// talked is how long each telephone of a call was connected, by its records.
type talked struct {
	legs map[string]*connected
	lost bool // the process that ran the call died
}

type connected struct {
	role call.Role
	from time.Time // zero while it is not
	talk time.Duration
}

// told is what is read of a record's data.
type told struct {
	EndReason call.Cause `json:"end_reason"`
	Leg       *struct {
		ID   string    `json:"id"`
		Kind call.Kind `json:"kind"`
		Role call.Role `json:"role"`
	} `json:"leg"`
}

func (t *talked) take(r event.Record) error {
	var d told
	if err := json.Unmarshal(r.Data, &d); err != nil {
		return err
	}
	switch {
	case r.Type == "call.ended":
		t.lost = d.EndReason == call.NodeLost
		for _, leg := range t.legs {
			leg.end(r.Time)
		}
	case d.Leg == nil || d.Leg.Kind == call.WebRTC:
	case r.Type == "leg.joined":
		if t.legs == nil {
			t.legs = map[string]*connected{}
		}
		t.legs[d.Leg.ID] = &connected{role: d.Leg.Role, from: r.Time}
	case r.Type == "leg.left" && t.legs[d.Leg.ID] != nil:
		t.legs[d.Leg.ID].end(r.Time)
	}
	return nil
}

func (c *connected) end(at time.Time) {
	if !c.from.IsZero() {
		c.talk += at.Sub(c.from)
	}
	c.from = time.Time{}
}

// used is what the telephones have used that the call held something for. A leg
// that was connected and has no rate is one that called us, which costs nothing.
// When a process has died, nobody knows when its calls ended: they have used at
// most what they held.
func (t *talked) used(ends []end, held use) (u use) {
	for _, leg := range t.legs {
		if e, ours := dearest(ends, leg.role); ours {
			u = u.plus(use{leg.talk, cost(e.Rate, leg.talk)})
		}
	}
	if t.lost {
		u = use{min(u.talk, held.talk), min(u.spend, held.spend)}
	}
	return u
}

// dearest is the dearest end of a role.
func dearest(ends []end, role call.Role) (best end, found bool) {
	for _, e := range ends {
		if e.Role == role && (!found || cost(e.Rate, yardstick) > cost(best.Rate, yardstick)) {
			best, found = e, true
		}
	}
	return best, found
}
