package silk

import (
	"math"
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
)

// mean returns the bits a second of packets, as an Opus payload.
func mean(packets [][]byte) float64 {
	sum := 0
	for _, p := range packets {
		sum += len(p)
	}
	return float64(sum*8*50) / float64(len(packets))
}

func TestSpeechCostsWhatWasAsked(t *testing.T) {
	for _, bitrate := range []int{16000, 24000} {
		for _, redundancy := range []bool{false, true} {
			e := NewEncoder(bitrate)
			e.SetRedundancy(redundancy)
			most := 1.05 * float64(bitrate)
			if redundancy {
				most *= 1.4
			}
			if got := mean(encoded(t, e, append(harbour[:len(harbour):len(harbour)], garden...))); got > most || got < float64(bitrate)*0.7 {
				t.Errorf("%d asked, redundancy %v: %.0f bit/s", bitrate, redundancy, got)
			}
		}
	}
}

// What is always dear, as noise, is made to keep to the bitrate within a second.
func TestNoiseIsKeptToTheBitrate(t *testing.T) {
	seed := uint32(7)
	pcm := make([]int16, 4*sampleRate)
	for i := range pcm {
		seed = nextSeed(seed)
		pcm[i] = int16(int32(seed) >> 18)
	}
	packets := encoded(t, NewEncoder(24000), pcm)
	if got := mean(packets[50:]); math.Abs(got-24000) > 1000 {
		t.Errorf("noise takes %.0f bit/s, want 24000", got)
	}
}

// Whoever lost a packet has its frame from the next one: nearer to what was
// said than what a decoder would make up, at half of the price.
func TestRedundancyReplacesALostFrame(t *testing.T) {
	e := NewEncoder(24000)
	e.SetRedundancy(true)
	packets := encoded(t, e, harbour)
	whole := decoded(t, packets)
	d, guess := newDecoder(t), newDecoder(t)
	float := make([]float32, Samples)
	tried, recovered, guessed, sound := 0, 0.0, 0.0, 0.0
	for i, p := range packets[:len(packets)-1] {
		if i%6 != 5 || !gopus.PacketHasLBRR(packets[i+1]) {
			decode(t, d, p)
			decode(t, guess, p)
			continue
		}
		tried++
		want := whole[i*Samples : (i+1)*Samples]
		if n, err := d.DecodeWithFEC(packets[i+1], float, true); n != Samples || err != nil {
			t.Fatal(n, err)
		}
		made := make([]int16, Samples)
		if n, err := guess.DecodeInt16(nil, made); n != Samples || err != nil {
			t.Fatal(n, err)
		}
		for k, w := range want {
			sound += float64(w) * float64(w)
			recovered += math.Pow(float64(w)-32768*float64(float[k]), 2)
			guessed += math.Pow(float64(w)-float64(made[k]), 2)
		}
	}
	t.Logf("%d lost: the recovered lie %.1f dB under the sound, the guessed %.1f", tried, 10*math.Log10(sound/recovered), 10*math.Log10(sound/guessed))
	if tried < 15 || recovered > guessed/2.5 || recovered > sound/4 {
		t.Errorf("%d frames: recovered lie %.2g from what was sent, guessed %.2g", tried, recovered/sound, guessed/sound)
	}
}

// Redundancy comes and goes with the losses; what is heard does not jump.
func TestRedundancyMayComeAndGo(t *testing.T) {
	e, d := NewEncoder(24000), newDecoder(t)
	buf := make([]byte, MaxPacket)
	has := 0
	for i, f := range frames(harbour) {
		e.SetRedundancy(i/20%2 == 1)
		n, err := e.Encode(buf, f)
		if err != nil {
			t.Fatal(err)
		}
		decode(t, d, buf[:n])
		if d.FinalRange() != e.final {
			t.Fatalf("frame %d was read otherwise than written", i)
		}
		if gopus.PacketHasLBRR(buf[:n]) {
			has++
		}
	}
	if has < 20 {
		t.Errorf("%d packets carry redundancy, want those with speech", has)
	}
}

// Without redundancy one lost packet of ten must not spoil the word it was in:
// wherever the losses fall, the sentence stays itself.
func TestALossIsSoonForgotten(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	packets := encoded(t, NewEncoder(24000), harbour)
	sum := 0.0
	for first := range 10 {
		d := newDecoder(t)
		var heard []int16
		for i, p := range packets {
			if i%10 != first {
				heard = append(heard, decode(t, d, p)...)
				continue
			}
			made := make([]int16, Samples)
			if _, err := d.DecodeInt16(nil, made); err != nil {
				t.Fatal(err)
			}
			heard = append(heard, made...)
		}
		r := soundcheck.Compare(heard, harbour)
		sum += r.Median / 10
		if !r.Matches() {
			t.Errorf("losses from packet %d on: %v", first, r)
		}
	}
	if sum < 0.88 {
		t.Errorf("the sentence is like itself by %.2f, want 0.88", sum)
	}
	t.Logf("%.3f", sum)
}
