package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"webtrunk/bench/choir"
)

// An exchange is what stands between the pages and the telephones.
type exchange interface {
	// dial sets up a call between its two lines and returns how to end it.
	dial(ctx context.Context, c *choir.Call) (hangUp func(context.Context) error, err error)
	// pid is the process whose time is measured.
	pid() int
}

// A load is calls that all speak, through one exchange.
type load struct {
	choir    *choir.Choir
	exchange exchange
	division division
	plain    bool // the pages speak RTP, without keys
	calls    []*spoken
}

// A spoken is a call that is up, and how it sounded when it began.
type spoken struct {
	*choir.Call
	hangUp          func(context.Context) error
	page, telephone choir.Heard
}

// setUps is how many calls are set up together.
const setUps = 4

// apart is the least time from one set-up to the next. A set-up takes the gateway
// some 10 ms of CPU: beside many calls that speak, as many set-ups as it can do
// would hold their packets up, and it is they who are to be measured.
const apart = 60 * time.Millisecond

// grow sets up calls until there are n, and hears each of them out. What has
// been set up stays, whatever the error.
func (l *load) grow(ctx context.Context, n int) error {
	var mu sync.Mutex
	var failed error
	var calling, listening sync.WaitGroup
	turns := make(chan struct{}, setUps)
	pace := time.NewTicker(apart)
	defer pace.Stop()
	for range n - len(l.calls) {
		turns <- struct{}{}
		<-pace.C
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop || ctx.Err() != nil {
			break
		}
		calling.Go(func() {
			defer func() { <-turns }()
			s, err := l.begin(ctx)
			mu.Lock()
			defer mu.Unlock()
			if failed = errors.Join(failed, err); err != nil {
				return
			}
			l.calls = append(l.calls, s)
			listening.Go(func() {
				err := s.hear(ctx)
				mu.Lock()
				defer mu.Unlock()
				failed = errors.Join(failed, err)
			})
		})
	}
	calling.Wait()
	listening.Wait()
	return errors.Join(failed, ctx.Err())
}

// begin sets up one call, which then speaks.
func (l *load) begin(ctx context.Context) (*spoken, error) {
	ctx, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	c, err := l.choir.Call(l.plain)
	if err != nil {
		return nil, err
	}
	hangUp, err := l.exchange.dial(ctx, c)
	if err != nil {
		c.Close()
		return nil, err
	}
	c.Sing()
	return &spoken{Call: c, hangUp: hangUp}, nil
}

func (s *spoken) hear(ctx context.Context) (err error) {
	s.page, s.telephone, err = s.Listen(ctx)
	return err
}

// shrink ends calls until there are n.
func (l *load) shrink(ctx context.Context, n int) error {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer done()
	var err error
	for len(l.calls) > n {
		last := l.calls[len(l.calls)-1]
		l.calls = l.calls[:len(l.calls)-1]
		err = errors.Join(err, last.hangUp(ctx))
		last.Close()
	}
	return err
}

// A measured is what a while of a load has shown.
type measured struct {
	choir.Phase
	calls       int
	took        time.Duration
	theirs, own time.Duration // CPU of the exchange, and of this process
	kernel      time.Duration // of theirs, what the kernel used for them
	others      time.Duration // … and of whoever else worked on the exchange's cores
	sleeps      int64         // how often a thread of the exchange had nothing more to do
}

// perCallSecond is a time that was used, for each call and second.
func (m *measured) perCallSecond(used time.Duration) float64 {
	return ms(used) / m.took.Seconds() / float64(max(1, m.calls))
}

// share is how much of one core that was.
func (m *measured) share(used time.Duration) float64 { return 100 * used.Seconds() / m.took.Seconds() }

// A clock is how much time each has used.
type clock struct {
	at                time.Time
	theirs, own, both time.Duration
	kernel            time.Duration // of theirs
	sleeps            int64         // theirs
}

func (l *load) clock() (c clock, err error) {
	c.at = time.Now()
	used, err := usageOf(l.exchange.pid())
	if err != nil {
		return c, err
	}
	c.theirs, c.kernel = used.all(), used.kernel
	if c.sleeps, err = sleeps(l.exchange.pid()); err != nil {
		return c, err
	}
	if c.own, err = cpu(os.Getpid()); err != nil {
		return c, err
	}
	c.both, err = busy(&l.division.theirs)
	return c, err
}

// settling is what passes between the last set-up and the measure: what that has
// held up is sent, and its garbage collected.
const settling = 2 * time.Second

// measure lets the calls speak for a while.
func (l *load) measure(ctx context.Context, lasting time.Duration) (measured, error) {
	return l.measureBeside(ctx, lasting, func(context.Context) error { return nil })
}

// measureBeside measures while something else is done, which lasts as long.
func (l *load) measureBeside(ctx context.Context, lasting time.Duration, beside func(context.Context) error) (m measured, err error) {
	if err := pass(ctx, settling); err != nil {
		return m, err
	}
	done := make(chan error, 1)
	go func() { done <- beside(ctx) }()
	l.choir.PhaseOver()
	begin, err := l.clock()
	if err = errors.Join(err, pass(ctx, lasting)); err != nil {
		return m, errors.Join(err, <-done)
	}
	m.Phase = l.choir.PhaseOver()
	end, err := l.clock()
	m.calls, m.took = len(l.calls), end.at.Sub(begin.at)
	m.theirs, m.own = end.theirs-begin.theirs, end.own-begin.own
	m.kernel, m.sleeps = end.kernel-begin.kernel, end.sleeps-begin.sleeps
	m.others = max(0, end.both-begin.both-m.theirs)
	return m, errors.Join(err, <-done)
}

// pass lets some time pass.
func pass(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// check hears some of the calls out again: they still carry the right speech.
// It is the sound of at most n of them, spread over all.
func (l *load) check(ctx context.Context, n int) (heard []choir.Heard, err error) {
	var mu sync.Mutex
	var listening sync.WaitGroup
	for i := 0; i < len(l.calls); i += max(1, len(l.calls)/n) {
		listening.Go(func() {
			page, telephone, failed := l.calls[i].Listen(ctx)
			mu.Lock()
			defer mu.Unlock()
			heard, err = append(heard, page, telephone), errors.Join(err, failed)
		})
	}
	listening.Wait()
	if err != nil {
		err = fmt.Errorf("calls that are up do not sound as they should: %w", err)
	}
	return heard, err
}
