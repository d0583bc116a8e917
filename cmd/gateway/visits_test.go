package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

// A ledger keeps nothing.
type ledger struct{ kept int }

func (l *ledger) Append(context.Context, call.View, []call.Event) error { l.kept++; return nil }

func TestAWidgetHasSoManyCallsAtOnce(t *testing.T) {
	v, w := newVisits(), directory.Widget{ID: "widget_1", CallsAtOnce: 2}
	kept := &ledger{}
	journal := v.watch(kept)
	for _, id := range []webtrunk.CallID{"call_1", "call_2", "call_2"} { // asked twice about one call, it counts once
		if err := v.enter(w, id); err != nil {
			t.Fatal(err)
		}
	}
	err := v.enter(w, "call_3")
	if webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(webtrunk.MessageOf(err, ""), "in use") {
		t.Errorf("one too many: %v", err)
	}
	if err := v.enter(directory.Widget{ID: "widget_2", CallsAtOnce: 1}, "call_4"); err != nil {
		t.Errorf("another widget: %v", err)
	}
	for range 2 { // an end that is kept again changes nothing
		if err := journal.Append(t.Context(), call.View{ID: "call_1"}, []call.Event{call.CallEnded{}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.enter(w, "call_3"); err != nil || kept.kept != 2 {
		t.Errorf("after an end: %v, %d kept", err, kept.kept)
	}
	for _, id := range []webtrunk.CallID{"call_2", "call_3", "call_4"} {
		v.leave(id)
	}
	if len(v.calls)+len(v.widgets) != 0 {
		t.Errorf("it remembers %v and %v", v.calls, v.widgets)
	}
}

func TestAWidgetBeginsSoManyCallsInAnHour(t *testing.T) {
	now := time.Now()
	v, w := newVisits(), directory.Widget{ID: "widget_1", CallsPerHour: 2}
	v.now = func() time.Time { return now }
	enter := func(id webtrunk.CallID) error {
		err := v.enter(w, id)
		v.leave(id)
		return err
	}
	for _, id := range []webtrunk.CallID{"call_1", "call_2"} {
		if err := enter(id); err != nil {
			t.Fatal(err)
		}
		now = now.Add(20 * time.Minute)
	}
	err := enter("call_3")
	if webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(webtrunk.MessageOf(err, ""), "21 minutes") {
		t.Errorf("the third: %v", err)
	}
	now = now.Add(20 * time.Minute)
	if err := enter("call_3"); err != nil {
		t.Errorf("when the first is an hour old: %v", err)
	}
}
