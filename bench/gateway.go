package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"webtrunk/bench/choir"
	"webtrunk/signaling/visitor"
)

// gateway is ours as an exchange: a page calls a number by its WebSocket,
// and the number is a telephone of the choir's.
type gateway struct {
	*rig
	operator *operator
	mu       sync.Mutex
	ringing  map[string]*choir.Call // by number
	courses  map[*choir.Call]*course
	links    map[*choir.Call]link
}

// A link is how a call's page speaks to the gateway of its call.
type link struct {
	page *visitor.Visitor
	call *visitor.Call
}

// noting notes when a step of a call's set-up was.
func (o *gateway) noting(c *choir.Call, step func(*course, time.Time)) {
	now := time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.courses[c] == nil {
		o.courses[c] = &course{}
	}
	step(o.courses[c], now)
}

// turns is how many goroutines of ours may work at once.
const turns = 32

// A staging is what a load is to be.
type staging struct {
	pages  string // the score that they sing
	cores  int    // of the gateway
	limits string // in place of none by load
	binary string // of the gateway; empty means that of this source
	rooms  int    // pages that can be called by others
	// unlocked calls speak out of step with a profiler's ticks.
	unlocked bool
}

// onStage runs f with a load that is still empty, through a gateway on cores of
// its own. Whatever goes wrong is told with what the gateway has logged.
func (s staging) onStage(ctx context.Context, f func(*load, *gateway) error) (err error) {
	d, err := divide(s.cores)
	if err != nil {
		return err
	}
	// Whoever keeps time waits for the system, which is fair within a
	// millisecond, and not for its turn in Go, which is so within ten.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(turns))
	c, err := s.choir()
	if err != nil {
		return err
	}
	defer c.Close()
	if s.unlocked {
		c.Unlock()
	}
	o := &gateway{ringing: map[string]*choir.Call{}, courses: map[*choir.Call]*course{}, links: map[*choir.Call]link{}}
	if o.operator, err = startOperator(o.answer); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.operator.close()) }()
	trunks := trunkTo("operator", o.operator.addr().String())
	return with(ctx, setting{trunks: trunks, division: &d, limits: s.limits, binary: s.binary, rooms: s.rooms}, func(r *rig) error {
		o.rig = r
		l := &load{choir: c, exchange: o, division: d}
		err := f(l, o)
		return errors.Join(err, l.shrink(ctx, 0))
	})
}

// choir makes the choir: its telephones speak G.711.
func (s staging) choir() (*choir.Choir, error) {
	pages, err := choir.NewScore(s.pages)
	if err != nil {
		return nil, err
	}
	telephones, err := choir.NewScore(choir.PCMU)
	if err != nil {
		return nil, err
	}
	return choir.New(pages, telephones)
}

func (o *gateway) pid() int { return o.process.Process.Pid }

// dial calls from a page of its own.
func (o *gateway) dial(ctx context.Context, c *choir.Call) (hangUp func(context.Context) error, err error) {
	v, err := o.visitor(ctx, visitor.Config{From: c.Page.Home()})
	if err != nil {
		return nil, err
	}
	call, err := o.place(ctx, v, c)
	if err != nil {
		v.Close()
		return nil, err
	}
	o.mu.Lock()
	o.links[c] = link{v, call}
	o.mu.Unlock()
	return func(ctx context.Context) error {
		defer v.Close()
		o.mu.Lock()
		delete(o.links, c)
		o.mu.Unlock()
		_, err := call.Hangup(ctx)
		return err
	}, nil
}

func (o *gateway) place(ctx context.Context, v *visitor.Visitor, c *choir.Call) (*visitor.Call, error) {
	number := fmt.Sprintf("+1555010%04d", 1000+c.Number) // below are those of the configuration
	o.mu.Lock()
	o.ringing[number] = c
	o.mu.Unlock()
	offer := c.Offer()
	o.noting(c, func(w *course, at time.Time) { w.offered = at })
	call, answer, err := v.Offer(ctx, number, offer)
	if err != nil {
		return nil, err
	}
	o.noting(c, func(w *course, at time.Time) { w.answered = at })
	keyed := make(chan error, 1)
	go func() { // beside the signalling, as in a browser
		err := c.Connect(ctx, answer)
		o.noting(c, func(w *course, at time.Time) { w.keyed = at })
		keyed <- err
	}()
	_, err = call.Wait(ctx, "answered")
	o.noting(c, func(w *course, at time.Time) { w.told = at })
	return call, errors.Join(err, <-keyed)
}

// answer is the operator's question who has a number.
func (o *gateway) answer(number, offer string) (string, error) {
	o.mu.Lock()
	c := o.ringing["+"+strings.TrimPrefix(number, "+")]
	o.mu.Unlock()
	if c == nil {
		return "", fmt.Errorf("nobody has this number")
	}
	o.noting(c, func(w *course, at time.Time) { w.invited = at })
	sdp, err := c.Ring(offer)
	if err == nil {
		c.Telephone.Sing() // who answers speaks
	}
	o.noting(c, func(w *course, at time.Time) { w.accepted = at })
	return sdp, err
}
