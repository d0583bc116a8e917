package desk

import (
	"reflect"

	"webtrunk"
	"webtrunk/dispatch"
	"webtrunk/dispatch/floor"
	"webtrunk/dispatch/hours"
)

// A known is what a room is told of its account: the rows as they are now, what
// agents said of themselves, and where their browsers are called.
type known struct {
	dispatch.Staff
	chosen map[string]choice
	places map[string]webtrunk.Address
	today  tallied // for a room that has not begun
	kept   []kept  // likewise: what callers were promised
}

// take takes the rows as they are now. Only what has changed reaches the floor.
func (r *room) take(k known) {
	first := !r.begun
	if first {
		r.begun, r.since, r.tallies = true, k.today.since, k.today.of
	}
	r.takeQueues(k)
	r.takeAgents(k)
	if first {
		for _, promise := range k.kept {
			r.restore(promise)
		}
	}
	for _, f := range r.early {
		f()
	}
	r.early = nil
}

func (r *room) takeQueues(k known) {
	before, kept := r.queues, r.hours
	r.queues, r.hours = map[string]dispatch.Queue{}, k.Hours
	for _, q := range k.Queues {
		r.queues[q.ID] = q
		if was, known := before[q.ID]; !known || !reflect.DeepEqual(q, was) || !reflect.DeepEqual(k.Hours[q.Hours], kept[q.Hours]) {
			r.step(floor.SetQueue{Queue: floorQueue(q, k.Hours[q.Hours])})
		}
	}
	for id := range before {
		if _, stays := r.queues[id]; !stays {
			r.step(floor.DropQueue{Queue: id})
		}
	}
}

func (r *room) takeAgents(k known) {
	before := r.agents
	r.agents, r.at = map[string]dispatch.Agent{}, map[webtrunk.Address]string{}
	for _, a := range k.Agents {
		r.agents[a.ID], r.at[k.places[a.ID]] = a, a.ID
		was, known := before[a.ID]
		if !known || !reflect.DeepEqual(a, was) {
			r.step(floor.SetAgent{Agent: floorAgent(a)})
		}
		if c, has := k.chosen[a.ID]; has && !known {
			r.step(floor.Choose{Agent: a.ID, Presence: c.presence, Reason: c.reason})
		}
	}
	for id := range before {
		if _, stays := r.agents[id]; !stays {
			r.step(floor.DropAgent{Agent: id})
			r.unchoose(id)
		}
	}
}

func floorQueue(q dispatch.Queue, open *hours.Hours) floor.Queue {
	f := floor.Queue{
		ID: q.ID, Name: q.Name, Strategy: floor.Strategy(q.Strategy), Priority: q.Priority, Ring: q.Ring.Duration(), Most: q.Most,
		MaxWait: q.MaxWait.Duration(), Last: floor.Last(q.Last), WrapUp: q.WrapUp.Duration(),
	}
	if open != nil {
		f.Hours = open
	}
	for _, o := range q.Overflow {
		f.Overflow = append(f.Overflow, floor.Overflow{After: o.After.Duration(), Queue: o.Queue})
	}
	for _, x := range q.Relax {
		f.Relax = append(f.Relax, floor.Relax{After: x.After.Duration(), By: x.By})
	}
	return f
}

func floorAgent(a dispatch.Agent) floor.Agent {
	return floor.Agent{ID: a.ID, Name: a.Name, Skills: a.Skills, Queues: a.Queues, WrapUp: a.WrapUp.Duration(), Phone: !a.Phone.IsZero()}
}
