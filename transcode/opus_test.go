package transcode

import (
	"math/rand/v2"
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
)

// browser encodes pcm, sampled at 8 kHz, as a browser may send it.
func browser(t testing.TB, rate, channels, frame int, set func(*gopus.Encoder)) [][]byte {
	t.Helper()
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: rate, Channels: channels, Application: gopus.ApplicationVoIP})
	if err != nil {
		t.Fatal(err)
	}
	if err := enc.SetFrameSize(frame); err != nil {
		t.Fatal(err)
	}
	set(enc)
	var out [][]byte
	buf := make([]byte, 4000)
	in := make([]int16, frame*channels)
	for at := 0; (at+frame)*8000/rate < len(speech); at += frame {
		for i := range frame {
			for c := range channels {
				in[i*channels+c] = speech[(at+i)*8000/rate]
			}
		}
		n, err := enc.EncodeInt16(in, buf)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, append([]byte(nil), buf[:n]...))
	}
	return out
}

func TestWhateverABrowserSendsIsUnderstood(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	nothing := func(*gopus.Encoder) {}
	mode := func(m gopus.EncoderMode, b gopus.Bandwidth) func(*gopus.Encoder) {
		return func(e *gopus.Encoder) {
			if err := e.SetMode(m); err != nil {
				t.Fatal(err)
			}
			if err := e.SetBandwidth(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, payloads := range map[string][][]byte{
		"SILK narrowband, 20 ms":      browser(t, 8000, 1, 160, mode(gopus.EncoderModeSILK, gopus.BandwidthNarrowband)),
		"SILK wideband, 60 ms":        browser(t, 16000, 1, 960, mode(gopus.EncoderModeSILK, gopus.BandwidthWideband)),
		"SILK wideband, 10 ms":        browser(t, 16000, 1, 160, mode(gopus.EncoderModeSILK, gopus.BandwidthWideband)),
		"hybrid fullband":             browser(t, 48000, 1, 960, mode(gopus.EncoderModeHybrid, gopus.BandwidthFullband)),
		"CELT narrowband":             browser(t, 48000, 1, 960, mode(gopus.EncoderModeCELT, gopus.BandwidthNarrowband)),
		"CELT fullband, 2.5 ms":       browser(t, 48000, 1, 120, mode(gopus.EncoderModeCELT, gopus.BandwidthFullband)),
		"stereo, as Firefox has it":   browser(t, 48000, 2, 960, nothing),
		"stereo, 120 ms":              browser(t, 48000, 2, 5760, nothing),
		"with pauses not transmitted": browser(t, 48000, 1, 960, func(e *gopus.Encoder) { e.SetDTX(true) }),
	} {
		if r := soundcheck.Compare(decoded(t, Opus, payloads), speech); !r.Matches() {
			t.Errorf("%s: %v", name, r)
		}
	}
}

// A browser may change between SILK and CELT from packet to packet.
func TestModesMayAlternate(t *testing.T) {
	enc, dec := newBareEncoder(t), newTestDecoder(t)
	var heard []int16
	buf, pcm := make([]byte, MaxPayload), make([]int16, MaxSamples)
	for i, f := range frames(speech) {
		m := gopus.EncoderModeSILK
		if i/8%2 == 1 {
			m = gopus.EncoderModeCELT
		}
		if err := enc.SetMode(m); err != nil {
			t.Fatal(err)
		}
		n, err := enc.EncodeInt16(f, buf)
		if err != nil {
			t.Fatal(err)
		}
		n, err = dec.Decode(pcm, buf[:n])
		if err != nil {
			t.Fatal(err)
		}
		heard = append(heard, pcm[:n]...)
	}
	if r := soundcheck.Compare(heard, speech); !r.Matches() {
		t.Errorf("SILK and CELT in turn: %v", r)
	}
}

// newBareEncoder is the library's encoder, as fast as it goes.
func newBareEncoder(t testing.TB) *gopus.Encoder {
	t.Helper()
	g, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: SampleRate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		t.Fatal(err)
	}
	g.SetVBR(true)
	for _, err := range []error{
		g.SetFrameSize(FrameSamples), // the default is 20 ms at 48 kHz, whatever the rate
		g.SetComplexity(0),
		g.SetBitrate(opusBitrate),
		g.SetBandwidth(gopus.BandwidthNarrowband),
		g.SetSignal(gopus.SignalVoice),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func newTestDecoder(t *testing.T) Decoder {
	t.Helper()
	d, err := NewDecoder(Opus)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// A panic inside a decoder costs one packet, not the process.
func TestABrokenDecoderIsReplaced(t *testing.T) {
	wide := wideAndRedundant(t)
	d := newOpusDecoder()
	defer d.Close()
	if _, err := d.Decode(make([]int16, MaxSamples), wide[0]); err != nil || d.library == nil {
		t.Fatalf("the library does not decode wideband SILK: %v", err)
	}
	breakDecoder(t, d, wide, func() { d.library.gopus = nil })
	narrow := newOpusDecoder()
	defer narrow.Close()
	breakDecoder(t, narrow, encoded(t, Opus, speech, 20), func() { narrow.own = nil })
}

// breakDecoder has a decoder panic, as a fault in it would, in all that it does.
func breakDecoder(t *testing.T, d *opusDecoder, payloads [][]byte, fault func()) {
	t.Helper()
	redundant := redundantOf(t, payloads)
	pcm := make([]int16, MaxSamples)
	before := Used().Panics
	for i, breaks := range []func(){
		func() {
			if n, err := d.Decode(pcm, payloads[0]); err == nil || n != 0 {
				t.Errorf("a broken decoder gave %d samples, error %v", n, err)
			}
		},
		func() {
			if d.Recover(pcm, redundant, FrameSamples) {
				t.Error("a broken decoder recovered something")
			}
		},
		func() {
			pcm[0] = 77
			d.Conceal(pcm, FrameSamples)
			if pcm[0] != 0 {
				t.Error("a broken decoder conceals with something else than silence")
			}
		},
	} {
		fault()
		breaks()
		if got := Used().Panics; got != before+uint64(i)+1 {
			t.Errorf("%d panics counted, want %d", got, before+uint64(i)+1)
		}
		if n, err := d.Decode(pcm, payloads[0]); n != FrameSamples || err != nil {
			t.Errorf("after the panic: %d samples, error %v", n, err)
		}
	}
}

func TestMutatedPacketsNeverBreakTheDecoder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	payloads := encoded(t, Opus, speech, 20)
	dec, _ := NewDecoder(Opus)
	defer dec.Close()
	pcm := make([]int16, MaxSamples)
	before := Used().Panics
	for range 5000 {
		p := append([]byte(nil), payloads[r.IntN(len(payloads))]...)
		for range 1 + r.IntN(4) {
			p[r.IntN(len(p))] ^= 1 << r.IntN(8)
		}
		p = p[:1+r.IntN(len(p))]
		dec.Recover(pcm, p, FrameSamples)
		if n, err := dec.Decode(pcm, p); n < 0 || n > MaxSamples || (err != nil && n != 0) {
			t.Fatalf("%x gave %d samples, error %v", p, n, err)
		}
	}
	if n := Used().Panics - before; n != 0 {
		t.Errorf("%d of 5000 mutated packets made gopus panic", n)
	}
}

func FuzzOpusPayload(f *testing.F) {
	for _, p := range encoded(f, Opus, speech, 20)[40:60] {
		f.Add(p)
	}
	f.Add([]byte{0x98, 0, 0})
	f.Add([]byte{0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, payload []byte) {
		dec, err := NewDecoder(Opus)
		if err != nil {
			t.Fatal(err)
		}
		defer dec.Close()
		pcm := make([]int16, MaxSamples)
		for range 2 {
			dec.Recover(pcm, payload, FrameSamples)
			if n, err := dec.Decode(pcm, payload); n < 0 || n > MaxSamples || (err != nil && n != 0) {
				t.Fatalf("%d samples, error %v", n, err)
			}
			dec.Conceal(pcm, FrameSamples)
		}
	})
}
