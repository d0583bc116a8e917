package soundcheck_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"webtrunk/soundcheck"
)

var (
	harbour = soundcheck.Sentence(soundcheck.Harbour)
	garden  = soundcheck.Sentence(soundcheck.Garden)
	kitchen = soundcheck.Sentence(soundcheck.Kitchen)
)

// after returns pcm as somebody hears it n samples later.
func after(n int, pcm []int16) []int16 { return append(make([]int16, n), pcm...) }

func noise(n int, amplitude float64) []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(amplitude * r.NormFloat64())
	}
	return pcm
}

func mixed(a, b []int16) []int16 {
	out := make([]int16, min(len(a), len(b)))
	for i := range out {
		out[i] = int16(max(-32768, min(32767, int(a[i])+int(b[i]))))
	}
	return out
}

func TestTheSentenceItselfMatches(t *testing.T) {
	for name, pcm := range map[string][]int16{"harbour": harbour, "garden": garden, "kitchen": kitchen} {
		r := soundcheck.Compare(after(3217, pcm), pcm)
		if !r.Matches() || r.Median < 0.999 {
			t.Errorf("%s: %v, want a perfect match", name, r)
		}
		if r.DelaySamples != 3217 {
			t.Errorf("%s: delay of %d samples, want 3217", name, r.DelaySamples)
		}
		if r.Gaps != 0 || r.Clicks != 0 || r.LevelDB < -0.3 || r.LevelDB > 0.3 {
			t.Errorf("%s: %v, want neither gaps nor clicks nor another level", name, r)
		}
	}
}

// What was heard may lie anywhere in a source that is much longer, such as music.
func TestASentenceIsFoundAnywhere(t *testing.T) {
	source := slices.Concat(garden, kitchen, harbour)
	for at := 0; at+2*soundcheck.Rate <= len(source); at += soundcheck.Rate {
		if r := soundcheck.Compare(source[at:at+2*soundcheck.Rate], source); !r.Matches() || r.DelaySamples != -at {
			t.Errorf("what is said at %d: %v, a delay of %d samples", at, r, r.DelaySamples)
		}
	}
}

func TestWhatIsNotTheSentenceFails(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	wrongs := map[string][]int16{
		"swapped calls": garden,
		"a third voice": kitchen,
		"silence":       make([]int16, len(harbour)),
		"noise":         noise(len(harbour), 2000),
		"nothing":       nil,
		"a tone":        soundcheck.Sine(440, 8000, len(harbour)),
		"its reverse":   reversed(harbour),
		"wrong clock":   harbour48(),
		"half a second": harbour[:4000],
	}
	for name, heard := range wrongs {
		if r := soundcheck.Compare(heard, harbour); r.Matches() {
			t.Errorf("%s passes for the sentence: %v", name, r)
		}
		if err := soundcheck.Tell(heard, harbour, garden); err == nil {
			t.Errorf("%s: Tell finds nothing wrong", name)
		}
	}
	if r := soundcheck.Compare(garden, harbour); r.Median > 0.5 {
		t.Errorf("the other sentence: %v, want a median at least 0.3 below 0.8", r)
	}
}

func reversed(pcm []int16) []int16 {
	out := make([]int16, len(pcm))
	for i, s := range pcm {
		out[len(pcm)-1-i] = s
	}
	return out
}

// harbour48 is the sentence played at a clock that is 6 % too fast.
func harbour48() []int16 {
	out := make([]int16, len(harbour)*50/53)
	for i := range out {
		out[i] = harbour[i*53/50]
	}
	return out
}

func TestTellWantsTheSentenceAloneAndWhole(t *testing.T) {
	if err := soundcheck.Tell(after(100, harbour), harbour, garden); err != nil {
		t.Errorf("the sentence: %v", err)
	}
	// Crosstalk: both callers in one stream are like either.
	if err := soundcheck.Tell(mixed(harbour, garden), harbour, harbour[1:]); err == nil {
		t.Error("a sentence cannot be told from itself, but Tell could")
	}
}

func TestSpeechThroughAPoorLineMatches(t *testing.T) {
	heard := mixed(after(800, harbour), noise(800+len(harbour), 60))
	for i := range heard {
		heard[i] = heard[i] / 2 &^ 0x3f // 6 dB softer and coarsely quantised
	}
	r := soundcheck.Compare(heard, harbour)
	if !r.Matches() {
		t.Errorf("through a poor line: %v", r)
	}
	if r.LevelDB > -5 || r.LevelDB < -7 {
		t.Errorf("level %+.1f dB, want -6", r.LevelDB)
	}
}

// A jitter buffer drops or repeats pitch periods: the sentence slips in steps
// of some ten milliseconds, in the end by more than the 80 ms of one search.
func TestStretchedSpeechMatches(t *testing.T) {
	var heard []int16
	for at := 0; at+4000 <= len(harbour); at += 4000 {
		heard = append(heard, harbour[at:at+4000]...)
		heard = append(heard, harbour[at+4000-160:at+4000]...)
	}
	if r := soundcheck.Compare(heard, harbour); !r.Matches() {
		t.Errorf("stretched by 20 ms every half second: %v", r)
	}
}

func TestALoopedSentenceMatchesItsLoop(t *testing.T) {
	heard := soundcheck.Looped(harbour, 12*soundcheck.Rate)[7001:]
	if r := soundcheck.Compare(heard, soundcheck.Looped(harbour, 12*soundcheck.Rate)); !r.Matches() || r.Windows < 15 {
		t.Errorf("looped: %v", r)
	}
}

func TestGapsAreCounted(t *testing.T) {
	heard := after(160, harbour)
	loudest := 0
	for at := range len(harbour) - 8000 {
		if abs(harbour[at+4000]) > abs(harbour[loudest]) {
			loudest = at + 4000
		}
	}
	for _, hole := range []struct{ ms, want int }{{40, 0}, {120, 1}} {
		holed := append([]int16(nil), heard...)
		clear(holed[160+loudest-40*hole.ms/10 : 160+loudest+40*hole.ms/10])
		if r := soundcheck.Compare(holed, harbour); r.Gaps != hole.want {
			t.Errorf("a hole of %d ms: %v, want %d gaps", hole.ms, r, hole.want)
		}
	}
}

func abs(x int16) int {
	if x < 0 {
		return -int(x)
	}
	return int(x)
}

func TestClicksAreCounted(t *testing.T) {
	heard := append([]int16(nil), harbour...)
	for _, at := range []int{9000, 14000, 21000} {
		heard[at] = 20000
	}
	r := soundcheck.Compare(heard, harbour)
	if r.Clicks != 3 {
		t.Errorf("three jumps of one sample: %v", r)
	}
	if !r.Matches() {
		t.Errorf("clicks do not make another sentence of it: %v", r)
	}
}

func TestSilent(t *testing.T) {
	if !soundcheck.Silent(make([]int16, 8000)) || !soundcheck.Silent(noise(8000, 8)) || !soundcheck.Silent(nil) {
		t.Error("silence and the noise of G.711 are heard as sound")
	}
	if soundcheck.Silent(harbour) || soundcheck.Silent(after(7900, soundcheck.Sine(440, 1000, 100))) {
		t.Error("speech or a short beep are taken for silence")
	}
}

func TestToneIsFoundAndMeasured(t *testing.T) {
	purity, level := soundcheck.Tone(soundcheck.Sine(440, 16384, 8000), 440)
	if purity < 0.99 || level < -6.1 || level > -5.9 {
		t.Errorf("440 Hz at half scale: purity %.3f, %.2f dBFS; want 1 and -6", purity, level)
	}
	two := mixed(soundcheck.Sine(440, 8000, 8000), soundcheck.Sine(480, 8000, 8000))
	for _, hz := range []float64{440, 480} {
		if purity, _ := soundcheck.Tone(two, hz); purity < 0.45 || purity > 0.55 {
			t.Errorf("two tones: %v Hz has %.2f of the energy, want half", hz, purity)
		}
	}
	for name, heard := range map[string][]int16{"speech": harbour, "another tone": soundcheck.Sine(500, 8000, 8000), "silence": make([]int16, 8000), "nothing": nil} {
		if purity, _ := soundcheck.Tone(heard, 440); purity > 0.3 {
			t.Errorf("%s passes for a tone of 440 Hz: %.2f", name, purity)
		}
	}
}
