package desk_test

import (
	"fmt"
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/dispatch"
)

// 200 callers wait, and 20 agents come. Each caller is answered once, by an agent who
// has no other, and within each priority who came first is offered first.
func TestTwoHundredCallersForTwentyAgents(t *testing.T) {
	each(t, func(w *world) {
		const callers, agents = 200, 20
		var err error
		w.queue, err = w.book.UpdateQueue(w.ctx, w.shop, w.queue.ID, func(q *dispatch.Queue) { q.Ring = 120 }) // however busy this machine, nobody lets it ring
		w.check(err)
		priority := map[string]int{}
		for i := range callers {
			f := w.calls(fmt.Sprintf("+155501%05d", i))
			priority[string(f.id)] = importance(f.leg.From)
		}
		came := w.told(callers, "queue.entry_added")
		for i := range agents {
			id := w.hire(dispatch.Agent{Name: fmt.Sprint("Agent ", i)})
			w.Here(at(id), true)
			w.choose(id, dispatch.Available)
		}
		answered := map[webtrunk.CallID]bool{}
		for range callers {
			page := w.ring()
			if answered[page.id] {
				w.t.Fatalf("%s is rung for, and was answered", page.id)
			}
			answered[page.id] = true
			page.answer()
			page.hangs()
		}
		w.told(callers, "queue.entry_left")
		offered := w.told(callers, "offer.created")
		for p := range 2 {
			of := func(all []string) []string {
				return slices.DeleteFunc(slices.Clone(all), func(id string) bool { return priority[id] != p })
			}
			if !slices.Equal(of(came), of(offered)) {
				w.t.Errorf("within priority %d callers came as %v and were offered as %v", p, of(came), of(offered))
			}
		}
		if l := w.Live(w.ctx, w.of)[0]; l.Entered != callers || l.Answered != callers || l.Waiting != 0 {
			w.t.Errorf("the queue is %+v", l)
		}
	})
}

// told returns the calls of which the next n events of a type speak, in their order.
func (w *world) told(n int, kind string) (calls []string) {
	w.t.Helper()
	for range n {
		calls = append(calls, w.until(kind)["call"].(string))
	}
	return calls
}
