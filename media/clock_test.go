package media

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A beat is paced, and keeps when it ran.
type beat struct {
	at      []time.Time
	leftOut int
	onTick  func()
	failed  []error
}

func (b *beat) fail(why error) { b.failed = append(b.failed, why) }

func (b *beat) tick(leftOut int) {
	b.at = append(b.at, time.Now())
	b.leftOut += leftOut
	if b.onTick != nil {
		b.onTick()
	}
}

func TestTheClockTicksEvery20Milliseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(1)
		b := &beat{}
		start := time.Now()
		s := c.seat(b, 1)
		time.Sleep(time.Second - time.Microsecond)
		s.leave()
		if len(b.at) != 50 {
			t.Fatalf("%d ticks in a second", len(b.at))
		}
		for i, at := range b.at {
			if due := time.Duration(i) * tick; at.Sub(start) != due {
				t.Fatalf("tick %d at %v, want %v", i, at.Sub(start), due)
			}
		}
		time.Sleep(time.Second)
		if len(b.at) != 50 {
			t.Error("it ticks on after its seat was left")
		}
	})
}

// Forty seats are two for each millisecond, and two hands have half of them.
func TestSeatsAreSpreadOverHandsAndSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(2)
		var seats []*seat
		for range 80 {
			seats = append(seats, c.seat(&beat{}, 1))
		}
		for _, h := range c.hands {
			if h.weight != 40 {
				t.Errorf("a hand carries %d of 80", h.weight)
			}
			for i, at := range h.slots {
				if len(at.seats) != 2 {
					t.Errorf("slot %d has %d seats, want 2", i, len(at.seats))
				}
			}
		}
		heavy := c.seat(&beat{}, 8)
		if next := c.seat(&beat{}, 1); next.hand == heavy.hand {
			t.Error("the hand that has the conference got more to do")
		} else {
			next.leave()
		}
		heavy.leave()
		for _, s := range seats {
			s.leave()
			s.leave() // twice is as good as once
		}
		for _, h := range c.hands {
			if h.weight != 0 || h.shift != nil || h.stats.Paced != 0 {
				t.Errorf("something is left on an empty hand: %+v", h.stats)
			}
		}
	})
}

// After a stall of up to five rounds all are made up at once; of a longer one,
// none is.
func TestTheClockMakesUpOnlyShortStalls(t *testing.T) {
	for _, c := range []struct {
		stall          time.Duration
		ticks, leftOut int
	}{
		{5 * tick, 10, 0},
		{50 * tick, 6, 49},
	} {
		synctest.Test(t, func(t *testing.T) {
			clock := newClock(1)
			b := &beat{}
			b.onTick = func() {
				if len(b.at) == 2 {
					time.Sleep(c.stall) // the machine does something else
				}
			}
			start := time.Now()
			s := clock.seat(b, 1)
			time.Sleep(c.stall + 4*tick + tick/2)
			s.leave()
			if b.leftOut != c.leftOut || len(b.at) != c.ticks {
				t.Errorf("a stall of %v: %d ticks and %d left out, want %d and %d", c.stall, len(b.at), b.leftOut, c.ticks, c.leftOut)
			}
			if last := b.at[len(b.at)-1].Sub(start); last != c.stall+4*tick {
				t.Errorf("the last tick at %v, off the schedule", last)
			}
			stats := clock.hands[0].stats
			if stats.Dropped != uint64(c.leftOut) || stats.LeftOut != uint64(c.leftOut) || stats.CaughtUp == 0 && c.leftOut == 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

func TestLatenessIsCounted(t *testing.T) {
	var s ClockStats
	for _, late := range []time.Duration{0, time.Millisecond, 3 * time.Millisecond, 30 * time.Millisecond, time.Second} {
		s.ran(late)
	}
	if want := [len(Lateness) + 1]uint64{0: 2, 2: 1, 5: 1, 7: 1}; s.Late != want {
		t.Errorf("late %v, want %v", s.Late, want)
	}
	if s.Slots != 5 || s.CaughtUp != 2 || s.Waited != 1034*time.Millisecond {
		t.Errorf("%+v", s)
	}
}

// One that panics is not run again; the others miss nothing.
func TestAPanicCostsNobodyElseATick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(1)
		bad, good := &beat{}, &beat{}
		bad.onTick = func() { panic("a sound that fails") }
		first, second := c.seat(bad, 1), c.seat(good, 1)
		time.Sleep(10*tick - time.Microsecond)
		first.leave()
		second.leave()
		if len(bad.at) != 1 || len(good.at) != 10 {
			t.Errorf("%d and %d ticks, want 1 and 10", len(bad.at), len(good.at))
		}
		if n := c.hands[0].stats.Panics; n != 1 {
			t.Errorf("%d panics counted", n)
		}
		if len(bad.failed) != 1 || !strings.Contains(bad.failed[0].Error(), "a sound that fails") || len(good.failed) != 0 {
			t.Errorf("told %v and %v, want the first alone, once", bad.failed, good.failed)
		}
	})
}

// Whoever has left is not running: its owner may take it apart.
func TestLeavingWaitsForTheTick(t *testing.T) {
	c := newClock(1)
	entered, release := make(chan struct{}), make(chan struct{})
	first := true
	b := &beat{}
	b.onTick = func() {
		if first {
			first = false
			close(entered)
			<-release
		}
	}
	s := c.seat(b, 1)
	<-entered
	left := make(chan int)
	go func() {
		s.leave()
		left <- len(b.at)
	}()
	select {
	case <-left:
		t.Fatal("left in the middle of its tick")
	case <-time.After(5 * time.Millisecond):
	}
	close(release)
	if n := <-left; n != len(b.at) {
		t.Errorf("%d ticks when it had left, %d now", n, len(b.at))
	}
}
