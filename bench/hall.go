package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"webtrunk/bench/choir"
)

// A hall is all rooms of a gateway, beside calls that speak and callers who hear music.
type hall struct {
	*load
	*gateway

	mu        sync.Mutex
	present   []*attendee // who shows now and then that they are still there
	rooms     []*meeting
	listeners []*attendee
	stop      context.CancelFunc
	staying   sync.WaitGroup
}

// openHall begins with nobody in it. Its close ends all that is in it.
func openHall(ctx context.Context, l *load, g *gateway) *hall {
	h := &hall{load: l, gateway: g}
	ctx, h.stop = context.WithCancel(ctx)
	h.staying.Go(func() { h.stay(ctx) })
	return h
}

// stayEvery is how often a page shows that it is still there (RFC 7675 §5.1 allows five
// seconds).
const stayEvery = 2500 * time.Millisecond

// stay does so for all, spread over the time.
func (h *hall) stay(ctx context.Context) {
	for n := 0; ; n++ {
		h.mu.Lock()
		all := len(h.present)
		var a *attendee
		if all > 0 {
			a = h.present[n%all]
		}
		h.mu.Unlock()
		if a != nil {
			_ = a.sound.Stay() // what is lost is sent again
		}
		if pass(ctx, stayEvery/time.Duration(max(10, all))) != nil {
			return
		}
	}
}

func (h *hall) enters(all ...*attendee) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.present = append(h.present, all...)
}

// listen has so many pages wait in a queue of whose agents there are none: they hear
// music, and the gateway's clock has something to do.
func (h *hall) listen(ctx context.Context, n int) error {
	if _, err := h.hire(ctx, 0); err != nil {
		return err
	}
	for range n {
		a, err := h.listener(ctx, h.choir)
		if err != nil {
			return err
		}
		h.listeners = append(h.listeners, a)
		if err := a.waits(ctx); err != nil {
			return err
		}
		h.enters(a)
	}
	return nil
}

// fill opens rooms until there are n, a few at a time.
func (h *hall) fill(ctx context.Context, n int) (err error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	turns := make(chan struct{}, setUps)
	pace := time.NewTicker(apart / 5) // no room takes a path for sound
	defer pace.Stop()
	for number := len(h.rooms); number < n; number++ {
		turns <- struct{}{}
		<-pace.C
		mu.Lock()
		stop := err != nil
		mu.Unlock()
		if stop || ctx.Err() != nil {
			break
		}
		all.Go(func() {
			defer func() { <-turns }()
			m, failed := h.meet(ctx, number)
			mu.Lock()
			defer mu.Unlock()
			if err = errors.Join(err, failed); failed == nil {
				h.rooms = append(h.rooms, m)
			}
		})
	}
	all.Wait()
	return errors.Join(err, ctx.Err())
}

// close ends all that is in it.
func (h *hall) close(ctx context.Context) (err error) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer done()
	var mu sync.Mutex
	var all sync.WaitGroup
	turns := make(chan struct{}, setUps)
	end := func(f func(context.Context) error) {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			failed := f(ctx)
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, failed)
		})
	}
	for _, m := range h.rooms {
		end(m.close)
	}
	for _, a := range h.listeners {
		end(a.close)
	}
	all.Wait()
	h.stop()
	h.staying.Wait()
	return err
}

// A stretch is what was seen while rooms were written in, or were not.
type stretch struct {
	slices  []lateness // of the clock, in each while
	watched delivered  // in the first room
	others  delivered
	sound   choir.Tally // of the calls that spoke, both ways
	theirs  time.Duration
	beside  time.Duration // … what others used on the gateway's cores
	took    time.Duration
}

// look adds a while to a stretch, in which so many rooms are written in.
func (h *hall) look(ctx context.Context, s *stretch, writing int, every, lasting time.Duration) error {
	var during lateness
	m, err := h.measureBeside(ctx, lasting, func(ctx context.Context) error {
		before, err := h.clockLateness(ctx)
		if err = errors.Join(err, write(ctx, h.rooms[:writing], every, lasting)); err != nil {
			return err
		}
		after, err := h.clockLateness(ctx)
		during = after.since(before)
		return err
	})
	if err != nil {
		return err
	}
	if during.slots == 0 {
		return fmt.Errorf("nothing ran on the gateway's clock in %v: nobody heard music", lasting)
	}
	s.slices = append(s.slices, during)
	s.sound = choir.Both(s.sound, choir.Both(m.ToPages, m.ToTelephones))
	s.theirs, s.beside, s.took = s.theirs+m.theirs, s.beside+m.others, s.took+m.took
	s.watched.add(h.rooms[0].over())
	for _, room := range h.rooms[1:] {
		s.others.add(room.over())
	}
	return nil
}

// lateness is that of the whole stretch.
func (s *stretch) lateness() (all lateness) {
	for _, l := range s.slices {
		all = all.and(l)
	}
	return all
}

// share is how much of a core was used.
func (s *stretch) share(used time.Duration) string {
	return fmt.Sprintf("%.0f %%", 100*used.Seconds()/max(1e-9, s.took.Seconds()))
}
