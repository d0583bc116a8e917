package media

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A tape is a Tap that keeps what it hears, at its place.
type tape struct {
	mu  sync.Mutex
	pcm []int16
}

func (k *tape) Hear(at uint64, pcm []int16) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if need := int(at) + len(pcm); need > len(k.pcm) {
		k.pcm = append(k.pcm, make([]int16, need-len(k.pcm))...)
	}
	copy(k.pcm[at:], pcm)
}

// Both directions are heard whole and at the same time, whatever the way
// between the two is.
func TestATapHearsBothDirections(t *testing.T) {
	for name, formats := range map[string][2]Format{
		"transcoded": {chromium, phone}, "relayed": {phone, phone}, "relayed Opus": {chromium, firefox},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, b := joined(t, formats[0], formats[1])
			var said, heard tape
			undo := b.Tap(&said, &heard)
			time.Sleep(time.Second)
			fromA, fromB := newTalker(t, formats[0]).say(t, speech[:24000]), newTalker(t, formats[1]).say(t, other[:24000])
			for i := range fromA {
				a.Receive(fromA[i])
				b.Receive(fromB[i])
				time.Sleep(tick)
			}
			undo()
			n := len(said.pcm)
			b.Receive(fromB[0])
			for what, c := range map[string]struct {
				tape *tape
				want []int16
			}{"said": {&said, other}, "heard": {&heard, speech}} {
				if len(c.tape.pcm) < 31900 || len(c.tape.pcm) > 32200 || !soundcheck.Silent(c.tape.pcm[:7900]) {
					t.Errorf("%s, %s: %d samples, want a second of silence and three of speech", name, what, len(c.tape.pcm))
				}
				if r := soundcheck.Compare(c.tape.pcm[8000:], c.want[:24000]); !r.Matches() {
					t.Errorf("%s, %s: %v", name, what, r)
				}
			}
			if len(said.pcm) != n {
				t.Error("it is told on after undo")
			}
		})
	}
}

// What is lost is made up, and a pause keeps its length.
func TestATapKeepsTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := joined(t, phone, phone)
		var said tape
		defer a.Tap(&said, nil)()
		k := newTalker(t, phone)
		frames := k.say(t, soundcheck.Sine(440, 8000, 8000))
		k.pause(8000)
		pause := len(frames)
		frames = append(frames, k.say(t, soundcheck.Sine(440, 8000, 8000))...)
		for i, f := range frames {
			if i == pause {
				time.Sleep(time.Second)
			}
			if i != 20 && i != 70 {
				a.Receive(f)
			}
			time.Sleep(tick)
		}
		if n := len(said.pcm); n != 24000 {
			t.Errorf("%d samples of 3 s", n)
		}
		if soundcheck.Silent(said.pcm[20*160:21*160]) || !soundcheck.Silent(said.pcm[8160:15840]) || soundcheck.Silent(said.pcm[16000:17000]) {
			t.Error("the loss is silent, or the pause is not where it was")
		}
	})
}

// A tap of a conference hears what its party says, and the mix that it hears.
func TestATapOfAConference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChoir(t, 2, phone, chromium, phoneA)
		var room Conference
		defer room.End()
		if err := room.Set(All(c.ports(0, 1, 2)...)); err != nil {
			t.Fatal(err)
		}
		var said, heard tape
		undo := c.legs[1].Tap(&said, &heard)
		c.sing(100)
		undo()
		hears(t, "what b says", said.pcm[2000:], 1)
		hears(t, "what b hears", heard.pcm[2000:], 0, 2)
	})
}

type broken struct{}

func (broken) Hear(uint64, []int16) { panic("the recorder fails") }

// A tap that fails costs the call nothing.
func TestATapThatFailsCostsNoSound(t *testing.T) {
	before := transcode.Used().Decoders
	a, b := joined(t, chromium, phone)
	undoA, undoB := a.Tap(broken{}, nil), b.Tap(nil, broken{})
	for _, f := range newTalker(t, chromium).say(t, speech[:8000]) {
		a.Receive(f)
	}
	if n := len(b.frames()); n < 49 {
		t.Errorf("%d packets of 50 crossed", n)
	}
	undoA()
	undoB()
	a.Close()
	b.Close()
	a.Tap(&tape{}, &tape{})() // on a closed port it is nothing
	if now := transcode.Used().Decoders; now != before {
		t.Errorf("%d decoders more than before are in use", now-before)
	}
}

// Of several taps one fails: the others hear on, and it is counted once.
func TestATapThatFailsLeavesTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := joined(t, phone, phone)
		var before, after counter
		defer a.Tap(&before, nil)()
		undo := a.Tap(broken{}, nil)
		defer a.Tap(&after, nil)()
		for range 2 {
			defer a.Tap(broken{}, nil)()
		}
		for _, f := range newTalker(t, phone).say(t, speech[:8000]) {
			a.Receive(f)
			time.Sleep(tick)
		}
		undo()
		if before.samples != 8000 || after.samples != 8000 {
			t.Errorf("the others heard %d and %d samples of 8000", before.samples, after.samples)
		}
		if s := a.Stats(); s.TapsFailed != 3 || s.Panics != 0 {
			t.Errorf("%+v, want three failed taps and no lost packet", s)
		}
	})
}

// Setting and undoing taps while packets come.
func TestTapsComeAndGo(t *testing.T) {
	a, b := joined(t, chromium, phone)
	frames := newTalker(t, chromium).say(t, speech[:16000])
	var all sync.WaitGroup
	all.Go(func() {
		for _, f := range frames {
			a.Receive(f)
		}
	})
	for range 4 {
		all.Go(func() {
			for range 20 {
				var k tape
				undo := a.Tap(&k, nil)
				deafen := b.Tap(nil, &k)
				undo()
				deafen()
				k.pcm = nil // nobody else touches it any more
			}
		})
	}
	all.Wait()
}

// counter is a tap that keeps nothing.
type counter struct{ samples int }

func (d *counter) Hear(_ uint64, pcm []int16) { d.samples += len(pcm) }

func TestATapAllocatesNothing(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Format
	}{{"relay", phone, phone}, {"transcoded", chromium, phone}} {
		l := newLane(t, c.a, c.b, speaking(t))
		var said, heard counter
		undo := l.from.Tap(&said, nil)
		deafen := l.to.Tap(nil, &heard)
		l.round()
		begunLongAgo(&l.from.said)
		begunLongAgo(&l.to.out.heard)
		before, beside := said.samples, heard.samples
		const rounds = 3
		if n := testing.AllocsPerRun(rounds, l.round); n != 0 {
			t.Errorf("%s: %v allocations in %d packets", c.name, n, len(l.packets))
		}
		want := (rounds + 1) * len(l.packets) * transcode.FrameSamples
		if n, m := said.samples-before, heard.samples-beside; n != want || m != want {
			t.Errorf("%s: %d and %d samples were heard, want %d", c.name, n, m, want)
		}
		undo()
		deafen()
	}
}

// begunLongAgo has taps take what comes faster than time passes, which is not heard.
func begunLongAgo(h *hearing) {
	for _, t := range h.taps {
		t.begin = t.begin.Add(-time.Hour)
	}
}

// Timestamps that leap ahead of the time that passes are not believed: in a
// recording they would make all that the other side says too late.
func TestATapIsNotLedAheadOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, _ := joined(t, phone, phone)
		var at uint64
		undo := from.Tap(tapFunc(func(n uint64, _ []int16) { at = n }), nil)
		defer undo()
		var payload [160]byte
		for n := range 100 {
			from.Receive(Frame{Sequence: uint16(n), Timestamp: uint32(n) * 50 * 8000, Payload: payload[:]})
			time.Sleep(tick)
		}
		if most := uint64(100*160 + 2*astrayBy); at > most {
			t.Errorf("after 2 s a tap is at %d s", at/8000)
		}
	})
}

// Nobody speaks faster than time passes: of a sender that floods, a tap is told
// what there is time for.
func TestATapIsNotFlooded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, _ := joined(t, phone, phone)
		var end uint64
		heard := 0
		undo := from.Tap(tapFunc(func(at uint64, pcm []int16) { end, heard = at+uint64(len(pcm)), heard+len(pcm) }), nil)
		defer undo()
		var payload [transcode.MaxSamples]byte
		for n := range 2000 {
			from.Receive(Frame{Sequence: uint16(n), Timestamp: uint32(n) * transcode.MaxSamples, Payload: payload[:]})
			time.Sleep(time.Millisecond)
		}
		const most = 2*transcode.SampleRate + ahead + transcode.MaxSamples
		if heard < 2*transcode.SampleRate || heard > most || end > most {
			t.Errorf("in 2 s it was told %d ms of sound, up to %d ms", heard/8, end/8)
		}
	})
}

type tapFunc func(at uint64, pcm []int16)

func (f tapFunc) Hear(at uint64, pcm []int16) { f(at, pcm) }

// Packets that were overtaken are heard at their place, in what a leg says and in
// what is passed on to it; one that still waits is not lost when the tap ends.
func TestATapHearsPacketsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tone := soundcheck.Sine(440, 8000, 8000)
		a, b := joined(t, phone, phone)
		var said, heard tape
		undo, deafen := a.Tap(&said, nil), b.Tap(nil, &heard)
		frames := newTalker(t, phone).say(t, tone)
		for i := 10; i < 40; i += 8 {
			frames[i], frames[i+1] = frames[i+1], frames[i]
		}
		for i, f := range frames {
			if i != 48 { // so that the last waits
				a.Receive(f)
			}
			early := patience / 2 // of what was overtaken
			switch {
			case i >= 10 && i < 40 && i%8 == 2:
				time.Sleep(tick - early)
			case i >= 10 && i < 40 && i%8 == 3:
				time.Sleep(tick + early)
			default:
				time.Sleep(tick)
			}
		}
		undo()
		deafen()
		want := make([]int16, len(tone))
		law := make([]byte, len(tone))
		transcode.EncodePCMU(law, tone)
		transcode.DecodePCMU(want, law)
		for what, k := range map[string]*tape{"said": &said, "heard": &heard} {
			if len(k.pcm) != len(want) {
				t.Fatalf("%s: %d samples of %d", what, len(k.pcm), len(want))
			}
			for n := 1; n < 48; n++ { // the first is faded in, and what follows a loss out of what was made up
				if !slices.Equal(k.pcm[n*160:(n+1)*160], want[n*160:(n+1)*160]) {
					t.Errorf("%s: packet %d is not at its place", what, n)
				}
			}
			if soundcheck.Silent(k.pcm[49*160:]) {
				t.Errorf("%s: the packet that waited is lost", what)
			}
		}
	})
}
