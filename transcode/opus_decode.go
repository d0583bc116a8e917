package transcode

import (
	"errors"

	"github.com/thesyncim/gopus"
)

// Errors of a payload. They are values, not wrapped, so that a hostile stream
// costs no allocation.
var (
	errEmpty   = errors.New("transcode: empty payload")
	errTooLong = errors.New("transcode: payload longer than 120 ms")
	errBroken  = errors.New("transcode: the decoder failed on this payload")
)

// opusStep is the unit of Opus durations, 2.5 ms (RFC 6716 §2.1.4): what is
// concealed is a multiple of it.
const opusStep = SampleRate / 400

// An opusDecoder decodes to 8 kHz mono whatever a browser encodes: SILK, CELT
// and hybrid at any bandwidth, one channel or two, 2.5 to 120 ms a packet.
type opusDecoder struct {
	gopus *gopus.Decoder
	celt  bool                // the last packet was CELT, after which no redundancy can be used
	float [MaxSamples]float32 // gopus gives recovered frames in this form only
}

// opusDecoders keeps decoders that are done: making one costs 318 kB.
var opusDecoders = shelf[*opusDecoder]{make: makeOpusDecoder}

func makeOpusDecoder() (*opusDecoder, error) {
	g, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: SampleRate, Channels: 1})
	if err != nil {
		return nil, err
	}
	return &opusDecoder{gopus: g}, nil
}

func newOpusDecoder() (Decoder, error) { return opusDecoders.take() }

func (d *opusDecoder) Close() {
	d.gopus.Reset()
	d.celt = false
	opusDecoders.give(d)
}

// Decode refuses an empty payload, which gopus would take as "conceal".
func (d *opusDecoder) Decode(pcm []int16, payload []byte) (n int, err error) {
	if len(payload) == 0 {
		return 0, errEmpty
	}
	defer d.survive(&n, &err)
	n, err = d.gopus.DecodeInt16(payload, pcm[:MaxSamples])
	if err != nil {
		return 0, err
	}
	d.celt = isCELT(payload)
	return n, nil
}

// Recover asks first whether there is anything to recover, because gopus
// conceals when there is not and does not say so.
func (d *opusDecoder) Recover(pcm []int16, payload []byte, n int) (ok bool) {
	if n <= 0 || n > MaxSamples || n%opusStep != 0 || d.celt || !gopus.PacketHasLBRR(payload) || frameSamples(payload) > n {
		return false
	}
	var err error
	defer func() { ok = err == nil && ok }()
	defer d.survive(nil, &err)
	got, err := d.gopus.DecodeWithFEC(payload, d.float[:n], true)
	if err != nil || got != n {
		return false
	}
	for i, s := range d.float[:n] {
		pcm[i] = toInt16(s)
	}
	return true
}

// Conceal lets gopus continue the sound, which fades out in about 100 ms.
func (d *opusDecoder) Conceal(pcm []int16, n int) {
	done := 0
	defer func() { clear(pcm[done:n]) }()
	defer d.survive(&done, nil)
	for n-done >= opusStep {
		step := min(n-done, FrameSamples)
		step -= step % opusStep
		if _, err := d.gopus.DecodeInt16(nil, pcm[done:done+step]); err != nil {
			return
		}
		done += step
	}
}

// survive is deferred around gopus: a panic on a stranger's payload becomes an
// error, and the decoder whose state it left behind is replaced.
func (d *opusDecoder) survive(n *int, err *error) {
	if recover() == nil {
		return
	}
	opusDecoders.countPanic()
	if n != nil {
		*n = 0
	}
	if err != nil {
		*err = errBroken
	}
	if fresh, failed := makeOpusDecoder(); failed == nil {
		d.gopus, d.celt = fresh.gopus, false
	}
}

// isCELT reads the packet's mode from the configuration number in its first
// byte (RFC 6716 §3.1, table 2).
func isCELT(payload []byte) bool { return payload[0]>>3 >= 16 }

// frameSamples returns the duration of one of the packet's frames (RFC 6716
// §3.1, table 2).
func frameSamples(payload []byte) int {
	config := payload[0] >> 3
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [...]int{80, 160, 320, 480}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return 80 << (config & 1)
	}
	return opusStep << (config & 3) // CELT: 2.5, 5, 10, 20 ms
}

func toInt16(s float32) int16 {
	s *= 32768
	switch {
	case s >= 32767:
		return 32767
	case s <= -32768:
		return -32768
	case s < 0:
		return int16(s - 0.5)
	}
	return int16(s + 0.5)
}
