package main

import (
	"testing"
	"time"

	"webtrunk/media"
)

// TestHowLateTheClockRan feeds a watch what a clock counts in each tenth of a
// second: so many slots within each bound.
func TestHowLateTheClockRan(t *testing.T) {
	var w clockWatch
	var s media.ClockStats
	passes := func(within1ms, within20ms, beyond uint64) (felt time.Duration) {
		for range len(w.past) {
			s.Late[0] += within1ms
			s.Late[4] += within20ms
			s.Late[len(media.Lateness)] += beyond
			s.Slots += within1ms + within20ms + beyond
			felt = w.late(s)
		}
		return felt
	}
	for _, c := range []struct {
		what                          string
		within1ms, within20ms, beyond uint64
		felt                          time.Duration
	}{
		{"nothing is played", 0, 0, 0, 0},
		{"all in time", 100, 0, 0, time.Millisecond},
		{"one in ten is late", 90, 10, 0, time.Millisecond},
		{"one in nine is", 88, 11, 0, 20 * time.Millisecond},
		{"a stall", 0, 0, 100, 200 * time.Millisecond},
		{"in time again", 100, 0, 0, time.Millisecond},
		{"nothing is played any more", 0, 0, 0, 0},
	} {
		passes(c.within1ms, c.within20ms, c.beyond)
		if felt := passes(c.within1ms, c.within20ms, c.beyond); felt != c.felt {
			t.Errorf("%s: %v, want %v", c.what, felt, c.felt)
		}
	}
}
