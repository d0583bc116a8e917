package media

// Stats counts what happened at a port since it was made. Received to Digits
// are about what the leg sends, Sent to Suppressed about what it hears.
type Stats struct {
	Received   uint64 // packets from the leg
	Lost       uint64 // sequence numbers missing when their successor arrived
	Recovered  uint64 // lost packets restored from their successor's redundancy
	Concealed  uint64 // lost packets whose sound was made up
	Late       uint64 // packets behind their successors
	Duplicates uint64 // packets seen before, dropped
	Dropped    uint64 // packets of no use: wrong payload type, malformed, nobody to hear them
	Foreign    uint64 // packets from strangers, dropped
	Forged     uint64 // of those, packets from the far end's host that its keys do not prove, or that were heard before
	Digits     uint64 // key presses

	Sent       uint64 // packets to the leg
	Suppressed uint64 // packets kept back while the leg was sent digits
	TooLate    uint64 // packets whose place in the stream had been passed
	Panics     uint64 // packets that made us fail, dropped
}

// Stats returns the counters as they are now.
func (p *Port) Stats() Stats {
	p.in.Lock()
	stats := p.counts
	p.in.Unlock()
	stats.Foreign, stats.Forged = p.foreign.Load(), p.forged.Load()
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	stats.Sent, stats.Suppressed, stats.TooLate = p.out.sent, p.out.suppressed, p.out.late
	return stats
}
