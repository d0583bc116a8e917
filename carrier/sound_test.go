package carrier

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk/transcode"
)

// loudness returns how much of pcm's energy lies at hz, 0 to 1 (Goertzel).
func loudness(pcm []int16, hz float64) float64 {
	var re, im, total float64
	for i, s := range pcm {
		phase := 2 * math.Pi * hz * float64(i) / sampleRate
		re += float64(s) * math.Cos(phase)
		im += float64(s) * math.Sin(phase)
		total += float64(s) * float64(s)
	}
	if total == 0 {
		return 0
	}
	return 2 * (re*re + im*im) / (total * float64(len(pcm)))
}

func companded(pcm []int16, encode func([]byte, []int16) int, decode func([]int16, []byte) int) []int16 {
	octets, out := make([]byte, len(pcm)), make([]int16, len(pcm))
	encode(octets, pcm)
	decode(out, octets)
	return out
}

// holding reports whether want is found, sample for sample, in heard.
func holding(heard, want []int16) bool {
	for i := 0; i+len(want) <= len(heard); i++ {
		if heard[i] == want[0] && slices.Equal(heard[i:i+len(want)], want) {
			return true
		}
	}
	return false
}

func TestEchoReturnsWhatWasSaidSampleForSample(t *testing.T) {
	t.Parallel()
	for _, law := range []struct {
		name   string
		encode func([]byte, []int16) int
		decode func([]int16, []byte) int
	}{
		{"PCMU", transcode.EncodePCMU, transcode.DecodePCMU},
		{"PCMA", transcode.EncodePCMA, transcode.DecodePCMA},
	} {
		t.Run(law.name, func(t *testing.T) {
			cfg := short()
			cfg.Codecs = []string{law.name, telephoneEvent}
			n := connect(t, cfg, short())
			near, far := n.dial(t, "+15550100101", nil)
			await(t, near, Reached(Confirmed))
			said := companded(Welcome()[:20*frameSamples], law.encode, law.decode)
			must(t, near.Play(limit(t), make([]int16, 10*frameSamples))) // until the echo listens
			must(t, near.Play(limit(t), said))
			await(t, near, func(c *Call) bool { return len(c.Heard()) >= len(said) && holding(c.Heard(), said) })
			await(t, far, func(c *Call) bool { return holding(c.Heard(), said) })
			must(t, near.Hangup(limit(t)))

			rtp := near.RTP()
			if rtp.Lost != 0 || rtp.Gaps != 0 || rtp.Strange != 0 || rtp.Duplicates != 0 || rtp.Reordered != 0 {
				t.Errorf("an echo on a clean line: %+v", rtp)
			}
		})
	}
}

func TestWhoeverMeasuresIsToldOfEveryPacket(t *testing.T) {
	t.Parallel()
	var in, out atomic.Int64
	cfg := short()
	cfg.OnRTP = func(dir Direction, raw []byte) {
		if len(raw) != 12+frameSamples {
			t.Errorf("a packet of %d bytes", len(raw))
		}
		if dir == In {
			in.Add(1)
		} else {
			out.Add(1)
		}
	}
	n := connect(t, cfg, short())
	near, _ := n.dial(t, "+15550100101", nil)
	await(t, near, Reached(Confirmed))
	must(t, near.Play(limit(t), Welcome()[:10*frameSamples]))
	must(t, near.Hangup(limit(t)))
	rtp := near.RTP()
	if got := int(out.Load()); got != rtp.Out || got < 10 {
		t.Errorf("told of %d packets sent, of %d", got, rtp.Out)
	}
	if got := int(in.Load()); got < rtp.In || rtp.In == 0 {
		t.Errorf("told of %d packets that came, at least %d did", got, rtp.In)
	}
}

func TestTheToneIsA440(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, _ := n.dial(t, "+15550100103", nil)
	await(t, near, HeardPackets(15))
	must(t, near.Hangup(limit(t)))
	heard := near.Heard()[frameSamples : 11*frameSamples]
	if l := loudness(heard, 440); l < 0.98 {
		t.Errorf("only %.2f of the sound is at 440 Hz", l)
	}
}

func TestTheSentenceIsSpokenWholeAndInPace(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	started := time.Now()
	near, _ := n.dial(t, "+15550100102", nil)
	want := Welcome() // of µ-law already: the line does not change it
	await(t, near, func(c *Call) bool { return len(c.Heard()) >= len(want) })
	if got, least := time.Since(started), time.Duration(len(want)/frameSamples-1)*frameTime; got < least {
		t.Errorf("a sentence of %v came in %v", least, got)
	}
	must(t, near.Hangup(limit(t)))
	heard := near.Heard()
	if !holding(heard, want[:len(want)/frameSamples*frameSamples]) {
		t.Error("what was heard is not the sentence")
	}
}

func TestALineThatIsUpIsNeverSilentOnTheWire(t *testing.T) {
	t.Parallel()
	far := short()
	far.Numbers = []Number{{Number: caller, Behaviour: func(ctx context.Context, c *Call) error {
		return inOrder(ctx, c.Answer, c.Linger)
	}}}
	n := connect(t, short(), far)
	near, _ := n.dial(t, caller, nil)
	await(t, near, HeardPackets(5))
	must(t, near.Hangup(limit(t)))
	if l := near.Heard(); slices.Max(l) > 8 || slices.Min(l) < -8 {
		t.Error("an idle line is not silent")
	}
}

func TestAStoppedSoundStops(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, _ := n.dial(t, "+15550100101", nil)
	await(t, near, Reached(Confirmed))
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
	defer cancel()
	if err := near.Tone(ctx, 440); err == nil {
		t.Error("a tone without end ended by itself")
	}
	must(t, near.Play(limit(t), make([]int16, 2*frameSamples))) // not behind an endless tone
	must(t, near.Hangup(limit(t)))
	if err := near.Play(limit(t), Welcome()); err == nil {
		t.Error("played into a call that was over")
	}
}

func TestHeardPutsEveryPacketInItsPlace(t *testing.T) {
	t.Parallel()
	frame := func(v int16) []int16 { return slices.Repeat([]int16{v}, 4) }
	r := recorder{limit: 100}
	r.add(1, 1000, frame(1))
	r.add(1, 1008, frame(3)) // 1004 is missing
	r.add(1, 1012, frame(4))
	r.add(1, 1004, frame(2)) // and comes late
	r.add(1, 1020, frame(6)) // 1016 never comes
	r.add(1, 990, frame(9))  // before the beginning
	want := slices.Concat(frame(1), frame(2), frame(3), frame(4), frame(0), frame(6))
	if got := r.pcm(); !slices.Equal(got, want) {
		t.Errorf("heard %v, want %v", got, want)
	}
	r.add(2, 77, frame(7)) // another stream begins where the first ended
	if got := r.pcm(); !slices.Equal(got, slices.Concat(want, frame(7))) {
		t.Errorf("after another stream began: %v", got)
	}
	r.add(2, 81+70, slices.Repeat([]int16{8}, 20))
	if got := len(r.pcm()); got != 100 {
		t.Errorf("kept %d samples, want the limit of 100", got)
	}
	none := recorder{limit: -1}
	none.add(1, 1, frame(1))
	if len(none.pcm()) != 0 {
		t.Error("a recorder that keeps nothing kept something")
	}
}

func TestEveryKeyButTheLettersIsSpoken(t *testing.T) {
	t.Parallel()
	for _, key := range []byte(keypad) {
		if got, want := len(SpokenDigit(key)) > 0, key < 'A'; got != want {
			t.Errorf("key %c spoken: %v, want %v", key, got, want)
		}
	}
	if s := len(Welcome()) / sampleRate; s < 3 || s > 5 {
		t.Errorf("the sentence takes %d s, want 3 to 5", s)
	}
}

func TestRingbackRingsAndPauses(t *testing.T) {
	t.Parallel()
	r := &ringback{}
	pcm := make([]int16, 6*sampleRate)
	r.next(pcm)
	on, off := pcm[:2*sampleRate], pcm[2*sampleRate:]
	if l := loudness(on, 440) + loudness(on, 480); l < 0.98 {
		t.Errorf("only %.2f of the ringing is at 440 and 480 Hz", l)
	}
	if slices.Max(off) != 0 || slices.Min(off) != 0 {
		t.Error("the pause is not silent")
	}
}
