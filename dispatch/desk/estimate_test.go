package desk_test

import (
	"sync"
	"testing"
	"time"

	"webtrunk/call"
)

// Whoever waits is told their place, and how long that will take once enough others
// have waited and were answered; a supervisor sees who has waited for longest, and that
// nobody was answered in time.
func TestWhoWaitsIsToldHowLong(t *testing.T) {
	each(t, func(w *world) {
		callers := []*page{}
		for _, number := range []string{"+15550100100", "+15550100101", "+15550100102", "+15550100103", "+15550100104"} {
			callers = append(callers, w.writes(number))
			callers[len(callers)-1].toldOf(call.TellPlace{Leg: 1, Position: len(callers)}) // nobody knows how long
		}
		w.clock.move(200 * time.Second)
		if l := w.Live(w.ctx, w.of)[0]; l.Waiting != 5 || l.Longest < 200*time.Second {
			t.Errorf("the queue is %+v", l)
		}
		ada := w.agent("Ada")
		for _, c := range callers[:3] {
			ring := w.ring()
			if ring.id != c.id {
				t.Fatalf("%s rings, want %s", ring.id, c.id)
			}
			ring.answer()
			w.until("offer.accepted", "agent", ada, "call", string(c.id))
			c.hangs()
			ring.stops()
		}
		// Who came to place n waited 200/n seconds for each, two minutes on the average. Ada
		// is being offered the fourth, and the fifth stands behind: four minutes and a bit.
		last := callers[4]
		last.toldOf(call.TellPlace{Leg: 1, Position: 2, Wait: 5 * time.Minute})
		if l := w.Live(w.ctx, w.of)[0]; l.Answered != 3 || l.InTime != 0 || l.Waiting != 2 {
			t.Errorf("the queue is %+v", l)
		}
	})
}

// A page is a caller's far end that can be told how the wait goes.
type page struct {
	*far
	mu   sync.Mutex
	told []call.TellPlace
}

func (p *page) Place(at call.TellPlace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = append(p.told, at)
}

func (*page) Verdict(call.TellVerdict)      {}
func (*page) Inviting(call.TellInvite)      {}
func (*page) Queued(call.TellQueued)        {}
func (*page) CallingBack(call.TellCallback) {}
func (*page) Message(call.TellMessage)      {}
func (*page) Recording(call.TellRecording)  {}
func (*page) AskedToTalk()                  {}
func (*page) Writing(call.TellWriting)      {}

// toldOf waits until the last that the page was told of its place is this.
func (p *page) toldOf(want call.TellPlace) {
	p.w.t.Helper()
	var got []call.TellPlace
	p.w.eventually("its place and the wait", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		got = append(got[:0], p.told...)
		return len(got) > 0 && got[len(got)-1] == want
	})
}
