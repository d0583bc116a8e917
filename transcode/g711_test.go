package transcode

import (
	"math"
	"testing"

	"github.com/zaf/g711"
)

// laws pairs each of our slice functions with the authority it must equal.
var laws = []struct {
	name      string
	encode    func([]byte, []int16) int
	decode    func([]int16, []byte) int
	refEncode func(int16) uint8
	refDecode func(uint8) int16
}{
	{"PCMU", EncodePCMU, DecodePCMU, g711.EncodeUlawFrame, g711.DecodeUlawFrame},
	{"PCMA", EncodePCMA, DecodePCMA, g711.EncodeAlawFrame, g711.DecodeAlawFrame},
}

func TestG711EqualsZafOverEveryInput(t *testing.T) {
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) {
			var samples []int16
			for s := math.MinInt16; s <= math.MaxInt16; s++ {
				samples = append(samples, int16(s))
			}
			octets := make([]byte, len(samples))
			if n := law.encode(octets, samples); n != 1<<16 {
				t.Fatalf("encoded %d samples, want all 65536", n)
			}
			for i, s := range samples {
				if want := law.refEncode(s); octets[i] != want {
					t.Fatalf("sample %d became %#02x, want %#02x", s, octets[i], want)
				}
			}

			all := make([]byte, 256)
			for i := range all {
				all[i] = byte(i)
			}
			pcm := make([]int16, 256)
			if n := law.decode(pcm, all); n != 256 {
				t.Fatalf("decoded %d octets, want all 256", n)
			}
			for i, s := range pcm {
				if want := law.refDecode(byte(i)); s != want {
					t.Fatalf("octet %#02x became %d, want %d", i, s, want)
				}
			}
		})
	}
}

// A telephone network converts a call several times; after the first time the
// sound must not get worse, whatever the number of conversions.
func TestG711LosesNothingTheSecondTime(t *testing.T) {
	for _, law := range laws {
		all := make([]byte, 256)
		for i := range all {
			all[i] = byte(i)
		}
		once, again := make([]int16, 256), make([]int16, 256)
		back := make([]byte, 256)
		law.decode(once, all)
		law.encode(back, once)
		law.decode(again, back)
		for i := range once {
			if once[i] != again[i] {
				t.Errorf("%s: octet %#02x is %d, and %d after a round trip", law.name, i, once[i], again[i])
			}
		}
	}
}

func TestG711StopsAtTheShorterSlice(t *testing.T) {
	for _, law := range laws {
		octets := []byte{1, 2, 3, 4}
		if n := law.encode(octets[:2], make([]int16, 4)); n != 2 {
			t.Errorf("%s: encoded %d samples into 2 octets", law.name, n)
		}
		if octets[2] != 3 || octets[3] != 4 {
			t.Errorf("%s: encoding wrote beyond dst: %v", law.name, octets)
		}
		if n := law.encode(octets, make([]int16, 1)); n != 1 {
			t.Errorf("%s: encoded %d octets from 1 sample", law.name, n)
		}
		if n := law.decode(make([]int16, 3), octets); n != 3 {
			t.Errorf("%s: decoded %d octets into 3 samples", law.name, n)
		}
		if n := law.decode(nil, octets); n != 0 {
			t.Errorf("%s: decoded %d octets into nothing", law.name, n)
		}
	}
}

func TestG711AllocatesNothing(t *testing.T) {
	pcm, octets := make([]int16, 160), make([]byte, 160)
	for _, law := range laws {
		if n := testing.AllocsPerRun(100, func() { law.encode(octets, pcm); law.decode(pcm, octets) }); n != 0 {
			t.Errorf("%s: %v allocations for a frame", law.name, n)
		}
	}
}

func BenchmarkG711(b *testing.B) {
	pcm, octets := make([]int16, 160), make([]byte, 160)
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i)/8000))
	}
	for _, law := range laws {
		b.Run("encode"+law.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				law.encode(octets, pcm)
			}
		})
		b.Run("decode"+law.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				law.decode(pcm, octets)
			}
		})
	}
}
