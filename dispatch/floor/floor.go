package floor

import (
	"maps"
	"slices"
	"strings"
	"time"

	"webtrunk"
)

// A Floor is one account's queues, agents, callers and offers. It is owned by one
// goroutine. The zero Floor is empty and ready.
type Floor struct {
	queues  map[string]*queue
	agents  map[string]*agent
	entries map[webtrunk.CallID]*entry
	offers  map[int]*offer
	waiting []*entry // in order
	staff   []*agent // by ID
	made    int      // offers
	next    time.Time
}

// A step is one input being taken.
type step struct {
	*Floor
	now time.Time
	out []Output
}

// Step takes one input that happened now. An agent who is free goes to whoever
// waits before anybody is given up for having waited too long.
func (f *Floor) Step(now time.Time, in Input) []Output {
	if f.queues == nil {
		f.begin()
	}
	s := step{Floor: f, now: now}
	s.forget()
	s.take(in)
	s.lose()
	s.lapse()
	s.withdraw()
	s.idle()
	s.match()
	s.expire()
	s.match()
	s.tellPlaces()
	s.tellPresence()
	s.tellNext()
	return s.out
}

func (f *Floor) begin() {
	f.queues, f.agents = map[string]*queue{}, map[string]*agent{}
	f.entries, f.offers = map[webtrunk.CallID]*entry{}, map[int]*offer{}
}

func (s *step) say(o Output) { s.out = append(s.out, o) }

func (s *step) take(in Input) {
	switch in := in.(type) {
	case SetQueue:
		s.setQueue(in.Queue)
	case DropQueue:
		s.dropQueue(in.Queue)
	case SetAgent:
		s.setAgent(in.Agent)
	case DropAgent:
		s.dropAgent(in.Agent)
	case Came:
		s.came(in.Agent)
	case Went:
		s.went(in.Agent)
	case Choose:
		s.choose(in)
	case Done:
		s.done(in.Agent)
	case Began:
		s.began(in)
	case Ended:
		s.ended(in)
	case Enter:
		s.enter(in.Entry)
	case Leave:
		s.leave(in)
	case Send:
		s.send(in)
	case Give:
		s.give(in)
	case CallBack:
		s.callBack(in.Entry)
	case Stay:
		s.stay(in.Entry)
	case Accepted:
		s.accepted(in)
	case Declined:
		s.declined(in)
	case TimedOut:
		s.timedOut(in)
	case Unreached:
		s.unreached(in)
	}
}

func (s *step) setQueue(row Queue) {
	if q := s.queues[row.ID]; q != nil {
		q.keep(row)
	} else {
		s.queues[row.ID] = &queue{Queue: row}
	}
	slices.SortFunc(s.waiting, s.before) // its priority may be another
}

// dropQueue moves whoever waits there to an overflow, or gives them up.
func (s *step) dropQueue(id string) {
	q := s.queues[id]
	if q == nil {
		return
	}
	for _, e := range slices.Clone(s.waiting) {
		if e.Queue != id {
			continue
		}
		s.recall(e, QueueDeleted)
		if !s.overflow(e, q, anyTime) {
			s.giveUp(e, q, QueueDeleted)
		}
	}
	delete(s.queues, id)
}

func (s *step) setAgent(row Agent) {
	a := s.agents[row.ID]
	if a == nil {
		a = &agent{chosen: Offline, told: Offline, calls: map[webtrunk.CallID]time.Duration{}}
		s.agents[row.ID] = a
	}
	a.Agent = row
	s.staff = slices.SortedFunc(maps.Values(s.agents), byID)
}

func byID(a, b *agent) int { return strings.Compare(a.ID, b.ID) }

func (s *step) dropAgent(id string) {
	a := s.agents[id]
	if a == nil {
		return
	}
	if a.offer != nil {
		s.rescind(a.offer, []*agent{a}, NotThere)
	}
	if a.told != Offline {
		s.say(Became{Agent: id, Presence: Offline})
	}
	delete(s.agents, id)
	s.staff = slices.DeleteFunc(s.staff, func(b *agent) bool { return b == a })
}
