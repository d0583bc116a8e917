package sip

import "sync/atomic"

// Stats are counters since the edge began, and two states of now.
type Stats struct {
	Legs      int    // legs that are not finished
	Known     int    // legs still known, with those kept for late answers
	Received  uint64 // datagrams from trusted addresses
	Sent      uint64
	Strangers uint64 // datagrams dropped: no trunk trusts their source
	Oversize  uint64 // datagrams dropped: over 16 KiB
	Malformed uint64 // datagrams dropped: control characters, too many headers, or not SIP
	Stray     uint64 // responses that belong to no request of ours
	Panics    uint64
}

// counters are Stats as they are counted.
type counters struct {
	received, sent, strangers, oversize, malformed, stray, panics atomic.Uint64
}

// Stats returns the counters as they are now.
func (e *Edge) Stats() Stats {
	e.mu.Lock()
	legs, known := len(e.open), len(e.legs)
	e.mu.Unlock()
	c := &e.counters
	return Stats{
		Legs: legs, Known: known,
		Received: c.received.Load(), Sent: c.sent.Load(),
		Strangers: c.strangers.Load(), Oversize: c.oversize.Load(),
		Malformed: c.malformed.Load(), Stray: c.stray.Load(), Panics: c.panics.Load(),
	}
}
