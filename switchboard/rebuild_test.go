package switchboard

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/transcode"
)

// A faulty wire panics when it is told to, and counts what it sends else.
type faulty struct {
	sent  atomic.Int64
	panic atomic.Bool
	again bool // and once more, after it was let in anew
}

func (f *faulty) Send(media.Frame) {
	if f.panic.Load() {
		f.panic.Store(f.again)
		panic("a wire that fails")
	}
	f.sent.Add(1)
}

// company is a call of three whose wires are faulty: a page and two telephones.
type company struct {
	*exchange
	wires [3]*faulty
}

func newCompany(t *testing.T) *company {
	x := &company{}
	for i := range x.wires {
		x.wires[i] = &faulty{}
	}
	x.exchange = arrive(t, func(c *Config) {
		c.Edges[call.PSTN].(*lines).dialed = func(l *line) { x.wire(l, int(l.leg.ID)-1) }
	})
	x.wire(x.visitor, 0)
	x.says(0, call.LegAnswered{})
	x.Do(t.Context(), "call_1", call.Invite{By: 1, To: phone2})
	synctest.Wait()
	x.says(1, call.LegAnswered{})
	time.Sleep(10 * time.Millisecond) // between two frames
	return x
}

// wire puts a faulty wire behind a leg that nobody is bridged with yet.
func (x *company) wire(l *line, n int) {
	l.port.Close()
	l.port = media.NewPort("faulty", x.wires[n])
	l.port.SetFormat(media.Format{Codec: transcode.PCMU})
}

// sends returns how many packets each is sent in a second.
func (x *company) sends() (n [3]int64) {
	before := [3]int64{}
	for i, w := range x.wires {
		before[i] = w.sent.Load()
	}
	time.Sleep(time.Second)
	for i, w := range x.wires {
		n[i] = w.sent.Load() - before[i]
	}
	return n
}

// The mixing of a conference panics: all hear each other again within one frame
// or two, and the call knows nothing of it.
func TestAConferenceThatFailsIsRebuilt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newCompany(t)
		if n := x.sends(); n != [3]int64{50, 50, 50} {
			t.Fatalf("in a second %v packets are sent", n)
		}
		for range 2 {
			failed := media.Clock().Panics
			x.wires[1].panic.Store(true)
			for i, n := range x.sends() {
				if n < 47 {
					t.Errorf("in the second of the failure leg %d was sent %d packets of 50", i+1, n)
				}
			}
			if n := media.Clock().Panics - failed; n != 1 {
				t.Errorf("%d panics are counted", n)
			}
			time.Sleep(relapse)
		}
		if got := x.journal.types(); slices.Contains(got, "call.order_failed") {
			t.Errorf("the call was told: %q", got)
		}
		x.Do(t.Context(), "call_1", call.HangUp{})
		x.ended()
	})
}

// A conference that fails again at once lets the newest party go; the two who
// are left hear each other without it.
func TestAConferenceThatFailsAgainLetsTheNewestGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newCompany(t)
		x.wires[2].again = true
		x.wires[2].panic.Store(true)
		time.Sleep(time.Second)
		synctest.Wait()
		got := x.journal.types()
		if n := len(got); got[n-2] != "call.order_failed" || got[n-1] != "leg.left" {
			t.Fatalf("kept %q", got)
		}
		gone := x.phones.dialled(1)
		gone.lines.mu.Lock()
		hungUp := slices.ContainsFunc(gone.asked, func(s string) bool { return strings.HasPrefix(s, "hangup") })
		gone.lines.mu.Unlock()
		if !hungUp {
			t.Errorf("the newest was asked %q", gone.asked)
		}
		before := x.wires[0].sent.Load()
		x.phones.dialled(0).port.Receive(media.Frame{Payload: make([]byte, 160)})
		if n := x.wires[0].sent.Load(); n != before+1 {
			t.Error("the two who are left do not hear each other")
		}
		x.Do(t.Context(), "call_1", call.HangUp{})
		if end := x.ended(); end.Status != call.Completed {
			t.Errorf("ended %+v", end)
		}
	})
}
