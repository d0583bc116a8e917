package media

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// How a hand keeps time: a round of 20 ms is cut into slots of 1 ms, and what
// has a place in a slot runs once a round, so that a thousand legs do not all
// send in the same instant.
const (
	slotTime = time.Millisecond
	slots    = int(tick / slotTime)
	// makeUp is how many slots a hand makes up after a stall.
	makeUp = maxBehind * slots
)

// A clock paces what has no packets of its own to drive it: prompts, music,
// conferences. Its hands share the work, for a goroutine and a timer for each
// leg would cost twice as much and drop ticks.
//
// A hand runs only while something has a place on it.
type clock struct{ hands []*hand }

// paces is the process's clock.
var paces = newClock(runtime.GOMAXPROCS(0))

func newClock(hands int) *clock {
	c := &clock{}
	for range hands {
		c.hands = append(c.hands, &hand{})
	}
	return c
}

// A paced runs once every 20 ms. LeftOut is how many rounds were left out since
// the last because the machine could not keep up. It runs on its hand's
// goroutine: it must not block, and must neither take a place nor leave one.
// After a tick that panics there is no further one, and fail is told why.
type paced interface {
	tick(leftOut int)
	fail(why error)
}

// seat gives p a place on the hand with the least to do. Weight is its cost,
// 1 for one leg.
func (c *clock) seat(p paced, weight int) *seat {
	least := c.hands[0]
	for _, h := range c.hands[1:] {
		if h.load() < least.load() {
			least = h
		}
	}
	return least.seat(p, weight)
}

// A hand is one goroutine of a clock. Its lock is held while a slot runs: who
// has it knows that none does.
type hand struct {
	mu     sync.Mutex
	slots  [slots]slot
	weight int
	shift  *shift // nil while there is nothing to do
	stats  ClockStats
}

// A slot is a millisecond of the round.
type slot struct {
	seats  []*seat
	weight int
}

// A shift is the time from a hand's first seat to its last.
type shift struct {
	epoch time.Time
	next  int64 // the slot to run, in slots since the epoch
	kick  chan struct{}
	done  chan struct{}
}

// A seat is a place on a hand.
type seat struct {
	hand   *hand
	slot   int // -1 once it was left
	weight int
	paced  paced
	missed uint64 // rounds left out before its last
	broken bool   // it has panicked
}

func (h *hand) load() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.weight
}

func (h *hand) seat(p paced, weight int) *seat {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.shift == nil {
		h.shift = &shift{epoch: time.Now(), kick: make(chan struct{}, 1), done: make(chan struct{})}
		go h.keepTime(h.shift)
	} else {
		h.passEmpty(time.Now())
	}
	s := &seat{hand: h, slot: h.lightest(), weight: weight, paced: p, missed: h.stats.LeftOut}
	h.slots[s.slot].seats = append(h.slots[s.slot].seats, s)
	h.weigh(s, weight)
	h.stats.Paced++
	h.shift.wake()
	return s
}

// lightest returns the slot with the least to do, of several the soonest.
func (h *hand) lightest() int {
	best := int(h.shift.next) % slots
	for i := range slots {
		if n := (int(h.shift.next) + i) % slots; h.slots[n].weight < h.slots[best].weight {
			best = n
		}
	}
	return best
}

func (h *hand) weigh(s *seat, weight int) {
	h.weight += weight
	h.slots[s.slot].weight += weight
}

// between runs f while no slot of the seat's hand does.
func (s *seat) between(f func()) {
	s.hand.mu.Lock()
	defer s.hand.mu.Unlock()
	f()
}

// leave gives the place up. When it returns the seat's owner does not run, nor
// will it again.
func (s *seat) leave() {
	if last := s.stand(); last != nil {
		<-last.done
	}
}

// stand takes the seat out of its slot, and returns the shift that this ends.
func (s *seat) stand() *shift {
	h := s.hand
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.slot < 0 {
		return nil
	}
	at := &h.slots[s.slot]
	for i, other := range at.seats {
		if other == s {
			last := len(at.seats) - 1
			at.seats[i], at.seats[last] = at.seats[last], nil
			at.seats = at.seats[:last]
			break
		}
	}
	h.weigh(s, -s.weight)
	s.slot = -1
	h.stats.Paced--
	if h.stats.Paced > 0 {
		return nil
	}
	ended := h.shift
	h.shift = nil
	ended.wake()
	return ended
}

func (r *shift) wake() {
	select {
	case r.kick <- struct{}{}:
	default:
	}
}

// keepTime runs slots when they are due, until the shift is over.
func (h *hand) keepTime(r *shift) {
	defer close(r.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait, ok := h.turn(r)
		if !ok {
			return
		}
		if wait <= 0 {
			continue
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-r.kick:
		}
	}
}

// turn runs one slot if one is due, and returns how long to wait for the next.
func (h *hand) turn(r *shift) (wait time.Duration, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.shift != r {
		return 0, false
	}
	now := time.Now()
	h.leaveOut(r, now)
	h.passEmpty(now)
	n := r.next
	for len(h.slots[int(n)%slots].seats) == 0 {
		n++
	}
	lateness := now.Sub(r.due(n))
	if lateness < 0 {
		return -lateness, true
	}
	h.stats.ran(lateness)
	h.runSlot(&h.slots[int(n)%slots])
	r.next = n + 1
	return 0, true
}

func (r *shift) due(n int64) time.Time { return r.epoch.Add(time.Duration(n) * slotTime) }

// leaveOut gives up what lies too far back, in whole rounds: who is late by
// seconds would send a burst that only teaches jitter buffers to wait.
func (h *hand) leaveOut(r *shift, now time.Time) {
	behind := int(now.Sub(r.due(r.next)) / slotTime)
	if behind <= makeUp {
		return
	}
	rounds := behind / slots
	r.next += int64(rounds * slots)
	h.stats.LeftOut += uint64(rounds)
	h.stats.Dropped += uint64(rounds * h.stats.Paced)
}

// passEmpty leaves the slots behind that are over and in which nothing has a
// place: whoever takes one of them now was not late for it.
func (h *hand) passEmpty(now time.Time) {
	r := h.shift
	for len(h.slots[int(r.next)%slots].seats) == 0 && r.due(r.next).Before(now) {
		r.next++
	}
}

func (h *hand) runSlot(at *slot) {
	for _, s := range at.seats {
		if !s.broken {
			h.runSeat(s)
		}
	}
}

// runSeat runs one seat. Whoever panics costs nobody else a tick, and has no
// further one.
func (h *hand) runSeat(s *seat) {
	defer func() {
		if r := recover(); r != nil {
			h.stats.Panics++
			s.fail(fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
		}
	}()
	leftOut := int(h.stats.LeftOut - s.missed)
	s.missed = h.stats.LeftOut
	h.stats.Ticks++
	s.paced.tick(leftOut)
}

// fail tells who is paced that it is so no more, unless that panics, too.
func (s *seat) fail(why error) {
	defer func() { _ = recover() }()
	s.broken = true
	s.paced.fail(why)
}
