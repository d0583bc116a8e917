package floor

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webtrunk"
)

// TestAnyDay lives random days: the promises hold at each moment, the same day
// again gives the same outputs, and where the queues go nobody stays behind.
func TestAnyDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := day{p: newPromises(), now: start}
		for i := range 3 {
			d.live(t, SetQueue{anyQueue(t, i)})
			d.live(t, SetAgent{anyAgent(t, i)})
			d.live(t, Came{agentID(i)})
			d.live(t, Choose{Agent: agentID(i), Presence: Available})
		}
		for range rapid.IntRange(0, 80).Draw(t, "length") {
			d.wait(t, time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 3, 10, 40, 200}).Draw(t, "seconds"))*time.Second)
			d.live(t, anyInput(t, d.p))
		}
		for i := range 4 {
			d.live(t, DropQueue{queueID(i)})
		}
		if len(d.p.in) > 0 || len(d.p.ringing) > 0 {
			t.Fatalf("%d still wait and %d offers ring where no queue is", len(d.p.in), len(d.p.ringing))
		}
		d.again(t)
	})
}

// A day is what happened on a floor, kept so that it can be lived again.
type day struct {
	f       Floor
	p       *promises
	now     time.Time
	moments []moment
	outs    []Output
}

type moment struct {
	at time.Time
	in Input
}

func (d *day) live(t failer, in Input) []Output {
	outs := d.f.Step(d.now, in)
	d.p.check(t, &d.f, d.now, in, outs)
	d.moments, d.outs = append(d.moments, moment{d.now, in}), append(d.outs, outs...)
	return outs
}

// wait lets time pass, with a tick wherever the floor wants one.
func (d *day) wait(t *rapid.T, long time.Duration) {
	until := d.now.Add(long)
	for ticks := 0; !d.p.next.IsZero() && !d.p.next.After(until); ticks++ {
		if ticks > 1000 {
			t.Fatalf("ticks without end at %v", d.now)
		}
		d.now = d.p.next
		d.live(t, Tick{})
	}
	d.now = until
}

func (d *day) again(t *rapid.T) {
	var f Floor
	var outs []Output
	for _, m := range d.moments {
		outs = append(outs, f.Step(m.at, m.in)...)
	}
	if !reflect.DeepEqual(outs, d.outs) {
		t.Fatal("the same day again is another day")
	}
}

func queueID(n int) string         { return fmt.Sprintf("q%d", n) }
func agentID(n int) string         { return fmt.Sprintf("agent%d", n) }
func callID(n int) webtrunk.CallID { return webtrunk.CallID(fmt.Sprintf("c%d", n)) }

func anyOf[T any](t *rapid.T, what string, of ...T) T { return rapid.SampledFrom(of).Draw(t, what) }
func seconds(t *rapid.T, what string, of ...int) time.Duration {
	return time.Duration(anyOf(t, what, of...)) * time.Second
}

func anyQueue(t *rapid.T, i int) Queue {
	q := Queue{
		ID: queueID(i), Strategy: anyOf(t, "strategy", LongestIdle, RoundRobin, RingAll, BySkill), Priority: anyOf(t, "queue's priority", 0, 0, 5),
		Ring: seconds(t, "ring", 0, 5), Most: anyOf(t, "most", 0, 0, 2), MaxWait: seconds(t, "max wait", 0, 60),
		Last: anyOf(t, "last", LastHangup, LastVoicemail, LastCallback, LastQueue), WrapUp: seconds(t, "wrap-up", 0, 10), Say: seconds(t, "say", 0, 5),
	}
	if rapid.Bool().Draw(t, "overflows") {
		q.Overflow = []Overflow{{seconds(t, "after", 10, 30), queueID(rapid.IntRange(0, 3).Draw(t, "to"))}}
	}
	if rapid.Bool().Draw(t, "keeps hours") {
		q.Hours = shift{seconds(t, "opens", 0, 40), seconds(t, "closes", 60, 400)}
	}
	if rapid.Bool().Draw(t, "relaxes") {
		q.Relax = []Relax{{10 * time.Second, 2}, {30 * time.Second, 8}}
	}
	return q
}

func anyAgent(t *rapid.T, i int) Agent {
	a := Agent{ID: agentID(i), Skills: map[string]int{"french": rapid.IntRange(0, 10).Draw(t, "french")}, Phone: anyOf(t, "phone", false, false, true)}
	for q := range 3 {
		if rapid.IntRange(0, 3).Draw(t, "serves") > 0 {
			a.Queues = append(a.Queues, queueID(q))
		}
	}
	return a
}

func anyEntry(t *rapid.T) Entry {
	e := Entry{ID: callID(rapid.IntRange(0, 30).Draw(t, "call")), Queue: queueID(rapid.IntRange(0, 3).Draw(t, "queue")), Priority: anyOf(t, "priority", 0, 0, 0, 7), Callback: anyOf(t, "to be called", false, false, false, true), Callable: rapid.Bool().Draw(t, "callable"), Written: anyOf(t, "written", false, false, true)}
	if rapid.Bool().Draw(t, "needs") {
		e.Needs = map[string]int{"french": rapid.IntRange(1, 10).Draw(t, "level")}
	}
	return e
}

// anyInput draws an input; mostly of offers that ring. Nobody picks up two
// telephones at once: who is in a call answers no other.
func anyInput(t *rapid.T, p *promises) Input {
	i := rapid.IntRange(0, 5).Draw(t, "agent")
	agent, call := agentID(i), callID(rapid.IntRange(0, 30).Draw(t, "call"))
	inputs := []Input{
		Enter{anyEntry(t)}, Enter{anyEntry(t)}, Enter{anyEntry(t)}, Enter{anyEntry(t)},
		Leave{call, Abandoned}, Leave{call, Canceled}, CallBack{call}, Stay{call}, Ended{Call: call}, Ended{Agent: agent, Call: call},
		SetQueue{anyQueue(t, i%4)}, DropQueue{queueID(i % 4)}, SetAgent{anyAgent(t, i)}, DropAgent{agent},
		Came{agent}, Went{agent}, Choose{agent, anyOf(t, "presence", Available, Available, Away, Offline, OnCall), "lunch"}, Done{agent}, Tick{},
		Declined{i, agent}, TimedOut{i, agent}, Unreached{i, agent},
	}
	inputs = append(inputs, Send{call, queueID(i % 4)}, Give{call, agent}, Give{call, agent})
	if p.state[agent] != OnCall {
		inputs = append(inputs, Began{agent, "own_" + call}, Accepted{Entry: call, Agent: agent})
	}
	if offer, ringing := p.offered[agent]; ringing {
		entry := p.entryOf(offer)
		inputs = append(inputs, Declined{offer, agent}, TimedOut{offer, agent}, Unreached{offer, agent}, Accepted{Entry: entry, Agent: agent}, Accepted{Entry: entry, Agent: agent}, Leave{entry, Abandoned})
	}
	for _, c := range p.calls[agent] {
		inputs = append(inputs, Ended{agent, c}, Ended{agent, c})
	}
	return rapid.SampledFrom(inputs).Draw(t, "input")
}

func (p *promises) entryOf(offer int) webtrunk.CallID {
	for entry, id := range p.offerOf {
		if id == offer {
			return entry
		}
	}
	return ""
}

// inTurn: whoever rings at an agent is the first in order who could.
func (p *promises) inTurn(t failer, v View, now time.Time, o Ring) {
	t.Helper()
	rung, _ := find(v, o.Entry)
	for _, a := range v.Agents {
		if !slices.Contains(o.Agents, a.ID) {
			continue
		}
		for _, q := range v.Queues {
			for _, e := range q.Waiting {
				if len(e.Offered) == 0 && earlier(v, e, rung) && p.could(a, e, q, now) {
					t.Errorf("%s rings for %s, before whom %s waits in %s", a.ID, o.Entry, e.ID, q.ID)
				}
			}
		}
	}
}

func find(v View, id webtrunk.CallID) (EntryView, bool) {
	for _, q := range v.Queues {
		for _, e := range q.Waiting {
			if e.ID == id {
				return e, true
			}
		}
	}
	return EntryView{}, false
}

func earlier(v View, a, b EntryView) bool {
	pa, pb := priorityOf(v, a.Queue), priorityOf(v, b.Queue)
	if pa != pb {
		return pa > pb
	}
	return inOrder(a, b) < 0
}

func priorityOf(v View, queue string) int {
	for _, q := range v.Queues {
		if q.ID == queue {
			return q.Priority
		}
	}
	return 0
}

func (p *promises) could(a AgentView, e EntryView, q QueueView, now time.Time) bool {
	if e.Written && a.Places == 0 {
		return false // nobody reads at a telephone
	}
	if at, declined := p.declined[fmt.Sprint(e.ID, a.ID)]; declined && now.Before(at.Add(30*time.Second)) {
		return false
	}
	fallen := 0
	for _, r := range q.Relax {
		if now.Sub(e.Since) >= r.After {
			fallen += r.By
		}
	}
	for skill, level := range e.Needs {
		if a.Skills[skill] < level-fallen {
			return false
		}
	}
	return slices.Contains(a.Queues, q.ID)
}
