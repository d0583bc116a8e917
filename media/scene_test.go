package media

import (
	"sync"
	"testing"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// lawPage is a page that speaks G.711.
var lawPage = Format{Codec: transcode.PCMA, PayloadType: 8}

// A scene is two legs, and a third that comes in.
type scene struct {
	*choir
	a, b *leg
	play func(n int) Sound // a prompt
}

// loudTone steps by 1170 at most, and G.711 by 512 more at its loudest. Opus adds
// what it adds to any tone, and G.722 too, which follows a loud wave less closely. A
// break shows as up to twice the amplitude.
const (
	loudHertz = 133
	loudLevel = 11000
	breaks    = 3000

	// adapting is what a decoder of G.722 steps by that is passed another encoder's
	// packets: it is where that one was after some milliseconds.
	adapting = 6000
)

// toneScene has loud low tones, which step by little: where one wave is put behind
// another it shows.
func toneScene(t *testing.T, a, b Format) *scene {
	prompts := []float64{110, 190, 150, 170}
	return newScene(t, a, b, loud, func(n int) Sound {
		return &record{pcm: soundcheck.Sine(prompts[n%len(prompts)], loudLevel, 8013)}
	})
}

// speechScene has people who talk without a pause.
func speechScene(t *testing.T, a, b Format) *scene {
	return newScene(t, a, b, talk, func(n int) Sound { return &record{pcm: talk(n + 3)[:8013]} })
}

func newScene(t *testing.T, a, b Format, says func(int) []int16, play func(int) Sound) *scene {
	c := &choir{t: t}
	for i, f := range []Format{a, b, phone} {
		c.legs = append(c.legs, newLeg(t, string(rune('a'+i)), f))
		c.say = append(c.say, (&talker{format: f}).repeat(encodedOnce(t, f.Codec, says(i))))
	}
	return &scene{c, c.legs[0], c.legs[1], play}
}

// loud is the tone of party i. It begins softly: what breaks there is not ours.
func loud(i int) []int16 {
	tone := soundcheck.Sine(loudHertz+17*float64(i), loudLevel, scenesLast)
	for k := range tone[:800] {
		tone[k] = int16(int(tone[k]) * k / 800)
	}
	return tone
}

// talk is two sentences, again and again, from a place of party i in them.
func talk(i int) []int16 {
	pcm := make([]int16, scenesLast)
	for k := range pcm {
		if n := (8000*i + k) % (len(speech) + len(other)); n < len(speech) {
			pcm[k] = speech[n]
		} else {
			pcm[k] = other[n-len(speech)]
		}
	}
	return pcm
}

const scenesLast = 5 * transcode.SampleRate

// encodedOnce returns the payloads of a sound, which several scenes have.
func encodedOnce(t *testing.T, c transcode.Codec, pcm []int16) [][]byte {
	type key struct {
		codec transcode.Codec
		sum   uint32
	}
	k := key{c, 0}
	for _, s := range pcm[8000:8400] {
		k.sum = k.sum*31 + uint32(s)
	}
	if p, ok := onceEncoded.Load(k); ok {
		return p.([][]byte)
	}
	var payloads [][]byte
	for _, f := range newTalker(t, Format{Codec: c}).say(t, pcm) {
		payloads = append(payloads, f.Payload)
	}
	onceEncoded.Store(k, payloads)
	return payloads
}

var onceEncoded sync.Map

// repeat returns the packets of what was encoded before.
func (k *talker) repeat(payloads [][]byte) (frames []Frame) {
	for _, p := range payloads {
		frames = append(frames, k.packet(p, transcode.FrameSamples))
	}
	return frames
}

// rest has everybody silent, and send nothing, for so many frames.
func (s *scene) rest(frames int) {
	s.at += frames
	for _, say := range s.say {
		for i := s.at; i < len(say); i++ {
			say[i].Sequence -= uint16(frames)
		}
	}
	time.Sleep(time.Duration(frames) * tick)
}

// farEnd plays what a leg was sent, as one that conceals holes: of each payload type
// the decoder begins anew where another was sent before, as browsers do it.
func farEnd(t *testing.T, rate int, frames []sent, formats ...Format) (heard []int16) {
	t.Helper()
	var dec transcode.Decoder
	last, end := Format{}, uint32(0)
	pcm := make([]int16, transcode.MaxWideSamples)
	for _, frame := range frames {
		for _, f := range formats {
			if f.PayloadType != frame.PayloadType {
				continue
			}
			scale := scale{rate: rate, in: f.Codec.ClockRate()}
			if f != last {
				fresh, err := transcode.NewDecoderAt(f.Codec, rate)
				if err != nil {
					t.Fatal(err)
				}
				defer fresh.Close()
				dec = fresh
			} else if hole := scale.passed(int32(frame.Timestamp - end)); hole > 0 {
				for left := min(hole, transcode.MaxSamples); left > 0; left -= rate / 50 {
					n := min(left, rate/50)
					dec.Conceal(pcm, n)
					heard = append(heard, pcm[:n]...)
				}
			}
			n, err := dec.Decode(pcm, frame.Payload)
			if err != nil {
				t.Fatal(err)
			}
			heard = append(heard, pcm[:n]...)
			last, end = f, frame.Timestamp+scale.arriving(n)
		}
	}
	return heard
}

// loudestStep returns the largest step between two samples, and where it is.
func loudestStep(heard []int16) (largest, at int) {
	for i := 1; i < len(heard); i++ {
		if step := int(heard[i]) - int(heard[i-1]); max(step, -step) > largest {
			largest, at = max(step, -step), i
		}
	}
	return largest, at
}
