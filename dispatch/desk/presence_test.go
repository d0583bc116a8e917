package desk_test

import (
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/dispatch"
)

// What an agent says outlives the process: after a restart they are as they said,
// once their page is back. The day's figures are there too.
func TestPresenceOutlivesARestart(t *testing.T) {
	each(t, func(w *world) {
		ada, bert := w.agent("Ada"), w.agent("Bert")
		w.check(w.Choose(w.ctx, w.of, bert, dispatch.Away, "lunch"))
		w.until("agent.presence_changed", "agent", bert, "presence", "away", "reason", "lunch")
		caller := w.calls("+15550100101")
		w.ring().answer()
		w.until("queue.entry_left", "call", string(caller.id))
		caller.hangs()
		w.until("agent.presence_changed", "agent", ada, "presence", "available")
		w.restart()
		w.Here(at(ada), true)
		w.Here(at(bert), true)
		w.until("agent.presence_changed", "agent", ada, "presence", "available")
		w.until("agent.presence_changed", "agent", bert, "presence", "away", "reason", "lunch")
		if l := w.Live(w.ctx, w.of); len(l) != 1 || l[0].Entered != 1 || l[0].Answered != 1 || l[0].Available != 1 || l[0].Away != 1 {
			t.Errorf("the queue is %+v", l)
		}
	})
}

func TestPresencesThatCannotBeChosen(t *testing.T) {
	each(t, func(w *world) {
		ada := w.agent("Ada")
		for name, c := range map[string]struct {
			agent string
			to    dispatch.State
			kind  webtrunk.Kind
			words string
		}{
			"what follows from calls":  {ada, dispatch.OnCall, webtrunk.Invalid, "Choose available, away or offline"},
			"of somebody else's agent": {"agent_nobody", dispatch.Away, webtrunk.NotFound, "no such agent"},
		} {
			err := w.Choose(w.ctx, w.of, c.agent, c.to, "")
			if webtrunk.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.Choose(w.ctx, dispatch.Tenant{Account: "acct_other"}, ada, dispatch.Away, ""); webtrunk.KindOf(err) != webtrunk.Unavailable {
			t.Errorf("another account's: %v", err)
		}
		if p := w.Presence(w.ctx, dispatch.Tenant{Account: "acct_other"}, ada); p.State != dispatch.Offline {
			t.Errorf("seen from elsewhere Ada is %+v", p)
		}
	})
}

// Half a minute after their last page an agent is offline for good: whoever opens
// it in the morning says anew that they are there.
func TestAPageThatIsGoneForLong(t *testing.T) {
	each(t, func(w *world) {
		ada := w.agent("Ada")
		w.Here(at(ada), false)
		w.until("agent.presence_changed", "agent", ada, "presence", "offline")
		w.clock.move(31 * time.Second)
		w.Here(at(ada), true)
		w.calls("+15550100101")
		w.until("queue.entry_added")
		if p := w.Presence(w.ctx, w.of, ada); p.State != dispatch.Offline || p.Places != 1 {
			t.Errorf("Ada is %+v", p)
		}
		w.choose(ada, dispatch.Available)
		w.ring()
	})
}

// An agent wraps up until their time is over, or says that they are done: then they
// are what they chose meanwhile, and who waits is theirs.
func TestAnAgentIsDoneWrappingUp(t *testing.T) {
	each(t, func(w *world) {
		ada := w.sitsDown(dispatch.Agent{Name: "Ada", WrapUp: 600})
		caller := w.calls("+15550100101")
		w.ring().answer()
		w.until("queue.entry_left", "call", string(caller.id))
		caller.hangs()
		w.until("agent.presence_changed", "agent", ada, "presence", "wrap_up")
		p := w.Presence(w.ctx, w.of, ada)
		if left := p.Until.Sub(w.clock.now()); p.Call != caller.id || left <= 9*time.Minute || left > 10*time.Minute {
			t.Errorf("Ada is %+v, for another %v", p, left)
		}
		next := w.calls("+15550100102")
		w.until("queue.entry_added", "call", string(next.id))
		w.check(w.Done(w.ctx, w.of, ada))
		ring := w.ring()
		if p := w.Presence(w.ctx, w.of, ada); ring.id != next.id || !p.Until.IsZero() {
			t.Errorf("%s rings, Ada is %+v", ring.id, p)
		}
		ring.answer()
		w.until("queue.entry_left", "call", string(next.id))
		w.choose(ada, dispatch.Away) // counts after the call
		next.hangs()
		w.until("agent.presence_changed", "agent", ada, "presence", "away")
		w.check(w.Done(w.ctx, w.of, ada)) // nothing to end
		if err := w.Done(w.ctx, w.of, "agent_nobody"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("somebody else's: %v", err)
		}
	})
}
