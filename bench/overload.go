package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"webtrunk/bench/choir"
)

type overloadCommand struct {
	Capacity int     `help:"How many calls the gateway holds. If it is not said, it is measured first."`
	Times    float64 `default:"1.5" help:"How many times as many are offered."`
	Seconds  int     `default:"15" help:"How long those that were accepted are measured."`
	Pages    string  `default:"narrowband" enum:"narrowband,hybrid,pcmu" help:"What the pages send."`
	Cores    int     `default:"1" help:"How many cores the gateway has."`
	Calls    int     `default:"400" help:"The most calls that are tried while its capacity is measured."`
}

// An offered is how a crowd of calls fared.
type offered struct {
	calls, accepted int
	refused         map[string]int // by the sentence that was told
	coming, after   measured       // while they came, and then
	limits          []limit        // when calls began to be refused
}

// Run offers more calls than the gateway holds. It is to refuse those that are
// too many, with a reason, before the others notice.
func (c overloadCommand) Run(ctx context.Context) error {
	s := newSheet()
	if c.Capacity == 0 {
		up, err := capacityCommand{Pages: c.Pages, From: 20, Step: 20, Calls: c.Calls, Seconds: 4, Cores: c.Cores}.climb(ctx, c.Pages, 1)
		if err != nil {
			return err
		}
		up.print(s, "calls_per_core", c.Cores)
		held := up.held()
		if held == nil {
			return errors.New("not even the first 20 calls were good: say --capacity")
		}
		c.Capacity = held.calls
	}
	var o offered
	// The gateway's own limits, as it has them by default.
	err := staging{pages: c.Pages, cores: c.Cores, limits: "calls: 4000"}.onStage(ctx, func(l *load, g *gateway) (err error) {
		if o, err = c.offer(ctx, l); err != nil {
			return err
		}
		o.limits, err = g.limits()
		return err
	})
	if err != nil {
		return err
	}
	c.print(s, o)
	s.print()
	return nil
}

// offer makes the calls and counts what became of them. What is neither taken
// nor refused with a sentence is an error.
func (c overloadCommand) offer(ctx context.Context, l *load) (o offered, err error) {
	o.calls, o.refused = int(c.Times*float64(c.Capacity)), map[string]int{}
	begin, err := l.clock()
	if err != nil {
		return o, err
	}
	l.choir.PhaseOver()
	if err := c.crowd(ctx, l, o); err != nil {
		return o, fmt.Errorf("with %d calls: %w", len(l.calls), err)
	}
	o.accepted = len(l.calls)
	end, err := l.clock()
	if err != nil {
		return o, err
	}
	o.coming = measured{Phase: l.choir.PhaseOver(), calls: o.accepted, took: end.at.Sub(begin.at), theirs: end.theirs - begin.theirs, own: end.own - begin.own}
	o.after, err = l.measure(ctx, time.Duration(c.Seconds)*time.Second)
	return o, err
}

// crowd has one call come after another; none waits until it was heard out.
func (c overloadCommand) crowd(ctx context.Context, l *load, o offered) error {
	heard := make(chan error, o.calls)
	var listening sync.WaitGroup
	defer listening.Wait()
	for range o.calls {
		s, err := l.begin(ctx)
		if text, told := sentence(err); told {
			o.refused[text]++
			continue
		}
		if err != nil {
			return err
		}
		l.calls = append(l.calls, s)
		listening.Go(func() { heard <- s.hear(ctx) })
	}
	var err error
	for range l.calls {
		err = errors.Join(err, <-heard)
	}
	return err
}

func (c overloadCommand) print(s *sheet, o offered) {
	s.head(fmt.Sprintf("%d calls offered, %s ↔ pcmu", o.calls, c.Pages), "accepted", "late or lost", "transit p50", "p99", "gateway's CPU", "generator late by")
	for _, w := range []struct {
		name string
		m    *measured
	}{{"while they came", &o.coming}, {"then", &o.after}} {
		all := choir.Both(w.m.ToPages, w.m.ToTelephones)
		s.row(w.name, o.accepted, fmt.Sprintf("%.2f %%", w.m.Bad()), all.Transit(50), all.Transit(99), fmt.Sprintf("%.0f %%", w.m.share(w.m.theirs)), w.m.Behind)
	}
	for _, text := range slices.Sorted(maps.Keys(o.refused)) {
		s.say("%d were told: %s", o.refused[text], text)
	}
	for _, l := range o.limits {
		s.say("calls began to be refused %v", l)
	}
	s.pair("offered", "%d", o.calls)
	s.pair("accepted", "%d", o.accepted)
	s.pair("refused", "%d", o.calls-o.accepted)
	s.pair("late_pct", "%.2f", max(o.coming.Bad(), o.after.Bad()))
}
