package media

import (
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// Of eight, of every codec, each hears exactly the other seven, as one stream.
func TestEightHearEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChoir(t, 3, phone, phoneA, chromium, phone, Format{Codec: transcode.PCMU, Samples: 240}, firefox, phoneA, phone)
		var room Conference
		if err := room.Set(All(c.ports(0, 1, 2, 3, 4, 5, 6, 7)...)); err != nil {
			t.Fatal(err)
		}
		c.sing(150)
		room.End()
		for i, l := range c.legs {
			hears(t, l.name, c.last(i, 60), others(8, i)...)
			steady(t, l.Format(), l.frames(), uint32(c.legs[i].format.Load().frame()))
			if n := len(l.frames()); n*l.format.Load().frame() < 149*160-240 {
				t.Errorf("%s was sent %d packets in 3 s", l.name, n)
			}
		}
	})
}

// Two who talk are joined by a third, who leaves again: the two hear each other
// all the time, in one stream, and nobody hears a wave break.
func TestAThirdComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChoir(t, 4, phone, phoneA, phone)
		unjoin, err := Join(c.legs[0].Port, c.legs[1].Port)
		if err != nil {
			t.Fatal(err)
		}
		c.sing(50)
		unjoin()
		var room Conference
		if err := room.Set(All(c.ports(0, 1, 2)...)); err != nil {
			t.Fatal(err)
		}
		c.sing(50)
		hears(t, "a", c.last(0, 40), 1, 2)
		hears(t, "c", c.last(2, 40), 0, 1)
		if err := room.Set(All(c.ports(0, 1)...)); err != nil {
			t.Fatal(err)
		}
		c.sing(25)
		hears(t, "a", c.last(0, 20), 1)
		room.End()
		if _, err := Join(c.legs[0].Port, c.legs[1].Port); err != nil {
			t.Fatal(err)
		}
		c.sing(50)
		hears(t, "b", c.last(1, 40), 0)
		for _, l := range c.legs[:2] {
			frames := l.frames()
			for i := 1; i < len(frames); i++ {
				if frames[i].Sequence != frames[i-1].Sequence+1 {
					t.Errorf("%s: number +%d at frame %d", l.name, frames[i].Sequence-frames[i-1].Sequence, i)
				}
			}
		}
	})
}

// Whoever comes, goes or is heard otherwise fades in and out: the wave that the
// others hear never breaks.
func TestNobodyHearsAClickAtAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChoir(t, 4, phone, phone, phone, phone)
		for i, hz := range []float64{110, 150, 190, 230} {
			c.say[i] = newTalker(t, phone).say(t, soundcheck.Sine(hz, voiceLevel, 32000))
		}
		p := c.ports(0, 1, 2, 3)
		var room Conference
		defer room.End()
		for _, parties := range [][]Party{
			All(p[0], p[1], p[2]),
			All(p...),
			{{p[0], p[1:]}, {p[1], p[:1]}, {p[2], nil}, {p[3], p[:1]}},
			All(p[0], p[1], p[3]),
			All(p[0], p[3], p[2], p[1]),
			All(p[0], p[2]),
		} {
			if err := room.Set(parties); err != nil {
				t.Fatal(err)
			}
			c.sing(25)
		}
		heard := listen(t, phone, c.legs[0].frames())
		var s steps
		s.last = heard[0]
		s.hear(heard)
		// The steps of three tones add up to 1120, and what G.711 adds is less than
		// 300; a tone of 2500 that broke would be heard.
		if s.largest > 1500 {
			t.Errorf("the wave breaks, by %d", s.largest)
		}
	})
}

// Listening, whispering and barging in: a supervisor c beside an agent a and a
// customer b.
func TestWhoHearsWhom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChoir(t, 4, phone, chromium, phoneA)
		agent, customer, boss := c.legs[0].Port, c.legs[1].Port, c.legs[2].Port
		both := []*Port{agent, customer}
		var room Conference
		defer room.End()
		for _, say := range []struct {
			name    string
			parties []Party
			want    [3][]int
		}{
			{"listen", []Party{{agent, []*Port{customer}}, {customer, []*Port{agent}}, {boss, both}}, [3][]int{{1}, {0}, {0, 1}}},
			{"whisper", []Party{{agent, []*Port{customer, boss}}, {customer, []*Port{agent}}, {boss, both}}, [3][]int{{1, 2}, {0}, {0, 1}}},
			{"barge", All(agent, customer, boss), [3][]int{{1, 2}, {0, 2}, {0, 1}}},
		} {
			if err := room.Set(say.parties); err != nil {
				t.Fatal(err)
			}
			c.sing(50)
			for i, want := range say.want {
				hears(t, say.name+": "+c.legs[i].name, c.last(i, 40), want...)
			}
		}
	})
}

// A key that one presses goes to the others as an event, or past them, and is
// heard by nobody as a click.
func TestADigitInAConference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, d := newLeg(t, "a", phone), newLeg(t, "b", chromium), newLeg(t, "d", noEvents)
		var pressed, relieved string
		a.OnDigit(func(digit byte, _ time.Duration) { pressed += string(digit) })
		d.OnUncarried(func(digit byte) { relieved += string(digit) })
		var room Conference
		defer room.End()
		if err := room.Set(All(a.Port, b.Port, d.Port)); err != nil {
			t.Fatal(err)
		}
		k := newTalker(t, phone)
		for _, f := range append(k.say(t, speech[:1600]), k.press(5, tick*5)...) {
			a.Receive(f)
			time.Sleep(tick)
		}
		time.Sleep(time.Second)
		if pressed != "5" || relieved != "5" {
			t.Errorf("pressed %q, relieved of %q, want 5 of both", pressed, relieved)
		}
		events := of(chromium.Events, b.frames())
		if len(events) == 0 || events[0].Payload[0] != 5 {
			t.Errorf("%d events arrived", len(events))
		}
		if len(of(phone.Events, a.frames())) != 0 {
			t.Error("who pressed the key is told of it")
		}
	})
}
