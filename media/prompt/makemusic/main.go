// Makemusic composes and plays the hold music that Webtrunk ships, and writes
// it as Ogg Opus:
//
//	go run ./media/prompt/makemusic media/prompt/sounds/music/hold.opus
//
// It is a loop of 48 seconds: eight chords, twice, on something like an electric
// piano, with a bass and a melody that follows the chords. Each note's end is
// carried over the loop's end into its beginning, so that it has no seam. All
// of it is in the band of a telephone.
package main

import (
	"fmt"
	"math"
	"os"

	"github.com/thesyncim/gopus"

	"webtrunk/media/ogg"
)

const (
	rate    = 16000
	beat    = 0.75 // seconds: 80 a minute
	bars    = 16
	samples = int(bars * 4 * beat * rate)
)

// chords are the eight of the loop, as MIDI notes: C, Am, F, G, Em, Am, Dm, G,
// each with its seventh or ninth.
var chords = [8][4]int{
	{60, 64, 67, 71}, {57, 60, 64, 67}, {53, 57, 60, 64}, {55, 59, 62, 65},
	{52, 55, 59, 62}, {57, 60, 64, 67}, {50, 53, 57, 60}, {55, 59, 62, 69},
}

// melody are the notes of a bar, as places in its chord an octave up and beats;
// the second half of the loop has the other one.
var melody = [2][]struct {
	note int
	at   float64
}{
	{{2, 0}, {1, 1.5}, {2, 2}, {3, 3}},
	{{3, 0}, {2, 1}, {1, 2}, {0, 2.5}, {1, 3.5}},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: makemusic FILE.opus")
		os.Exit(2)
	}
	if err := write(os.Args[1], compose()); err != nil {
		fmt.Fprintln(os.Stderr, "makemusic:", err)
		os.Exit(1)
	}
}

func compose() []float64 {
	loop := make([]float64, samples)
	for bar := range bars {
		chord := chords[bar%8]
		start := float64(bar) * 4 * beat
		for i, note := range chord {
			strike(loop, start+float64(i)*0.03, pitch(note), 0.20, 2.2)
			strike(loop, start+2*beat+float64(i)*0.02, pitch(note), 0.10, 1.4)
		}
		strike(loop, start, pitch(chord[0]-12), 0.25, 2.0)
		for _, m := range melody[bar/4%2] {
			strike(loop, start+m.at*beat, pitch(chord[m.note]+12), 0.28, 1.2)
		}
	}
	return loop
}

func pitch(note int) float64 { return 440 * math.Pow(2, float64(note-69)/12) }

// strike adds a note that fades within so many seconds; where the loop ends, it
// goes on at the beginning.
func strike(loop []float64, at, hz, loud, fade float64) {
	from := int(at * rate)
	for i := range int(3 * fade * rate) {
		t := float64(i) / rate
		swell := min(1, t/0.012)
		w := 2 * math.Pi * hz * t
		x := math.Sin(w) + 0.45*math.Exp(-3*t)*math.Sin(2*w) + 0.2*math.Exp(-5*t)*math.Sin(3*w) + 0.1*math.Exp(-9*t)*math.Sin(5*w)
		end := min(1, (3*fade-t)/0.05)
		loop[(from+i)%len(loop)] += loud * swell * end * math.Exp(-t/fade*2) * x
	}
}

// write encodes the loop, with a bit of its end before it so that the codec has
// settled where it begins, and as much of its beginning after it as the codec is
// late.
func write(path string, loop []float64) error {
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: rate, Channels: 1, Application: gopus.ApplicationAudio})
	if err != nil {
		return err
	}
	if err := first(enc.SetFrameSize(rate/50), enc.SetBitrate(24000), enc.SetComplexity(10), enc.SetSignal(gopus.SignalMusic)); err != nil {
		return err
	}
	const lead = rate / 5 // 200 ms, a whole number of frames
	skip := lead + enc.Lookahead()*rate/enc.SampleRate()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w, err := ogg.NewWriter(f, 1, ogg.Head{Channels: 1, PreSkip: skip * 3, Rate: rate}, "TITLE=Hold", "COMMENT=made by media/prompt/makemusic")
	if err != nil {
		return err
	}
	if err := encode(enc, w, loop, lead, len(loop)+skip); err != nil {
		return err
	}
	return first(w.Close(uint64(3*(len(loop)+skip))), f.Close())
}

func encode(enc *gopus.Encoder, w *ogg.Writer, loop []float64, lead, total int) error {
	loudest := 0.0
	for _, x := range loop {
		loudest = max(loudest, math.Abs(x))
	}
	var pcm [rate / 50]int16
	var payload [1275]byte
	for at := 0; at < total; at += len(pcm) {
		for i := range pcm {
			pcm[i] = int16(12000 * loop[(at+i-lead+len(loop))%len(loop)] / loudest)
		}
		n, err := enc.EncodeInt16(pcm[:], payload[:])
		if err != nil {
			return err
		}
		if err := w.Write(payload[:n]); err != nil {
			return err
		}
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
