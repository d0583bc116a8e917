package media

import (
	"math"
	"sync"
	"time"

	"webtrunk/transcode"
)

// A Cadence is a tone of an exchange: up to six segments of sound and silence,
// over and over. The zero Cadence is no tone.
type Cadence [6]Segment

// A Segment is one part of a cadence: a frequency, one beside it or one that
// modulates it, all in Hz; without a frequency it is silent. A segment that
// lasts 0, which only the first may, sounds for ever.
type Segment struct {
	Hz, Beside, Modulated uint16
	Lasts                 time.Duration
}

// ringAmplitude is the peak of each frequency: about -19 dBm0 each, as
// exchanges send it.
const ringAmplitude = 2600

// maxCadence bounds what is kept of a tone.
const maxCadence = time.Minute

// endless is how much of a tone without cadence is kept. All frequencies are
// whole numbers of Hz, so that a second ends where it begins.
const endless = time.Second

// period is the time after which the cadence begins anew.
func (c Cadence) period() time.Duration {
	sum := time.Duration(0)
	for _, s := range c {
		sum += s.Lasts
	}
	if sum == 0 && c[0].Hz > 0 {
		return endless
	}
	return min(sum, maxCadence)
}

// sample returns the tone as it is so far into its period. Each segment begins
// with a wave, not in the middle of one, so that it does so without a click.
func (c Cadence) sample(at time.Duration) int16 {
	for _, s := range c {
		if at < s.Lasts || s.Lasts == 0 {
			return s.sample(at)
		}
		at -= s.Lasts
	}
	return 0
}

func (s Segment) sample(at time.Duration) int16 {
	sum := wave(s.Hz, at) + wave(s.Beside, at)
	if s.Modulated > 0 {
		// Full modulation: Hz, and half as loud Hz ± Modulated.
		sum *= (1 - math.Cos(2*math.Pi*float64(s.Modulated)*at.Seconds())) / 1.5
	}
	return int16(ringAmplitude * sum)
}

func wave(hz uint16, at time.Duration) float64 {
	return math.Sin(2 * math.Pi * float64(hz) * at.Seconds())
}

// Sound returns the tone to be played for ever.
func (c Cadence) Sound() Sound { return NewLoop(c.samples()) }

// periods keeps the period of each tone that was played, for all who play it.
var periods struct {
	mu  sync.Mutex
	pcm map[Cadence][]int16
}

// samples returns a period of the tone. Making it takes milliseconds, once.
func (c Cadence) samples() []int16 {
	periods.mu.Lock()
	defer periods.mu.Unlock()
	if pcm, ok := periods.pcm[c]; ok {
		return pcm
	}
	pcm := make([]int16, int(c.period()*transcode.SampleRate/time.Second))
	for i := range pcm {
		pcm[i] = c.sample(time.Duration(i) * time.Second / transcode.SampleRate)
	}
	if periods.pcm == nil {
		periods.pcm = make(map[Cadence][]int16)
	}
	periods.pcm[c] = pcm
	return pcm
}
