package prompt

import (
	"math"
	"testing"
	"time"

	"webtrunk/media/dtmf"
	"webtrunk/transcode"
)

// The beep has its length, pitch and level, and neither clicks nor is a key.
func TestTheBeep(t *testing.T) {
	l := library(t, Options{})
	length, ends, err := l.Length("say:zh:beep")
	if err != nil || !ends || length != 400*time.Millisecond {
		t.Errorf("a beep of %v, ends %v: %v", length, ends, err)
	}
	pcm := phraseOf(t, l, "beep")
	crossings, peak := 0, 0
	for i := 1; i < len(pcm); i++ {
		if pcm[i-1] < 0 && pcm[i] >= 0 {
			crossings++
		}
		peak = max(peak, int(math.Abs(float64(pcm[i]))))
	}
	if crossings < 395 || crossings > 405 || peak < 7500 || peak > 8000 || pcm[0] != 0 || pcm[len(pcm)-1] != 0 {
		t.Errorf("%d waves of %d, between %d and %d", crossings, peak, pcm[0], pcm[len(pcm)-1])
	}
	keys := dtmf.New(func(key byte) { t.Errorf("it sounds like the key %c", key) })
	for at := 0; at+transcode.FrameSamples <= len(pcm); at += transcode.FrameSamples {
		keys.Hear(uint64(at), pcm[at:at+transcode.FrameSamples])
	}
	if _, err := l.Open("beep:2"); err == nil {
		t.Error("a beep has no value")
	}
}
