package silk

// Redundancy (RFC 6716 §4.2.5) is the frame before, once more and coarser, in
// front of a packet's own: whoever lost that packet has it from this one. It
// comes on top of the bitrate, a third more: taken from the frames, it would
// spoil nine that arrive for one that does not.

// coarser is how many numbers the gains of a redundant frame lie above the
// frame's own: 14 dB, for about a third of its bits.
const coarser = 10

// repeat quantises the frame again for the next packet, from the same past:
// a decoder that needs it has not heard the frame itself.
func (e *Encoder) repeat(f *frame, p *plan, numbers [subframes]int) {
	e.hasSpare = e.redundancy && f.kind != inactive
	if !e.hasSpare {
		return
	}
	e.spare = *f
	for k := range numbers {
		numbers[k] = min(numbers[k]+coarser, gainLevels-1)
	}
	e.spare.gains = codeGains(&numbers, numbers[0])
	q := *p
	for k, n := range numbers {
		q.gains[k] = gainOf[n]
	}
	var w worked
	copy(w.heard[:], e.heard[:])
	w.quantise(&q)
	e.spare.pulses = w.pulses
}
