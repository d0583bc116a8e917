package media

import "webtrunk/transcode"

const (
	// maxConceal is the most that is made up for one gap, 120 ms: longer, the
	// concealment has faded out, and a burst of late frames would only teach
	// the far end's jitter buffer to wait.
	maxConceal = transcode.MaxSamples
	// shortest is the least that a codec can conceal: 2.5 ms.
	shortest = transcode.SampleRate / 400
)

// A transcoder decodes what one leg says and encodes it for the other, in
// frames of 20 ms, or what the other leg asked for, whatever arrives. It thinks in samples at 8 kHz.
//
// Towards a telephone the stream has no holes: what the network lost is
// recovered from its successor's redundancy, or concealed. Towards a browser a
// hole stays a hole, in number and timestamp, for its jitter buffer conceals
// better than we could.
type transcoder struct {
	to     *Port
	format *Format // of to
	clock  uint32  // of the events that arrive
	src    source
	dec    transcode.Decoder
	enc    transcode.Encoder
	counts *Stats // of the port that receives
	loss   int32  // what the encoder has been told

	scaleIn, scaleOut uint32 // timestamp units in a sample, either side
	fill              bool   // holes are filled: towards a telephone

	heard     bool   // something has been decoded since the start
	expect    uint32 // the arriving timestamp at which we have sound up to now
	length    int    // samples in the last packet
	undecoded int    // packets since then that could not be decoded
	quiet     bool   // the last packet was an event: a hole after it is no loss

	hushes  bool // a browser's silence is told to a telephone that knows comfort noise
	hushed  int  // packets of that silence so far
	comfort *comfort

	seq    uint16 // of the next frame
	pos    uint32 // in samples, where the next frame begins
	marker bool   // it begins a talk spurt

	frame   int // samples in a packet that we send
	held    int // samples waiting in carry for a whole frame
	carry   [transcode.MaxSamples]int16
	pcm     [transcode.MaxSamples]int16
	payload [transcode.MaxPayload]byte
}

func newTranscoder(from, to *Format, peer *Port, counts *Stats) (*transcoder, error) {
	dec, err := transcode.NewDecoder(from.Codec)
	if err != nil {
		return nil, err
	}
	enc, err := transcode.NewFrameEncoder(to.Codec, to.frame())
	if err != nil {
		dec.Close()
		return nil, err
	}
	return &transcoder{
		to: peer, format: to, clock: from.EventsClock, counts: counts,
		src: source{clock: to.Codec.ClockRate()},
		dec: dec, enc: enc,
		scaleIn:  from.Codec.ClockRate() / transcode.SampleRate,
		scaleOut: to.Codec.ClockRate() / transcode.SampleRate,
		fill:     to.Codec != transcode.Opus,
		frame:    to.frame(),
		hushes:   from.Codec == transcode.Opus && to.Noise != 0,
	}, nil
}

func (t *transcoder) String() string {
	if t.fill {
		return "decode → conceal → encode " + t.format.Codec.String()
	}
	return "decode → encode " + t.format.Codec.String()
}

// close gives the codecs back and lets go of them: the other leg's stream
// remembers its last source, and through it this, until another one is heard.
func (t *transcoder) close() {
	t.comfort.stop(t.to)
	t.dec.Close()
	t.enc.Close()
	t.dec, t.enc = nil, nil
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
	t.heard, t.undecoded, t.quiet = true, 0, false
	t.expect = f.Timestamp + uint32(n)*t.scaleIn
	t.length = n
	if t.hushes && len(f.Payload) <= longestHush {
		t.hush(n)
		return
	}
	t.hushed = 0
	t.emit(t.pcm[:n])
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
	if a.order == restarted || t.heard && jumped(step, t.scaleIn*transcode.SampleRate) {
		t.src.fresh = true
		t.heard = false
	}
	if !t.heard || step < 0 {
		return 0
	}
	return int(step) / int(t.scaleIn)
}

// bridge brings the stream across a hole before payload.
func (t *transcoder) bridge(gap, missing int, payload []byte) {
	if gap < shortest {
		return
	}
	if missing == 0 || !t.fill {
		t.leap(gap, missing)
		return
	}
	made := min(gap, maxConceal)
	made -= made % shortest
	recoverable := min(t.length, made)
	t.conceal(made - recoverable)
	t.leap(gap-made, 0)
	if recoverable > 0 && t.dec.Recover(t.pcm[:], payload, recoverable) {
		t.counts.Recovered++
		t.emit(t.pcm[:recoverable])
		return
	}
	t.conceal(recoverable)
}

func (t *transcoder) conceal(n int) {
	for n > 0 {
		step := min(n, max(t.length, shortest))
		t.dec.Conceal(t.pcm[:], step)
		t.counts.Concealed++
		t.emit(t.pcm[:step])
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
		t.emit(t.pcm[:silence])
		gap -= silence
	}
	if missing > 0 {
		t.seq += uint16(gap / t.frame)
	} else {
		t.marker = true
	}
	t.pos += uint32(gap)
}

// emit sends samples in whole frames and keeps the rest for the next.
func (t *transcoder) emit(pcm []int16) {
	for len(pcm) > 0 {
		n := copy(t.carry[t.held:t.frame], pcm)
		t.held += n
		pcm = pcm[n:]
		if t.held == t.frame {
			t.send()
		}
	}
}

// send encodes the carried frame. One that cannot be encoded leaves its time
// empty and takes no number.
func (t *transcoder) send() {
	if loss := t.to.loss.Load(); loss != t.loss {
		t.loss = loss
		t.enc.ExpectLoss(int(loss))
	}
	n, err := t.enc.Encode(t.payload[:], t.carry[:t.frame])
	if err != nil {
		t.counts.Dropped++
	} else {
		t.write(Frame{PayloadType: t.format.PayloadType, Marker: t.marker, Timestamp: t.pos * t.scaleOut, Payload: t.payload[:n]})
		t.marker = false
	}
	t.pos += uint32(t.frame)
	t.held = 0
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
	t.write(Frame{PayloadType: t.format.Events, Marker: f.Marker, Timestamp: at, Payload: e.write((*[eventLength]byte)(t.payload[:]))})
}

func (t *transcoder) skip(Frame, arrival) { t.quiet = true }
