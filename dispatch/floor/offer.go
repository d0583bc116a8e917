package floor

import (
	"maps"
	"slices"
	"time"
)

// An offer is a caller who rings at agents, until each of them has said
// something or somebody has answered.
type offer struct {
	id     int
	entry  *entry
	agents []*agent // still ringing
	due    time.Time
}

// overdue is how long after its time an offer ends by itself: whoever rings the
// agents tells of its end at that time, unless that was lost.
const overdue = 5 * time.Second

// offer rings agents for an entry.
func (s *step) offer(e *entry, agents []*agent) {
	q := s.queues[e.Queue]
	s.made++
	o := &offer{id: s.made, entry: e, agents: agents, due: s.now.Add(q.ring() + overdue)}
	s.offers[o.id], e.offer = o, o
	for _, a := range agents {
		a.offer = o
	}
	q.turn = agents[len(agents)-1].ID
	s.say(Ring{Offer: o.id, Entry: e.ID, Queue: e.Queue, Agents: names(agents), For: q.ring(), Callback: e.Callback})
}

func names(agents []*agent) (ids []string) {
	for _, a := range agents {
		ids = append(ids, a.ID)
	}
	return ids
}

// settle ends an offer for one agent, and with the last of them altogether.
func (s *step) settle(o *offer, a *agent, how Result, why Why) {
	s.say(Settled{Offer: o.id, Entry: o.entry.ID, Agent: a.ID, How: how, Why: why})
	a.offer = nil
	o.agents = slices.DeleteFunc(slices.Clone(o.agents), func(b *agent) bool { return b == a })
	if len(o.agents) == 0 {
		delete(s.offers, o.id)
		o.entry.offer = nil
	}
}

// rescind stops the ringing of some of an offer's agents.
func (s *step) rescind(o *offer, agents []*agent, why Why) {
	if len(agents) == 0 {
		return
	}
	s.say(Rescind{Offer: o.id, Entry: o.entry.ID, Agents: names(agents), Why: why})
	for _, a := range agents {
		s.settle(o, a, WasRescinded, why)
	}
}

// recall rescinds whatever rings for an entry.
func (s *step) recall(e *entry, why Why) {
	if e.offer != nil {
		s.rescind(e.offer, e.offer.agents, why)
	}
}

// pending finds the offer that an agent's answer is to, nil where that is over.
func (s *step) pending(id int, agentID string) (*offer, *agent) {
	o, a := s.offers[id], s.agents[agentID]
	if o == nil || a == nil || a.offer != o {
		return nil, nil
	}
	return o, a
}

// accepted: an agent speaks with a caller. That is so, whatever was offered to
// whom: the agent's answer and the end of the offer may have crossed.
func (s *step) accepted(in Accepted) {
	a, e := s.agents[in.Agent], s.entries[in.Entry]
	if in.Call == "" {
		in.Call = in.Entry
	}
	if a != nil {
		s.took(a, e, in)
	}
	if e != nil {
		s.recall(e, Elsewhere)
		s.queues[e.Queue].learn(e, s.now, s.onDuty(e.Queue))
		s.left(e, in.Agent, Answered)
	}
}

// took: the agent is in the call, and rings for nobody else.
func (s *step) took(a *agent, e *entry, in Accepted) {
	switch {
	case a.offer != nil && a.offer.entry == e:
		s.settle(a.offer, a, WasAccepted, "")
	case a.offer != nil:
		s.rescind(a.offer, []*agent{a}, NotThere)
	}
	a.unresponsive = false
	wrap := a.WrapUp
	if e != nil && wrap == 0 {
		wrap = s.queues[e.Queue].WrapUp
	}
	a.calls[in.Call] = wrap
}

func (s *step) declined(in Declined) {
	if o, a := s.pending(in.Offer, in.Agent); o != nil {
		s.settle(o, a, WasDeclined, "")
		o.entry.refuse(a, s.now)
	}
}

// timedOut: nobody is offered to who let it ring, until they say they are there.
func (s *step) timedOut(in TimedOut) {
	if o, a := s.pending(in.Offer, in.Agent); o != nil {
		s.settle(o, a, WasTimedOut, "")
		a.unresponsive = true
	}
}

func (s *step) unreached(in Unreached) {
	if o, a := s.pending(in.Offer, in.Agent); o != nil {
		s.settle(o, a, WasDeclined, Unreachable)
		o.entry.refuse(a, s.now)
		a.rest = s.now.Add(rest)
	}
}

func (e *entry) refuse(a *agent, now time.Time) {
	if e.refused == nil {
		e.refused = map[string]time.Time{}
	}
	e.refused[a.ID] = now
}

// lapse ends offers of whose end nobody told.
func (s *step) lapse() {
	for _, o := range s.pendingOffers() {
		if s.now.Before(o.due) {
			continue
		}
		s.say(Rescind{Offer: o.id, Entry: o.entry.ID, Agents: names(o.agents), Why: Overdue})
		for _, a := range o.agents {
			s.settle(o, a, WasTimedOut, Overdue)
			a.unresponsive = true
		}
	}
}

// pendingOffers are the offers that ring, in the order of their making.
func (s *step) pendingOffers() []*offer {
	return slices.SortedFunc(maps.Values(s.offers), func(a, b *offer) int { return a.id - b.id })
}
