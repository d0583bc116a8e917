package transcode

import (
	"math"

	"webtrunk/transcode/silk"
)

// When a sender changes between SILK and CELT, each of the two begins with
// nothing to follow (RFC 6716 §4.5). Either the packet brings 5 ms of the other
// codec for the change, or the one that ends is continued for as long. In both
// cases the first half of it is heard alone and the second fades into what
// comes. Between our own decoder and the library's every change is made so, also
// that to wider SILK, which begins anew as well.
const (
	turnSamples = SampleRate / 200
	fadeSamples = turnSamples / 2
)

// fade is the share of what comes in, in 1/32768: the square of CELT's window
// (§4.3.7), as a decoder must have it to fade as the sender supposes.
var fade = func() (share [fadeSamples]int32) {
	for i := range share {
		const fine = 48000 / SampleRate // the window is sampled at 48 kHz
		s := math.Sin(math.Pi / 2 * (float64(i*fine) + 0.5) / (fadeSamples * fine))
		w := math.Sin(math.Pi / 2 * s * s)
		share[i] = int32(math.Round(w * w * 32768))
	}
	return share
}()

// faded is what is heard after i samples of a fade.
func faded(from, to int16, i int) int16 {
	return int16((int32(from)*(32768-fade[i]) + int32(to)*fade[i] + 1<<14) >> 15)
}

// An ending is how what was heard goes on, while something else begins.
type ending struct {
	there bool
	pcm   [2 * turnSamples]int16 // the second half of them is not heard
}

// join begins pcm with the ending. 2.5 ms, which CELT can have, are faded as a whole.
func (e *ending) join(pcm []int16) {
	if !e.there || len(pcm) < fadeSamples {
		return
	}
	at := 0
	if len(pcm) >= turnSamples {
		at = copy(pcm[:fadeSamples], e.pcm[:])
	}
	for i := range fadeSamples {
		pcm[at+i] = faded(e.pcm[at+i], pcm[at+i], i)
	}
}

// decodeFrame decodes a frame with our own decoder.
func (d *opusDecoder) decodeFrame(pcm []int16, frame []byte) {
	if len(frame) <= 1 {
		d.Conceal(pcm, len(pcm))
		return
	}
	if d.last != nothing && d.last != ours {
		d.own.Reset()
	}
	rest := d.own.Decode(pcm, frame)
	if d.last != ours || d.celt || rest.Frame != nil {
		d.turn(pcm, rest)
	}
	d.last = ours
}

// turn makes the change to or from CELT at either end of a frame of ours.
func (d *opusDecoder) turn(pcm []int16, rest silk.Redundancy) {
	var end ending
	begun := d.library != nil && (d.celt || d.last != nothing && d.last != ours)
	switch {
	case !begun:
	case rest.Frame != nil && rest.First:
		end.there = d.decodeTurn(&end, rest.Frame)
	case !d.celt:
		end.there = true
		d.library.Conceal(end.pcm[:], d.endingSamples())
	}
	d.celt = false
	end.join(pcm)
	if rest.Frame == nil || rest.First || d.borrow() != nil {
		return
	}
	d.library.reset()
	if d.decodeTurn(&end, rest.Frame) {
		d.celt = true
		last := pcm[len(pcm)-fadeSamples:]
		for i, s := range last {
			last[i] = faded(s, end.pcm[fadeSamples+i], i)
		}
	}
}

// decodeTurn decodes the 5 ms of narrowband CELT that a frame of ours brings.
func (d *opusDecoder) decodeTurn(end *ending, frame []byte) bool {
	const toc = 17 << 3 // narrowband CELT, 5 ms, mono, one frame (RFC 6716 §3.1)
	d.library.turn = append(append(d.library.turn[:0], toc), frame...)
	n, err := d.library.Decode(d.library.pcm[:], d.library.turn)
	copy(end.pcm[:], d.library.pcm[:n])
	return err == nil && n == turnSamples
}

// turnToOurs returns how the library's sound goes on, if it was heard last.
func (d *opusDecoder) turnToOurs() (end ending) {
	if d.last == nothing || d.last == ours {
		return end
	}
	d.own.Reset()
	end.there = true
	d.library.Conceal(end.pcm[:], d.endingSamples())
	return end
}

// endingSamples is how much of the library's sound is continued: of what has
// SILK in it the library makes no less than 10 ms.
func (d *opusDecoder) endingSamples() int {
	if d.last == celt {
		return turnSamples
	}
	return 2 * turnSamples
}

// turnToLibrary makes the library's decoder ready, and returns how our own
// sound goes on, if it was heard last and the library does not follow it.
func (d *opusDecoder) turnToLibrary(as source) (end ending, err error) {
	follows := d.last != nothing && d.last != ours || d.celt && as == celt
	if err := d.borrow(); err != nil {
		return end, err
	}
	d.alone, d.celt = 0, false
	if follows {
		return end, nil
	}
	d.library.reset()
	if d.last == ours {
		end.there = true
		d.own.Conceal(end.pcm[:])
	}
	return end, nil
}

// borrow takes a decoder of the library, unless there is one.
func (d *opusDecoder) borrow() (err error) {
	d.alone = 0
	if d.library == nil {
		d.library, err = libraryDecoders.take()
	}
	return err
}
