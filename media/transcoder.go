package media

import "webtrunk/transcode"

// maxConceal is the most that is made up for one gap, 120 ms: longer, the
// concealment has faded out, and a burst of late frames would only teach the
// far end's jitter buffer to wait. It is in samples at 8 kHz.
const maxConceal = transcode.MaxSamples

// A transcoder decodes what one leg says and encodes it for the other, in
// frames of 20 ms, or what the other leg asked for, whatever arrives. It thinks in samples of
// its scale.
//
// Towards a telephone the stream has no holes: what the network lost is
// recovered from its successor's redundancy, or concealed. Towards a browser a
// hole stays a hole, in number and timestamp, for its jitter buffer conceals
// better than we could.
type transcoder struct {
	outlet        // to the other leg
	clock  uint32 // of the events that arrive
	dec    transcode.Decoder
	counts *Stats    // of the port that receives
	loud   *loudness // likewise
	from   transcode.Codec

	fill bool // holes are filled: towards a telephone

	heard     bool   // something has been decoded since the start
	expect    uint32 // the arriving timestamp at which we have sound up to now
	length    int    // samples in the last packet
	undecoded int    // packets since then that could not be decoded
	quiet     bool   // the last packet was an event: a hole after it is no loss

	hushes  bool // a browser's silence is told to a telephone that knows comfort noise
	hushed  int  // packets of that silence so far
	comfort *comfort

	pcm     [transcode.MaxWideSamples]int16
	payload [eventLength]byte // of a packet that is no sound
}

func newTranscoder(from, to *Format, peer *Port, counts *Stats) (*transcoder, error) {
	scale := scaleBetween(from.Codec, to.Codec)
	dec, err := transcode.NewDecoderAt(from.Codec, scale.rate)
	if err != nil {
		return nil, err
	}
	return &transcoder{
		outlet: outlet{to: peer, format: to, src: source{clock: scale.out}, scale: scale, frame: scale.samples(to.frame())},
		clock:  from.EventsClock, counts: counts, loud: &loudness{}, from: from.Codec,
		dec: dec, fill: to.Codec != transcode.Opus,
		hushes: from.Codec == transcode.Opus && to.Noise != 0,
	}, nil
}

func (t *transcoder) String() string {
	if t.fill {
		return "decode → conceal → encode " + t.format.Codec.String()
	}
	return "decode → encode " + t.format.Codec.String()
}

// close gives the decoder back and lets go of it: the other leg's stream
// remembers its last source, and through it this, until another one is heard.
func (t *transcoder) close() {
	t.comfort.stop(t.to)
	t.dec.Close()
	t.dec = nil
}

// audio takes a packet. One that comes late is of no use: its time has been
// filled, or its encoder's state has gone on.
func (t *transcoder) audio(f Frame, a arrival) {
	if a.order == late {
		return
	}
	t.bridge(t.gap(f.Timestamp, a), t.missing(a), f.Payload)
	n, err := t.dec.Decode(t.pcm[:], f.Payload)
	if err != nil {
		t.counts.Dropped++
		t.undecoded++
		return
	}
	t.loud.samples(t.from, t.pcm[:n])
	t.heard, t.undecoded, t.quiet = true, 0, false
	t.expect = f.Timestamp + t.scale.arriving(n)
	t.length = n
	if t.hushes && len(f.Payload) <= longestHush {
		t.hush(n)
		return
	}
	t.hushed = 0
	t.say(t.pcm[:n])
}

// missing says how many packets the hole before a packet swallowed. A hole
// without any is a pause that the sender made (RFC 3551 §4.1).
func (t *transcoder) missing(a arrival) int {
	if t.quiet {
		return 0
	}
	return a.lost + t.undecoded
}

// gap returns the samples between what we have and ts. Where the timestamps
// make no sense the new packet simply follows.
func (t *transcoder) gap(ts uint32, a arrival) int {
	step := int32(ts - t.expect)
	if a.order == restarted || t.heard && jumped(step, t.scale.in) {
		t.src.fresh = true
		t.heard = false
	}
	if !t.heard || step < 0 {
		return 0
	}
	return t.scale.passed(step)
}

// bridge brings the stream across a hole before payload.
func (t *transcoder) bridge(gap, missing int, payload []byte) {
	shortest := t.scale.rate / 400 // the least that a codec can conceal: 2.5 ms
	if gap < shortest {
		return
	}
	if missing == 0 || !t.fill {
		t.leap(gap, missing)
		return
	}
	made := min(gap, t.scale.samples(maxConceal))
	made -= made % shortest
	recoverable := min(t.length, made)
	t.conceal(made - recoverable)
	t.leap(gap-made, 0)
	if recoverable > 0 && t.dec.Recover(t.pcm[:], payload, recoverable) {
		t.counts.Recovered++
		t.say(t.pcm[:recoverable])
		return
	}
	t.conceal(recoverable)
}

func (t *transcoder) conceal(n int) {
	for n > 0 {
		step := min(n, max(t.length, t.scale.rate/400))
		t.dec.Conceal(t.pcm[:], step)
		t.counts.Concealed++
		t.say(t.pcm[:step])
		n -= step
	}
}

// leap moves the stream ahead without sound. Half a frame that waits is filled
// up with silence first. Numbers are left out only for what was lost.
func (t *transcoder) leap(gap, missing int) {
	if gap == 0 {
		return
	}
	if t.held > 0 {
		silence := min(gap, t.frame-t.held)
		clear(t.pcm[:silence])
		t.say(t.pcm[:silence])
		gap -= silence
	}
	if missing > 0 {
		t.seq += uint16(gap / t.frame)
	} else {
		t.marker = true
	}
	t.pos += uint64(gap)
}

func (t *transcoder) write(f Frame) {
	f.Sequence = t.seq
	t.seq++
	t.to.out.write(&t.src, f)
}

// event passes a key's event on, at the place of its timestamp in our stream.
func (t *transcoder) event(f Frame, e event, a arrival) {
	t.quiet = true
	if t.format.EventsClock == 0 {
		return
	}
	at := t.place(f, a)
	e.duration = convert(e.duration, t.clock, t.format.EventsClock)
	t.write(Frame{PayloadType: t.format.Events, Marker: f.Marker, Timestamp: at, Payload: e.write(&t.payload)})
}

func (t *transcoder) skip(Frame, arrival) { t.quiet = true }
