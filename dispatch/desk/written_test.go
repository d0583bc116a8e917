package desk_test

import (
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
)

// Who only writes comes to an agent's page, not to their telephone, and waits for one who
// has a page open.
func TestACallInWritingComesToAPage(t *testing.T) {
	each(t, func(w *world) {
		number := webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100177"}
		ada := w.hire(dispatch.Agent{Name: "Ada", Phone: number})
		w.choose(ada, dispatch.Available)
		w.until("agent.presence_changed", "agent", ada)
		writer := &page{far: w.far(call.Leg{ID: 1, Call: webtrunk.NewCallID(), From: webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}})}
		report, err := w.board.Offer(call.Arrived{ID: writer.id, Account: w.of.Account, From: writer.leg.From, To: did, Written: true}, writer)
		w.check(err)
		writer.report = report
		w.until("queue.entry_added", "call", string(writer.id))
		if p := w.Presence(w.ctx, w.of, ada); p.State != dispatch.Available {
			t.Errorf("Ada, at a telephone alone, is %+v", p)
		}
		w.Here(at(ada), true)
		page := w.ring()
		if page.id != writer.id || page.leg.Address != at(ada) || !page.leg.Written {
			t.Fatalf("%+v rings for %s", page.leg, page.id)
		}
		page.answer()
		w.until("offer.accepted", "agent", ada, "call", string(writer.id))
		writer.hangs()
		page.stops()
		w.calls("+15550100102")
		w.rung(2) // the telephone rings again where there is something to hear
	})
}
