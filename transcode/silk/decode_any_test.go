package silk

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// hear has both decoders take a stranger's stream of packets, each behind a
// byte that says what is done with it and one with its length. It ends where
// the comparison does: at a packet that both refuse, of which the library may
// have decoded a part; at one that carries CELT, which a Decoder does not have;
// and where something is concealed after frames of 10 ms and longer ones, for
// which the library forgets more of the last excitation than the reference does.
func (c *comparison) hear(b []byte) {
	// Before a first packet's end the library takes a silent frame in it for a
	// wideband one.
	c.decode([]byte{toc, 0x8b, 0x20, 0xd3, 0x5a, 0x51, 0x33, 0xcf, 0x80})
	mixed := map[bool]bool{false: true}
	for range 40 {
		if len(b) < 2 {
			return
		}
		do, size := b[0], min(int(b[1]), len(b)-2)
		packet := slices.Clone(b[2 : 2+size])
		b = b[2+size:]
		if size == 0 && len(mixed) == 2 {
			return
		}
		if size == 0 {
			c.conceal()
			continue
		}
		packet[0] &= 3<<3 | 3 // narrowband SILK of one channel
		p, err := Parse(packet)
		n, refused := c.g.DecodeInt16(packet, c.theirs[:])
		if (err != nil) != (refused != nil) {
			c.Fatalf("% x: ours says %v, the library %v", packet, err, refused)
		}
		if err != nil {
			return
		}
		c.last = p.FrameSamples()
		mixed[c.last < Samples] = true
		if len(mixed) == 2 && slices.Min(p.sizes[:p.Frames]) <= 1 {
			return
		}
		redundant := false
		for i := range p.Frames {
			r := c.d.Decode(c.ours[i*c.last:(i+1)*c.last], p.Next())
			redundant = redundant || r.Frame != nil
		}
		if redundant {
			return
		}
		if n != p.Frames*c.last {
			c.Fatalf("% x: %d samples, not %d", packet, n, p.Frames*c.last)
		}
		c.check("decoded", n)
		if p.sizes[p.Frames-1] > 1 && c.d.final != c.g.FinalRange() {
			c.Fatalf("% x: the range ends as %#x, the library's as %#x", packet, c.d.final, c.g.FinalRange())
		}
		if do&7 == 1 && len(mixed) == 1 {
			c.conceal()
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range strangers(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) { newComparison(t, "fuzz").hear(b) })
}

// strangers are streams to begin with: of each kind of packet a few.
func strangers(t testing.TB) (out [][]byte) {
	for _, packets := range streams(t) {
		var b []byte
		for i, p := range packets[:min(8, len(packets))] {
			p = p[:min(len(p), 255)]
			b = append(append(b, byte(i), byte(len(p))), p...)
		}
		out = append(out, b)
	}
	frame := []byte{0x8b, 0x20, 0xd3, 0x5a, 0x51, 0x33, 0xcf, 0x80}
	for _, head := range [][]byte{{0}, {9}, {2, 8}, {3, 0x82, 8}, {3, 2}, {3, 0x41, 1}, {3, 0x40}, {8, 0}, {8}, {24}} {
		p := slices.Concat(head, frame, frame)
		out = append(out, append([]byte{0, byte(len(p))}, p...))
	}
	return out
}

// Packets of noise, and good ones that were changed, sound as with the
// library or are refused as by it.
func TestAnyPacketIsHeardAsByTheLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	seeds := strangers(t)
	for range 400 {
		b := slices.Clone(seeds[r.IntN(len(seeds))])
		for range r.IntN(6) {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		if r.IntN(3) == 0 {
			for i := range b {
				if i > 40 {
					b[i] = byte(r.Uint32())
				}
			}
		}
		newComparison(t, "changed").hear(b)
	}
}

func TestADecoderAllocatesNothing(t *testing.T) {
	d, packets := NewDecoder(), streams(t)["20 ms at 24000"]
	pcm := make([]int16, 6*Samples)
	if n := testing.AllocsPerRun(2, func() {
		for _, packet := range packets {
			p, _ := Parse(packet)
			frame := p.Next()
			d.Recover(pcm[:Samples], frame)
			d.Decode(pcm[:Samples], frame)
			d.Conceal(pcm[:Samples])
		}
	}); n != 0 {
		t.Errorf("a sentence allocates %v times", n)
	}
}

func TestADecoderThatWasResetIsNew(t *testing.T) {
	d := NewDecoder()
	pcm := make([]int16, Samples)
	for i, packet := range encoded(t, NewEncoder(24000), garden[:8000]) {
		d.Decode(pcm, packet[1:])
		if i%5 == 0 {
			d.Conceal(pcm)
		}
	}
	d.Reset()
	if *d != *NewDecoder() {
		t.Error("something of the old stream is left")
	}
}

func TestNothingIsContinuedBeforeItBegan(t *testing.T) {
	d := NewDecoder()
	pcm := []int16{7, 7, 7}
	d.Conceal(pcm)
	if !slices.Equal(pcm, make([]int16, 3)) {
		t.Errorf("%v", pcm)
	}
}
