package media

import (
	"math"
	"testing"
	"time"

	"webtrunk/transcode"
)

// power returns the mean power of x at hz, by Goertzel's algorithm.
func power(x []int16, hz float64) float64 {
	k := 2 * math.Cos(2*math.Pi*hz/transcode.SampleRate)
	var s1, s2 float64
	for _, v := range x {
		s1, s2 = float64(v)+k*s1-s2, s1
	}
	n := float64(len(x))
	return 2 * (s1*s1 + s2*s2 - k*s1*s2) / (n * n)
}

func totalPower(x []int16) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(len(x))
}

// spectrum is what a segment shall consist of: a modulated tone has sidebands.
func (s Segment) spectrum() []float64 {
	hz, beside, by := float64(s.Hz), float64(s.Beside), float64(s.Modulated)
	switch {
	case s.Modulated > 0:
		return []float64{hz - by, hz, hz + by}
	case s.Beside > 0:
		return []float64{hz, beside}
	}
	return []float64{hz}
}

func played(t *testing.T, c Cadence, d time.Duration) []int16 {
	t.Helper()
	pcm := make([]int16, d*transcode.SampleRate/time.Second)
	sound := c.Sound()
	for at := 0; at < len(pcm); at += transcode.FrameSamples {
		part := pcm[at:min(at+transcode.FrameSamples, len(pcm))]
		if n := sound.Read(part); n != len(part) {
			t.Fatalf("the tone ends after %d samples", at+n)
		}
	}
	return pcm
}

// Each country's tones have the frequencies and the cadence that the table
// says, over two periods: measured in what is played, segment for segment.
func TestTonesSoundAsTheirCountryHasThem(t *testing.T) {
	t.Parallel()
	if n := len(ToneCountries()); n < 25 {
		t.Fatalf("tones of %d countries, want 25 at least", n)
	}
	for _, country := range ToneCountries() {
		tones, ok := TonesOf(country)
		if !ok {
			t.Fatalf("%s is listed and not known", country)
		}
		for name, c := range map[string]Cadence{"dial": tones.Dial, "busy": tones.Busy, "ringback": tones.Ringback, "congestion": tones.Congestion, "waiting": tones.Waiting} {
			checkCadence(t, country+" "+name, c)
		}
	}
}

func checkCadence(t *testing.T, name string, c Cadence) {
	t.Helper()
	if c == (Cadence{}) {
		t.Errorf("%s: there is none", name)
		return
	}
	pcm := played(t, c, 2*c.period())
	at := 0
	for range 2 {
		for _, s := range c {
			n := int(s.Lasts * transcode.SampleRate / time.Second)
			if s == (Segment{}) {
				continue
			}
			if n == 0 {
				n = transcode.SampleRate // a continuous tone
			}
			checkSegment(t, name, s, pcm[at:at+n])
			at += n
		}
	}
	if at != len(pcm) {
		t.Errorf("%s: its segments last %d samples, its periods %d", name, at, len(pcm))
	}
}

func checkSegment(t *testing.T, name string, s Segment, pcm []int16) {
	t.Helper()
	total := totalPower(pcm)
	if s.Hz == 0 {
		if total != 0 {
			t.Errorf("%s: a pause is not silent: %.0f", name, total)
		}
		return
	}
	sum := 0.0
	for _, hz := range s.spectrum() {
		if p := power(pcm, hz); p < total/20 {
			t.Errorf("%s: %v Hz has %.2f of the energy", name, hz, p/total)
		} else {
			sum += p
		}
	}
	// Short segments hold no whole number of waves: lines of the spectrum
	// then share a part of their energy.
	if share := sum / total; share < 0.9 || share > 1.25 {
		t.Errorf("%s: %v Hz have %.2f of the energy", name, s.spectrum(), share)
	}
	if db := 10 * math.Log10(total/(32768*32768/2)); db < -24 || db > -15 {
		t.Errorf("%s: %.1f dBFS", name, db)
	}
}

func TestTonesByNumber(t *testing.T) {
	for number, want := range map[string]string{
		"+12025550100": "us", "+14165550100": "ca", "+4930123456": "de", "+442071234567": "gb",
		"+8613912345678": "cn", "+966112345678": "sa", "+971412345678": "ae", "+819012345678": "jp", "+7": "ru",
	} {
		got, ok := TonesAt(number)
		if tones, _ := TonesOf(want); !ok || got != tones {
			t.Errorf("%s has not the tones of %s", number, want)
		}
	}
	for _, number := range []string{"", "+", "030123456", "+999123", "+x"} {
		if _, ok := TonesAt(number); ok {
			t.Errorf("%q has tones", number)
		}
	}
	for code, country := range codes {
		if _, ok := countries[country]; !ok {
			t.Errorf("+%s leads to %s, which has no tones", code, country)
		}
	}
	if _, ok := TonesOf("DE"); !ok {
		t.Error("codes are not taken in capitals")
	}
}

func TestNoToneIsOver(t *testing.T) {
	if n := (Cadence{}).Sound().Read(make([]int16, 160)); n != 0 {
		t.Errorf("no tone plays %d samples", n)
	}
}

func TestPlayingAToneAllocatesNothing(t *testing.T) {
	sound := NorthAmerica.Sound()
	var pcm [transcode.FrameSamples]int16
	if n := testing.AllocsPerRun(500, func() { sound.Read(pcm[:]) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
