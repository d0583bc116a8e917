package transcode

import (
	"testing"

	"webtrunk/soundcheck"
)

var speech = soundcheck.Sentence(soundcheck.Harbour)

// frames cuts pcm into frames of 20 ms and drops what is left over.
func frames(pcm []int16) [][]int16 {
	var out [][]int16
	for len(pcm) >= FrameSamples {
		out = append(out, pcm[:FrameSamples])
		pcm = pcm[FrameSamples:]
	}
	return out
}

// encoded returns the payloads of pcm.
func encoded(t testing.TB, c Codec, pcm []int16, loss int) [][]byte {
	t.Helper()
	enc, err := NewEncoder(c)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	enc.ExpectLoss(loss)
	var out [][]byte
	buf := make([]byte, MaxPayload)
	for _, f := range frames(pcm) {
		n, err := enc.Encode(buf, f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, append([]byte(nil), buf[:n]...))
	}
	return out
}

// decoded returns the samples of payloads; a nil payload is concealed.
func decoded(t testing.TB, c Codec, payloads [][]byte) []int16 {
	t.Helper()
	dec, err := NewDecoder(c)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	var out []int16
	pcm := make([]int16, MaxSamples)
	for i, p := range payloads {
		n := FrameSamples
		if p == nil {
			dec.Conceal(pcm, n)
		} else if n, err = dec.Decode(pcm, p); err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
		out = append(out, pcm[:n]...)
	}
	return out
}
