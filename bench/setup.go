package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"webtrunk/bench/choir"
)

type setupCommand struct {
	Calls    int    `default:"100" help:"How many calls to set up."`
	Together int    `default:"1" help:"How many of them at the same time."`
	Cores    int    `default:"1" help:"How many cores the gateway has."`
	Beside   string `help:"Another gateway's binary, which sets up as many in turn."`
	Profile  string `help:"A file for a CPU profile of the gateway meanwhile."`
}

// A course is when the steps of a call's set-up were, all seen from outside:
// at the page and at the telephone.
type course struct {
	offered  time.Time // the page sends its offer
	answered time.Time // the page has the answer
	invited  time.Time // the INVITE is at the telephone
	accepted time.Time // the telephone sends its 200 and speaks
	told     time.Time // the page is told that the telephone has answered
	keyed    time.Time // the page has its keys: sound can flow
	heard    time.Time // the page's first packet of the telephone's sound
}

// steps are what is reported of a course: a name for people, one for programs.
var steps = []struct {
	name, key string
	took      func(*course) time.Duration
}{
	{"page's offer → INVITE at the telephone", "invite", func(c *course) time.Duration { return c.invited.Sub(c.offered) }},
	{"telephone's 200 → page is told", "told", func(c *course) time.Duration { return c.told.Sub(c.accepted) }},
	{"page's offer → page has the answer", "answer", func(c *course) time.Duration { return c.answered.Sub(c.offered) }},
	{"page's offer → sound can flow", "flow", func(c *course) time.Duration { return c.keyed.Sub(c.offered) }},
	{"telephone's 200 → first sound at the page", "first_sound", func(c *course) time.Duration { return c.heard.Sub(c.accepted) }},
}

// Run sets up calls, so many at a time, and ends each when it has sounded. With
// another gateway beside, both take turns of a third of the calls each.
func (c setupCommand) Run(ctx context.Context) error {
	profiled = c.Profile != ""
	ours, theirs, turns := setups{}, setups{}, 1
	if c.Beside != "" {
		turns = 3
	}
	for range turns {
		err := c.turn(ctx, "", c.Calls/turns, &ours)
		if err == nil && c.Beside != "" {
			err = c.turn(ctx, c.Beside, c.Calls/turns, &theirs)
		}
		if err != nil {
			return err
		}
	}
	s := newSheet()
	c.print(s, "", &ours)
	if c.Beside != "" {
		c.print(s, "beside_", &theirs)
	}
	s.print()
	return nil
}

// Setups are calls that were set up by one gateway.
type setups struct {
	all []course
	cpu time.Duration // of the gateway, from their pages' WebSockets to their ends
}

// turn has a gateway set up some calls.
func (c setupCommand) turn(ctx context.Context, binary string, calls int, to *setups) error {
	return staging{pages: choir.Narrowband, cores: c.Cores, binary: binary}.onStage(ctx, func(l *load, g *gateway) error {
		done := make(chan error, 1)
		go func() { done <- g.profile(ctx, c.Profile, 10*time.Second) }()
		begin, err := l.clock()
		if err != nil {
			return errors.Join(err, <-done)
		}
		all, err := c.courses(ctx, l, g, calls)
		if err = errors.Join(err, <-done); err != nil {
			return err
		}
		end, err := l.clock()
		to.all = append(to.all, all...)
		to.cpu += end.theirs - begin.theirs
		return err
	})
}

// courses sets up one group of calls after the other.
func (c setupCommand) courses(ctx context.Context, l *load, g *gateway, calls int) (all []course, err error) {
	var mu sync.Mutex
	for len(all) < calls && err == nil {
		var group sync.WaitGroup
		for range min(max(1, c.Together), calls-len(all)) {
			group.Go(func() {
				one, failed := g.course(ctx, l)
				mu.Lock()
				defer mu.Unlock()
				all, err = append(all, one), errors.Join(err, failed)
			})
		}
		group.Wait()
	}
	return all, err
}

// course sets up one call, waits for its first sound and ends it.
func (g *gateway) course(ctx context.Context, l *load) (c course, err error) {
	s, err := l.begin(ctx)
	if err != nil {
		return c, err
	}
	defer s.Close()
	within, done := context.WithTimeout(ctx, 10*time.Second)
	defer done()
	err = until(within, "the page hears its call", func() (bool, error) { return !s.Page.First().IsZero(), nil })
	g.mu.Lock()
	c = *g.courses[s.Call]
	delete(g.courses, s.Call)
	g.mu.Unlock()
	c.heard = s.Page.First()
	return c, errors.Join(err, s.hangUp(ctx))
}

func (c setupCommand) print(s *sheet, who string, by *setups) {
	name := "the gateway of this source"
	if who != "" {
		name = c.Beside
	}
	s.head(fmt.Sprintf("%d calls, %d at a time, %s", len(by.all), c.Together, name), "p50", "p99", "longest")
	for _, step := range steps {
		var took []time.Duration
		for i := range by.all {
			took = append(took, step.took(&by.all[i]))
		}
		x := spreadOf(took)
		s.row(step.name, x.p50, x.p99, x.longest)
		s.pair(who+step.key+"_p50_ms", "%.2f", ms(x.p50))
		s.pair(who+step.key+"_p99_ms", "%.2f", ms(x.p99))
	}
	cpu := by.cpu / time.Duration(max(1, len(by.all)))
	s.say("the gateway's CPU for a call, from its page's WebSocket to its end: %v", cpu.Round(10*time.Microsecond))
	s.pair(who+"setup_cpu_ms", "%.2f", ms(cpu))
}
