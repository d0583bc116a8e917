package floor

import (
	"math"
	"slices"
	"time"

	"webtrunk"
)

// anyTime is longer than anybody has waited: an overflow's time has come.
const anyTime = time.Duration(math.MaxInt64)

// enter lets a caller wait, here or where a full queue overflows to.
func (s *step) enter(row Entry) {
	if row.ID == "" || s.entries[row.ID] != nil {
		return
	}
	if row.Since.IsZero() || row.Since.After(s.now) {
		row.Since = s.now
	}
	e := &entry{Entry: row, joined: s.now}
	q := s.queues[row.Queue]
	switch {
	case q == nil:
		s.turnAway(e, LastHangup, QueueDeleted)
	case s.full(q, e):
		if to := s.roomBeside(q, e, anyTime); to != nil {
			e.Queue, e.been = to.ID, []string{q.ID}
			s.join(e)
		} else {
			s.turnAway(e, q.atLast(e), QueueFull)
		}
	default:
		s.join(e)
	}
}

func (s *step) join(e *entry) {
	s.put(e)
	e.first = s.place(e)
	s.say(Joined{Entry: e.ID, Queue: e.Queue, Place: e.first})
}

// turnAway gives up a caller who never waited.
func (s *step) turnAway(e *entry, then Last, why Why) {
	s.say(GiveUp{Entry: e.ID, Queue: e.Queue, Why: why, Then: then})
	s.say(Left{Entry: e.ID, Queue: e.Queue, Waited: s.now.Sub(e.Since), Why: why})
}

// full reports whether a queue has no room for a caller on the line.
func (s *step) full(q *queue, e *entry) bool {
	return q.Most > 0 && !e.Callback && s.length(q.ID) >= q.Most
}

// HasRoom reports whether one more caller could wait in a queue, or in one that it
// overflows to now.
func (f *Floor) HasRoom(now time.Time, queue string) bool {
	s, q, one := step{Floor: f, now: now}, f.queues[queue], &entry{}
	return q != nil && (!s.full(q, one) || s.roomBeside(q, one, anyTime) != nil)
}

// leave: a caller who is to be called back has hung up, and stays.
func (s *step) leave(in Leave) {
	e := s.entries[in.Entry]
	if e == nil || e.Callback && in.Why == Abandoned {
		return
	}
	s.recall(e, CallerLeft)
	s.left(e, "", in.Why)
}

func (s *step) left(e *entry, agent string, why Why) {
	place := s.place(e)
	s.remove(e)
	s.say(Left{Entry: e.ID, Queue: e.Queue, Agent: agent, Waited: s.now.Sub(e.Since), Place: place, Why: why})
}

// callBack promises a caller who waits a call in their place, if there may be one
// more. The promise is told before agents are recalled, so that the caller has
// left the line by then.
func (s *step) callBack(id webtrunk.CallID) {
	e := s.entries[id]
	if e == nil || !e.Callback && !s.mayPromise(s.queues[e.Queue]) {
		s.say(Refused{Entry: id})
		return
	}
	s.say(Promised{Entry: id})
	s.promise(e)
}

// promise keeps the place of a caller who hangs up.
func (s *step) promise(e *entry) {
	if !e.Callback {
		e.Callback = true
		s.recall(e, WantsCall)
	}
}

// stay: who was to be called back is still on the line, where it cannot be done.
func (s *step) stay(id webtrunk.CallID) {
	if e := s.entries[id]; e != nil && e.Callback {
		s.recall(e, Canceled)
		e.Callback, e.Callable = false, false
	}
}

// mayPromise reports whether one more caller of a queue may be called back.
func (s *step) mayPromise(q *queue) bool { return s.promised(q.ID) < q.mostPromised() }

// expire does what time alone asks for.
func (s *step) expire() {
	for _, e := range slices.Clone(s.waiting) {
		if e.offer == nil {
			s.expireEntry(e, s.queues[e.Queue])
		}
	}
}

// expireEntry moves a caller on, or gives them up. A caller who rings is let be.
func (s *step) expireEntry(e *entry, q *queue) {
	if e.Callback && s.now.Sub(e.Since) >= longestPromise {
		s.left(e, "", TooLong)
		return
	}
	waited := s.now.Sub(e.joined)
	if s.overflow(e, q, waited) || e.Callback || q.MaxWait == 0 || waited < q.MaxWait {
		return
	}
	switch {
	case q.Last == LastQueue && s.overflow(e, q, anyTime):
	case q.Last == LastCallback && e.Callable && s.mayPromise(q):
		s.say(Promise{Entry: e.ID})
		s.promise(e)
	default:
		s.giveUp(e, q, TooLong)
	}
}

// overflow moves an entry to the first queue beside that is due, open and has room.
func (s *step) overflow(e *entry, q *queue, waited time.Duration) bool {
	to := s.roomBeside(q, e, waited)
	if to == nil {
		return false
	}
	s.shift(e, to)
	return true
}

// shift moves an entry to a queue, with the time that it has waited.
func (s *step) shift(e *entry, to *queue) {
	from := e.Queue
	s.remove(e)
	e.been = append(e.been, from)
	e.Queue, e.joined, e.place, e.wait = to.ID, s.now, 0, 0
	s.put(e)
	e.first = s.place(e)
	s.say(Moved{Entry: e.ID, From: from, Queue: to.ID, Place: e.first})
}

// roomBeside finds the first overflow whose time has come, that the caller has
// not been in, and that is open and has room.
func (s *step) roomBeside(q *queue, e *entry, waited time.Duration) *queue {
	for _, o := range q.Overflow {
		to := s.queues[o.Queue]
		if to != nil && to != q && waited >= o.After && !slices.Contains(e.been, to.ID) && to.takes(s.now) && !s.full(to, e) {
			return to
		}
	}
	return nil
}

// giveUp ends an entry's waiting.
func (s *step) giveUp(e *entry, q *queue, why Why) {
	s.say(GiveUp{Entry: e.ID, Queue: q.ID, Why: why, Then: q.atLast(e)})
	s.left(e, "", why)
}

// atLast is what can be done for a caller who is given up: only whoever is on the
// line can leave word.
func (q *queue) atLast(e *entry) Last {
	if q.Last == LastVoicemail && !e.Callback {
		return LastVoicemail
	}
	return LastHangup
}
