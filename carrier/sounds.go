package carrier

import (
	"embed"
	"math"
	"strings"
	"sync"

	"webtrunk/transcode"
)

//go:embed audio/*.ulaw
var recordings embed.FS

// Welcome returns the sentence that the speaking numbers say, 8,000 samples a
// second. Tests compare what they heard with it.
func Welcome() []int16 { return recording("welcome") }

// SpokenDigit returns the name of a key as it is spoken, nil for keys that have
// no recording (A to D).
func SpokenDigit(key byte) []int16 {
	switch {
	case key == '*':
		return recording("star")
	case key == '#':
		return recording("pound")
	case strings.IndexByte("0123456789", key) >= 0:
		return recording(string(key))
	}
	return nil
}

var decoded sync.Map // name → []int16; a busy echo line says welcome often

func recording(name string) []int16 {
	if pcm, ok := decoded.Load(name); ok {
		return pcm.([]int16)
	}
	ulaw, err := recordings.ReadFile("audio/" + name + ".ulaw")
	if err != nil {
		panic(err) // the file is compiled in
	}
	pcm := make([]int16, len(ulaw))
	transcode.DecodePCMU(pcm, ulaw)
	decoded.Store(name, pcm)
	return pcm
}

// samples is a sound that is all there.
type samples struct{ rest []int16 }

func (s *samples) next(frame []int16) bool {
	n := copy(frame, s.rest)
	clear(frame[n:])
	s.rest = s.rest[n:]
	return len(s.rest) > 0
}

// tone is a sine at half of full scale, for ever.
type tone struct {
	hz float64
	at int // samples since the beginning
}

func (t *tone) next(frame []int16) bool {
	for i := range frame {
		frame[i] = int16(math.MaxInt16 / 2 * math.Sin(2*math.Pi*t.hz*float64(t.at)/sampleRate))
		t.at++
	}
	return true
}

// ringback is what a caller hears while it rings: the two tones of North
// America, 2 s on and 4 s off.
type ringback struct{ at int }

func (r *ringback) next(frame []int16) bool {
	for i := range frame {
		frame[i] = 0
		if s := r.at % (6 * sampleRate); s < 2*sampleRate {
			phase := 2 * math.Pi * float64(s) / sampleRate
			frame[i] = int16(math.MaxInt16 / 8 * (math.Sin(440*phase) + math.Sin(480*phase)))
		}
		r.at++
	}
	return true
}
