package transcode

import (
	"slices"
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk"
	"webtrunk/soundcheck"
)

var wideCodecs = []Codec{Opus, G722}

// A tone at this frequency is above what a telephone carries. At 16 kHz it
// looks like one of half the frequency at soundcheck's 8 kHz.
const (
	high       = 6000
	highInHalf = high / 2
)

// widened is pcm at 16 kHz: what lies between two samples is halfway.
func widened(pcm []int16) []int16 {
	out := make([]int16, 2*len(pcm))
	for i, s := range pcm {
		out[2*i] = s
		out[2*i+1] = int16((int(s) + int(pcm[min(i+1, len(pcm)-1)])) / 2)
	}
	return out
}

// halved takes every second sample.
func halved(pcm []int16) []int16 {
	out := make([]int16, len(pcm)/2)
	for i := range out {
		out[i] = pcm[2*i]
	}
	return out
}

// wide encodes pcm, at 16 kHz, in frames of 20 ms.
func wide(t testing.TB, c Codec, pcm []int16, loss int) [][]byte {
	t.Helper()
	const frame = WideRate / 50
	enc, err := NewEncoderAt(c, WideRate, frame)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	enc.ExpectLoss(loss)
	var out [][]byte
	buf := make([]byte, MaxPayload)
	for at := 0; at+frame <= len(pcm); at += frame {
		n, err := enc.Encode(buf, pcm[at:])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, append([]byte(nil), buf[:n]...))
	}
	return out
}

// decodedAt is decoded at a rate.
func decodedAt(t testing.TB, c Codec, rate int, payloads [][]byte) (out []int16) {
	t.Helper()
	dec, err := NewDecoderAt(c, rate)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	pcm := make([]int16, MaxWideSamples)
	for i, p := range payloads {
		n := rate / 50
		if p == nil {
			dec.Conceal(pcm, n)
		} else if n, err = dec.Decode(pcm, p); err != nil || n != rate/50 {
			t.Fatalf("packet %d: %d samples, error %v; want 20 ms", i, n, err)
		}
		out = append(out, pcm[:n]...)
	}
	return out
}

func TestWideSpeechSurvivesBothCodecs(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	other := soundcheck.Sentence(soundcheck.Garden)
	for _, c := range wideCodecs {
		payloads := wide(t, c, widened(speech), 0)
		if err := soundcheck.Tell(halved(decodedAt(t, c, WideRate, payloads)), speech, other); err != nil {
			t.Errorf("%v at 16 kHz: %v", c, err)
		}
		if err := soundcheck.Tell(decodedAt(t, c, SampleRate, payloads), speech, other); err != nil {
			t.Errorf("%v, wide, heard by a narrow leg: %v", c, err)
		}
		// What was encoded narrow is understood wide too: tones are.
		if err := soundcheck.Tell(halved(decodedAt(t, c, WideRate, encoded(t, c, speech, 0))), speech, other); err != nil {
			t.Errorf("%v, narrow, heard by a wide leg: %v", c, err)
		}
	}
}

// What a telephone cannot carry arrives where both ends are wide, and does not
// come back as another tone where one is not.
func TestTheUpperBandIsCarriedOrLeftOut(t *testing.T) {
	tone := soundcheck.Sine(highInHalf, 8000, 2*WideRate)
	for _, c := range wideCodecs {
		payloads := wide(t, c, tone, 0)
		purity, level := soundcheck.Tone(decodedAt(t, c, WideRate, payloads)[WideRate/2:], highInHalf)
		if purity < 0.7 || level < -20 {
			t.Errorf("%v: 6 kHz arrive with purity %.2f at %.0f dB", c, purity, level)
		}
		if _, level := soundcheck.Tone(decodedAt(t, c, SampleRate, payloads)[SampleRate/2:], SampleRate-high); level > -40 {
			t.Errorf("%v: 6 kHz come back as 2 kHz at %.0f dB", c, level)
		}
	}
}

func TestWideLossesAreConcealedWithoutClicks(t *testing.T) {
	for _, c := range wideCodecs {
		payloads := wide(t, c, widened(speech), 0)
		for i := range payloads {
			if i%12 == 11 {
				payloads[i] = nil
			}
		}
		if r := soundcheck.Compare(halved(decodedAt(t, c, WideRate, payloads)), speech); !r.Matches() || r.Clicks > 0 {
			t.Errorf("%v: one packet of twelve concealed: %v", c, r)
		}
	}
}

func TestWideOpusCarriesRedundancyAndUsesIt(t *testing.T) {
	payloads := wide(t, Opus, widened(speech), 20)
	dec, _ := NewDecoderAt(Opus, WideRate)
	defer dec.Close()
	pcm, recovered := make([]int16, MaxWideSamples), 0
	for _, p := range payloads {
		if gopus.PacketHasLBRR(p) && dec.Recover(pcm, p, WideRate/50) {
			recovered++
		}
		if n, err := dec.Decode(pcm, p); n != WideRate/50 || err != nil {
			t.Fatalf("%d samples, error %v", n, err)
		}
	}
	if recovered < len(payloads)/3 {
		t.Errorf("%d of %d packets gave their predecessor back, want those with speech", recovered, len(payloads))
	}
}

// The library lets loud peaks wrap to the other end of the scale.
func TestALoudPeakIsCutAndDoesNotWrap(t *testing.T) {
	loud := soundcheck.Sine(200, 32700, WideRate)
	for i, s := range loud { // nearly a square
		loud[i] = int16(max(-32000, min(32000, 4*int(s))))
	}
	heard := decodedAt(t, G722, WideRate, wide(t, G722, loud, 0))
	for i := 1; i < len(heard); i++ {
		if step := int(heard[i]) - int(heard[i-1]); step > 40000 || step < -40000 {
			t.Fatalf("sample %d jumps from %d to %d", i, heard[i-1], heard[i])
		}
	}
}

func TestAWideFrameAllocatesNothing(t *testing.T) {
	pcm, buf := make([]int16, MaxWideSamples), make([]byte, MaxPayload)
	source := widened(speech)
	for _, c := range wideCodecs {
		payloads := wide(t, c, source, 0)
		enc, _ := NewEncoderAt(c, WideRate, WideRate/50)
		dec, _ := NewDecoderAt(c, WideRate)
		if n := testing.AllocsPerRun(2, func() {
			for i, p := range payloads {
				_, _ = enc.Encode(buf, source[i*WideRate/50:])
				_, _ = dec.Decode(pcm, p)
			}
		}); n != 0 {
			t.Errorf("%v: the sentence allocates %v times", c, n)
		}
		enc.Close()
		dec.Close()
	}
	dec, _ := NewDecoderAt(G722, WideRate)
	if n := testing.AllocsPerRun(100, func() { dec.Conceal(pcm, WideRate/50) }); n != 0 {
		t.Errorf("concealing G.722 allocates %v times", n)
	}
}

func TestOnlyWideCodecsAreWide(t *testing.T) {
	for _, c := range []Codec{PCMU, PCMA, None, 77} {
		if _, err := NewDecoderAt(c, WideRate); webtrunk.KindOf(err) != webtrunk.Unsupported {
			t.Errorf("a wide decoder for %v: %v", c, err)
		}
		if _, err := NewEncoderAt(c, WideRate, 320); webtrunk.KindOf(err) != webtrunk.Unsupported {
			t.Errorf("a wide encoder for %v: %v", c, err)
		}
	}
	for _, bad := range []struct {
		c             Codec
		rate, samples int
	}{{Opus, WideRate, 160}, {G722, WideRate, 321}, {G722, WideRate, 0}, {G722, WideRate, MaxWideSamples + 2}, {G722, 48000, 960}, {Opus, 48000, 960}} {
		if _, err := NewEncoderAt(bad.c, bad.rate, bad.samples); webtrunk.KindOf(err) != webtrunk.Unsupported {
			t.Errorf("%+v: %v, want unsupported", bad, err)
		}
	}
	if _, err := NewDecoderAt(G722, 48000); webtrunk.KindOf(err) != webtrunk.Unsupported {
		t.Errorf("a decoder to 48 kHz: %v", err)
	}
}

func TestG722FramesHaveTheLengthAskedFor(t *testing.T) {
	buf := make([]byte, MaxPayload)
	for ms := 10; ms <= 60; ms += 10 {
		for _, rate := range []int{SampleRate, WideRate} {
			enc, err := NewEncoderAt(G722, rate, ms*rate/1000)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := enc.Encode(buf, make([]int16, MaxWideSamples)); n != 8*ms || err != nil {
				t.Errorf("%d ms at %d Hz: %d octets, error %v; want %d", ms, rate, n, err, 8*ms)
			}
			enc.Close()
		}
	}
}

func BenchmarkG722(b *testing.B) {
	for name, rate := range map[string]int{"8000": SampleRate, "16000": WideRate} {
		pcm, buf := make([]int16, MaxWideSamples), make([]byte, MaxPayload)
		enc, _ := NewEncoderAt(G722, rate, rate/50)
		dec, _ := NewDecoderAt(G722, rate)
		source := speech
		b.Run("encode"+name, func(b *testing.B) {
			for i := range b.N {
				_, _ = enc.Encode(buf, source[i%100*320:])
			}
		})
		b.Run("decode"+name, func(b *testing.B) {
			for b.Loop() {
				_, _ = dec.Decode(pcm, buf[:FrameSamples])
			}
		})
	}
}

// An encoder that is reset writes what a new one does: its far end knows nothing of
// what was said before.
func TestAResetEncoderRemembersNothing(t *testing.T) {
	for _, c := range []struct {
		codec Codec
		rate  int
	}{{Opus, SampleRate}, {Opus, WideRate}, {G722, SampleRate}, {G722, WideRate}, {PCMU, SampleRate}} {
		frame := c.rate / 50
		used, err := NewEncoderAt(c.codec, c.rate, frame)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := NewEncoderAt(c.codec, c.rate, frame)
		if err != nil {
			t.Fatal(err)
		}
		var a, b [MaxPayload]byte
		used.ExpectLoss(20)
		for at := 8000; at < 16000; at += frame {
			_, _ = used.Encode(a[:], speech[at:])
		}
		used.Reset()
		for at := 0; at < 16000; at += frame {
			n, _ := used.Encode(a[:], speech[at:])
			m, _ := fresh.Encode(b[:], speech[at:])
			if !slices.Equal(a[:n], b[:m]) {
				t.Fatalf("%v at %d Hz: the packet at %d is another", c.codec, c.rate, at)
			}
		}
		used.Close()
		fresh.Close()
	}
}
