package desk

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/dispatch"
	"webtrunk/dispatch/floor"
	"webtrunk/store"
)

// A choice is what an agent last said of themselves. It outlives the process: who
// was there before a restart is there after it, if their page returns.
type choice struct {
	presence floor.Presence
	reason   string
}

// chosen reads what a tenant's agents said.
func (d *Desk) chosen(ctx context.Context, of dispatch.Tenant) (map[string]choice, error) {
	type row struct {
		agent string
		choice
	}
	rows, err := d.o.DB.Query(ctx, `SELECT agent, presence, reason FROM agent_presences WHERE account = $1 AND test = $2`, string(of.Account), of.Test)
	all, err := store.All(rows, err, func(from store.Row) (r row, err error) {
		return r, from.Scan(&r.agent, &r.presence, &r.reason)
	})
	found := map[string]choice{}
	for _, r := range all {
		found[r.agent] = r.choice
	}
	return found, err
}

func (r *room) came(agent string) { r.step(floor.Came{Agent: agent}) }
func (r *room) went(agent string) { r.step(floor.Went{Agent: agent}) }

// choose takes what an agent says of themselves, and keeps it.
func (r *room) choose(now time.Time, agent string, c choice) {
	r.step(floor.Choose{Agent: agent, Presence: c.presence, Reason: c.reason})
	r.scribe.put(note{rows: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO agent_presences (agent, test, account, presence, reason, chosen) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (agent, test) DO UPDATE SET account = excluded.account, presence = excluded.presence, reason = excluded.reason, chosen = excluded.chosen`,
			agent, r.of.Test, string(r.of.Account), string(c.presence), c.reason, store.Micros(now))
		return err
	}})
}

// unchoose forgets what somebody said of themselves who is no agent any more.
func (r *room) unchoose(agent string) {
	r.scribe.put(note{rows: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM agent_presences WHERE agent = $1 AND test = $2`, agent, r.of.Test)
		return err
	}})
}

// Choose lets an agent say that they are available, away for a reason, or offline.
// Who is in a call stays so until its end.
func (d *Desk) Choose(ctx context.Context, of dispatch.Tenant, agent string, to dispatch.State, reason string) error {
	switch to {
	case dispatch.Available, dispatch.Away, dispatch.Offline:
	default:
		return refusal(webtrunk.Invalid, fmt.Sprintf("%q cannot be chosen. Choose available, away or offline: the others follow from calls.", to))
	}
	return d.ofAgent(ctx, of, agent, func(r *room, now time.Time) { r.choose(now, agent, choice{floor.Presence(to), reason}) })
}

// Done ends an agent's wrap-up before its time: they are then what they chose to be,
// as after its end. Who wraps up nothing stays as they are.
func (d *Desk) Done(ctx context.Context, of dispatch.Tenant, agent string) error {
	return d.ofAgent(ctx, of, agent, func(r *room, _ time.Time) { r.step(floor.Done{Agent: agent}) })
}

// ofAgent runs f on the room of an agent, who must be there.
func (d *Desk) ofAgent(ctx context.Context, of dispatch.Tenant, agent string, f func(r *room, now time.Time)) error {
	err := refusal(webtrunk.Unavailable, "The queues are not running yet. Try again in a moment.")
	d.look(ctx, of, func(r *room, now time.Time) {
		if _, there := r.agents[agent]; !there {
			err = refusal(webtrunk.NotFound, "There is no such agent.")
			return
		}
		err = nil
		f(r, now)
	})
	return err
}

func refusal(kind webtrunk.Kind, message string) error {
	return &webtrunk.Error{Op: "presence", Kind: kind, Message: message}
}

// Presences is what a tenant's agents are doing. Who is not among them is offline.
func (d *Desk) Presences(ctx context.Context, of dispatch.Tenant) map[string]dispatch.Presence {
	all := map[string]dispatch.Presence{}
	d.look(ctx, of, func(r *room, now time.Time) {
		for _, a := range r.floor.LookAtAgents(now) {
			all[a.ID] = r.presence(a)
		}
	})
	return all
}

func (r *room) presence(a floor.AgentView) dispatch.Presence {
	p := dispatch.Presence{State: dispatch.State(a.Presence), Reason: a.Reason, Since: r.became[a.ID], Call: a.Offer, Places: a.Places}
	switch {
	case len(a.Calls) > 0:
		p.Call = a.Calls[len(a.Calls)-1]
	case a.Presence == floor.WrapUp:
		p.Call, p.Until = r.last[a.ID], a.Until
	}
	if f := r.caller(p.Call); f != nil {
		p.Queue = f.queued.Queue
	}
	return p
}

// Presence is what an agent is doing; offline for one that nobody knows.
func (d *Desk) Presence(ctx context.Context, of dispatch.Tenant, agent string) dispatch.Presence {
	if p, known := d.Presences(ctx, of)[agent]; known {
		return p
	}
	return dispatch.Presence{State: dispatch.Offline}
}

// look runs f on a tenant's room, if there is one, and waits for that, unless ctx ends
// first.
func (d *Desk) look(ctx context.Context, of dispatch.Tenant, f func(r *room, now time.Time)) {
	d.mu.RLock()
	r := d.rooms[of]
	d.mu.RUnlock()
	if r != nil {
		r.ask(ctx, func() { f(r, d.o.Now()) })
	}
}
