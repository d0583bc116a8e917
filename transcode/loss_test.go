package transcode

import (
	"slices"
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
)

func TestRedundancyIsSentOnlyWhereItIsExpectedToHelp(t *testing.T) {
	share := func(loss int) float64 {
		payloads, with := encoded(t, Opus, speech, loss), 0
		for _, p := range payloads {
			if gopus.PacketHasLBRR(p) {
				with++
			}
		}
		return float64(with) / float64(len(payloads))
	}
	for _, loss := range []int{0, 2} {
		if s := share(loss); s != 0 {
			t.Errorf("%d %% loss: %.0f %% of the packets carry redundancy, want none", loss, 100*s)
		}
	}
	for _, loss := range []int{3, 10, 100, 500} {
		if s := share(loss); s < 0.3 {
			t.Errorf("%d %% loss: %.0f %% of the packets carry redundancy, want those with speech", loss, 100*s)
		}
	}
}

// Recover must give what was lost, not what would have been guessed.
func TestRecoveredSpeechIsNearerThanConcealed(t *testing.T) {
	payloads := encoded(t, Opus, speech, 20)
	whole := decoded(t, Opus, payloads)
	recovered, concealed := 0.0, 0.0
	dec, _ := NewDecoder(Opus)
	defer dec.Close()
	guess, _ := NewDecoder(Opus)
	defer guess.Close()
	pcm := make([]int16, MaxSamples)
	tried := 0
	for i := 1; i < len(payloads)-1; i++ {
		if i%7 != 0 || !gopus.PacketHasLBRR(payloads[i+1]) {
			_, _ = dec.Decode(pcm, payloads[i])
			_, _ = guess.Decode(pcm, payloads[i])
			continue
		}
		tried++
		want := whole[i*FrameSamples : (i+1)*FrameSamples]
		if !dec.Recover(pcm, payloads[i+1], FrameSamples) {
			t.Fatalf("packet %d carries redundancy but gave nothing", i+1)
		}
		recovered += distance(want, pcm)
		guess.Conceal(pcm, FrameSamples)
		concealed += distance(want, pcm)
	}
	if tried < 5 || recovered > concealed/3 {
		t.Errorf("%d frames: recovered lie %.0f from the original, concealed %.0f; want a third at most", tried, recovered, concealed)
	}
}

// distance is the energy of the difference.
func distance(want, got []int16) float64 {
	sum := 0.0
	for i, w := range want {
		d := float64(w) - float64(got[i])
		sum += d * d
	}
	return sum
}

// redundantOf returns a packet that carries redundancy, when the sentence has begun.
func redundantOf(t *testing.T, packets [][]byte) []byte {
	t.Helper()
	for _, p := range packets[30:] {
		if gopus.PacketHasLBRR(p) {
			return p
		}
	}
	t.Fatal("no packet carries redundancy")
	return nil
}

// wideAndRedundant is a sentence as wideband SILK, which the library decodes.
func wideAndRedundant(t *testing.T) [][]byte {
	t.Helper()
	return browser(t, 16000, 1, 320, func(e *gopus.Encoder) {
		setMode(t, e, gopus.EncoderModeSILK, gopus.BandwidthWideband)
		e.SetFEC(true)
		_ = e.SetPacketLoss(25)
	})
}

func TestRecoverRefusesWhereThereIsNothing(t *testing.T) {
	with, without := encoded(t, Opus, speech, 20), encoded(t, Opus, speech, 0)
	redundant := redundantOf(t, with)
	celt := []byte{0x98, 0, 0, 0, 0, 0, 0, 0} // CELT narrowband, 20 ms
	dec, _ := NewDecoder(Opus)
	defer dec.Close()
	pcm := make([]int16, MaxSamples)
	for name, try := range map[string]struct {
		payload []byte
		n       int
	}{
		"no redundancy":        {without[50], FrameSamples},
		"empty":                {nil, FrameSamples},
		"shorter than a frame": {redundant, FrameSamples / 2},
		"odd length":           {redundant, FrameSamples + 1},
		"nothing lost":         {redundant, 0},
		"CELT":                 {celt, FrameSamples},
	} {
		if dec.Recover(pcm, try.payload, try.n) {
			t.Errorf("%s: something was recovered", name)
		}
	}
	if _, err := dec.Decode(pcm, celt); err != nil {
		t.Fatal(err)
	}
	if dec.Recover(pcm, redundant, FrameSamples) {
		t.Error("after CELT gopus conceals, but Recover says that it recovered")
	}
	g, _ := NewDecoder(PCMU)
	if g.Recover(pcm, make([]byte, 160), FrameSamples) {
		t.Error("G.711 recovered something")
	}
}

func TestConcealmentFadesAndDoesNotClick(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	for _, c := range codecs {
		payloads := encoded(t, c, speech, 0)
		for i := range payloads {
			if i%12 == 11 {
				payloads[i] = nil
			}
		}
		r := soundcheck.Compare(decoded(t, c, payloads), speech)
		if !r.Matches() || r.Clicks > 0 {
			t.Errorf("%v: one packet of twelve concealed: %v", c, r)
		}

		dec, _ := NewDecoder(c)
		pcm := make([]int16, MaxSamples)
		for _, p := range encoded(t, c, speech[:loudest], 0) {
			_, _ = dec.Decode(pcm, p)
		}
		dec.Conceal(pcm, FrameSamples)
		if soundcheck.Silent(pcm[:FrameSamples]) {
			t.Errorf("%v: the first concealed frame is silent, want the vowel to go on", c)
		}
		for range 60 {
			dec.Conceal(pcm, FrameSamples)
		}
		if !soundcheck.Silent(pcm[:FrameSamples]) {
			t.Errorf("%v: after 1.2 s the concealment still sounds", c)
		}
		dec.Close()
	}
}

// After a loss the sound is blended in once, and then is what was sent.
func TestG711SoundIsItselfAfterABlend(t *testing.T) {
	dec, _ := NewDecoder(PCMU)
	pcm, plain := make([]int16, MaxSamples), make([]int16, MaxSamples)
	payloads := encoded(t, PCMU, speech[loudest-800:loudest+800], 0)
	for i, p := range payloads {
		n, _ := dec.Decode(pcm, p)
		DecodePCMU(plain, p)
		if same := slices.Equal(pcm[:n], plain[:n]); same != (i != 5) {
			t.Errorf("frame %d is as sent: %v", i, same)
		}
		if i == 4 {
			dec.Conceal(pcm, FrameSamples)
		}
	}
}

// loudest is a place inside a loud vowel of the sentence.
var loudest = func() int {
	at := 0
	for i, s := range speech {
		if s > speech[at] {
			at = i
		}
	}
	return at/FrameSamples*FrameSamples + FrameSamples
}()

func TestConcealmentTakesAnyLength(t *testing.T) {
	for _, c := range codecs {
		dec, _ := NewDecoder(c)
		for _, n := range []int{0, 7, 20, 80, 161, 480, MaxSamples} {
			pcm := make([]int16, MaxSamples)
			for i := range pcm {
				pcm[i] = 12345
			}
			dec.Conceal(pcm, n)
			for i, s := range pcm {
				if (s == 12345) != (i >= n) {
					t.Errorf("%v: concealing %d samples left sample %d at %d", c, n, i, s)
					break
				}
			}
		}
		dec.Close()
	}
}
