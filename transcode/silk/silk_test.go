package silk

import (
	"math"
	"slices"
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
)

var (
	harbour = soundcheck.Sentence(soundcheck.Harbour)
	garden  = soundcheck.Sentence(soundcheck.Garden)
)

// frames cuts pcm into frames and drops what is left over.
func frames(pcm []int16) [][]int16 {
	var out [][]int16
	for len(pcm) >= Samples {
		out = append(out, pcm[:Samples])
		pcm = pcm[Samples:]
	}
	return out
}

// encoded returns the packets of pcm.
func encoded(t testing.TB, e *Encoder, pcm []int16) (packets [][]byte) {
	t.Helper()
	buf := make([]byte, MaxPacket)
	for _, f := range frames(pcm) {
		n, err := e.Encode(buf, f)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, slices.Clone(buf[:n]))
	}
	return packets
}

func newDecoder(t testing.TB) *gopus.Decoder {
	t.Helper()
	d, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: sampleRate, Channels: 1})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// decode decodes one packet.
func decode(t testing.TB, d *gopus.Decoder, packet []byte) []int16 {
	t.Helper()
	pcm := make([]int16, 6*Samples)
	n, err := d.DecodeInt16(packet, pcm)
	if err != nil || n != Samples {
		t.Fatalf("%d samples, %v, of % x", n, err, packet)
	}
	return pcm[:n]
}

func decoded(t testing.TB, packets [][]byte) (pcm []int16) {
	t.Helper()
	d := newDecoder(t)
	for _, p := range packets {
		pcm = append(pcm, decode(t, d, p)...)
	}
	return pcm
}

// A decoder reads exactly the symbols that were written: its range coder ends
// in the encoder's state after every packet.
func TestADecoderReadsWhatWasWritten(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for _, redundancy := range []bool{false, true} {
			e, d := NewEncoder(24000), newDecoder(t)
			e.SetRedundancy(redundancy)
			buf := make([]byte, MaxPacket)
			for i, f := range append(frames(harbour), frames(garden)...) {
				n, err := e.Encode(buf, f)
				if err != nil {
					t.Fatal(err)
				}
				info, err := gopus.ParsePacket(buf[:n])
				if err != nil || info.FrameCount != 1 || info.TOC.Config != 1 || info.TOC.Stereo {
					t.Fatalf("frame %d: %+v, %v; want one narrowband SILK frame of 20 ms", i, info, err)
				}
				decode(t, d, buf[:n])
				if d.FinalRange() != e.final {
					t.Fatalf("frame %d: the decoder's range ends as %#x, the encoder's as %#x", i, d.FinalRange(), e.final)
				}
			}
		}
	})
}

// outputDelay is how much later than SILK's own a decoder gives its output.
const outputDelay = 5

// The encoder predicts from what it believes the decoder to hear. Should the
// two part, the sound would go to pieces over seconds, so they are compared.
func TestTheEncoderKnowsWhatIsHeard(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for _, pcm := range [][]int16{harbour, garden} {
			e, d := NewEncoder(24000), newDecoder(t)
			buf := make([]byte, MaxPacket)
			var heard []int16
			var believed []float32
			for _, f := range frames(pcm) {
				n, _ := e.Encode(buf, f)
				heard = append(heard, decode(t, d, buf[:n])...)
				believed = append(believed, e.heard[:]...)
			}
			var difference, power float64
			for i := range len(heard) - outputDelay {
				h := float64(heard[i+outputDelay])
				difference += (h - float64(believed[i])) * (h - float64(believed[i]))
				power += h * h
			}
			if below := 10 * math.Log10(power/difference); below < 45 {
				t.Errorf("what is heard differs from what is believed by %.0f dB under the speech", below)
			}
		}
	})
}

func TestResetLeavesNothing(t *testing.T) {
	used := NewEncoder(16000)
	used.SetRedundancy(true)
	encoded(t, used, garden)
	used.Reset(24000)
	if *used != *NewEncoder(24000) {
		t.Error("an encoder that was reset is not as a new one")
	}
}

func TestWrongBuffersAreRefused(t *testing.T) {
	e := NewEncoder(24000)
	for _, n := range []int{0, 159, 161} {
		if _, err := e.Encode(make([]byte, MaxPacket), make([]int16, n)); err != errFrame {
			t.Errorf("a frame of %d samples: %v", n, err)
		}
	}
	if _, err := e.Encode(make([]byte, MaxPacket-1), make([]int16, Samples)); err != errRoom {
		t.Errorf("a short buffer: %v", err)
	}
}

func TestAFrameAllocatesNothing(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		e := NewEncoder(24000)
		e.SetRedundancy(true)
		buf, in := make([]byte, MaxPacket), frames(harbour)
		if n := testing.AllocsPerRun(2, func() {
			for _, f := range in {
				_, _ = e.Encode(buf, f)
			}
		}); n != 0 {
			t.Errorf("a sentence allocates %v times", n)
		}
	})
}
