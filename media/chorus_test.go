package media

import (
	"testing"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A stage is a conference of browsers whose ticks a test makes itself, each of
// which says what it is given, and has heard something else before.
type stage struct {
	mix
	legs []*leg
	said [][]int16
	at   int
}

func newStage(t testing.TB, n int) *stage {
	s := &stage{said: make([][]int16, n)}
	var ports []*Port
	for i := range n {
		l := newLeg(t, string(rune('a'+i)), chromium)
		s.legs, ports = append(s.legs, l), append(ports, l.Port)
		s.enter(&member{port: l.Port, cushion: newCushion(), out: outlet{to: l.Port}})
	}
	s.arrange(All(ports...))
	for i := range n {
		s.prompt(t, i, hertz[i], 5)
	}
	return s
}

// prompt lets a leg hear a tone for so many ticks, instead of the conference.
func (s *stage) prompt(t testing.TB, i int, hz float64, frames int) {
	tone := soundcheck.Sine(hz, voiceLevel, frames*transcode.FrameSamples)
	to := s.legs[i].Port
	prompt := &outlet{to: to}
	if !prompt.ready() {
		t.Fatal("no format")
	}
	to.out.solo(&prompt.src)
	defer to.out.unsolo(&prompt.src)
	for at := 0; at < len(tone); at += transcode.FrameSamples {
		prompt.say(tone[at : at+transcode.FrameSamples])
		if s.at > 0 {
			s.play(1)
		}
	}
}

// conversation returns the packets of a leg that are the conference's.
func (s *stage) conversation(i int) []sent { return s.legs[i].frames()[5:] }

// play makes so many ticks. Who has said all is silent.
func (s *stage) play(frames int) {
	for range frames {
		for i, pcm := range s.said {
			if s.at+transcode.FrameSamples <= len(pcm) {
				s.members[i].cushion.put(pcm[s.at : s.at+transcode.FrameSamples])
			}
		}
		s.at += transcode.FrameSamples
		s.tick(0)
	}
}

// share plays so many frames and returns how many packets of them were shared.
func (s *stage) share(frames int) (n int) {
	count := func() (n int) {
		for i := range s.unison.sung {
			n += int(s.unison.sung[i].shared)
		}
		return n
	}
	before := count()
	s.play(frames)
	return count() - before
}

// wants fails unless so many packets were shared.
func wants(t *testing.T, when string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s %d packets were shared, want %d", when, got, want)
	}
}

// heardWell fails unless a leg hears the sentence, whole and without a click.
func (s *stage) heardWell(t *testing.T, i int) {
	t.Helper()
	heard := listen(t, chromium, s.conversation(i))
	if r := soundcheck.Compare(heard, s.said[0]); !r.Matches() || r.Clicks > 0 || r.Gaps > 0 {
		t.Errorf("%s hears %v", s.legs[i].name, r)
	}
}

// One speaks to three. Two of them are sent the same packets once they have heard
// the same for a while; the third, whose network loses a little, has its own. All
// hear the same.
func TestWhoHearsTheSameIsSentTheSamePacket(t *testing.T) {
	s := newStage(t, 4)
	s.legs[3].SetLoss(1)
	s.said[0] = speech[:32000]
	wants(t, "before anybody knows what the others have heard", s.share(inChorus), 0)
	s.play(1)
	wants(t, "afterwards", s.share(174), 174)
	alone := listen(t, chromium, s.conversation(3))
	for i := 1; i < 4; i++ {
		s.heardWell(t, i)
		if snr := segmentalSNR(alone, listen(t, chromium, s.conversation(i))); snr < 15 {
			t.Errorf("%s hears something else than who is sent its own packets: %.1f dB", s.legs[i].name, snr)
		}
	}
}

// Who begins to speak goes on from the packets that it shared, and shares again
// once it has been silent for a while. Nothing is heard of either.
func TestAListenerWhoSpeaksLeavesTheChorus(t *testing.T) {
	s := newStage(t, 3)
	s.said[0] = soundcheck.Looped(speech, 48000)
	s.said[2] = make([]int16, 24000)
	copy(s.said[2][16000:], soundcheck.Sine(440, 6000, 8000))
	s.play(50)
	wants(t, "before", s.share(48), 48)
	s.play(4)
	wants(t, "while it speaks", s.share(46), 0)
	wants(t, "just afterwards", s.share(inChorus), 0)
	s.play(60) // and what waits in its cushion
	wants(t, "later", s.share(60), 60)
	s.heardWell(t, 2)
	if n := soundcheck.Clicks(listen(t, chromium, s.conversation(1))); n > 0 {
		t.Errorf("b hears %d clicks", n)
	}
}

// All speak at once, so each hears another mix: a chorus is of those who hear the
// same only.
func TestWhoHearsAnotherMixIsInNoChorus(t *testing.T) {
	s := newStage(t, 3)
	for i, pcm := range [][]int16{speech, other, speech[8000:]} {
		s.said[i] = soundcheck.Looped(pcm, 24000)
	}
	s.play(10)
	wants(t, "while all speak", s.share(140), 0)
}

// Who was played something else meanwhile has heard what the others have not: it
// is in no chorus until it has heard the same for a while.
func TestWhoHeardAPromptIsNotInTheChorus(t *testing.T) {
	s := newStage(t, 3)
	s.said[0] = soundcheck.Looped(speech, 48000)
	s.play(50)
	wants(t, "before", s.share(50), 50)
	s.prompt(t, 2, 700, 25)
	wants(t, "just after the prompt", s.share(inChorus), 0)
	s.play(2)
	wants(t, "later", s.share(100), 100)
	if n := soundcheck.Clicks(listen(t, chromium, s.conversation(2))); n > 0 {
		t.Errorf("%d clicks", n)
	}
}

// Idle lines and microphones that are off are heard by nobody.
func TestAnIdleLineIsNotHeard(t *testing.T) {
	idle := make([]int16, transcode.FrameSamples)
	for i := range idle {
		idle[i] = int16(i%3-1) * idleLine
	}
	if audible(idle) {
		t.Error("an idle line is audible")
	}
	idle[100] = idleLine + 1
	if !audible(idle) {
		t.Error("the faintest sound is not")
	}
}
