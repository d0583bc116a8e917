package media

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A crossing is a stream of 20 ms packets through a cushion, in simulated time.
type crossing struct {
	cushion *cushion
	delay   func(packet int) float64 // of a packet on its way, in ms
	ppm     float64                  // how much faster the sender's clock is
	voice   func(at int) int16
}

// A taken is a frame that left the cushion.
type taken struct {
	pcm   [transcode.FrameSamples]int16
	level int // samples that were left
}

// run lets so many seconds pass, and hands each frame to see.
func (x *crossing) run(seconds float64, see func(n int, f *taken)) {
	var f taken
	var pcm [transcode.FrameSamples]int16
	sent, arrived := 0, 0.0
	begin := time.Now()
	at := func(ms float64) func() time.Time {
		return func() time.Time { return begin.Add(time.Duration(ms * float64(time.Millisecond))) }
	}
	for n := 0; float64(n)/50 < seconds; n++ {
		now := float64(n)*20 + 7 // packets and frames have their own phases
		for {
			arrives := math.Max(arrived, float64(sent)*20*(1-x.ppm/1e6)+x.delay(sent))
			if arrives > now {
				break
			}
			for i := range pcm {
				pcm[i] = x.voice(sent*len(pcm) + i)
			}
			x.cushion.now = at(arrives)
			x.cushion.put(pcm[:])
			sent, arrived = sent+1, arrives
		}
		x.cushion.now = at(now)
		x.cushion.take(f.pcm[:])
		f.level = x.cushion.level()
		see(n, &f)
	}
}

// tone440 repeats itself after 200 samples.
var period440 = soundcheck.Sine(440, 8000, 200)

func tone440(at int) int16 { return period440[at%200] }

// The step of a 440 Hz tone of 8000 is 2750; twice that breaks the wave.
const toneBreaks = 5500

// steps returns the largest step between samples that were heard.
type steps struct {
	last    int16
	largest int
}

func (s *steps) hear(pcm []int16) {
	for _, v := range pcm {
		s.largest = max(s.largest, int(math.Abs(float64(v)-float64(s.last))))
		s.last = v
	}
}

// Clocks that differ by 200 millionths for an hour: the delay stays, and the
// wave never breaks.
func TestACushionHoldsItsDelayAgainstDrift(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	for _, ppm := range []float64{200, -200} {
		x := crossing{newCushion(), func(int) float64 { return 30 }, ppm, tone440}
		var heard steps
		longest := 0
		x.run(3600, func(n int, f *taken) {
			heard.hear(f.pcm[:])
			if n > 100 {
				longest = max(longest, f.level)
			}
		})
		if longest > ample+transcode.FrameSamples {
			t.Errorf("%v ppm: the delay grew to %d samples", ppm, longest)
		}
		if heard.largest > toneBreaks {
			t.Errorf("%v ppm: the wave breaks, by %d", ppm, heard.largest)
		}
		if c := x.cushion; c.skipped+c.repeated < 4000 || c.concealed > 2000 {
			t.Errorf("%v ppm: %d samples left out, %d said twice, %d made up; an hour's drift is 5760", ppm, c.skipped, c.repeated, c.concealed)
		}
	}
}

// Nothing comes for two seconds and then everything at once: five seconds later
// the delay is what it was.
func TestADelayReturnsAfterABurst(t *testing.T) {
	t.Parallel()
	stall := func(n int) float64 {
		if n >= 500 && n < 600 {
			return 30 + float64(600-n)*20
		}
		return 30
	}
	x := crossing{newCushion(), stall, 0, tone440}
	var before, after []int
	x.run(20, func(n int, f *taken) {
		switch {
		case n > 300 && n < 480:
			before = append(before, f.level)
		case n > 850:
			after = append(after, f.level)
		}
	})
	if was, is := slices.Max(before), slices.Max(after); is > was+ample-margin {
		t.Errorf("%d samples lay ready before the stall, and %d after", was, is)
	}
	if lost := x.cushion.skipped; lost < 14000 || lost > 16500 {
		t.Errorf("%d samples left out of the 16000 of the stall", lost)
	}
}

// Jitter costs as much delay as it needs, and no more once it is over.
func TestJitterCostsDelayWhileItLasts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	jitter := func(n int) float64 {
		if n < 1000 {
			return 30 + 100*random.Float64()
		}
		return 30
	}
	x := crossing{newCushion(), jitter, 0, tone440}
	var settled uint64
	last := 0
	var heard steps
	x.run(60, func(n int, f *taken) {
		switch n {
		case 500:
			settled = x.cushion.concealed
		case 990:
			if made := x.cushion.concealed - settled; made > 490*transcode.FrameSamples/50 {
				t.Errorf("%d of %d samples are still made up once the jitter is known", made, 490*transcode.FrameSamples)
			}
		}
		heard.hear(f.pcm[:])
		last = f.level
	})
	if last > ample {
		t.Errorf("%d samples of delay remain", last)
	}
	if heard.largest > toneBreaks {
		t.Errorf("the wave breaks, by %d", heard.largest)
	}
}

// A sender that makes a pause is not late, and its next word has the delay that
// the network needs.
func TestAPauseIsNoJitter(t *testing.T) {
	c := newCushion()
	pcm := soundcheck.Sine(440, 8000, transcode.FrameSamples)
	for range 100 {
		for range 5 {
			c.put(pcm)
			c.take(make([]int16, transcode.FrameSamples))
		}
		for range 20 {
			c.take(make([]int16, transcode.FrameSamples))
		}
		c.pause(20 * transcode.FrameSamples)
	}
	if c.delay != margin {
		t.Errorf("pauses raised the delay to %d", c.delay)
	}
}

// Silence that follows sound fades in, and what is silent says so.
func TestACushionRunsDrySoftly(t *testing.T) {
	c := newCushion()
	var heard steps
	frame := make([]int16, transcode.FrameSamples)
	if c.take(frame) && !soundcheck.Silent(frame) {
		t.Error("an empty cushion sounds")
	}
	for range 10 {
		c.put(soundcheck.Sine(400, 8000, transcode.FrameSamples)) // 400 Hz: each frame has whole periods
		c.take(frame)
		heard.hear(frame)
	}
	for range 5 {
		c.take(frame)
		heard.hear(frame)
	}
	if heard.largest > 2*2513 {
		t.Errorf("the wave breaks, by %d", heard.largest)
	}
	if c.take(frame) {
		t.Error("after 100 ms of nothing it is not silent")
	}
}

// What is heard first, or after silence, rises once, evenly, whether or not a frame
// was wanted before. Nothing that is silent counts as made up.
func TestTheFirstSoundRisesOnce(t *testing.T) {
	loud := slices.Repeat([]int16{8000}, transcode.FrameSamples)
	frame := make([]int16, transcode.FrameSamples)
	for _, dry := range []int{1, 20} {
		c := newCushion()
		for range dry {
			if c.take(frame) {
				t.Error("an empty cushion is heard")
			}
		}
		c.put(loud)
		c.take(frame)
		for i, s := range frame[:onsetSamples] {
			if want := 8000 * (i + 1) / (onsetSamples + 1); int(s) < want-1 || int(s) > want+1 {
				t.Fatalf("after %d frames, sample %d is %d, want %d", dry, i, s, want)
			}
		}
		if c.concealed != 0 {
			t.Errorf("after %d frames, %d samples were made up", dry, c.concealed)
		}
	}
}

// A telephone that describes the noise of its room is heard as that room.
func TestADescribedRoomIsHeard(t *testing.T) {
	c := newCushion()
	c.put(make([]int16, transcode.FrameSamples))
	c.noise(noise{level: 50})
	var heard []int16
	frame := make([]int16, transcode.FrameSamples)
	for range 50 {
		if !c.take(frame) {
			t.Fatal("the room is silent")
		}
		heard = append(heard, frame...)
	}
	if level := levelOf(heard[2000:]); level < 48 || level > 52 {
		t.Errorf("the room is at -%d dBov, want -50", level)
	}
	c.put(soundcheck.Sine(440, 8000, transcode.FrameSamples))
	c.take(frame)
	for range 10 {
		c.take(frame)
	}
	if c.take(frame) {
		t.Error("the noise goes on after sound was heard")
	}
}

func TestACushionAllocatesNothing(t *testing.T) {
	c := newCushion()
	pcm := soundcheck.Sine(440, 8000, transcode.FrameSamples)
	frame := make([]int16, transcode.FrameSamples)
	n := 0
	if allocs := testing.AllocsPerRun(2000, func() {
		if n++; n%7 != 0 {
			c.put(pcm)
		}
		if n%50 == 0 {
			c.put(pcm)
			c.put(pcm)
		}
		c.take(frame)
	}); allocs != 0 {
		t.Errorf("%v allocations a frame", allocs)
	}
}
