package dtmf

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"webtrunk/media/ogg"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A press is how a test holds a key; zero fields are as it should be.
type press struct {
	rowDB, columnDB float64 // against -10 dBm0
	rowOff, colOff  float64 // share of the frequency
}

// key returns n samples of a key held.
func (p press) key(key byte, n int) []int16 {
	pcm := make([]int16, n)
	for i, k := range []byte(keys) {
		if k != key {
			continue
		}
		row, column := frequencies[i/4]*(1+p.rowOff), frequencies[4+i%4]*(1+p.colOff)
		for j := range pcm {
			t := float64(j) / transcode.SampleRate
			x := math.Pow(10, p.rowDB/20)*math.Sin(2*math.Pi*row*t) + math.Pow(10, p.columnDB/20)*math.Sin(2*math.Pi*column*t+1)
			pcm[j] = int16(7200 * x)
		}
	}
	return pcm
}

// detect lets a detector hear pcm in frames of 20 ms.
func detect(pcm []int16) string {
	var told []byte
	d := New(func(k byte) { told = append(told, k) })
	for at := 0; at < len(pcm); at += 160 {
		d.Hear(uint64(at), pcm[at:min(at+160, len(pcm))])
	}
	return string(told)
}

const ms = transcode.SampleRate / 1000

// dialled is keys one after the other, on and off for so long, after a lead.
func dialled(p press, digits string, lead, on, off int) []int16 {
	pcm := make([]int16, lead)
	for _, k := range []byte(digits) {
		pcm = append(append(pcm, p.key(k, on)...), make([]int16, off)...)
	}
	return append(pcm, make([]int16, 800)...)
}

// Every key is heard once, twice in a row twice, at the shortest that Q.24 asks
// for, wherever between the blocks it begins.
func TestEveryKeyIsHeardOnceWhereverItBegins(t *testing.T) {
	const digits = "1123A456BB789C*0#D1234567890"
	for lead := range blockLength {
		if got := detect(dialled(press{}, digits, lead, 40*ms, 40*ms)); got != digits {
			t.Errorf("begun at %d: %s", lead, got)
		}
	}
}

func TestWhatIsTooShortIsNoKeyAndAShortGapNoPause(t *testing.T) {
	for lead := range blockLength {
		if got := detect(dialled(press{}, "159D", lead, 20*ms, 60*ms)); got != "" {
			t.Errorf("20 ms, begun at %d: %s", lead, got)
		}
		if got := detect(dialled(press{}, "55", lead, 60*ms, 10*ms)); got != "5" {
			t.Errorf("a gap of 10 ms, begun at %d: %s", lead, got)
		}
	}
	if got := detect(press{}.key('7', 20*8000)); got != "7" {
		t.Errorf("held for 20 s: %s", got)
	}
	if got := detect(append(press{}.key('1', 60*ms), press{}.key('2', 60*ms)...)); got != "12" {
		t.Errorf("without a pause: %s", got)
	}
}

// Levels, twist and frequencies as lines make them are taken, and what is no key
// any more is not.
func TestTheLimitsOfQ24(t *testing.T) {
	const digits = "147*2580369#ABCD"
	for name, c := range map[string]struct {
		press
		heard bool
	}{
		"as loud as can be":      {press{rowDB: 7, columnDB: 7}, true},
		"-29 dBm0":               {press{rowDB: -19, columnDB: -19}, true},
		"-45 dBm0":               {press{rowDB: -35, columnDB: -35}, false},
		"column 4 dB louder":     {press{rowDB: -4}, true},
		"column 13 dB louder":    {press{rowDB: -13}, false},
		"row 8 dB louder":        {press{columnDB: -8}, true},
		"row 13 dB louder":       {press{columnDB: -13}, false},
		"both 1.5 % high":        {press{rowOff: 0.015, colOff: 0.015}, true},
		"both 1.5 % low":         {press{rowOff: -0.015, colOff: -0.015}, true},
		"one up, one down":       {press{rowOff: -0.015, colOff: 0.015}, true},
		"the row 3.5 % high":     {press{rowOff: 0.035}, false},
		"the row 3.5 % low":      {press{rowOff: -0.035}, false},
		"the column 3.5 % high":  {press{colOff: 0.035}, false},
		"the column 3.5 % low":   {press{colOff: -0.035}, false},
		"a row alone":            {press{columnDB: -80}, false},
		"a column alone":         {press{rowDB: -80}, false},
		"far from any frequency": {press{rowOff: 0.05, colOff: 0.05}, false},
	} {
		for lead := 0; lead < blockLength; lead += 7 {
			got, want := detect(dialled(c.press, digits, lead, 60*ms, 60*ms)), ""
			if c.heard {
				want = digits
			}
			if got != want {
				t.Errorf("%s, begun at %d: %q", name, lead, got)
			}
		}
	}
}

func TestKeysAreHeardThroughNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	const digits = "123A456B789C*0#D"
	pcm := dialled(press{}, digits, 0, 60*ms, 60*ms)
	for i := range pcm {
		pcm[i] += int16(r.NormFloat64() * 7200 / math.Pow(10, 15.0/20)) // 15 dB below each tone's peak
	}
	if got := detect(pcm); got != digits {
		t.Errorf("through noise: %s", got)
	}
}

// through passes sound through a codec, with so many of a hundred packets lost
// and concealed.
func through(t *testing.T, c transcode.Codec, pcm []int16, loss int, seed uint64) []int16 {
	t.Helper()
	enc, err := transcode.NewEncoder(c)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	dec, err := transcode.NewDecoder(c)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	r := rand.New(rand.NewPCG(seed, 9))
	var out []int16
	var payload [transcode.MaxPayload]byte
	var frame [transcode.MaxSamples]int16
	for at := 0; at+160 <= len(pcm); at += 160 {
		n, err := enc.Encode(payload[:], pcm[at:at+160])
		if err != nil {
			t.Fatal(err)
		}
		if r.IntN(100) < loss {
			dec.Conceal(frame[:], 160)
			out = append(out, frame[:160]...)
			continue
		}
		if n, err = dec.Decode(frame[:], payload[:n]); err != nil {
			t.Fatal(err)
		}
		out = append(out, frame[:n]...)
	}
	return out
}

// Through the codecs that telephones and browsers speak, each key is one, also
// where packets are lost. Only Opus without redundancy may lose a key with its
// packets: where the first ones are missing, its decoder needs longer than the
// tone to find the levels again. It never makes another key or two of one.
func TestKeysAreHeardThroughCodecsAndLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	const digits, seeds = "0123456789*#ABCD9876543210", 12
	for _, c := range []transcode.Codec{transcode.PCMU, transcode.PCMA, transcode.Opus} {
		for _, loss := range []int{0, 5} {
			missed := 0
			for seed := range uint64(seeds) {
				pcm := dialled(press{}, digits, int(seed)*37, 100*ms, 100*ms)
				got := detect(through(t, c, pcm, loss, seed))
				if !within(got, digits) {
					t.Errorf("%v with %d %% lost, %d: %s", c, loss, seed, got)
				}
				missed += len(digits) - len(got)
			}
			if lossy := c == transcode.Opus && loss > 0; missed > 0 && !lossy || missed*25 > seeds*len(digits) {
				t.Errorf("%v with %d %% lost: %d of %d keys are missed", c, loss, missed, seeds*len(digits))
			}
		}
	}
}

// within reports whether got is want with keys left out.
func within(got, want string) bool {
	for _, k := range []byte(got) {
		at := strings.IndexByte(want, k)
		if at < 0 {
			return false
		}
		want = want[at+1:]
	}
	return true
}

// Nobody's voice presses a key: two sentences, all that is spoken in three
// languages, and music, as they are and through the codecs.
func TestSpeechAndMusicPressNoKey(t *testing.T) {
	t.Parallel()
	var spoken []int16
	for _, name := range []string{soundcheck.Harbour, soundcheck.Garden} {
		spoken = append(spoken, soundcheck.Sentence(name)...)
	}
	files, err := filepath.Glob("../prompt/sounds/*/*.opus")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files to hear, %v", len(files), err)
	}
	for i, f := range files {
		if testing.Short() && i%10 > 0 {
			continue
		}
		spoken = append(spoken, decoded(t, f)...)
	}
	if got := detect(spoken); got != "" {
		t.Errorf("%d s of speech and music press %s", len(spoken)/8000, got)
	}
	for _, c := range []transcode.Codec{transcode.PCMA, transcode.Opus} {
		if got := detect(through(t, c, spoken[:min(len(spoken), 90*8000)], 5, 1)); got != "" {
			t.Errorf("through %v they press %s", c, got)
		}
	}
}

func decoded(t *testing.T, path string) (pcm []int16) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := ogg.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	dec, err := transcode.NewDecoder(transcode.Opus)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	var frame [transcode.MaxSamples]int16
	for {
		packet, _, err := r.Next()
		if err != nil {
			return pcm
		}
		n, err := dec.Decode(frame[:], packet)
		if err != nil {
			t.Fatal(err)
		}
		pcm = append(pcm, frame[:n]...)
	}
}

// Samples that never came part keys only where they are many.
func TestWhatIsMissingPartsKeysOnlyAfterAWhile(t *testing.T) {
	for _, c := range []struct {
		missing int
		want    string
	}{{160, "5"}, {640, "5"}, {4000, "55"}} {
		var told []byte
		d := New(func(k byte) { told = append(told, k) })
		tone := press{}.key('5', 640)
		d.Hear(0, tone)
		d.Hear(uint64(len(tone)+c.missing), tone)
		if string(told) != c.want {
			t.Errorf("%d samples missing: %s, want %s", c.missing, told, c.want)
		}
	}
}

func TestHearingAllocatesNothing(t *testing.T) {
	d := New(func(byte) {})
	pcm := dialled(press{}, "159D", 0, 60*ms, 60*ms)
	at := 0
	if n := testing.AllocsPerRun(1000, func() {
		d.Hear(uint64(at), pcm[at%3200:][:160])
		at += 160
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkHear(b *testing.B) {
	d := New(func(byte) {})
	pcm := soundcheck.Sentence(soundcheck.Harbour)
	at := 0
	for b.Loop() {
		d.Hear(uint64(at), pcm[at%16000:][:160])
		at += 160
	}
}

func ExampleDetector() {
	d := New(func(digit byte) { fmt.Printf("%c\n", digit) })
	d.Hear(0, press{}.key('5', 800))
	// Output: 5
}
