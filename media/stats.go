package media

// Stats counts what happened at a port since it was made. Received to Hasty
// are about what the leg sends, Sent to Suppressed about what it hears.
type Stats struct {
	Received   uint64 // packets from the leg
	Lost       uint64 // sequence numbers missing when their successor arrived
	Recovered  uint64 // lost packets restored from their successor's redundancy
	Concealed  uint64 // lost packets whose sound was made up
	Late       uint64 // packets behind their successors
	Ordered    uint64 // of those, packets whose successors had waited for them
	Stale      uint64 // packets that came out of a stall, too late to be heard, dropped
	Duplicates uint64 // packets seen before, dropped
	Dropped    uint64 // packets of no use: wrong payload type, malformed, nobody to hear them; and those to the leg that could not be encoded
	Unagreed   uint64 // of those, packets of a payload type that was not agreed
	Foreign    uint64 // packets from strangers, dropped
	Forged     uint64 // of those, packets from the far end's host that its keys do not prove, or that were heard before
	Aside      uint64 // packets of another source of the far end's than the one that is heard, dropped
	Looped     uint64 // packets of our own that the far end sent back; they are heard where it sends nothing else
	Digits     uint64 // key presses
	Hasty      uint64 // key presses that came faster than anybody presses, dropped

	Sent       uint64 // packets to the leg
	Suppressed uint64 // packets kept back while the leg was sent digits, or played a sound
	TooLate    uint64 // packets whose place in the stream had been passed
	Panics     uint64 // packets that made us fail, dropped
	TapsFailed uint64 // taps that panicked, and are called no more
}

// Stats returns the counters as they are now.
func (p *Port) Stats() Stats {
	p.in.Lock()
	stats := p.counts
	stats.TapsFailed = p.said.failed
	p.in.Unlock()
	stats.Foreign, stats.Forged = p.foreign.Load(), p.forged.Load()
	stats.Aside, stats.Looped = p.aside.Load(), p.looped.Load()
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	stats.Sent, stats.Suppressed, stats.TooLate = p.out.sent, p.out.suppressed, p.out.late
	stats.Dropped += p.out.failed
	stats.TapsFailed += p.out.heard.failed
	return stats
}
