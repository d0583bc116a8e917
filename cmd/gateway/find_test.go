package main

import (
	"context"
	"math"
	"testing"
	"time"

	"webtrunk/soundcheck"
)

// listen looks for something that is said in all that somebody hears, each time that
// they have heard half a second more, and returns where it is, heard to its end. How
// much is heard is what bounds it, not how long that takes on a machine with other things
// to do, which may tear what is said.
func listen(t *testing.T, heard func() []int16, what string, said []int16) soundcheck.Finding {
	t.Helper()
	const most = 40 * soundcheck.Rate
	search, pcm := soundcheck.NewSearch(said), heard()
	found := search.In(pcm)
	for !found.Heard() || found.At(len(said)) > len(pcm)+soundcheck.Rate/10 {
		if len(pcm) >= most {
			t.Fatalf("%s is not heard: %v", what, found)
		}
		pcm = longer(t, heard, len(pcm)+soundcheck.Rate/2)
		found = search.In(pcm)
	}
	t.Logf("%s is heard: %v", what, found)
	return found
}

// listenFor is listen that wants another sound not to be heard meanwhile.
func listenFor(t *testing.T, heard func() []int16, what string, this, that []int16) soundcheck.Finding {
	t.Helper()
	found, pcm := listen(t, heard, what, this), heard()
	if err := soundcheck.Hears(pcm[found.At(0):min(len(pcm), found.At(len(this)))], this, that); err != nil {
		t.Errorf("%s: %v", what, err)
	}
	return found
}

// saysOn has somebody say a sentence over and over, so that there is a whole one whenever
// its way is open, until stop is called.
func saysOn(ctx context.Context, speak func(context.Context, []int16) error, sentence []int16) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			if err := speak(ctx, sentence); err != nil {
				return // who listens tells
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// longer waits until somebody has heard so many samples.
func longer(t *testing.T, heard func() []int16, samples int) []int16 {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); <-again.C {
		if pcm := heard(); len(pcm) >= samples {
			return pcm
		}
	}
	t.Fatalf("nothing more is heard: there are %d samples, and %d are waited for", len(heard()), samples)
	return nil
}

// spokenLikeness tells a digit that is spoken from one that is not.
const spokenLikeness = 0.6

// find returns how well a sound is found in what was heard, 1 for sample by
// sample, and where. It is for sounds too short for soundcheck.
func find(heard, sound []int16) (best float64, at int) {
	var loud, energy float64 // of the sound, and of what is heard where it may be
	for i, x := range sound {
		loud += float64(x) * float64(x)
		if i < len(heard) {
			energy += float64(heard[i]) * float64(heard[i])
		}
	}
	for i := 0; i+len(sound) < len(heard); i++ {
		inner := 0.0
		for k, x := range sound {
			inner += float64(x) * float64(heard[i+k])
		}
		if energy > 0 && inner/math.Sqrt(energy*loud) > best {
			best, at = inner/math.Sqrt(energy*loud), i
		}
		gone, come := float64(heard[i]), float64(heard[i+len(sound)])
		energy += come*come - gone*gone
	}
	return best, at
}
