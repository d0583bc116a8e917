package desk

import (
	"cmp"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch/floor"
)

// A following is a call of the account's, as far as the room heard of it.
type following struct {
	id      webtrunk.CallID
	view    call.View // as told last
	queued  call.CallQueued
	waits   bool            // on the floor
	taken   bool            // it was there, and an agent has answered
	given   bool            // up
	message bool            // given up to leave a message
	consult bool            // the transfer that runs is one in which its target is talked to first
	missed  bool            // did not run when calls were last compared
	back    webtrunk.CallID // the entry that this call calls back
	rung    bool            // somebody was dialled for it
	tried   bool            // by a process before: it was promised, and the caller has not answered
	number  webtrunk.Address
	offer   *offering
	legs    map[call.LegID]*sitting
}

// purpose is what whoever takes the caller is rung for.
func (f *following) purpose() call.Purpose { return cmp.Or(f.queued.For, call.ForCall) }

// An offering is an offer as it rings.
type offering struct {
	id     int
	at     time.Time
	long   time.Duration
	agents map[webtrunk.Address]string // whom each address is of
	left   map[string]int              // how many of an agent's addresses have not ended
	by     webtrunk.CallID             // the call that was made to call back; empty where the caller's own rings them
}

// A sitting is an agent's leg in a call.
type sitting struct {
	agent string
	at    webtrunk.Address
	offer *offering // that rang it; nil for a leg of another origin
	rang  bool
	in    bool // answered
}

// saw hears what happened in a call.
func (r *room) saw(c call.View, events []call.Event) {
	if !r.begun {
		r.early = append(r.early, func() { r.saw(c, events) })
		return
	}
	f := r.calls[c.ID]
	if f == nil {
		f = &following{id: c.ID, legs: map[call.LegID]*sitting{}}
		r.calls[c.ID] = f
	}
	f.view = c
	for _, e := range events {
		r.heard(f, e)
	}
	r.compareSoon()
}

func (r *room) heard(f *following, e call.Event) {
	switch e := e.(type) {
	case call.CallQueued:
		r.waits(f, e)
	case call.CallbackRequested:
		r.asksBack(f, e.Number)
	case call.CallbackRefused:
		r.stays(f)
	case call.VoicemailStarted:
		r.goes(f, floor.ToVoicemail)
	case call.FarewellBegun:
		if r.promise[f.id] == nil {
			r.goes(f, floor.TooLong)
		}
	case call.TransferRequested:
		f.consult = e.Consult
	case call.TransferCompleted, call.TransferCanceled:
		r.transferred(f, floor.Canceled)
	case call.TransferFailed:
		r.transferred(f, r.whyFailed(f, e.Cause))
	case call.LegAdded:
		f.rung = true
		r.sits(f, e.Leg)
	case call.LegRang:
		if s := f.legs[e.Leg]; s != nil {
			s.rang = true
		}
	case call.LegJoined:
		r.joined(f, e.Leg)
	case call.LegLeft:
		r.left(f, e)
	case call.CallAnswered:
		r.tried(f.back, call.Answered)
	case call.CallEnded:
		r.ended(f, e.Reason)
	}
}

// waits: the caller waits in a queue. The same event comes again whenever those
// who were rung refused.
func (r *room) waits(f *following, e call.CallQueued) {
	f.queued = e
	if f.taken { // and led here again by whoever had it
		f.waits, f.taken = false, false
	}
	if !f.waits && !f.given {
		f.waits = true
		r.step(floor.Enter{Entry: floor.Entry{ID: f.id, Queue: e.Queue, Priority: e.Priority, Needs: e.Needs, Callable: !f.view.Back.IsZero(), Written: f.writes()}})
	}
}

// writes reports whether the caller has no sound so far.
func (f *following) writes() bool { return len(f.view.Legs) > 0 && f.view.Legs[0].Written }

// consults reports whether it is one of the call's own people who waits, to talk to
// whoever takes it: they leave no message.
func (f *following) consults() bool {
	return f.consult && slices.ContainsFunc(f.view.Legs, func(l call.Leg) bool { return l.ID == f.view.By && l.State == call.Connected })
}

// transferred: a transfer is over. If it led to a queue, nobody waits there for it any
// more, and another may lead there again.
func (r *room) transferred(f *following, why floor.Why) {
	f.consult = false
	if f.queued.For != call.ForTransfer || r.promise[f.id] != nil {
		return
	}
	r.goes(f, why)
	f.queued.For, f.waits, f.taken, f.given, f.message = "", false, false, false, false
}

// whyFailed is why a caller left whose transfer nobody took.
func (r *room) whyFailed(f *following, why call.Cause) floor.Why {
	switch {
	case why == call.Voicemail:
		return floor.ToVoicemail
	case why == call.NoAnswer:
		return floor.TooLong
	case f.view.Status.Terminal():
		return floor.Abandoned
	}
	return floor.Canceled
}

// goes: the call itself has taken the caller out of the queue. Where that was the
// floor's own order, it knows.
func (r *room) goes(f *following, why floor.Why) {
	if f.waits && !f.taken && !f.given {
		f.given = true
		r.step(floor.Leave{Entry: f.id, Why: why})
	}
}

// sits notes an agent's leg: one that an offer rings, or any other at an address
// of theirs. Who calls somebody is busy from the beginning.
func (r *room) sits(f *following, l call.Leg) {
	s := &sitting{at: l.Address}
	if o := f.offer; o != nil && o.agents[l.Address] != "" && l.Role != call.Invited {
		s.agent, s.offer = o.agents[l.Address], o
	} else if s.agent = r.at[l.Address]; s.agent == "" {
		return
	}
	f.legs[l.ID] = s
	if s.offer == nil && l.ID == 1 && f.back == "" && l.Part == call.Talks {
		s.in = true
		r.step(floor.Began{Agent: s.agent, Call: f.id})
	}
}

func (r *room) joined(f *following, id call.LegID) {
	s := f.legs[id]
	if s == nil || s.in {
		return
	}
	s.in = true
	switch {
	case f.back != "":
		r.step(floor.Accepted{Entry: f.back, Agent: s.agent, Call: f.id})
	case f.waits && !f.taken:
		f.taken = true
		r.step(floor.Accepted{Entry: f.id, Agent: s.agent})
	default:
		r.step(floor.Began{Agent: s.agent, Call: f.id})
	}
}

// left: an agent has left the call, or did not answer.
func (r *room) left(f *following, e call.LegLeft) {
	s := f.legs[e.Leg]
	if s == nil {
		return
	}
	delete(f.legs, e.Leg)
	switch {
	case s.in:
		r.last[s.agent] = f.id
		r.step(floor.Ended{Agent: s.agent, Call: f.id})
	case s.offer != nil:
		r.refused(f, s, e.Cause)
	}
}

// refused: one of the addresses that an offer rings at has ended. A person's word
// counts for all their places; what only did not work, once nothing rings any more.
func (r *room) refused(f *following, s *sitting, why call.Cause) {
	o := s.offer
	o.left[s.agent]--
	switch {
	case why == call.Answered || why == call.Canceled:
		// somebody else has it, or it was taken back: the floor knows
	case why == call.Rejected:
		r.rescindAt(f, o, s.agent)
		r.step(floor.Declined{Offer: o.id, Agent: s.agent})
	case o.left[s.agent] > 0:
	case why == call.NoAnswer && s.rang && r.rangLong(o):
		r.step(floor.TimedOut{Offer: o.id, Agent: s.agent})
	default:
		r.step(floor.Unreached{Offer: o.id, Agent: s.agent})
	}
}

// rangLong tells who let it ring from whose page went while it rang.
func (r *room) rangLong(o *offering) bool {
	return r.desk.o.Now().Sub(o.at) >= o.long-time.Second
}

func (r *room) ended(f *following, why call.Cause) {
	delete(r.calls, f.id)
	if f.waits && !f.taken && !f.given {
		r.step(floor.Leave{Entry: f.id, Why: floor.Abandoned})
	}
	if f.back != "" && !f.rung {
		r.notCalledBack(f, why)
	}
	r.tried(f.back, why)
	r.step(floor.Ended{Call: f.id})
}

// compareSoon has the floor compared with the calls that run, as long as there are any.
func (r *room) compareSoon() {
	if r.compare != nil || r.over || len(r.calls) == 0 {
		return
	}
	r.compare = r.desk.o.After(r.desk.o.Compare, func() {
		r.post(func() {
			r.compare = nil
			r.compareCalls()
			r.compareSoon()
		})
	})
}

// compareCalls ends the calls of which the room has not heard that they ended: those
// that did not run at two comparisons.
func (r *room) compareCalls() {
	run := map[webtrunk.CallID]bool{}
	for _, v := range r.desk.o.Calls.Views() {
		run[v.ID] = true
	}
	for id, f := range r.calls {
		switch {
		case run[id]:
			f.missed = false
		case !f.missed:
			f.missed = true // what it was told of is perhaps on the way
		default:
			r.log.Warn("a call ended unheard", "call", id)
			r.ended(f, call.Unreachable)
		}
	}
}
