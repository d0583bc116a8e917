package floor

import (
	"fmt"
	"slices"
	"time"

	"webtrunk"
)

// failer is what a test and a property have in common.
type failer interface {
	Helper()
	Errorf(string, ...any)
}

// promises holds what must be true of any floor's outputs. It keeps its own books
// from the outputs alone, and never looks at how the floor keeps its.
type promises struct {
	in      map[webtrunk.CallID]bool // waiting
	gone    map[webtrunk.CallID]int  // times left
	ringing map[int][]string         // offer → agents
	offered map[string]int           // agent → offer
	offerOf map[webtrunk.CallID]int
	started map[int]time.Time
	ring    map[int]time.Duration
	state   map[string]Presence
	next    time.Time

	declined map[string]time.Time         // entry and agent
	calls    map[string][]webtrunk.CallID // of an agent
}

func newPromises() *promises {
	return &promises{
		in: map[webtrunk.CallID]bool{}, gone: map[webtrunk.CallID]int{}, ringing: map[int][]string{}, offered: map[string]int{},
		offerOf: map[webtrunk.CallID]int{}, started: map[int]time.Time{}, ring: map[int]time.Duration{}, state: map[string]Presence{},
		declined: map[string]time.Time{}, calls: map[string][]webtrunk.CallID{},
	}
}

func (p *promises) check(t failer, f *Floor, now time.Time, in Input, outs []Output) {
	t.Helper()
	for _, o := range outs {
		switch o := o.(type) {
		case Joined:
			p.joined(t, o)
		case Left:
			p.left(t, o)
		case Ring:
			p.rang(t, now, o)
		case Settled:
			p.settled(t, now, o)
		case Became:
			if p.state[o.Agent] == o.Presence && o.Presence != Away {
				t.Errorf("%s became %s again", o.Agent, o.Presence)
			}
			p.state[o.Agent] = o.Presence
		case Next:
			p.next = o.At
		}
	}
	p.whole(t, f, now)
	moved := slices.ContainsFunc(outs, func(o Output) bool { _, is := o.(Moved); return is }) // came after others had been chosen for
	for _, o := range outs {
		if ring, is := o.(Ring); is && !moved && !byHand(in, ring) {
			p.inTurn(t, f.Look(now), now, ring)
		}
	}
}

// byHand reports whether somebody has chosen who rings at whom.
func byHand(in Input, o Ring) bool {
	give, is := in.(Give)
	return is && give.Entry == o.Entry && slices.Equal(o.Agents, []string{give.Agent})
}

func (p *promises) joined(t failer, o Joined) {
	t.Helper()
	if p.in[o.Entry] {
		t.Errorf("%s joined twice", o.Entry)
	}
	p.in[o.Entry] = true
}

func (p *promises) left(t failer, o Left) {
	t.Helper()
	if o.Why == "" {
		t.Errorf("%s left without a reason", o.Entry)
	}
	if id, rings := p.offerOf[o.Entry]; rings {
		t.Errorf("%s left while offer %d rings", o.Entry, id)
	}
	p.gone[o.Entry]++
	delete(p.in, o.Entry)
}

func (p *promises) rang(t failer, now time.Time, o Ring) {
	t.Helper()
	if id, rings := p.offerOf[o.Entry]; rings {
		t.Errorf("%s is offered while offer %d rings", o.Entry, id)
	}
	if !p.in[o.Entry] {
		t.Errorf("%s is offered and does not wait", o.Entry)
	}
	for _, a := range o.Agents {
		if id, rings := p.offered[a]; rings {
			t.Errorf("%s has two offers, %d and %d", a, id, o.Offer)
		}
		p.offered[a] = o.Offer
	}
	p.offerOf[o.Entry], p.ringing[o.Offer] = o.Offer, slices.Clone(o.Agents)
	p.started[o.Offer], p.ring[o.Offer] = now, o.For
}

func (p *promises) settled(t failer, now time.Time, o Settled) {
	t.Helper()
	at := slices.Index(p.ringing[o.Offer], o.Agent)
	if at < 0 {
		t.Errorf("offer %d ends for %s, whom it does not ring", o.Offer, o.Agent)
		return
	}
	p.ringing[o.Offer] = slices.Delete(p.ringing[o.Offer], at, at+1)
	delete(p.offered, o.Agent)
	if o.How == WasDeclined {
		p.declined[fmt.Sprint(o.Entry, o.Agent)] = now
	}
	if len(p.ringing[o.Offer]) == 0 {
		delete(p.ringing, o.Offer)
		delete(p.offerOf, o.Entry)
	}
}

// whole compares the books with how the floor looks.
func (p *promises) whole(t failer, f *Floor, now time.Time) {
	t.Helper()
	view, waiting := f.Look(now), 0
	for _, q := range view.Queues {
		for i, e := range q.Waiting {
			waiting++
			if !p.in[e.ID] {
				t.Errorf("%s waits and has never joined, or has left", e.ID)
			}
			if i > 0 && inOrder(q.Waiting[i-1], e) > 0 {
				t.Errorf("in %s, %s stands before %s", q.ID, q.Waiting[i-1].ID, e.ID)
			}
		}
	}
	if waiting != len(p.in) {
		t.Errorf("%d wait, %d have joined and not left", waiting, len(p.in))
	}
	for _, a := range view.Agents {
		p.agent(t, now, a)
	}
	for id := range p.ringing {
		if !now.Before(p.started[id].Add(p.ring[id] + overdue)) {
			t.Errorf("offer %d rings for %v", id, now.Sub(p.started[id]))
		}
		if p.next.IsZero() {
			t.Errorf("offer %d rings, and no tick is wanted", id)
		}
	}
	if !p.next.IsZero() && !p.next.After(now) {
		t.Errorf("a tick is wanted at %v, which is past", p.next)
	}
}

func (p *promises) agent(t failer, now time.Time, a AgentView) {
	t.Helper()
	if told := p.state[a.ID]; told != a.Presence && (told != "" || a.Presence != Offline) {
		t.Errorf("%s is %s and was told to be %q", a.ID, a.Presence, told)
	}
	if p.calls[a.ID] = a.Calls; len(a.Calls) > 1 {
		t.Errorf("%s is in %v at once", a.ID, a.Calls)
	}
	if _, rings := p.offered[a.ID]; rings && len(a.Calls) > 0 {
		t.Errorf("%s rings while in %v", a.ID, a.Calls)
	}
	if _, rings := p.offered[a.ID]; rings != (a.Offer != "") {
		t.Errorf("%s rings: %v, and has the offer %q", a.ID, rings, a.Offer)
	}
}

// inOrder is the order within one queue, stated anew.
func inOrder(a, b EntryView) int {
	if a.Priority != b.Priority {
		return b.Priority - a.Priority
	}
	return a.Since.Compare(b.Since)
}
