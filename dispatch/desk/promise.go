package desk

import (
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch/floor"
)

// asksBack: a caller would rather be called back. A number is called once for all
// that were promised it in a queue: who asks again has the place of the first time.
func (r *room) asksBack(f *following, number webtrunk.Address) {
	f.number = number
	for _, p := range r.promise {
		if p != f && p.number == number && p.queued.Queue == f.queued.Queue {
			r.step(floor.Leave{Entry: f.id, Why: floor.Canceled})
			r.scribe.put(note{then: r.promised(f.id)}) // once the first is on record
			return
		}
	}
	r.step(floor.CallBack{Entry: f.id})
}

// settle tells a caller whether they are called back, as the floor has it. A promise is
// on record before it is told: who hangs up because of it would else be lost with this
// process. Who has hung up meanwhile is called all the same.
func (r *room) settle(now time.Time, id webtrunk.CallID, promised bool) {
	f := r.calls[id]
	if f == nil || !promised {
		r.tell(id, call.CallbackSettled{Promised: promised})
		return
	}
	r.promise[id] = f
	r.keep(now, f)
}

// promised tells a caller that they are called back, once that is on record. What
// cannot be recorded is refused, and so is, by the call itself, what takes too long.
func (r *room) promised(id webtrunk.CallID) func(kept bool) {
	return func(kept bool) {
		r.post(func() { r.tell(id, call.CallbackSettled{Promised: kept}) })
	}
}

// stays: the caller was told that nobody will call, and is on the line. A promise
// that came too late for the call is none.
func (r *room) stays(f *following) {
	if r.promise[f.id] != nil {
		r.dropPromise(f)
		r.step(floor.Stay{Entry: f.id})
	}
}

// callBack calls an agent, and then the one who asked to be called.
func (r *room) callBack(f *following, agent call.Target) {
	id := webtrunk.NewCallID()
	f.offer.by = id
	r.calls[id] = &following{id: id, back: f.id, offer: f.offer, legs: map[call.LegID]*sitting{}}
	agent.From = f.number
	err := r.desk.o.Calls.Request(call.Requested{
		ID: id, Account: r.of.Account, Test: r.of.Test, Caller: agent, To: f.number, Via: f.queued.Queue, Context: f.view.Context,
	})
	if err != nil {
		r.log.Warn("a caller could not be called back", "call", f.id, "error", err)
		delete(r.calls, id)
		r.step(floor.Unreached{Offer: f.offer.id, Agent: f.offer.agents[agent.Address]})
	}
}

// notCalledBack: the call that calls back ended before it rang an agent, so that
// no agent is to blame. A number that may not be called now may not be later either;
// what only did not work is tried again.
func (r *room) notCalledBack(f *following, why call.Cause) {
	switch why {
	case call.Canceled: // the floor's own order
	case call.Forbidden, call.NotFound, call.Unsupported:
		r.step(floor.Leave{Entry: f.back, Why: floor.Canceled})
	default:
		for _, agent := range f.offer.agents {
			r.step(floor.Unreached{Offer: f.offer.id, Agent: agent})
		}
	}
}
