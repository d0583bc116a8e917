package prompt

import (
	"testing"

	"webtrunk/media"
	"webtrunk/soundcheck"
)

// The music goes on for ever and its seam is no louder a jump than others in it.
func TestMusicLoopsWithoutAClick(t *testing.T) {
	l := library(t, Options{})
	s, err := l.Open("music")
	if err != nil {
		t.Fatal(err)
	}
	pcm := hear(s, 110)
	if len(pcm) != 110*8000 {
		t.Fatalf("the music ends after %d samples", len(pcm))
	}
	period, err := l.clip("music", "hold")
	if err != nil {
		t.Fatal(err)
	}
	if soundcheck.Silent(period) || len(period) < 40*8000 {
		t.Errorf("the music is %d samples, or silent", len(period))
	}
	jumps := func(pcm []int16) (largest int) {
		for i := 2; i < len(pcm); i++ {
			d := int(pcm[i]) - 2*int(pcm[i-1]) + int(pcm[i-2])
			largest = max(largest, d, -d)
		}
		return largest
	}
	seam := len(period)
	if at, elsewhere := jumps(pcm[seam-40:seam+40]), jumps(pcm[8000:seam-8000]); at > elsewhere {
		t.Errorf("the seam jumps by %d, the rest of the music by %d at most", at, elsewhere)
	}
}

// Any recording loops without a click: here a tone that ends in mid-wave.
func TestARecordingThatFitsBadlyLoopsWithoutAClick(t *testing.T) {
	pcm := seamless(soundcheck.Sine(440, 8000, 8000+9))
	s := media.NewLoop(pcm)
	heard := hear(s, 3)
	for i := 1; i < len(heard); i++ {
		if d := int(heard[i]) - int(heard[i-1]); d > 3000 || d < -3000 {
			t.Fatalf("a jump of %d at %d", d, i)
		}
	}
}
