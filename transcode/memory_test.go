package transcode

import (
	"bytes"
	"testing"
)

// An encoder that is given another's memory goes on as that one does, to the bit.
func TestAnEncoderGoesOnFromAnothersMemory(t *testing.T) {
	a, b := newOpusEncoder(), newOpusEncoder()
	defer a.Close()
	defer b.Close()
	var m Memory
	var p, q [MaxPayload]byte
	for at := 0; at+FrameSamples <= 16000; at += FrameSamples {
		frame := speech[at:]
		if at == 8000 && (!m.Take(a) || !m.Give(b)) {
			t.Fatal("Opus has no memory")
		}
		n, err := a.Encode(p[:], frame)
		if err != nil {
			t.Fatal(err)
		}
		if at < 8000 {
			frame = speech[16000:] // something else
		}
		k, err := b.Encode(q[:], frame)
		if err != nil {
			t.Fatal(err)
		}
		if at >= 8000 && !bytes.Equal(p[:n], q[:k]) {
			t.Fatalf("at %d ms they differ", at/8)
		}
	}
	if n := testing.AllocsPerRun(10, func() { m.Take(a); m.Give(b) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	plain, err := NewEncoder(PCMU)
	if err != nil {
		t.Fatal(err)
	}
	if m.Take(plain) || m.Give(plain) {
		t.Error("G.711 has a memory")
	}
}
