package transcode

import (
	"encoding/binary"
	"os"
	"slices"
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
)

// packetsOf reads packets from a file, each behind its length.
func packetsOf(t testing.TB, name string) (packets [][]byte) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for len(b) > 0 {
		n := 2 + int(binary.LittleEndian.Uint16(b))
		packets = append(packets, b[2:n])
		b = b[n:]
	}
	return packets
}

// A sender that changes between SILK and CELT, and brings 5 ms of CELT in the
// last packet of SILK and in the first, is heard as by a decoder that has both:
// but for rounding, the same.
func TestAChangeBroughtByTheSenderIsFollowed(t *testing.T) {
	dec := newTestDecoder(t)
	library, err := libraryDecoders.take()
	if err != nil {
		t.Fatal(err)
	}
	defer library.Close()
	got, want := make([]int16, MaxSamples), make([]int16, MaxSamples)
	changes := 0
	packets := packetsOf(t, "turns.packets")
	for i, p := range packets {
		n, err := dec.Decode(got, p)
		m, failed := library.Decode(want, p)
		if n != m || err != nil || failed != nil {
			t.Fatalf("packet %d: %d samples, %v; want %d, %v", i, n, err, m, failed)
		}
		for k, s := range want[:m] {
			if d := got[k] - s; d < -1 || d > 1 {
				t.Fatalf("packet %d: sample %d is %d, want %d", i, k, got[k], s)
			}
		}
		if i > 0 && isCELT(p) != isCELT(packets[i-1]) {
			changes++
		}
	}
	if changes != 19 {
		t.Errorf("%d changes", changes)
	}
}

// inTurn is a sentence as five senders encode it, eight packets of narrowband
// SILK and eight of another kind.
func inTurn(t testing.TB) map[string][][]byte {
	narrow := browser(t, 8000, 1, 160, func(e *gopus.Encoder) { setMode(t, e, gopus.EncoderModeSILK, gopus.BandwidthNarrowband) })
	out := map[string][][]byte{}
	for name, other := range map[string][][]byte{
		"CELT narrowband":         browser(t, 8000, 1, 160, func(e *gopus.Encoder) { setMode(t, e, gopus.EncoderModeCELT, gopus.BandwidthNarrowband) }),
		"CELT fullband":           browser(t, 48000, 1, 960, func(e *gopus.Encoder) { setMode(t, e, gopus.EncoderModeCELT, gopus.BandwidthFullband) }),
		"hybrid":                  browser(t, 48000, 1, 960, func(e *gopus.Encoder) { setMode(t, e, gopus.EncoderModeHybrid, gopus.BandwidthFullband) }),
		"SILK wideband":           browser(t, 16000, 1, 320, func(e *gopus.Encoder) { setMode(t, e, gopus.EncoderModeSILK, gopus.BandwidthWideband) }),
		"SILK wideband of stereo": browser(t, 16000, 2, 320, func(e *gopus.Encoder) { setMode(t, e, gopus.EncoderModeSILK, gopus.BandwidthWideband) }),
	} {
		for i := range min(len(narrow), len(other)) {
			p := narrow[i]
			if i/8%2 == 1 {
				p = other[i]
			}
			out[name] = append(out[name], p)
		}
	}
	return out
}

func setMode(t testing.TB, e *gopus.Encoder, m gopus.EncoderMode, b gopus.Bandwidth) {
	t.Helper()
	for _, err := range []error{e.SetMode(m), e.SetBandwidth(b), e.SetComplexity(0)} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever a sender changes to and from, with or without a loss at the change,
// nothing clicks and the words are understood.
func TestNoChangeClicks(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	for name, packets := range inTurn(t) {
		for _, lost := range []int{-1, 0, 7} { // none, the first and the last of eight
			dec := newTestDecoder(t)
			var heard []int16
			pcm := make([]int16, MaxSamples)
			for i, p := range packets {
				n := FrameSamples
				if i%8 == lost {
					dec.Conceal(pcm, n)
				} else if got, err := dec.Decode(pcm, p); err != nil || got != n {
					t.Fatalf("%s: packet %d: %d samples, %v", name, i, got, err)
				}
				heard = append(heard, pcm[:n]...)
			}
			if r := soundcheck.Compare(heard, speech); !r.Matches() || r.Clicks > 0 || r.Gaps > 0 {
				t.Errorf("%s and narrowband SILK in turn, lost %d: %v", name, lost, r)
			}
		}
	}
}

// The library's decoder is there when it is needed, and only then.
func TestTheLibraryIsBorrowed(t *testing.T) {
	before := Used().Library
	borrowed := func() int { return Used().Library - before }
	dec := newOpusDecoder()
	pcm := make([]int16, MaxSamples)
	hear := func(p []byte) {
		t.Helper()
		if _, err := dec.Decode(pcm, p); err != nil {
			t.Fatal(err)
		}
	}
	narrow := encoded(t, Opus, speech, 20)
	for i, p := range narrow {
		dec.Recover(pcm, p, FrameSamples)
		hear(p)
		if i%7 == 0 {
			dec.Conceal(pcm, FrameSamples)
			hear(p[:1])
		}
	}
	if borrowed() != 0 {
		t.Error("narrowband SILK took a decoder of the library")
	}
	hear([]byte{0x98, 0, 0, 7, 9})
	if borrowed() != 1 {
		t.Errorf("%d decoders of the library decode CELT", borrowed())
	}
	for i := range keepLibrary + 1 {
		if borrowed() != 1 {
			t.Fatalf("the library's decoder was given back after %d packets", i)
		}
		hear(narrow[i%len(narrow)])
	}
	if borrowed() != 0 {
		t.Error("the library's decoder was kept when nobody needed it")
	}
	hear([]byte{0x98, 0, 0, 7, 9})
	dec.Close()
	if borrowed() != 0 {
		t.Error("the library's decoder was not given back with ours")
	}
}

// Silence that is announced in narrowband SILK, however long, is still the
// library's where CELT was heard before: it keeps its decoder.
func TestALongSilenceAfterCELTNeedsTheLibrary(t *testing.T) {
	before := Used()
	dec := newOpusDecoder()
	defer dec.Close()
	pcm := make([]int16, MaxSamples)
	packets := append([][]byte{{0x98, 0, 0, 7, 9}}, slices.Repeat([][]byte{{1 << 3}}, 2*keepLibrary)...)
	for i, p := range packets {
		if n, err := dec.Decode(pcm, p); n != FrameSamples || err != nil {
			t.Fatalf("packet %d: %d samples, %v", i, n, err)
		}
	}
	if dec.Recover(pcm, packets[1], FrameSamples) || dec.library == nil {
		t.Error("the library's decoder was given back while its sound went on")
	}
	if n := Used().Panics - before.Panics; n != 0 {
		t.Errorf("%d panics", n)
	}
}

// What is recovered from a packet of another kind follows as well.
func TestRecoveryAcrossAChange(t *testing.T) {
	wide, narrow := wideAndRedundant(t), encoded(t, Opus, speech, 20)
	pcm := make([]int16, MaxSamples)
	for name, try := range map[string]struct {
		from [][]byte
		to   []byte
	}{
		"narrowband to wideband": {narrow, redundantOf(t, wide)},
		"wideband to narrowband": {wide, redundantOf(t, narrow)},
		"nothing to narrowband":  {nil, redundantOf(t, narrow)},
		"nothing to wideband":    {nil, redundantOf(t, wide)},
	} {
		dec := newTestDecoder(t)
		for _, p := range try.from[:min(40, len(try.from))] {
			_, _ = dec.Decode(pcm, p)
		}
		for _, n := range []int{FrameSamples, 3 * FrameSamples} {
			clear(pcm)
			if !dec.Recover(pcm, try.to, n) || soundcheck.Silent(pcm[n-FrameSamples:n]) {
				t.Errorf("%s: nothing was recovered of %d samples", name, n)
			}
		}
	}
}

// Of a packet with two channels SILK goes on into one with one.
func TestOneChannelAfterTwo(t *testing.T) {
	dec, library := newTestDecoder(t), newBareDecoder(t)
	two := browser(t, 8000, 2, 160, func(e *gopus.Encoder) { setMode(t, e, gopus.EncoderModeSILK, gopus.BandwidthNarrowband) })
	one := browser(t, 8000, 1, 160, func(e *gopus.Encoder) { setMode(t, e, gopus.EncoderModeSILK, gopus.BandwidthNarrowband) })
	got, want := make([]int16, MaxSamples), make([]int16, MaxSamples)
	for i := range 40 {
		p := two[i]
		if i >= 20 {
			p = one[i]
		}
		n, err := dec.Decode(got, p)
		if _, failed := library.DecodeInt16(p, want); err != nil || failed != nil {
			t.Fatal(err, failed)
		}
		for k := range n {
			if got[k] != want[k] {
				t.Fatalf("packet %d: sample %d is %d, the library's %d", i, k, got[k], want[k])
			}
		}
	}
}

func newBareDecoder(t testing.TB) *gopus.Decoder {
	t.Helper()
	g, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: SampleRate, Channels: 1})
	if err != nil {
		t.Fatal(err)
	}
	return g
}
