package policy

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"webtrunk"
)

func of(scope Scope, name string, l Limit) party { return party{scope, string(scope) + name, l} }

func TestAWidgetHasSoManyCallsAtOnce(t *testing.T) {
	w := newWindows(time.Now, 100)
	two := of(Widget, "1", Limit{AtOnce: 2})
	for _, id := range []webtrunk.CallID{"call_1", "call_2", "call_2"} { // asked twice about one call, it counts once
		if r := w.enter(id, []party{two}); r != nil {
			t.Fatal(r)
		}
	}
	r := w.enter("call_3", []party{two})
	if r == nil || webtrunk.KindOf(r) != webtrunk.Exhausted || !strings.Contains(r.Message, "in use") || r.Rule != RuleAtOnce || r.Scope != Widget {
		t.Errorf("one too many: %+v", r)
	}
	if r := w.enter("call_4", []party{of(Widget, "2", Limit{AtOnce: 1})}); r != nil {
		t.Errorf("another widget: %v", r)
	}
	for range 2 { // an end that is told again changes nothing
		w.leave("call_1")
	}
	if r := w.enter("call_3", []party{two}); r != nil {
		t.Errorf("after an end: %v", r)
	}
	for _, id := range []webtrunk.CallID{"call_2", "call_3", "call_4"} {
		w.leave(id)
	}
	if len(w.calls)+len(w.parties)+w.recent.Len() != 0 {
		t.Errorf("it remembers %v and %v", w.calls, w.parties)
	}
}

func TestSoManyCallsBeginInAnHour(t *testing.T) {
	c := newClock()
	w, two := newWindows(c.now, 100), of(Widget, "1", Limit{PerHour: 2})
	enter := func(id webtrunk.CallID) *Refusal {
		r := w.enter(id, []party{two})
		w.leave(id)
		return r
	}
	for _, id := range []webtrunk.CallID{"call_1", "call_2"} {
		if r := enter(id); r != nil {
			t.Fatal(r)
		}
		c.pass(20 * time.Minute)
	}
	r := enter("call_3")
	if r == nil || r.Rule != RulePerHour || !strings.Contains(r.Message, "21 minutes") {
		t.Errorf("the third: %v", r)
	}
	c.pass(20 * time.Minute)
	if r := enter("call_3"); r != nil {
		t.Errorf("when the first is an hour old: %v", r)
	}
}

func TestSoManyCallsBeginInAMinute(t *testing.T) {
	c := newClock()
	w, p := newWindows(c.now, 100), of(Visitor, "anna", Limit{PerMinute: 2, PerHour: 3})
	for i, want := range []Rule{"", "", RulePerMinute, RulePerMinute} {
		r := w.enter(webtrunk.CallID(fmt.Sprint("call_", i)), []party{p})
		if got := ruleOf(r); got != want {
			t.Errorf("call %d: %q, want %q", i, got, want)
		}
	}
	c.pass(time.Minute)
	for i, want := range []Rule{"", RulePerHour} {
		if got := ruleOf(w.enter(webtrunk.CallID(fmt.Sprint("later_", i)), []party{p})); got != want {
			t.Errorf("a minute later, call %d: %q, want %q", i, got, want)
		}
	}
}

func ruleOf(r *Refusal) Rule {
	if r == nil {
		return ""
	}
	return r.Rule
}

// A call that one of its parties may not make counts against none of them, and
// neither does one that did not come about.
func TestACallThatIsRefusedCountsAgainstNobody(t *testing.T) {
	w := newWindows(time.Now, 100)
	anna, page := of(Visitor, "anna", Limit{PerHour: 1}), of(Widget, "1", Limit{PerHour: 2, AtOnce: 1})
	if r := w.enter("call_1", []party{page}); r != nil {
		t.Fatal(r)
	}
	if got := ruleOf(w.enter("call_2", []party{anna, page})); got != RuleAtOnce {
		t.Errorf("the page's line is in use: %q", got)
	}
	w.undo("call_1")
	for _, id := range []webtrunk.CallID{"call_3", "call_4"} {
		if r := w.enter(id, []party{page}); r != nil {
			t.Errorf("%s: %v", id, r)
		}
		w.leave(id)
	}
	if r := w.enter("call_5", []party{anna}); r != nil {
		t.Errorf("anna has not called yet: %v", r)
	}
}

// A stranger with a million addresses gets no memory for them, and cannot make
// the gateway forget a call that runs.
func TestStrangersGetNoMemory(t *testing.T) {
	c := newClock()
	w := newWindows(c.now, 50)
	one := of(Widget, "1", Limit{AtOnce: 1})
	if r := w.enter("call_runs", []party{one}); r != nil {
		t.Fatal(r)
	}
	for i := range 5000 {
		id := webtrunk.CallID(fmt.Sprint("call_", i))
		if r := w.enter(id, []party{of(Address, fmt.Sprint("2001:db8:0:", i, "::/64"), Limit{PerHour: 5})}); r != nil {
			t.Fatal(r)
		}
		w.leave(id)
	}
	if n := len(w.parties); n > 50 || n != w.recent.Len() || len(w.calls) != 1 {
		t.Errorf("it remembers %d parties and %d calls", n, len(w.calls))
	}
	if got := ruleOf(w.enter("call_2", []party{one})); got != RuleAtOnce {
		t.Errorf("the running call was forgotten: %q", got)
	}
}

// What strangers cost does not depend on how many there have been, nor on how
// often one of them calls.
func TestStrangersTakeNoMoreBytesThanTheyMay(t *testing.T) {
	c := newClock()
	w := newWindows(c.now, 500)
	calls := 0
	strangers := func(n int) {
		for range n {
			calls++
			id := webtrunk.CallID(fmt.Sprint("call_", calls))
			_ = w.enter(id, []party{
				of(Address, fmt.Sprint("2001:db8:", calls>>16, ":", calls&0xffff, "::/64"), Limit{PerHour: 5}),
				of(Visitor, "the same", Limit{PerMinute: 60, PerHour: 600}),
			})
			w.leave(id)
			c.pass(time.Second)
		}
	}
	strangers(6000) // all that may be remembered is
	before := heap()
	strangers(12_000)
	if now := heap(); now > before+256<<10 {
		t.Errorf("12,000 more strangers took %d kB", (now-before)>>10)
	}
	if len(w.parties) > 500 {
		t.Errorf("%d parties are remembered", len(w.parties))
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
