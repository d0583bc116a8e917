package transcode

import (
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// gopus does not always agree with libopus on the first packet after a change
// between SILK and CELT. Asked for narrowband, Firefox changes between the two.
// This pins how bad it is: a few packets differ, and by so little beside their
// sound that nobody hears it.
func TestModeSwitchesStayNearLibopus(t *testing.T) {
	packets, err := os.ReadFile("testdata/switches.packets")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := os.ReadFile("testdata/switches.libopus")
	if err != nil {
		t.Fatal(err)
	}
	dec := newTestDecoder(t)
	pcm := make([]int16, MaxSamples)
	switches, differing := 0, 0
	for before, i := false, 0; len(packets) > 0; i++ {
		n := int(binary.LittleEndian.Uint16(packets))
		payload := packets[2 : 2+n]
		packets = packets[2+n:]
		if got, err := dec.Decode(pcm, payload); got != FrameSamples || err != nil {
			t.Fatalf("packet %d: %d samples, %v", i, got, err)
		}
		changed := i > 0 && isCELT(payload) != before
		before = isCELT(payload)
		if !changed {
			continue
		}
		switches++
		var signal, difference float64
		for k := range FrameSamples {
			want := float64(int16(binary.LittleEndian.Uint16(reference[2*k:])))
			d := want - float64(pcm[k])
			signal += want * want
			difference += d * d
		}
		reference = reference[2*FrameSamples:]
		const audible = FrameSamples * 16 * 16 // -66 dBFS
		if difference < audible {
			continue
		}
		differing++
		if below := 10 * math.Log10(signal/difference); below < 20 {
			t.Errorf("packet %d: the difference from libopus lies only %.0f dB below the sound", i, below)
		}
	}
	if switches != 44 || len(reference) != 0 {
		t.Fatalf("%d switches, %d bytes of reference left over", switches, len(reference))
	}
	if differing > 4 {
		t.Errorf("%d of %d switches differ from libopus, 3 did when this was written", differing, switches)
	}
	t.Logf("%d of %d switches differ from libopus", differing, switches)
}
