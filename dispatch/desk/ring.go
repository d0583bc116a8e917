package desk

import (
	"cmp"
	"context"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch/floor"
)

// patience bounds a question that is asked while an account's callers wait.
const patience = 2 * time.Second

// ctx is for what returns at once.
func (r *room) ctx() context.Context { return context.Background() }

// ring rings agents for a caller, at all their places.
func (r *room) ring(now time.Time, o floor.Ring) {
	f := r.caller(o.Entry)
	if f == nil {
		r.step(floor.Leave{Entry: o.Entry, Why: floor.Canceled})
		return
	}
	f.offer = &offering{id: o.Offer, at: now, long: o.For, agents: map[webtrunk.Address]string{}, left: map[string]int{}}
	var all []call.Target
	for _, agent := range o.Agents {
		targets := r.reach(f, agent)
		if o.Callback {
			targets = targets[:min(len(targets), 1)] // a call has one first party
		}
		for _, t := range targets {
			f.offer.agents[t.Address] = agent
		}
		if f.offer.left[agent] = len(targets); len(targets) == 0 {
			r.step(floor.Unreached{Offer: o.Offer, Agent: agent})
		}
		all = append(all, targets...)
		r.offered(now, o, agent)
	}
	switch {
	case len(all) == 0:
	case o.Callback:
		r.callBack(f, all[0])
	default:
		r.do(f.id, call.Routed{For: f.purpose(), Plan: call.Plan{Stages: []call.Stage{{Targets: all, Timeout: o.For}}}})
	}
}

// caller finds who an entry is of: a call that runs, or one that is over and whose
// caller is to be called.
func (r *room) caller(id webtrunk.CallID) *following {
	if f := r.promise[id]; f != nil {
		return f
	}
	return r.calls[id]
}

// reach are the places where an agent is rung. A telephone that may not be called, or
// cannot, is left out, as where there is nothing to hear; the browser rings.
func (r *room) reach(f *following, agent string) (all []call.Target) {
	a := r.agents[agent]
	for at, of := range r.at {
		if of == agent && r.desk.open(at) {
			all = append(all, call.Target{Address: at, Staff: true})
		}
	}
	if a.Phone.IsZero() || f.writes() || r.desk.o.Telephone == nil {
		return all
	}
	ctx, cancel := context.WithTimeout(r.ctx(), patience)
	defer cancel()
	t, err := r.desk.o.Telephone(ctx, f.view, a.Phone)
	if err != nil {
		r.log.Info("an agent's telephone is not rung", "call", f.id, "agent", agent, "error", err)
		return all
	}
	t.Shown, t.Staff = a.Place(), true // the number may be a private one
	return append(all, t)
}

// open reports whether a page is open at an address.
func (d *Desk) open(at webtrunk.Address) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.pages[at] > 0
}

// rescind stops the ringing of agents. Where the caller is gone, or somebody has
// answered, the call has done so itself.
func (r *room) rescind(o floor.Rescind) {
	f := r.caller(o.Entry)
	if f == nil || f.offer == nil || f.offer.id != o.Offer {
		return
	}
	if f.offer.by != "" {
		r.do(f.offer.by, call.HangUp{Cause: call.Canceled})
		return
	}
	for _, agent := range o.Agents {
		r.rescindAt(f, f.offer, agent)
	}
}

// rescindAt stops an agent's places.
func (r *room) rescindAt(f *following, o *offering, agent string) {
	for at, of := range o.agents {
		if of == agent {
			r.tell(f.id, call.Rescind{To: at, Cause: call.Canceled})
		}
	}
}

// tell is do for what a call may have done by itself.
func (r *room) tell(id webtrunk.CallID, in call.Input) { _ = r.desk.o.Calls.Do(r.ctx(), id, in) }

// sentences for those who are given up.
var sentences = map[floor.Why]string{
	floor.QueueFull:    "All lines are busy, and there is no room to wait. Please call again later.",
	floor.QueueDeleted: "The department that was called is closed. Please call again later.",
	floor.TooLong:      "Nobody was free to take your call. Please call again later.",
}

// giveUp lets a caller leave a message, or says goodbye.
func (r *room) giveUp(o floor.GiveUp) {
	f := r.caller(o.Entry)
	if f == nil {
		return
	}
	f.given = true
	if o.Then == floor.LastVoicemail {
		f.message = !f.consults()
		r.tell(f.id, call.Routed{For: f.purpose(), Plan: call.Plan{Voicemail: box(f, o)}})
		return
	}
	r.tell(f.id, call.Goodbye{Phrase: call.Say(f.queued.Waiting.Language, "nobody_free,goodbye"), Cause: call.NoAnswer, Message: sentences[o.Why]})
}

// move tells a call in which queue it waits now, and how one waits there.
func (r *room) move(o floor.Moved) {
	if f := r.promise[o.Entry]; f != nil {
		r.movePromise(f, o.Queue)
		return
	}
	f := r.calls[o.Entry]
	if f == nil {
		return
	}
	was, q := f.queued, r.queues[o.Queue]
	waiting := was.Waiting
	waiting.Music, waiting.Callback, waiting.Box = q.Music, q.Callback, ""
	waiting.Language = cmp.Or(q.Language, waiting.Language)
	if q.Voicemail {
		waiting.Box = q.ID
	}
	r.tell(f.id, call.Routed{For: f.purpose(), Plan: call.Plan{Queue: q.ID, Waiting: waiting, Priority: was.Priority, Needs: was.Needs}})
}

// box is where messages for a queue are left.
func box(f *following, o floor.GiveUp) string {
	if b := f.queued.Waiting.Box; b != "" {
		return b
	}
	return o.Queue
}
