package visitor

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAMessageIsFoundBeforeAndAfterItCame(t *testing.T) {
	j := newJournal()
	j.add(Message{Type: "welcome", Seq: 1})
	j.add(Message{Type: "ringing", Seq: 2, ID: "c1"})
	is := func(kind string) func(Message) bool { return func(m Message) bool { return m.Type == kind } }
	if m, at, err := j.wait(t.Context(), 0, is("ringing")); err != nil || m.ID != "c1" || at != 2 {
		t.Errorf("%+v at %d: %v", m, at, err)
	}
	found := make(chan Message)
	go func() {
		m, _, _ := j.wait(t.Context(), 2, is("answered"))
		found <- m
	}()
	j.add(Message{Type: "dtmf", Seq: 3})
	j.add(Message{Type: "answered", Seq: 4})
	if m := <-found; m.Seq != 4 {
		t.Errorf("found %+v", m)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, _, err := j.wait(ctx, 0, is("never")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waited with %v", err)
	}
	j.fail(ErrGone)
	if _, _, err := j.wait(t.Context(), 0, is("never")); !errors.Is(err, ErrGone) {
		t.Errorf("waited with %v", err)
	}
}

// The welcome of a resumed session counts what is still to come; it is not
// taken as seen.
func TestTheLastNumberSeenIsNotTheWelcomes(t *testing.T) {
	j := newJournal()
	for _, m := range []struct {
		Message
		want uint64
	}{
		{Message{Type: "welcome", Seq: 1}, 1},
		{Message{Type: "ringing", Seq: 2}, 2},
		{Message{Type: "welcome", Seq: 5, Resumed: true}, 2},
		{Message{Type: "answered", Seq: 3}, 3},
		{Message{Type: "welcome", Seq: 1}, 1}, // another session
	} {
		if j.add(m.Message); j.lastSeq() != m.want {
			t.Errorf("after %s %d the last is %d, want %d", m.Type, m.Seq, j.lastSeq(), m.want)
		}
	}
}

func TestTheEarPutsSoundInItsPlace(t *testing.T) {
	e := newEar()
	frame := func(value int16) []int16 {
		f := make([]int16, 160)
		for i := range f {
			f[i] = value
		}
		return f
	}
	const far = 1 << 31
	e.place(^uint32(0)-959, 6, frame(1)) // the timestamp wraps behind it
	e.place(960, 6, frame(3))
	e.place(0, 6, frame(2)) // late, but in its place
	e.place(far, 6, frame(4))
	heard := e.pcm()
	if len(heard) != 4*160 {
		t.Fatalf("heard %d samples", len(heard))
	}
	for i, want := range []int16{1, 2, 3, 4} {
		if heard[160*i] != want || heard[160*i+159] != want {
			t.Errorf("frame %d is %d", i, heard[160*i])
		}
	}
	if e.packets() != 4 {
		t.Errorf("%d packets", e.packets())
	}
}
