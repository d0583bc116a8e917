package transcode

import "testing"

// In steady state nothing is allocated, with any codec.
func TestAFrameAllocatesNothing(t *testing.T) {
	pcm, buf := make([]int16, MaxSamples), make([]byte, MaxPayload)
	in := frames(speech)
	for _, c := range codecs {
		payloads := encoded(t, c, speech, 0)
		enc, _ := NewEncoder(c)
		dec, _ := NewDecoder(c)
		// The result is rounded down, so the whole sentence is measured at once.
		if n := testing.AllocsPerRun(3, func() {
			for _, f := range in {
				_, _ = enc.Encode(buf, f)
			}
		}); n != 0 {
			t.Errorf("%v: encoding the sentence allocates %v times", c, n)
		}
		if n := testing.AllocsPerRun(3, func() {
			for _, p := range payloads {
				_, _ = dec.Decode(pcm, p)
			}
		}); n != 0 {
			t.Errorf("%v: decoding the sentence allocates %v times", c, n)
		}
		enc.Close()
		dec.Close()
	}
	dec, _ := NewDecoder(PCMU)
	if n := testing.AllocsPerRun(200, func() { dec.Conceal(pcm, FrameSamples) }); n != 0 {
		t.Errorf("concealing G.711 allocates %v times", n)
	}
}

// Narrowband SILK allocates nothing, whatever is lost of it or not sent. For the
// rest gopus itself allocates, in concealment and in the parser before recovery.
// Ours adds nothing: should gopus change, this says so.
func TestALossAllocatesOnlyWhatGopusDoes(t *testing.T) {
	narrow := encoded(t, Opus, speech, 20)
	for _, payloads := range [][][]byte{narrow, wideAndRedundant(t)} {
		redundant := redundantOf(t, payloads)
		pcm := make([]int16, MaxSamples)
		float := make([]float32, MaxSamples)
		bare := newBareDecoder(t)
		dec := newTestDecoder(t)
		theirs := testing.AllocsPerRun(200, func() {
			_, _ = bare.DecodeInt16(nil, pcm[:FrameSamples])
			_, _ = bare.DecodeInt16(redundant[:1], pcm)
			_, _ = bare.DecodeWithFEC(redundant, float[:FrameSamples], true)
			_, _ = bare.DecodeInt16(redundant, pcm)
		})
		if isNarrow := redundant[0]>>3 < 4; isNarrow {
			theirs = 0
		}
		ours := testing.AllocsPerRun(200, func() {
			dec.Conceal(pcm, FrameSamples)
			_, _ = dec.Decode(pcm, redundant[:1]) // not sent
			if !dec.Recover(pcm, redundant, FrameSamples) {
				t.Fatal("nothing recovered")
			}
			_, _ = dec.Decode(pcm, redundant)
		})
		if ours > theirs {
			t.Errorf("a loss allocates %v times, gopus alone %v times", ours, theirs)
		}
	}
}
