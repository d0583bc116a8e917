package silk

import "errors"

const (
	sampleRate   = 8000
	frameSamples = sampleRate / 50 // 20 ms
	subframes    = 4
	subframe     = frameSamples / subframes
	order        = 10 // of the short-term predictor
)

// Samples is the length of a frame: 20 ms at 8 kHz.
const Samples = frameSamples

// MaxPacket is a length that no packet exceeds, in bytes: one of full-scale
// noise, twice because of redundancy, has less.
const MaxPacket = 640

const toc = 1 << 3 // narrowband SILK, 20 ms, mono, one frame (RFC 6716 §3.1)

var (
	errFrame = errors.New("silk: a frame has 160 samples")
	errRoom  = errors.New("silk: the packet's buffer is shorter than MaxPacket")
)

// An Encoder encodes one stream. It is not safe for concurrent use.
type Encoder struct {
	rate       rate
	redundancy bool

	blocker  dcBlocker
	past     [pastInput]float32 // input before the frame
	heard    [memory]float32    // what a decoder has put out before it
	activity activity
	lsf      [order]float32 // of the last frame, for one whose own cannot be found
	lastGain int            // number of the last frame's last gain
	lastLag  int            // 0 when the last frame was not voiced
	run      int            // voiced frames in a row
	seed     uint8
	spare    frame // what the next packet repeats
	hasSpare bool
	final    uint32 // the range coder's last range, which a decoder ends with too
}

// pastInput is what a pitch filter reaches back to, and the predictor before it.
const pastInput = memory + order

// firstGain is the number that a decoder believes to precede a stream (RFC 6716 §4.2.7.4).
const firstGain = 10

// NewEncoder returns an encoder that spends so many bits a second, from 12,000
// to 32,000, while somebody speaks, and less in between.
func NewEncoder(bitrate int) *Encoder {
	e := new(Encoder)
	e.Reset(bitrate)
	return e
}

// Reset prepares the encoder for another stream; nothing of the old one remains.
func (e *Encoder) Reset(bitrate int) {
	*e = Encoder{lastGain: firstGain}
	e.SetBitrate(bitrate)
	for k := range e.lsf {
		e.lsf[k] = float32(k+1) * 32768 / (order + 1)
	}
}

// SetBitrate changes what is spent from the next frame on.
func (e *Encoder) SetBitrate(bitrate int) { e.rate.set(min(max(bitrate, 12000), 32000)) }

// SetRedundancy tells whether each packet is to repeat the frame before it,
// for a far end that loses packets. It takes a third more bits, on top.
func (e *Encoder) SetRedundancy(want bool) { e.redundancy = want }

// Encode writes the packet of one frame and returns its length. The packet's
// buffer is at least MaxPacket long.
func (e *Encoder) Encode(packet []byte, pcm []int16) (int, error) {
	if len(pcm) != frameSamples {
		return 0, errFrame
	}
	if len(packet) < MaxPacket {
		return 0, errRoom
	}
	var x input
	copy(x[:], e.past[:])
	e.blocker.filter(x.frame(), (*[frameSamples]int16)(pcm))
	copy(e.past[:], x[frameSamples:])

	var f frame
	var p plan
	numbers := e.analyse(&f, &p, &x)
	spare, hasSpare := e.spare, e.hasSpare
	e.repeat(&f, &p, numbers)
	e.quantise(&f, &p)

	packet[0] = toc
	var c rangeCoder
	c.start(packet[1:])
	c.bit(f.kind != inactive, 128) // §4.2.3
	c.bit(hasSpare, 128)           // §4.2.4
	if hasSpare {
		c.putFrame(&spare)
	}
	ahead := c.n
	c.putFrame(&f)
	n, ok := c.finish()
	if !ok {
		return 0, errRoom
	}
	e.final = c.size
	e.rate.spent(8 * (n - ahead))
	return n + 1, nil
}

// quantise chooses the frame's pulses and keeps what a decoder will have heard.
func (e *Encoder) quantise(f *frame, p *plan) {
	var w worked
	copy(w.heard[:], e.heard[:])
	w.quantise(p)
	f.pulses = w.pulses
	copy(e.heard[:], w.heard[frameSamples:])
}
