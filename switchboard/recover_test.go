package switchboard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"webtrunk"
	"webtrunk/call"
)

// wreckage is what a dead process left on record, and what is done about it,
// in order.
type wreckage struct {
	mu    sync.Mutex
	calls map[webtrunk.CallID][]call.Event
	order []webtrunk.CallID
	done  []string
	fail  error
}

func (w *wreckage) Orphans(context.Context) ([]webtrunk.CallID, error) { return w.order, w.fail }

func (w *wreckage) Events(_ context.Context, id webtrunk.CallID) ([]call.Event, error) {
	if w.calls[id] == nil {
		return nil, errors.New("written by a newer version")
	}
	return w.calls[id], nil
}

func (w *wreckage) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, fmt.Sprintf(format, args...))
}

func (w *wreckage) Append(_ context.Context, c call.View, events []call.Event) error {
	end := events[len(events)-1].(call.CallEnded)
	w.note("append %s %s %s", c.ID, c.Status, end.Reason)
	w.mu.Lock() // many ends are appended at once
	w.calls[c.ID] = append(w.calls[c.ID], events...)
	w.mu.Unlock()
	if c.ID == "call_full" {
		return errors.New("disk full")
	}
	return nil
}

// rescuer is an edge that hangs up by what is on record.
type rescuer struct {
	Edge
	w *wreckage
}

func (r rescuer) Rescue(l call.Leg) {
	if string(l.Dialog) == "poison" {
		panic("cannot be read")
	}
	r.w.note("rescue %s %v by %s", l.Call, l.ID, l.Dialog)
}

// up are the events of a call between two telephones that is up.
func up(id webtrunk.CallID, dialogs ...string) []call.Event {
	var c call.Call
	var events []call.Event
	for _, in := range []call.Input{
		call.Arrived{ID: id, From: phone1, To: phone2, Dialog: []byte(dialogs[0])}, call.Admitted{}, call.Routed{For: call.ForCall, Plan: to(phone2)},
		call.LegDialog{Leg: 2, State: []byte(dialogs[1])}, call.LegAnswered{Leg: 2},
	} {
		events = append(events, c.Step(in).Events...)
	}
	return events
}

// Every call of a dead process is ended once; whoever can be told is told
// first, whatever else fails.
func TestRecover(t *testing.T) {
	left := up("call_over", "a", "b")
	w := &wreckage{order: []webtrunk.CallID{"call_new", "call_1", "call_nonsense", "call_2", "call_poison", "call_full"}}
	w.calls = map[webtrunk.CallID][]call.Event{
		"call_1": up("call_1", "dialog-a", "dialog-b"), "call_2": up("call_2", "", "dialog-b"),
		"call_poison": up("call_poison", "poison", "dialog-b"), "call_full": up("call_full", "", ""),
		"call_nonsense": {call.CallCreated{ID: "call_nonsense"}, call.LegJoined{Leg: 7}}, "call_other": left,
	}
	ended, err := Recover(t.Context(), w, w, map[call.Kind]Edge{call.PSTN: rescuer{w: w}, call.WebRTC: &lines{}}, nil)
	if ended != 3 {
		t.Errorf("%d calls ended, want 3", ended)
	}
	for _, name := range []string{"call_new", "call_nonsense", "call_full"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("the error %v does not name %s", err, name)
		}
	}
	told := []string{
		"rescue call_1 a by dialog-a", "rescue call_1 b by dialog-b", "rescue call_2 b by dialog-b", "rescue call_poison b by dialog-b",
	}
	if !slices.Equal(w.done[:len(told)], told) {
		t.Errorf("done\n%s\nwant first\n%s", strings.Join(w.done, "\n"), strings.Join(told, "\n"))
	}
	kept := w.done[len(told):]
	slices.Sort(kept)
	want := []string{"append call_1 failed node_lost", "append call_2 failed node_lost", "append call_full failed node_lost", "append call_poison failed node_lost"}
	if !slices.Equal(kept, want) {
		t.Errorf("then\n%s\nwant\n%s", strings.Join(kept, "\n"), strings.Join(want, "\n"))
	}
	if c := call.Replay(w.calls["call_1"]); !c.Ended() {
		t.Error("the record of call_1 has no end")
	}
}

func TestNothingToRecover(t *testing.T) {
	if n, err := Recover(t.Context(), &wreckage{}, nil, nil, nil); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := Recover(t.Context(), &wreckage{fail: errors.New("away")}, nil, nil, nil); err == nil {
		t.Error("a database that is away is no error")
	}
}

// An undertaker is a journal that can end what it cannot read.
type undertaker struct{ *wreckage }

func (u undertaker) Bury(_ context.Context, id webtrunk.CallID, end call.CallEnded) error {
	u.note("bury %s %s %s", id, end.Status, end.Reason)
	return nil
}

// One call that cannot be read does not keep the gateway from starting, and is
// ended, too.
func TestWhatCannotBeReadIsBuried(t *testing.T) {
	w := &wreckage{order: []webtrunk.CallID{"call_new", "call_nonsense", "call_1"}}
	w.calls = map[webtrunk.CallID][]call.Event{
		"call_1": up("call_1", "", ""), "call_nonsense": {call.CallCreated{ID: "call_nonsense"}, call.LegJoined{Leg: 7}},
	}
	ended, err := Recover(t.Context(), w, undertaker{w}, nil, nil)
	if ended != 3 || err != nil {
		t.Errorf("%d calls ended, %v; want 3", ended, err)
	}
	want := []string{"bury call_new failed node_lost", "bury call_nonsense failed node_lost", "append call_1 failed node_lost"}
	if !slices.Equal(w.done, want) {
		t.Errorf("done\n%s\nwant\n%s", strings.Join(w.done, "\n"), strings.Join(want, "\n"))
	}
}
