package silk

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// sounds are what speech is not, one second of each.
var sounds = map[string]func(i int) float64{
	"silence":          func(int) float64 { return 0 },
	"full scale":       func(int) float64 { return 32767 },
	"lowest":           func(int) float64 { return -32768 },
	"square":           func(i int) float64 { return 32767 * float64(1-2*(i/20%2)) },
	"fastest square":   func(i int) float64 { return 32767 * float64(1-2*(i%2)) },
	"noise":            func(int) float64 { return rand.Float64()*65535 - 32768 },
	"quiet noise":      func(int) float64 { return rand.Float64()*4 - 2 },
	"clicks":           func(i int) float64 { return 32767 * float64(max(0, 1-i%400)) },
	"tone":             func(i int) float64 { return 30000 * math.Sin(float64(i)) },
	"two tones":        func(i int) float64 { return 16000 * (math.Sin(float64(i)*0.547) + math.Sin(float64(i)*0.95)) },
	"a single sample":  func(i int) float64 { return 32767 * float64(max(0, 1-i)) },
	"on and off":       func(i int) float64 { return 32767 * float64(i/800%2) * math.Sin(float64(i)*0.3) },
	"one tone, sunken": func(i int) float64 { return 30000 * math.Exp(-float64(i)/300) * math.Sin(float64(i)*0.2) },
}

// Whatever is encoded, the packet is one that decodes, is short, and is as
// loud as what went in.
func TestAnySoundIsAPacket(t *testing.T) {
	for name, sound := range sounds {
		pcm := make([]int16, sampleRate)
		for i := range pcm {
			pcm[i] = int16(sound(i))
		}
		for _, redundancy := range []bool{false, true} {
			e, d := NewEncoder(24000), newDecoder(t)
			e.SetRedundancy(redundancy)
			longest := 0
			for i, p := range encoded(t, e, pcm) {
				decode(t, d, p)
				longest = max(longest, len(p))
				if len(p) > MaxPacket/2 {
					t.Errorf("%s: packet %d has %d bytes", name, i, len(p))
				}
			}
			t.Logf("%s: at most %d bytes", name, longest)
		}
	}
}

func TestSilenceIsSilent(t *testing.T) {
	packets := encoded(t, NewEncoder(24000), append(harbour[:8000:8000], make([]int16, 8000)...))
	pcm := decoded(t, packets)
	for i, s := range pcm[9600:] {
		if s > 2 || s < -2 {
			t.Fatalf("sample %d of silence is %d", i, s)
		}
	}
	if n := len(packets[len(packets)-1]); n > 12 {
		t.Errorf("20 ms of silence take %d bytes", n)
	}
}

// Frames of one kind of sound may follow any other's.
func TestAnySequenceIsPackets(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		e, d := NewEncoder(rapid.IntRange(8000, 64000).Draw(r, "bitrate")), newDecoder(t)
		e.SetRedundancy(rapid.Bool().Draw(r, "redundancy"))
		buf := make([]byte, MaxPacket)
		pcm := make([]int16, Samples)
		for range rapid.IntRange(1, 12).Draw(r, "frames") {
			loud := rapid.SampledFrom([]int{0, 1, 30, 3000, 32767}).Draw(r, "loudness")
			few := rapid.SliceOfN(rapid.IntRange(-loud, loud), 1, 50).Draw(r, "samples")
			for i := range pcm {
				pcm[i] = int16(few[i%len(few)])
			}
			n, err := e.Encode(buf, pcm)
			if err != nil {
				r.Fatal(err)
			}
			decode(t, d, buf[:n])
			if d.FinalRange() != e.final {
				r.Fatal("the decoder read other symbols than were written")
			}
		}
	})
}

func FuzzEncode(f *testing.F) {
	for _, at := range []int{0, 8000, 16000} {
		raw := make([]byte, 0, 8*Samples)
		for _, s := range garden[at : at+4*Samples] {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(s))
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, d := NewEncoder(24000), newDecoder(t)
		e.SetRedundancy(len(raw)%2 == 1)
		buf, pcm := make([]byte, MaxPacket), make([]int16, Samples)
		for len(raw) >= 2 {
			for i := range pcm {
				if len(raw) >= 2 {
					pcm[i] = int16(binary.LittleEndian.Uint16(raw))
					raw = raw[2:]
				}
			}
			n, err := e.Encode(buf, pcm)
			if err != nil {
				t.Fatal(err)
			}
			decode(t, d, buf[:n])
			if d.FinalRange() != e.final {
				t.Fatal("the decoder read other symbols than were written")
			}
		}
	})
}

// However long a tone goes on, one or two together, a decoder hears it as loud as
// it is: that it rounds otherwise than the encoder never adds up.
func TestALongToneStaysAsLoudAsItIs(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	tones := []float64{425, 1000, 1225, 1475, 1650, 1900, 1950, 2200, 2325, 2575, 2675} // most of which have been loud
	for hz := 125.0; hz < 3800; hz += 225 {
		tones = append(tones, hz)
	}
	for _, amplitude := range []float64{1000, 8000} {
		for _, hz := range tones {
			for _, second := range []float64{hz, hz + 133} {
				if most := loudestOf(t, amplitude/2, hz, second); most > 1.4*amplitude {
					t.Errorf("%v and %v Hz: heard with %.0f, said with %.0f", hz, second, most, amplitude)
				}
			}
		}
	}
}

// loudestOf is the largest sample that a decoder makes of 5 s of two tones.
func loudestOf(t *testing.T, each, first, second float64) (most float64) {
	e, d := NewEncoder(24000), NewDecoder()
	var packet [MaxPacket]byte
	var pcm [Samples]int16
	for frame := range 250 {
		for i := range pcm {
			at := 2 * math.Pi * float64(frame*Samples+i) / sampleRate
			pcm[i] = int16(math.Round(each * (math.Sin(first*at) + math.Sin(second*at))))
		}
		n, err := e.Encode(packet[:], pcm[:])
		if err != nil {
			t.Fatal(err)
		}
		d.Decode(pcm[:], packet[1:n])
		for _, s := range pcm {
			most = max(most, math.Abs(float64(s)))
		}
	}
	return most
}
