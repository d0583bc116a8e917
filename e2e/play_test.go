package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
)

// Times of a played transcript.
const (
	// patience is how long anything may take that is waited for.
	patience = 30 * time.Second
	// soon is what stands for the time of a timer that fires: enough for the
	// telephones and pages to do before it what they do before it. Before a
	// prompt's, its phrase is heard and keys are pressed.
	soon       = 1500 * time.Millisecond
	promptSoon = 5 * time.Second
)

// A player plays one transcript with real parties.
type player struct {
	t         *testing.T
	ctx       context.Context
	script    transcript
	how       played
	rig       *rig
	carrier   *carrier.Carrier
	asked     *asked
	phrases   *recited
	given     chan given // sensitive digits
	journal   *journal
	pages     map[string]*visitor.Visitor // that can be called, by name
	parties   map[string]*party           // by leg
	open      []line                      // AskRoute that is not answered, by the transcript
	questions []routeQuestion             // and as it was put
	admitted  bool                        // or refused
	fires     map[string]bool
	at        int // the step that is played
}

func play(t *testing.T, name string, how played) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	p := &player{
		t: t, ctx: ctx, script: readTranscript(t, name), how: how, asked: newAsked(), journal: newJournal(),
		phrases: recite(t), given: make(chan given, 8),
		pages: map[string]*visitor.Visitor{}, parties: map[string]*party{},
	}
	p.fires = p.script.fires()
	p.setUp()
	for i, s := range p.script.steps {
		p.at = i
		p.step(s)
	}
	p.wantEvents(len(p.script.steps))
	p.wantSentences()
	p.wantDifferences()
	p.tearDown()
}

// setUp starts the gateway and its telephone network, whose numbers do what
// the transcript says, and opens the pages that will be called.
func (p *player) setUp() {
	var numbers []carrier.Number
	for n := 101; n <= 104; n++ {
		numbers = append(numbers, carrier.Number{Number: fmt.Sprintf("+15550100%d", n), Behaviour: carrier.Manual})
	}
	var err error
	p.carrier, err = carrier.Start(carrier.Config{Numbers: numbers, Drain: time.Millisecond})
	check(p.t, err)
	b := blueprint{
		trunk: p.carrier.Addr(), admitter: p.asked, router: p.asked, journal: p.journal, pages: anybody{},
		limits: signaling.Limits{Connect: patience}, digits: p.digits,
	}
	if !p.how.speechless {
		b.phrases = p.phrases
	}
	if p.script.losesPage() {
		b.limits.Grace = soon
	}
	if p.how.noPorts {
		only := freePort(p.t)
		b.rtp = [2]uint16{only, only + 1}
	}
	p.rig = newRig(p.t, b)
	p.carrier.SetGateway(p.rig.telephones.Addr())
	if p.how.noPorts {
		taken, err := p.rig.sockets.Open("taken by another call")
		check(p.t, err)
		p.t.Cleanup(taken.Close)
	}
	for _, s := range p.script.steps {
		for _, ev := range s.events {
			p.openPage(ev)
		}
	}
}

// openPage opens the page that an event says is called.
func (p *player) openPage(ev line) {
	if ev.name != "leg.added" || ev.words[1] != "webrtc" || ev.words[2] == "caller" || p.how.nobodyThere {
		return
	}
	name := strings.TrimPrefix(ev.words[3], "browser:")
	p.pages[name] = p.rig.visit(p.ctx, visitor.Config{Token: name})
}

// tearDown ends everything and asks the telephone network whether anything was
// left open.
func (p *player) tearDown() {
	for _, party := range p.parties {
		party.wait(p)
	}
	for _, page := range p.pages {
		page.Close()
	}
	if p.how.noPorts {
		// The port that was taken is not the gateway's to close.
		p.rig.sockets.Close()
	}
	p.rig.close()
	// The gateway's last ACK may still be on its way.
	stats, err := p.carrier.WaitStats(p.ctx, func(s carrier.Stats) bool { return s.CallsOpen == 0 })
	if err != nil || stats.Unacked > 0 || stats.Panics > 0 || stats.Malformed > 0 {
		p.t.Errorf("the telephone network is left with %+v", stats)
	}
	check(p.t, p.carrier.Close())
}

// refusedNext tells whether the question that comes of this input cannot be put on
// record, as the next input says.
func (p *player) refusedNext() bool {
	if p.at+1 >= len(p.script.steps) {
		return false
	}
	next := p.script.steps[p.at+1].input
	return next.name == "order_failed" && strings.HasPrefix(next.words[0], "Ask")
}

// step does what an input says, waits for the events that come of it, and looks
// for the effects of the orders.
func (p *player) step(s step) {
	p.t.Helper()
	for _, x := range p.parties {
		if x.telephone != nil {
			x.before = len(x.telephone.Heard())
		}
	}
	refused := p.refusedNext()
	if refused {
		p.journal.refuseNext()
	}
	if err := p.act(s.input); err != nil {
		p.t.Fatalf("%s: %v", s.line, err)
	}
	p.wantEvents(p.at + 1)
	for _, order := range s.orders {
		if order.name == "AskRoute" {
			p.open = append(p.open, order)
		}
		if refused && order.name == "Play" {
			continue // it is over before a packet of it was due
		}
		if err := p.effect(order); err != nil {
			p.t.Fatalf("%s: the effect of %s is missing: %v", s.line, order, err)
		}
	}
}

// wantEvents waits until the journal holds what the first n steps lead to, and
// compares.
func (p *player) wantEvents(n int) {
	p.t.Helper()
	var want []string
	for _, s := range p.script.steps[:n] {
		want = append(want, p.wanted(s.events)...)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var got []string
	p.journal.wait(ctx, func(lines []line) bool {
		got = outlines(lines)
		return len(got) >= len(want)
	})
	if n == len(p.script.steps) && !slices.Equal(got, want) || len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
		p.t.Fatalf("after %s\ngot\n  %s\nwant\n  %s", p.script.steps[n-1].line, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// wantSentences checks that whatever could not be carried out is said in words.
func (p *player) wantSentences() {
	for _, ev := range p.journal.wait(p.ctx, func([]line) bool { return true }) {
		if ev.name == "call.order_failed" && ev.fields["message"] == "" {
			p.t.Errorf("%s comes without a sentence", ev)
		}
	}
}

// wantDifferences checks that what is said to differ is still in the transcript.
func (p *player) wantDifferences() {
	var written []string
	for _, s := range p.script.steps {
		written = append(written, outlines(s.events)...)
	}
	for differs := range p.how.instead {
		if !slices.Contains(written, differs) {
			p.t.Errorf("the transcript holds no %q any more, which has others instead", differs)
		}
	}
}

func outlines(events []line) (outlines []string) {
	for _, ev := range events {
		outlines = append(outlines, ev.String())
	}
	return outlines
}

// wanted are the events of a step, with what comes instead of some of them.
func (p *player) wanted(events []line) (wanted []string) {
	for _, text := range outlines(events) {
		if others, differs := p.how.instead[text]; differs {
			wanted = append(wanted, others...)
		} else {
			wanted = append(wanted, text)
		}
	}
	return wanted
}

// time returns a time of the transcript, shortened if it is to run out.
func (p *player) time(timer string, d time.Duration) time.Duration {
	switch {
	case !p.fires[timer+" "+d.String()]:
		return d
	case timer == "prompt":
		return promptSoon
	}
	return soon
}

// do hands the call what no telephone or page does: wishes of the API, and
// reports that nobody outside could cause.
func (p *player) do(in call.Input) error {
	id := p.journal.call()
	if id == "" {
		return nil // before the call there is nobody to tell
	}
	err := p.rig.board.Do(p.ctx, id, in)
	if webtrunk.KindOf(err) == webtrunk.NotFound {
		return nil // it has ended, as the transcript knows
	}
	return err
}
