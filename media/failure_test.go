package media

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A fuse is a Sender that panics once, when it is lit.
type fuse struct {
	lit  atomic.Bool
	sent atomic.Int32
}

func (f *fuse) Send(Frame) {
	if f.lit.CompareAndSwap(true, false) {
		panic("a wire that fails")
	}
	f.sent.Add(1)
}

// The mixing panics: its owner is told once, and why. Set lets the parties in
// anew, and nothing of before is left.
func TestAConferenceThatPanicsIsLetInAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := &fuse{}
		a, b, d := NewPort("a", bad), newLeg(t, "b", phone), newLeg(t, "d", chromium)
		a.SetFormat(phone)
		defer a.Close()
		why := make(chan error, 2)
		room := Conference{Failed: func(err error) { why <- err }}
		parties := All(a, b.Port, d.Port)
		if err := room.Set(parties); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10*tick - tick/2)
		bad.lit.Store(true)
		time.Sleep(10 * tick)
		if n := len(why); n != 1 {
			t.Fatalf("the owner was told %d times", n)
		}
		if err := <-why; !strings.Contains(err.Error(), "a wire that fails") {
			t.Errorf("the owner was told %v", err)
		}
		if n := len(d.frames()); n != 10 {
			t.Errorf("after the failure %d packets were sent, want no more than the 10 before", n)
		}
		if err := room.Set(parties); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10*tick - tick/2)
		if bad.sent.Load() != 20 || len(b.frames()) != 20 || len(d.frames()) != 20 {
			t.Errorf("%d, %d and %d packets, want 20 each", bad.sent.Load(), len(b.frames()), len(d.frames()))
		}
		room.End()
	})
}

// Whoever closes a port of a conference that has failed, or ends it, is not
// failed with.
func TestAFailedConferenceCanBeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := &fuse{}
		bad.lit.Store(true)
		a, b := NewPort("a", bad), newLeg(t, "b", phone)
		a.SetFormat(phone)
		var room Conference
		if err := room.Set(All(a, b.Port)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(tick)
		a.Close()
		room.End()
		if room.seat != nil || b.bound() != nil {
			t.Error("something is left of the conference")
		}
	})
}
