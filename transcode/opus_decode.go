package transcode

import (
	"errors"
	"sync/atomic"

	"webtrunk/transcode/silk"
)

// Errors of a payload. They are values, not wrapped, so that a hostile stream
// costs no allocation.
var (
	errEmpty   = errors.New("transcode: empty payload")
	errTooLong = errors.New("transcode: payload longer than 120 ms")
	errBroken  = errors.New("transcode: the decoder failed on this payload")
)

// An opusDecoder decodes one stream to 8 kHz mono. What telephones are asked to
// send, narrowband SILK, it decodes with our own decoder, and everything else
// with the library's, which is large, and borrowed when the first such packet comes.
// How the two follow each other is in opus_turn.go.
type opusDecoder struct {
	own     *silk.Decoder
	library *libraryDecoder // nil until it is needed
	last    source
	celt    bool // the last frame of ours ended with the first of CELT: the library goes on
	alone   int  // packets decoded without the library since it was needed
}

// A source is what a stream's last packet was.
type source uint8

const (
	nothing source = iota
	ours           // narrowband SILK of one channel, decoded by our own decoder
	celt           // decoded by the library, as the rest
	stereo         // narrowband SILK of two channels, or of one after it: SILK's state goes on between them
	other          // wider SILK or hybrid, whose state does not
)

func sourceOf(p *silk.Packet) source {
	switch {
	case p.General():
		return celt
	case p.Config < 4:
		return stereo
	}
	return other
}

var opusDecoders atomic.Int64 // in use, at 8 kHz

// opusPanics counts payloads that broke our own decoder.
var opusPanics atomic.Uint64

// keepLibrary is how many packets a borrowed decoder stays, when it is not
// needed: 5 s at 20 ms. A sender that takes SILK and CELT in turn does not
// change a hundred times a minute.
const keepLibrary = 250

func newOpusDecoder() *opusDecoder {
	opusDecoders.Add(1)
	return &opusDecoder{own: silk.NewDecoder()}
}

func (d *opusDecoder) Close() {
	opusDecoders.Add(-1)
	d.giveBack()
}

func (d *opusDecoder) giveBack() {
	if d.library != nil {
		d.library.Close()
		d.library = nil
	}
}

// Decode decodes a packet, of whose frames some may only say that time passes.
func (d *opusDecoder) Decode(pcm []int16, payload []byte) (n int, err error) {
	if len(payload) == 0 {
		return 0, errEmpty
	}
	p, err := silk.Parse(payload)
	if err != nil {
		return 0, err
	}
	defer d.survive(&n, &err)
	switch {
	case d.decodesItself(&p):
		return d.decodeFrames(pcm, &p), nil
	case p.Silent() && d.continuesItself():
		n = p.Frames * p.FrameSamples()
		d.Conceal(pcm, n)
		return n, nil
	}
	return d.decodeByLibrary(pcm, payload, sourceOf(&p))
}

// decodesItself reports whether p is for our own decoder. After two channels
// the one goes on from what the library knows.
func (d *opusDecoder) decodesItself(p *silk.Packet) bool {
	return p.Narrowband() && d.last != stereo
}

// continuesItself reports whether our own decoder has what comes next, if
// nothing is sent.
func (d *opusDecoder) continuesItself() bool { return d.last == nothing || d.last == ours && !d.celt }

func (d *opusDecoder) decodeFrames(pcm []int16, p *silk.Packet) int {
	size := p.FrameSamples()
	for i := range p.Frames {
		d.decodeFrame(pcm[i*size:(i+1)*size], p.Next())
	}
	if d.library != nil && d.continuesItself() {
		if d.alone++; d.alone > keepLibrary {
			d.giveBack()
		}
	}
	return size * p.Frames
}

func (d *opusDecoder) decodeByLibrary(pcm []int16, payload []byte, as source) (int, error) {
	end, err := d.turnToLibrary(as)
	if err != nil {
		return 0, err
	}
	n, err := d.library.Decode(pcm, payload)
	if err != nil {
		return 0, err
	}
	end.join(pcm[:n])
	d.last = as
	return n, nil
}

// Recover asks first whether there is anything to recover. After CELT there is
// nothing that it could follow.
func (d *opusDecoder) Recover(pcm []int16, payload []byte, n int) (ok bool) {
	p, err := silk.Parse(payload)
	if err != nil || d.last == celt || p.General() {
		return false
	}
	size, itself, as := p.FrameSamples(), d.decodesItself(&p), sourceOf(&p)
	frame := p.Next()
	if n > MaxSamples || n < size || n%opusStep != 0 || !silk.Redundant(frame, size, p.Stereo) {
		return false
	}
	failed := error(nil)
	defer func() { ok = ok && failed == nil }()
	defer d.survive(nil, &failed)
	if !itself {
		return d.recoverByLibrary(pcm[:n], payload, as)
	}
	if n > size {
		d.Conceal(pcm, n-size)
	}
	end := d.turnToOurs()
	d.own.Recover(pcm[n-size:n], frame)
	d.last, d.celt = ours, false
	end.join(pcm[n-size : n])
	return true
}

func (d *opusDecoder) recoverByLibrary(pcm []int16, payload []byte, as source) bool {
	end, err := d.turnToLibrary(as)
	if err != nil || !d.library.Recover(pcm, payload, len(pcm)) {
		return false
	}
	end.join(pcm)
	d.last = as
	return true
}

// opusStep is 2.5 ms, the unit of Opus durations (RFC 6716 §2.1.4).
const opusStep = SampleRate / 400

// Conceal continues the sound, which fades out in about 100 ms and leaves the
// noise of the line, if it was heard.
func (d *opusDecoder) Conceal(pcm []int16, n int) {
	err := error(nil)
	defer func() {
		if err != nil {
			clear(pcm[:n])
		}
	}()
	defer d.survive(nil, &err)
	if d.continuesItself() {
		d.own.Conceal(pcm[:n])
		return
	}
	if d.last == ours { // CELT was about to begin
		d.last, d.celt = celt, false
	}
	d.library.Conceal(pcm, n)
}

// survive is deferred around our own decoder: a panic on a stranger's payload
// becomes an error, and the stream begins anew.
func (d *opusDecoder) survive(n *int, err *error) {
	if recover() == nil {
		return
	}
	opusPanics.Add(1)
	if n != nil {
		*n = 0
	}
	*err = errBroken
	d.own = silk.NewDecoder()
	d.last, d.celt = nothing, false
}
