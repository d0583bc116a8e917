package call

import "cmp"

// A transfer whose plan is a queue is a transfer that knows its targets later: they
// come through a Commander, as those of a caller who waits do. Whoever hands over
// blindly is free at once, and the one handed over waits; who consults first waits
// instead, and may leave that place to the other.

// Sentences for who asked for such a transfer.
const (
	oneWaits     = "Only one party can wait in a queue. Let the others leave the call first."
	queueByRefer = "Another network cannot bring anybody into a queue of this gateway."
	nobodyFree   = "Nobody of the queue was free. The call is yours again."
)

// handToQueue lets who is handed over wait in a plan's queue, or in another than
// before.
func (s *step) handToQueue(p Plan) {
	switch {
	case s.c.transfer.Refer:
		s.transferFailed(LegLeft{Cause: Unsupported, Message: queueByRefer})
		return
	case len(s.c.transferees()) > 1:
		s.transferFailed(LegLeft{Cause: Unsupported, Message: oneWaits})
		return
	}
	s.dismissAll()
	s.emit(CallQueued{For: ForTransfer, Queue: p.Queue, Waiting: p.Waiting, Priority: p.Priority, Needs: p.Needs})
	if by := s.c.transfer.By; !s.c.transfer.Consult && s.c.connected(by) {
		s.dismiss(by, Transferred, "")
	}
	s.waitOn()
	if p.Greeting != "" && !s.c.consults() {
		s.say(p.Greeting)
	}
}

// waitOn tells who consults that they wait for somebody of the queue, from now on
// or again.
func (s *step) waitOn() {
	if s.c.consults() {
		s.tellTransferor(TellTransfer{Result: TargetQueued})
	}
}

// inQueue reports whether the running transfer leads to a queue.
func (c *Call) inQueue() bool { return c.transfer != nil && c.queued.For == ForTransfer }

// consults reports whether who asked for the transfer is here to talk to its target
// first.
func (c *Call) consults() bool {
	return c.transfer != nil && c.transfer.Consult && c.connected(c.transfer.By)
}

// waits returns the leg that waits in a queue, also while agents ring: the caller,
// or whom a transfer has brought there, or who consults. 0 is nobody.
func (c *Call) waits() LegID {
	switch {
	case c.queued.Queue == "" || c.farewell != nil || c.message != nil:
		return 0
	case c.queued.For == ForTransfer:
		return c.waitsInTransfer()
	case c.answered || !c.live(1):
		return 0
	}
	return 1
}

func (c *Call) waitsInTransfer() LegID {
	if !c.inQueue() || c.consulting() != 0 {
		return 0
	}
	for _, id := range c.listeners() {
		return id
	}
	return 0
}

// huntsFor is the purpose of what rings for whoever waits.
func (c *Call) huntsFor() Purpose {
	if c.inQueue() {
		return ForTransfer
	}
	return ForCall
}

// hearer returns the leg to which phrases of ours are said: the caller, or, in a call
// that was answered, who waits for somebody else or is left alone.
func (c *Call) hearer() LegID {
	switch {
	case !c.answered:
		return 1
	case c.queues():
		return c.waits()
	}
	return c.anyone()
}

// notTaken ends a transfer whose queue gives it up. It reports whether whoever waited
// is alone now: who consults just returns to the call.
func (s *step) notTaken(why LegLeft) (alone bool) {
	alone = !s.c.consults()
	if !alone { // what is said to callers is not for them
		why = LegLeft{Cause: NoAnswer, Message: nobodyFree}
	}
	s.dismissAll()
	s.tellTransferor(TellTransfer{Result: TargetNotReached, Cause: why.Cause, Message: why.Message})
	by := s.c.transfer.By
	s.emit(TransferFailed{Cause: why.Cause, Message: why.Message})
	s.notHanded(by)
	return alone
}

// stopSaying ends what is said to those who waited, now that somebody takes them.
func (s *step) stopSaying() {
	if !s.c.inQueue() {
		return
	}
	for _, id := range s.c.listeners() {
		if p, playing := s.c.prompts[id]; playing && !p.Consent {
			s.emit(PromptFinished{Leg: id, Reason: "ended"})
		}
	}
}

// whoWaits is who agents are told is calling, where a leg that is not the call's
// first waits for them.
func (s *step) whoWaits(l Leg) Leg {
	if s.c.inQueue() && l.Kind == WebRTC && l.From.IsZero() {
		for _, id := range s.c.transferees() {
			if w := s.c.leg(id); s.c.dialled(id) {
				l.From = cmp.Or(w.Shown, w.Address)
			}
		}
	}
	return l
}
