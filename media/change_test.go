package media

import (
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// chromiumLaw is what the same browser speaks after a change to G.711.
var chromiumLaw = Format{Codec: transcode.PCMU, PayloadType: 0, Events: 126, EventsClock: 8000}

// A browser changes to G.711 and back in the middle of a sentence. The
// telephone hears it whole, as one stream; the browser is sent nothing in the
// new codec before it speaks it.
func TestALegChangesItsCodecInMidSentence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		browser, telephone := joined(t, chromium, phone)
		answers := newTalker(t, phone)
		third := len(speech) / 3 / 160 * 160
		talkers := []*talker{newTalker(t, chromium), newTalker(t, chromiumLaw), newTalker(t, chromium)}
		for i, k := range talkers {
			if i > 0 {
				k.seq, k.ts = talkers[i-1].seq, talkers[i-1].ts // one sender, another clock
				browser.Change(k.format)
				browser.sound(t, answers, talkers[i-1].format.PayloadType)
			}
			for n, f := range k.say(t, speech[i*third:(i+1)*third]) {
				browser.Receive(f)
				if n == 0 {
					answer := answers.say(t, speech[:160])[0]
					answer.Marker = true
					telephone.Receive(answer)
				}
				time.Sleep(20 * time.Millisecond)
			}
			if got := browser.Format(); got != k.format {
				t.Errorf("change %d: the leg speaks %+v", i, got)
			}
		}
		frames := telephone.frames()
		for i := 1; i < len(frames); i++ {
			if step := frames[i].Sequence - frames[i-1].Sequence; step != 1 {
				t.Fatalf("frame %d: number +%d", i, step)
			}
			if step := frames[i].Timestamp - frames[i-1].Timestamp; step != 160 {
				t.Fatalf("frame %d: timestamp +%d, want one stream without a hole", i, step)
			}
		}
		heard := listen(t, phone, frames)
		r := soundcheck.Compare(heard, speech)
		if !r.Matches() || r.Gaps > 0 || r.Clicks > 0 {
			t.Errorf("over two changes: %v", r)
		}
		if s := browser.Stats(); s.Lost+s.Late+s.Dropped+s.Panics != 0 {
			t.Errorf("the changes count as %+v", s)
		}
		browser.Close()
		telephone.Port.Close()
	})
}

// sound has the other leg speak, and wants it sent under a payload type.
func (l *leg) sound(t *testing.T, k *talker, payloadType uint8) {
	t.Helper()
	f := k.say(t, speech[:160])[0]
	f.Marker = true // time has passed since the last
	l.peer.Receive(f)
	frames := l.frames()
	if got := frames[len(frames)-1].PayloadType; got != payloadType {
		t.Errorf("before the page has changed, it is sent payload type %d, want %d", got, payloadType)
	}
}

// Late packets of the old codec, after the change, are dropped and harm nothing.
func TestWhatIsLeftOfTheOldCodecIsDropped(t *testing.T) {
	from, to := joined(t, chromium, phone)
	old, fresh := newTalker(t, chromium), newTalker(t, chromiumLaw)
	frames := old.say(t, speech[:1600])
	fresh.seq = old.seq
	from.Receive(frames[0])
	from.Change(chromiumLaw)
	from.Receive(fresh.say(t, speech[:160])[0])
	from.Receive(frames[9])
	if s := from.Stats(); s.Dropped != 1 || s.Panics != 0 || len(to.frames()) != 2 {
		t.Errorf("%+v, %d frames; want one dropped and two sent", s, len(to.frames()))
	}
}

// A muted page says nothing that would show its change: it is made in time.
func TestAChangeThatIsOverdueIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "page", chromium)
		l.Change(chromiumLaw)
		l.Overdue(2 * time.Second)
		if l.Format() != chromium {
			t.Error("a change was made before its time")
		}
		time.Sleep(2 * time.Second)
		l.Overdue(2 * time.Second)
		if l.Format() != chromiumLaw {
			t.Error("an overdue change was not made")
		}
		l.Port.Close()
	})
}

// The key that is pressed first after the change has its new payload type.
func TestAKeyMakesTheChangeToo(t *testing.T) {
	from, to := joined(t, chromium, phone)
	from.Change(chromiumLaw)
	k := newTalker(t, chromiumLaw)
	for _, f := range k.press(5, tick*5) {
		from.Receive(f)
	}
	if from.Format() != chromiumLaw || from.Stats().Digits != 1 || len(of(phone.Events, to.frames())) == 0 {
		t.Errorf("speaks %+v, %+v", from.Format(), from.Stats())
	}
}

func TestAChangeThatNothingShowsIsAtOnce(t *testing.T) {
	for name, to := range map[string]Format{
		"other events":                        {Codec: transcode.Opus, PayloadType: 111, Events: 126, EventsClock: 8000},
		"another codec under the same number": {Codec: transcode.PCMU, PayloadType: 111},
	} {
		l := newLeg(t, "page", chromium)
		l.Change(chromiumLaw) // given up for:
		l.Change(to)
		if l.Format() != to {
			t.Errorf("%s: speaks %+v", name, l.Format())
		}
		if l.Overdue(0); l.Format() != to {
			t.Errorf("%s: the change before was made later", name)
		}
	}
}

func TestALegKnowsWhoHearsIt(t *testing.T) {
	alone := newLeg(t, "alone", chromium)
	if f := alone.Hearing(); f.Codec != transcode.None {
		t.Errorf("nobody hears in %v", f.Codec)
	}
	a, b := joined(t, chromium, phoneW)
	if a.Hearing() != phoneW || b.Hearing() != chromium {
		t.Error("joined legs do not know each other's formats")
	}
}
