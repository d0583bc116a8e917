package carrier

import (
	"container/heap"
	"time"
)

// A clock is the signalling loop's timers: a heap served by one time.Timer, so
// that a timer's function runs on the loop, in order with the messages, and
// never after it was stopped. All methods belong to the loop.
type clock struct {
	alarms alarmHeap
	timer  *time.Timer
}

// An alarm is one timer of a transaction or dialog. A nil alarm may be stopped.
type alarm struct {
	at    time.Time
	ring  func()
	index int // in the heap; -1 when it is not there
	owner *clock
}

func newClock() *clock {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &clock{timer: t}
}

// after arranges that ring runs on the loop when d has passed.
func (k *clock) after(d time.Duration, ring func()) *alarm {
	a := &alarm{at: time.Now().Add(d), ring: ring, owner: k}
	heap.Push(&k.alarms, a)
	if a.index == 0 {
		k.timer.Reset(d)
	}
	return a
}

// stop makes sure that the alarm does not ring.
func (a *alarm) stop() {
	if a != nil && a.index >= 0 {
		heap.Remove(&a.owner.alarms, a.index)
	}
}

// ringDue runs every alarm whose time has come and sets the timer for the next.
func (k *clock) ringDue(guard func(func())) {
	for len(k.alarms) > 0 {
		next := k.alarms[0]
		if wait := time.Until(next.at); wait > 0 {
			k.timer.Reset(wait)
			return
		}
		heap.Pop(&k.alarms)
		guard(next.ring)
	}
}

type alarmHeap []*alarm

func (h alarmHeap) Len() int           { return len(h) }
func (h alarmHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *alarmHeap) Push(x any) {
	a := x.(*alarm)
	a.index = len(*h)
	*h = append(*h, a)
}

func (h *alarmHeap) Pop() any {
	old := *h
	a := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	a.index = -1
	return a
}
