package media

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/transcode"
)

// packet20 is a frame of silence in µ-law.
func packet20(n int) Frame {
	payload := make([]byte, 160)
	for i := range payload {
		payload[i] = 0xff
	}
	return Frame{PayloadType: 0, Sequence: uint16(n), Timestamp: uint32(n) * 160, Payload: payload}
}

func TestJoinReplacesWhatEitherWasJoinedTo(t *testing.T) {
	a, b, c, d := newLeg(t, "a", phone), newLeg(t, "b", phone), newLeg(t, "c", phone), newLeg(t, "d", phone)
	first, _ := Join(a.Port, b.Port)
	_, _ = Join(c.Port, d.Port)
	if _, err := Join(b.Port, c.Port); err != nil {
		t.Fatal(err)
	}
	first() // of a join that is no more: does nothing
	for i, l := range []*leg{a, b, c, d} {
		l.Receive(packet20(i))
	}
	for l, want := range map[*leg]int{a: 0, b: 1, c: 1, d: 0} {
		if n := len(l.frames()); n != want {
			t.Errorf("%v heard %d frames, want %d", l, n, want)
		}
	}
	if n := a.Stats().Dropped; n != 1 {
		t.Errorf("a's frame, which nobody could hear, is counted %d times", n)
	}
}

func TestJoinRefusesNonsense(t *testing.T) {
	a, b := newLeg(t, "a", phone), newLeg(t, "b", phone)
	if _, err := Join(a.Port, a.Port); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("a port with itself: %v", err)
	}
	b.Close()
	for _, pair := range [][2]*Port{{a.Port, b.Port}, {b.Port, a.Port}} {
		if _, err := Join(pair[0], pair[1]); webtrunk.KindOf(err) != webtrunk.Conflict {
			t.Errorf("a closed port: %v", err)
		}
		if a.bound() != nil {
			t.Error("after the refusal the other port is half joined")
		}
	}
	c := newLeg(t, "c", phone)
	if _, err := Join(a.Port, c.Port); err != nil {
		t.Errorf("after refusals, a cannot be joined: %v", err)
	}
}

// slow is a Sender that holds a packet until told.
type slow struct {
	entered, leave chan struct{}
	left           atomic.Bool
}

func (s *slow) Send(Frame) {
	s.entered <- struct{}{}
	<-s.leave
	s.left.Store(true)
}

func TestUnjoinWaitsForThePacketOnItsWay(t *testing.T) {
	out := &slow{entered: make(chan struct{}), leave: make(chan struct{})}
	a, b := newLeg(t, "a", phone), NewPort("b", out)
	b.SetFormat(phone)
	defer b.Close()
	unjoin, _ := Join(a.Port, b)
	go a.Receive(packet20(1))
	<-out.entered
	waited := make(chan bool)
	go func() { unjoin(); waited <- out.left.Load() }()
	for range 1000 {
		runtime.Gosched() // gives unjoin every chance to return too early
	}
	close(out.leave)
	if !<-waited {
		t.Error("unjoin returned while a packet was on its way")
	}
	a.Receive(packet20(2))
	if got := a.Stats(); got.Received != 2 || got.Dropped != 1 {
		t.Errorf("%+v, want the second packet dropped", got)
	}
}

// Joins, partings, packets, format changes and digits from all sides at once:
// for the race detector, and nobody may be left in a join that is no more.
func TestJoinsFromAllSidesAtOnce(t *testing.T) {
	var legs []*leg
	for _, f := range []Format{phone, chromium, phoneA, firefox} {
		legs = append(legs, newLeg(t, f.Codec.String(), f))
	}
	payload := newTalker(t, chromium).say(t, speech[:160])[0].Payload
	var all sync.WaitGroup
	for i, l := range legs {
		all.Go(func() {
			for n := range 300 {
				f := packet20(n)
				f.PayloadType = l.Format().PayloadType
				if l.Format().Codec == transcode.Opus {
					f.Payload, f.Timestamp = payload, uint32(n)*960
				}
				l.Receive(f)
			}
		})
		all.Go(func() {
			for n := range 100 {
				unjoin, err := Join(l.Port, legs[(i+1+n%3)%4].Port)
				if err != nil {
					t.Error(err)
				}
				if n%3 == 0 {
					unjoin()
				}
			}
		})
		all.Go(func() {
			for range 50 {
				l.SetFormat(phone)
				_ = l.String()
				_ = l.Stats()
				l.SetFormat(chromium)
			}
			_ = l.SendDigits("1")
		})
	}
	all.Wait()
	for _, l := range legs {
		if l.peer != nil && (l.peer.peer != l.Port || l.peer.bond != l.bond) {
			t.Errorf("%s hears %s, which does not hear it", l.name, l.peer.name)
		}
	}
}

func TestCodecsAreGivenBack(t *testing.T) {
	before := transcode.Used()
	a, b := newLeg(t, "a", chromium), newLeg(t, "b", phone)
	unjoin, _ := Join(a.Port, b.Port)
	payload := newTalker(t, chromium).say(t, speech[:160])[0]
	a.Receive(payload)
	b.Receive(packet20(1))
	if u := transcode.Used(); u.Decoders != before.Decoders+1 {
		t.Errorf("%+v while joined", u)
	}
	unjoin()
	if u := transcode.Used(); u.Decoders != before.Decoders {
		t.Errorf("unjoin: %+v, before the join %+v", u, before)
	}
	_, _ = Join(a.Port, b.Port)
	payload.Sequence++
	a.Receive(payload)
	a.Close()
	if u := transcode.Used(); u.Decoders != before.Decoders {
		t.Errorf("Close: %+v, before the join %+v", u, before)
	}
}

func TestFormatsMayComeLater(t *testing.T) {
	a, b := joined(t, Format{}, Format{})
	a.Receive(packet20(1))
	a.SetFormat(phone)
	a.Receive(packet20(2))
	b.SetFormat(phoneA)
	a.Receive(packet20(3))
	if n := len(b.frames()); n != 1 {
		t.Errorf("%d frames crossed, want the one after both formats were known", n)
	}
	if s := a.Stats(); s.Dropped != 2 {
		t.Errorf("%+v, want 2 dropped", s)
	}
}

// A renegotiation in mid-call changes the codec: the stream to the other leg
// goes on.
func TestTheCodecMayChangeInMidCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := joined(t, phone, chromium)
		number := uint16(0)
		give := func(f Format, pcm []int16) {
			k := newTalker(t, f)
			number += 15000 // far from the one before: two that begin near each other are taken for one
			k.seq = number
			for _, frame := range k.say(t, pcm) {
				from.Receive(frame)
				time.Sleep(tick)
			}
		}
		give(phone, speech[:3200])
		from.SetFormat(phoneA)
		give(phone, speech[:1600]) // still on its way in the old codec
		give(phoneA, speech[3200:6400])
		to.SetFormat(phone)
		give(phoneA, speech[6400:9600])

		if s := from.Stats(); s.Dropped < 10 || s.Dropped > 12 { // ten in the old codec, and one in doubt at each new numbering
			t.Errorf("%+v", s)
		}
		frames := to.frames()
		for i := 1; i < len(frames); i++ {
			if frames[i].Sequence != frames[i-1].Sequence+1 {
				t.Errorf("frame %d: number +%d", i, frames[i].Sequence-frames[i-1].Sequence)
			}
		}
		if n := len(of(phone.PayloadType, frames)); n < 19 {
			t.Errorf("%d frames in the new codec, want 20 less one", n)
		}
	})
}

func TestAPortPrintsItsPath(t *testing.T) {
	a, b := newLeg(t, "browser", chromium), newLeg(t, "trunk", phone)
	if s := a.String(); s != "browser" {
		t.Errorf("alone: %s", s)
	}
	_, _ = Join(a.Port, b.Port)
	if s := a.String(); s != "browser → trunk" {
		t.Errorf("joined: %s", s)
	}
	a.Receive(newTalker(t, chromium).say(t, speech[:160])[0])
	b.Receive(packet20(0))
	if s := a.String(); s != "browser → decode → conceal → encode PCMU → trunk" {
		t.Errorf("speaking: %s", s)
	}
	if s := b.String(); s != "trunk → decode → encode opus → browser" {
		t.Errorf("hearing: %s", s)
	}
	b.SetFormat(chromium)
	a.Receive(newTalker(t, chromium).say(t, speech[:160])[0])
}
