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

	Rescued   uint64 // BYEs begun for legs that a process before us left
	Confirmed uint64 // of those, which the far side has confirmed: that call is over
	Lost      uint64 // legs that could not be hung up, for their state cannot be read
	Ghosts    uint64 // INVITEs of a process before us that were answered or rang, and were hung up
}

// counters are Stats as they are counted.
type counters struct {
	received, sent, strangers, oversize, malformed, stray, panics atomic.Uint64
	rescued, confirmed, lost, ghosts                              atomic.Uint64
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
		Rescued: c.rescued.Load(), Confirmed: c.confirmed.Load(), Lost: c.lost.Load(), Ghosts: c.ghosts.Load(),
	}
}
