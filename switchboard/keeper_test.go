package switchboard

import (
	"context"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/call"
)

// together returns what the journal was given, by how it was given together.
func (j *journal) together() [][]string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([][]string(nil), j.given...)
}

// pensive is a router that takes its time.
type pensive struct {
	routes
	thinks time.Duration
}

func (p pensive) Route(ctx context.Context, v call.View, ask call.AskRoute) (call.Plan, error) {
	time.Sleep(p.thinks)
	return p.routes.Route(ctx, v, ask)
}

// A call that is set up is two commits: that it came, for its admission waits for
// that, and all that leads to the leg that is dialled, which waits for that.
func TestWhatIsFollowedSoonIsKeptWithThat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		x := arrive(t, nil)
		if x.phones.dialled(0) == nil || time.Since(began) != 0 {
			t.Errorf("nobody was dialled within %v", time.Since(began))
		}
		want := [][]string{{"call.created", "leg.added"}, {"call.admitted", "call.routed", "call.stage_tried", "leg.added"}}
		if got := x.journal.together(); !reflect.DeepEqual(got, want) {
			t.Errorf("the journal was given %v, want %v", got, want)
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}

// Where nothing follows for a while, what there is is kept by itself.
func TestALullIsKeptThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, func(c *Config) { c.Router = pensive{routes{plan: to(phone1)}, 3 * lull} })
		time.Sleep(2 * lull)
		synctest.Wait()
		if got := x.journal.together(); len(got) != 2 || !reflect.DeepEqual(got[1], []string{"call.admitted"}) {
			t.Errorf("the journal was given %v, want call.admitted by itself", got)
		}
		time.Sleep(2 * lull)
		synctest.Wait()
		if x.phones.dialled(0) == nil {
			t.Error("nobody was dialled")
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}

// A telephone that answers as it rings makes one commit of both, and the answer's
// caller hears at once that it rings.
func TestARingIsKeptWithAnAnswerAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		began, before := time.Now(), len(x.journal.together())
		x.says(0, call.LegRinging{})
		x.visitor.wants(t, "ringing")
		x.says(0, call.LegDialog{State: []byte("dialog")})
		x.says(0, call.LegAnswered{}).wants(t, "confirm")
		if time.Since(began) != 0 {
			t.Errorf("the answer was confirmed after %v", time.Since(began))
		}
		want := [][]string{{"leg.ringing", "call.ringing", "leg.dialog_saved", "leg.joined", "leg.joined", "call.answered"}}
		if got := x.journal.together()[before:]; !reflect.DeepEqual(got, want) {
			t.Errorf("the journal was given %v, want %v", got, want)
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}

// One that rings on is on record after a moment.
func TestARingIsKeptThoughNothingFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		before := len(x.journal.together())
		x.says(0, call.LegRinging{})
		time.Sleep(2 * lull)
		synctest.Wait()
		if got := x.journal.together()[before:]; !reflect.DeepEqual(got, [][]string{{"leg.ringing", "call.ringing"}}) {
			t.Errorf("the journal was given %v, want that it rings", got)
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}

// The end of a call waits for nothing: whoever drains the switchboard is not held up.
func TestAnEndIsKeptAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		x.says(0, call.LegRinging{})
		began := time.Now()
		x.report(call.LegEnded{})
		if end := x.ended(); end.Reason != call.Canceled || time.Since(began) != 0 {
			t.Errorf("%v was kept after %v", end, time.Since(began))
		}
	})
}
