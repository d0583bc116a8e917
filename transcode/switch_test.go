package transcode

import (
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// The first packet after a change between SILK and CELT is as libopus decodes
// it. Asked for narrowband, Firefox changes between the two. The library alone
// gives a few of these packets wrong; here our own decoder takes every second one,
// and the changes are ours.
func TestModeSwitchesAreAsInLibopus(t *testing.T) {
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
	switches := 0
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
		const rounding = FrameSamples * 2 * 2
		if difference > rounding {
			t.Errorf("packet %d: the difference from libopus lies %.0f dB below the sound", i, 10*math.Log10(signal/difference))
		}
	}
	if switches != 44 || len(reference) != 0 {
		t.Fatalf("%d switches, %d bytes of reference left over", switches, len(reference))
	}
}
