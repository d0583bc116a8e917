package media

import (
	"bytes"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// numbered is a path that notes what reaches it, and what it is told is lost.
type numbered struct {
	nowhere
	mu   sync.Mutex
	seen []uint16
	lost int
	late int
	kept map[uint16][]byte
}

func (n *numbered) audio(f Frame, a arrival) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if a.order == late {
		n.late++
		return
	}
	n.lost += a.lost
	n.seen = append(n.seen, f.Sequence)
	n.kept[f.Sequence] = bytes.Clone(f.Payload)
}

func (n *numbered) event(f Frame, _ event, a arrival) { n.audio(f, a) }

func (n *numbered) list() []uint16 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.seen)
}

// windowed returns a leg whose packets go through a window to a numbered path.
func windowed(t testing.TB) (*leg, *numbered) {
	t.Helper()
	from, _ := joined(t, phoneA, phone)
	n := &numbered{kept: map[uint16][]byte{}}
	from.route = route{from: from.format.Load(), to: from.peer.format.Load(), path: from.inOrder(n)}
	return from, n
}

// through changes what is behind the leg's window.
func (l *leg) through(to path) {
	l.in.Lock()
	defer l.in.Unlock()
	l.route.path.(*window).path = to
}

// at returns a packet of 20 ms whose payload says its number.
func at(n uint16) Frame {
	f := packet20(int(n))
	f.PayloadType = phoneA.PayloadType
	f.Payload = bytes.Repeat([]byte{byte(n)}, 160)
	return f
}

// Each row is a story: the numbers as they come, and what reaches the path at
// once; what still waits follows 20 ms later.
func TestAWindowPutsPacketsInOrder(t *testing.T) {
	for name, c := range map[string]struct{ come, at, later []uint16 }{
		"in order":                   {[]uint16{1, 2, 3}, []uint16{1, 2, 3}, nil},
		"two swapped":                {[]uint16{1, 3, 2, 4}, []uint16{1, 2, 3, 4}, nil},
		"two late":                   {[]uint16{1, 4, 2, 3, 5}, []uint16{1, 2, 3, 4, 5}, nil},
		"backwards":                  {[]uint16{1, 4, 3, 2, 5}, []uint16{1, 2, 3, 4, 5}, nil},
		"lost":                       {[]uint16{1, 3, 4, 5, 6}, []uint16{1, 3, 4, 5, 6}, nil},
		"lost, and little after":     {[]uint16{1, 3, 4}, []uint16{1}, []uint16{3, 4}},
		"lost, and another swapped":  {[]uint16{1, 3, 5, 4, 6}, []uint16{1, 3, 4, 5, 6}, nil},
		"lost at the end":            {[]uint16{1, 2, 4}, []uint16{1, 2}, []uint16{4}},
		"more lost than overtaken":   {[]uint16{1, 6, 7}, []uint16{1, 6, 7}, nil},
		"past the end of numbers":    {[]uint16{65534, 0, 65535, 1}, []uint16{65534, 65535, 0, 1}, nil},
		"twice":                      {[]uint16{1, 3, 3, 2, 2}, []uint16{1, 2, 3}, nil},
		"another sequence":           {[]uint16{1, 3, 30000, 30001}, []uint16{1, 3, 30001}, nil},
		"later than anyone waits":    {[]uint16{1, 3, 4, 5, 2, 6}, []uint16{1, 3, 4, 5, 6}, nil},
		"two holes, the first is it": {[]uint16{1, 3, 5, 2}, []uint16{1, 2, 3}, []uint16{5}},
	} {
		synctest.Test(t, func(t *testing.T) {
			from, path := windowed(t)
			for _, n := range c.come {
				from.Receive(at(n))
			}
			if got := path.list(); !slices.Equal(got, c.at) {
				t.Errorf("%s: %v reach the path, want %v", name, got, c.at)
			}
			time.Sleep(patience)
			synctest.Wait()
			if got := path.list(); !slices.Equal(got, append(slices.Clone(c.at), c.later...)) {
				t.Errorf("%s: %v have reached the path, want %v and %v", name, got, c.at, c.later)
			}
			for n, payload := range path.kept {
				if !bytes.Equal(payload, at(n).Payload) {
					t.Errorf("%s: packet %d holds another's sound", name, n)
				}
			}
		})
	}
}

// A packet that was overtaken is decoded at its place: the telephone hears what
// it would have heard, and nothing was made up.
func TestAnOvertakenPacketIsHeard(t *testing.T) {
	for name, pair := range map[string][2]Format{"to the telephone": {chromium, phone}, "to the browser": {phone, chromium}} {
		packets := newTalker(t, pair[0]).say(t, speech[:8000])
		from, to := joined(t, pair[0], pair[1])
		give(from, packets)
		want := listen(t, pair[1], to.frames())

		from, to = joined(t, pair[0], pair[1])
		packets[20], packets[21] = packets[21], packets[20]
		give(from, packets)
		steady(t, pair[1], to.frames(), 160)
		if got := listen(t, pair[1], to.frames()); !slices.Equal(got, want) {
			t.Errorf("%s: a packet was overtaken, and it is heard", name)
		}
		if s := from.Stats(); s.Late != 1 || s.Ordered != 1 || s.Lost != 1 || s.Concealed+s.Recovered != 0 {
			t.Errorf("%s: %+v, want one put in order and nothing made up", name, s)
		}
	}
}

// Ten seconds after the last packet that was overtaken a gap is a loss again,
// and what makes up for it does not wait.
func TestNobodyWaitsWhereNothingIsOvertaken(t *testing.T) {
	from, path := windowed(t)
	n := uint16(0)
	say := func(packets int) {
		for range packets {
			n++
			from.Receive(at(n))
		}
	}
	lose := func() (waits bool) {
		n += 2
		from.Receive(at(n))
		got := path.list()
		waits = got[len(got)-1] != n
		say(1)
		return waits
	}
	if say(5); !lose() {
		t.Error("a new stream's gap is not waited for")
	}
	if say(watchful); lose() {
		t.Error("a gap is waited for, though nothing was ever overtaken")
	}
	from.Receive(at(n - 2)) // the one that was missing, too late
	if say(5); !lose() {
		t.Error("a gap is not waited for, though a packet was overtaken just now")
	}
	if s := from.Stats(); s.Lost != 3 || s.Late != 1 || s.Ordered != 0 {
		t.Errorf("%+v, want 3 lost, of which one came late", s)
	}
}

// Keys do not wait, and what waits goes before a later key.
func TestKeysPassAWindow(t *testing.T) {
	key := func(n uint16) Frame {
		f := at(n)
		f.PayloadType, f.Payload = phoneA.Events, eventPayload(5, true, 800)
		return f
	}
	from, path := windowed(t)
	for _, f := range []Frame{at(1), at(3), key(4), at(5), at(7), key(6), at(8)} {
		from.Receive(f)
	}
	if got := path.list(); !slices.Equal(got, []uint16{1, 3, 4, 5, 7, 8}) || path.late != 1 {
		t.Errorf("%v reach the path, %d of them late; want the key that was missing to fill the gap", got, path.late)
	}
}

// What waits when the leg is joined to another is not sent to it, and what
// waits when the port closes is not sent at all.
func TestWhatWaitsEndsWithItsPath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := joined(t, phoneA, phone)
		third := newLeg(t, "third", phone)
		from.Receive(at(1))
		from.Receive(at(3))
		if _, err := Join(from.Port, third.Port); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * patience)
		if n, m := len(to.frames()), len(third.frames()); n != 1 || m != 0 {
			t.Errorf("%d and %d frames sent, want 1 and none", n, m)
		}
		from.Receive(at(4))
		from.Receive(at(6))
		from.Close()
		time.Sleep(2 * patience)
		if m := len(third.frames()); m != 1 {
			t.Errorf("%d frames sent, want 1", m)
		}
	})
}

// A packet that makes the path fail while it is let go costs itself alone.
func TestAFaultInWhatWaitedCostsOnePacket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, path := windowed(t)
		from.Receive(at(1))
		from.Receive(at(3))
		from.through(failing{})
		time.Sleep(2 * patience)
		from.through(path)
		from.Receive(at(4))
		from.Receive(at(5))
		if got := path.list(); !slices.Equal(got, []uint16{1, 4, 5}) || from.Stats().Panics != 1 {
			t.Errorf("%v reach the path, %+v", got, from.Stats())
		}
	})
}

// The timer lets go at any time; run with -race.
func TestAWindowIsOneWithItsTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, path := windowed(t)
		sent := 0
		for n := range uint16(2000) {
			if n%3 != 1 {
				from.Receive(at(n))
				sent++
			}
			if n%7 == 0 {
				time.Sleep(patience)
			}
		}
		time.Sleep(patience)
		synctest.Wait()
		if got := path.list(); len(got) != sent || !slices.IsSorted(got) {
			t.Errorf("%d packets of %d, in order: %v", len(got), sent, slices.IsSorted(got))
		}
	})
}

func TestAWindowAllocatesNothing(t *testing.T) {
	l := newLane(t, phoneA, phone, func(k *talker) []Frame {
		frames := k.say(t, speech[:32000])
		for i := 5; i < len(frames); i += 20 {
			frames[i], frames[i+1] = frames[i+1], frames[i]
		}
		return frames
	})
	if n := testing.AllocsPerRun(5, l.round); n != 0 {
		t.Errorf("%v allocations in %d packets", n, len(l.packets))
	}
	if s := l.from.Stats(); s.Ordered < 50 || s.Ordered != s.Late || s.Concealed != 0 {
		t.Errorf("%+v, not what was to be measured", s)
	}
}
