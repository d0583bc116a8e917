package media

import "webtrunk/transcode"

// An ear takes what an inlet has decoded, at 8 kHz.
type ear interface {
	begin()            // a stream begins: what comes does not follow
	put(pcm []int16)   // sound, following what came before
	pause(samples int) // time without any
	noise(n noise)     // a silence begins that sounds like this
}

// An inlet is the path of a leg's packets to where their sound is wanted as it
// is said, and not on the way to one other leg: a conference, a tap. Losses are
// recovered from redundancy, or concealed, for up to 120 ms.
type inlet struct {
	to     ear
	dec    transcode.Decoder
	counts *Stats    // of the port that receives
	loud   *loudness // likewise; nil where nobody asks
	from   transcode.Codec
	scale  uint32 // timestamp units in a sample

	known     bool   // something has been decoded since the start
	expect    uint32 // the arriving timestamp at which we have sound up to now
	length    int    // samples in the last packet
	undecoded int    // packets since then that could not be decoded
	quiet     bool   // the last packet was no sound: a hole after it is no loss
	pcm       [transcode.MaxSamples]int16
}

func newInlet(codec transcode.Codec, to ear, counts *Stats) (*inlet, error) {
	dec, err := transcode.NewDecoder(codec)
	if err != nil {
		return nil, err
	}
	return &inlet{to: to, dec: dec, counts: counts, from: codec, scale: codec.ClockRate() / transcode.SampleRate}, nil
}

func (t *inlet) String() string { return "decode → conceal" }

func (t *inlet) close() {
	t.dec.Close()
	t.dec = nil
}

func (t *inlet) audio(f Frame, a arrival) {
	if a.order == late {
		return // its time has been filled
	}
	t.bridge(t.gap(f.Timestamp, a), a.lost+t.undecoded, f.Payload)
	n, err := t.dec.Decode(t.pcm[:], f.Payload)
	if err != nil {
		t.counts.Dropped++
		t.undecoded++
		return
	}
	if t.loud != nil {
		t.loud.samples(t.from, t.pcm[:n])
	}
	t.known, t.undecoded, t.quiet = true, 0, false
	t.expect, t.length = f.Timestamp+uint32(n)*t.scale, n
	t.to.put(t.pcm[:n])
}

// gap returns the samples between what we have and ts. Where the timestamps
// make no sense the new packet simply follows.
func (t *inlet) gap(ts uint32, a arrival) int {
	step := int32(ts - t.expect)
	if a.order == restarted || t.known && jumped(step, t.scale*transcode.SampleRate) {
		t.known = false
		t.to.begin()
	}
	if !t.known || step < 0 {
		return 0
	}
	return int(step / int32(t.scale))
}

// bridge brings the sound across a hole before payload. A hole without lost
// packets is a pause that the sender made.
func (t *inlet) bridge(gap, missing int, payload []byte) {
	const shortest = transcode.SampleRate / 400 // the least that a codec can conceal
	if gap < shortest {
		return
	}
	if missing == 0 || t.quiet {
		t.to.pause(gap)
		return
	}
	made := min(gap, maxConceal)
	made -= made % shortest
	last := min(t.length, made)
	t.conceal(made - last)
	if gap > made {
		t.to.pause(gap - made)
	}
	if last > 0 && t.dec.Recover(t.pcm[:], payload, last) {
		t.counts.Recovered++
		t.to.put(t.pcm[:last])
		return
	}
	t.conceal(last)
}

func (t *inlet) conceal(n int) {
	for n > 0 {
		step := min(n, max(t.length, transcode.SampleRate/400))
		t.dec.Conceal(t.pcm[:], step)
		t.counts.Concealed++
		t.to.put(t.pcm[:step])
		n -= step
	}
}

func (t *inlet) event(Frame, event, arrival) { t.quiet = true }
func (t *inlet) skip(Frame, arrival)         { t.quiet = true }

func (t *inlet) noise(f Frame, n noise, a arrival) {
	if a.order != late {
		t.quiet = true
		t.to.noise(n)
	}
}
