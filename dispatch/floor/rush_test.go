package floor

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"webtrunk"
)

// A rush is a busy hour in simulated time: what will happen lies in a list, and
// what the floor orders adds to it.
type rush struct {
	day
	t       *testing.T
	dice    *rand.Rand
	coming  []moment
	first   []webtrunk.CallID // offered for the first time, in order
	seen    map[webtrunk.CallID]bool
	left    map[webtrunk.CallID]Left
	longest time.Duration
}

// TestTwoHundredCallersForTwentyAgents: half of the agents' work comes at once.
// Agents decline, let it ring and go for lunch, callers give up. Everybody leaves
// exactly once, and within each priority the first come is the first offered.
func TestTwoHundredCallersForTwentyAgents(t *testing.T) {
	for _, strategy := range []Strategy{LongestIdle, RoundRobin, BySkill, RingAll} {
		t.Run(string(strategy), func(t *testing.T) {
			r := newRush(t, strategy)
			r.run()
			r.judge()
		})
	}
}

func newRush(t *testing.T, strategy Strategy) *rush {
	r := &rush{day: day{p: newPromises(), now: start}, t: t, dice: rand.New(rand.NewPCG(1, 2)), seen: map[webtrunk.CallID]bool{}, left: map[webtrunk.CallID]Left{}}
	r.later(0, SetQueue{Queue{ID: "support", Strategy: strategy, WrapUp: 10 * time.Second}})
	for i := range 20 {
		id := fmt.Sprintf("agent%02d", i)
		r.later(0, SetAgent{Agent{ID: id, Queues: []string{"support"}}})
		r.later(0, Came{id})
		r.later(time.Duration(i)*time.Second, Choose{Agent: id, Presence: Available})
	}
	for i := range 200 {
		at := time.Minute + time.Duration(i)*time.Second
		r.later(at, Enter{Entry{ID: callID(i), Queue: "support", Priority: i % 3}})
		if i%17 == 3 {
			r.later(at+time.Duration(r.dice.IntN(300))*time.Second, Leave{callID(i), Abandoned})
		}
	}
	return r
}

func (r *rush) later(after time.Duration, in Input) {
	r.coming = append(r.coming, moment{r.now.Add(after), in})
	slices.SortStableFunc(r.coming, func(a, b moment) int { return a.at.Compare(b.at) })
}

// run lives the hour: whatever comes next, or the floor's tick before it.
func (r *rush) run() {
	for len(r.coming) > 0 && !r.t.Failed() {
		next := r.coming[0]
		if tick := r.p.next; !tick.IsZero() && tick.Before(next.at) {
			next = moment{tick, Tick{}}
		} else {
			r.coming = r.coming[1:]
		}
		r.now = next.at
		for _, o := range r.live(r.t, next.in) {
			r.answer(o)
		}
	}
}

// answer is what people do about an order.
func (r *rush) answer(o Output) {
	switch o := o.(type) {
	case Ring:
		if !r.seen[o.Entry] {
			r.seen[o.Entry], r.first = true, append(r.first, o.Entry)
		}
		for _, agent := range o.Agents {
			r.pickUp(o, agent)
		}
	case Left:
		r.left[o.Entry] = o
		if o.Why == Answered {
			r.longest = max(r.longest, o.Waited)
			r.later(time.Duration(30+r.dice.IntN(60))*time.Second, Ended{Agent: o.Agent, Call: o.Entry})
		}
	case Became:
		if o.Presence == Unresponsive {
			r.later(40*time.Second, Choose{Agent: o.Agent, Presence: Available})
		}
	}
}

// pickUp: most agents answer within seconds. An answer to what no longer rings is
// one that the caller never hears.
func (r *rush) pickUp(o Ring, agent string) {
	after := time.Duration(1+r.dice.IntN(5)) * time.Second
	switch dice := r.dice.IntN(20); {
	case dice == 0:
		r.later(after, Declined{o.Offer, agent})
	case dice == 1:
		r.later(o.For, TimedOut{o.Offer, agent})
	case dice == 2:
		r.later(after, Choose{Agent: agent, Presence: Away, Reason: "lunch"})
		r.later(after+time.Minute, Choose{Agent: agent, Presence: Available})
	default:
		r.later(after, answers{o.Offer, agent, o.Entry})
	}
}

// An answers is an agent who picks up, if it still rings then.
type answers struct {
	offer int
	agent string
	entry webtrunk.CallID
}

func (answers) input() {}

func (r *rush) live(t *testing.T, in Input) []Output {
	if a, picks := in.(answers); picks {
		if r.p.offered[a.agent] != a.offer {
			return nil
		}
		in = Accepted{Entry: a.entry, Agent: a.agent}
	}
	return r.day.live(t, in)
}

// judge looks at the hour from its end.
func (r *rush) judge() {
	answered := 0
	for i := range 200 {
		l, is := r.left[callID(i)]
		if !is {
			r.t.Errorf("caller %d was lost", i)
		}
		if l.Why == Answered {
			answered++
		}
	}
	number := func(id webtrunk.CallID) (n int) { fmt.Sscanf(string(id), "c%d", &n); return n }
	for p := range 3 {
		mine := slices.DeleteFunc(slices.Clone(r.first), func(id webtrunk.CallID) bool { return number(id)%3 != p })
		if !slices.IsSortedFunc(mine, func(a, b webtrunk.CallID) int { return cmp.Compare(number(a), number(b)) }) {
			r.t.Errorf("within priority %d callers were offered in the order %v", p, mine)
		}
	}
	if answered < 180 {
		r.t.Errorf("%d of 200 were answered", answered)
	}
	r.t.Logf("%d answered within %v, the longest wait was %v", answered, r.now.Sub(start), r.longest)
}

// BenchmarkStep is one caller more and one less, with 200 who wait for 20 agents.
func BenchmarkStep(b *testing.B) {
	var f Floor
	f.Step(start, SetQueue{Queue{ID: "support"}})
	for i := range 20 {
		f.Step(start, SetAgent{Agent{ID: agentID(i), Queues: []string{"support"}, Phone: true}})
		f.Step(start, Choose{Agent: agentID(i), Presence: Available})
	}
	for i := range 220 {
		f.Step(start, Enter{Entry{ID: callID(i), Queue: "support"}})
	}
	for b.Loop() {
		f.Step(start, Enter{Entry{ID: "one more", Queue: "support"}})
		f.Step(start, Leave{"one more", Abandoned})
	}
}
