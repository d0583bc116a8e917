package main

import (
	"time"

	"webtrunk/media"
)

// A clockWatch tells how late the clock that plays and mixes has run over the last
// second, as the probe of the load tells it of packets: what one slot in ten
// exceeds, to the next bound that the clock counts by.
type clockWatch struct {
	past [10]media.ClockStats // of the last second, asked for ten times
	next int
}

// late takes the clock's counters and returns how late it was since those of a
// second ago. A clock that hardly ran was not late.
func (c *clockWatch) late(now media.ClockStats) time.Duration {
	before := c.past[c.next]
	c.past[c.next] = now
	c.next = (c.next + 1) % len(c.past)
	ran := now.Slots - before.Slots
	if ran < 10 {
		return 0
	}
	later := ran
	for i, bound := range media.Lateness {
		later -= now.Late[i] - before.Late[i]
		if later*10 <= ran {
			return bound
		}
	}
	return 2 * media.Lateness[len(media.Lateness)-1]
}
