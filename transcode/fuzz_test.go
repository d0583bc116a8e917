package transcode

import "testing"

// A stranger's stream: payloads after each other through one decoder, decoded,
// taken for redundancy, concealed. What one leaves behind in the decoder meets
// the next.
func FuzzOpusStream(f *testing.F) {
	seed := func(payloads [][]byte) {
		var b []byte
		for i, p := range payloads {
			b = append(b, byte(i), byte(min(255, len(p))))
			b = append(b, p[:min(255, len(p))]...)
		}
		f.Add(b)
	}
	seed(encoded(f, Opus, speech, 20)[40:56])
	celt, hybrid := []byte{0x98, 0, 0, 7, 9}, []byte{0x78, 1, 2, 3, 4, 5, 6, 7, 8}
	p := encoded(f, Opus, speech, 20)[60:64]
	seed([][]byte{p[0], celt, p[1], hybrid, celt, p[2], {0xff, 0x83, 1, 1}, p[3], {p[0][0]}})
	f.Fuzz(func(t *testing.T, b []byte) {
		before := Used()
		for _, rate := range []int{SampleRate, WideRate} {
			dec, err := NewDecoderAt(Opus, rate)
			if err != nil {
				t.Fatal(err)
			}
			hear(t, dec, rate, b)
			dec.Close()
		}
		after := Used()
		if after.Panics != before.Panics {
			t.Errorf("%d panics", after.Panics-before.Panics)
		}
		if after.Decoders != before.Decoders || after.IdleDecoders > maxIdle {
			t.Errorf("decoders grow: %+v after %+v", after, before)
		}
	})
}

// hear decodes at most 60 payloads of b, each behind a byte that says what is
// done and one with its length.
func hear(t *testing.T, dec Decoder, rate int, b []byte) {
	longest := MaxSamples * rate / SampleRate
	pcm := make([]int16, longest+1)
	for n := 0; n < 60 && len(b) >= 2; n++ {
		do, size := b[0], min(int(b[1]), len(b)-2)
		payload := b[2 : 2+size]
		b = b[2+size:]
		pcm[longest] = 12345
		frame := FrameSamples * rate / SampleRate
		if do&3 == 1 {
			dec.Conceal(pcm[:longest], frame)
		}
		if do&3 == 2 {
			dec.Recover(pcm[:longest], payload, frame)
		}
		if got, err := dec.Decode(pcm[:longest], payload); got < 0 || got > longest || err != nil && got != 0 {
			t.Fatalf("%d samples, error %v", got, err)
		}
		if pcm[longest] != 12345 {
			t.Fatal("more is written than there is room for")
		}
	}
}
