//go:build e2e

package main

import (
	"testing"
	"time"

	"webtrunk/bench/choir"
)

// In a few rooms two pages each write and draw, beside a call that speaks and a caller
// who hears music: all of it comes, and what is measured is told.
func TestRoomsForAMoment(t *testing.T) {
	c := roomsCommand{Rooms: 3, Every: time.Second, Calls: 1, Slices: 1, Seconds: 1, Pages: choir.Narrowband, Cores: 1}
	found := pairs(t, func() error { return c.Run(t.Context()) })
	want(t, found, "message_p50_ms", "stroke_p50_ms", "sketch_p50_ms", "silent_message_p50_ms", "beside_stroke_p50_ms",
		"all_message_p50_ms", "all_stroke_p50_ms", "all_sketch_p50_ms", "lateness_ratio", "transit_p99_ratio", "written_per_second")
}
