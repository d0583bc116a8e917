package floor

import (
	"maps"
	"slices"
	"time"

	"webtrunk"
)

// A View is how the floor looks at a moment: for supervisors, and for whoever
// comes to a page anew.
type View struct {
	Queues []QueueView // by ID
	Agents []AgentView // by ID
}

type QueueView struct {
	Queue
	Waiting []EntryView // in order
	OnDuty  int         // agents
}

type EntryView struct {
	Entry
	Place   int
	Joined  time.Time // this queue
	Offered []string  // agents it rings at
}

type AgentView struct {
	Agent
	Presence Presence
	Reason   string
	Since    time.Time // ready for a call; zero where they are not
	Until    time.Time // when their wrap-up ends; zero where there is none
	Places   int       // browsers open
	Offer    webtrunk.CallID
	Calls    []webtrunk.CallID
}

// Look copies the floor.
func (f *Floor) Look(now time.Time) View {
	s, v := step{Floor: f, now: now}, View{}
	for _, id := range slices.Sorted(maps.Keys(f.queues)) {
		v.Queues = append(v.Queues, s.lookAt(f.queues[id]))
	}
	v.Agents = f.LookAtAgents(now)
	return v
}

// LookAtAgents copies what the agents are doing, by ID.
func (f *Floor) LookAtAgents(now time.Time) (all []AgentView) {
	for _, a := range f.staff {
		all = append(all, a.look(now))
	}
	return all
}

func (s *step) lookAt(q *queue) QueueView {
	v := QueueView{Queue: q.Queue, OnDuty: s.onDuty(q.ID)}
	for _, e := range s.waiting {
		if e.Queue != q.ID {
			continue
		}
		w := EntryView{Entry: e.Entry, Place: len(v.Waiting) + 1, Joined: e.joined}
		if e.offer != nil {
			w.Offered = names(e.offer.agents)
		}
		v.Waiting = append(v.Waiting, w)
	}
	return v
}

func (a *agent) look(now time.Time) AgentView {
	p := a.presence(now)
	v := AgentView{Agent: a.Agent, Presence: p, Reason: a.why(p), Places: a.places, Calls: slices.Sorted(maps.Keys(a.calls))}
	if a.ready(now) {
		v.Since = a.since
	}
	if p == WrapUp {
		v.Until = a.wrap
	}
	if a.offer != nil {
		v.Offer = a.offer.entry.ID
	}
	return v
}
