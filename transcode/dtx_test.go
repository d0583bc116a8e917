package transcode

import (
	"testing"

	"github.com/thesyncim/gopus"
)

// A sender that falls silent (DTX) sends a header without sound, again and again. It
// is decoded without an allocation, in the middle of speech of any mode, at any rate.
func TestSilenceAllocatesNothing(t *testing.T) {
	for _, c := range []struct {
		name  string
		mode  gopus.EncoderMode
		width gopus.Bandwidth
	}{
		{"narrowband", gopus.EncoderModeSILK, gopus.BandwidthNarrowband}, {"wideband", gopus.EncoderModeSILK, gopus.BandwidthWideband},
		{"hybrid", gopus.EncoderModeHybrid, gopus.BandwidthFullband}, {"CELT", gopus.EncoderModeCELT, gopus.BandwidthFullband},
	} {
		packets := browser(t, 48000, 1, 960, func(e *gopus.Encoder) {
			if e.SetMode(c.mode) != nil || e.SetBandwidth(c.width) != nil {
				t.Fatalf("%s: no such encoder", c.name)
			}
		})[20:40]
		for _, rate := range []int{SampleRate, WideRate} {
			dec, err := NewDecoderAt(Opus, rate)
			if err != nil {
				t.Fatal(err)
			}
			pcm := make([]int16, MaxWideSamples)
			pause := func() {
				for _, p := range packets {
					for _, payload := range [][]byte{p, p[:1], p[:1]} {
						if n, err := dec.Decode(pcm, payload); n != rate/50 || err != nil {
							t.Fatalf("%s: %d samples, %v", c.name, n, err)
						}
					}
				}
			}
			pause()
			if n := testing.AllocsPerRun(3, pause); n != 0 {
				t.Errorf("%s at %d Hz: %v allocations in 60 packets", c.name, rate, n)
			}
			dec.Close()
		}
	}
}
