package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"webtrunk/carrier"
)

// A declined is the end of a telephone's call that was not answered.
type declined struct{ carrier.End }

func (d *declined) Error() string {
	return fmt.Sprintf("the telephone was refused: %d %s", d.Code, d.Reason)
}

// ring has a telephone call our number, which rings another, and returns when
// both talk.
func (r *rig) ring(ctx context.Context) (*carrier.Call, error) {
	c, err := r.carrier.Call(ctx, theirs, ours, func(ctx context.Context, c *carrier.Call) error { return c.Echo(ctx) })
	if err != nil {
		return nil, err
	}
	if err := c.Wait(ctx, carrier.Reached(carrier.Confirmed)); err != nil {
		return nil, err
	}
	if c.State() == carrier.Over {
		return nil, &declined{c.End()}
	}
	return c, nil
}

// setups has so many telephones call at once, each again and again, and returns
// how many calls were set up in a second and how long each took.
func (r *rig) setups(ctx context.Context, telephones int, lasting time.Duration) (perSecond float64, took spread, err error) {
	ctx, done := context.WithTimeout(ctx, lasting+time.Minute)
	defer done()
	var mu sync.Mutex
	var all []time.Duration
	var calling sync.WaitGroup
	begin := time.Now()
	for range telephones {
		calling.Go(func() {
			for time.Since(begin) < lasting {
				dialled := time.Now()
				c, failed := r.ring(ctx)
				answered := time.Since(dialled)
				if failed == nil {
					failed = c.Hangup(ctx)
				}
				mu.Lock()
				err = errors.Join(err, failed)
				all = append(all, answered)
				mu.Unlock()
				if failed != nil {
					return
				}
			}
		})
	}
	calling.Wait()
	seconds := time.Since(begin).Seconds()
	return float64(len(all)) / seconds, spreadOf(all), err
}

// calm has so many telephones call in a second, for a while; each talks for a
// second. It returns when all have hung up.
func (r *rig) calm(ctx context.Context, perSecond float64, lasting time.Duration) error {
	return steadily(ctx, perSecond, lasting, func() error {
		ctx, done := context.WithTimeout(ctx, time.Minute)
		defer done()
		c, err := r.ring(ctx)
		if err != nil {
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
		return c.Hangup(ctx)
	})
}

// steadily begins something so many times a second, for a while, and waits for
// all that it began.
func steadily(ctx context.Context, perSecond float64, lasting time.Duration, f func() error) (err error) {
	var mu sync.Mutex
	var under sync.WaitGroup
	tick := time.NewTicker(time.Duration(float64(time.Second) / perSecond))
	defer tick.Stop()
	for begin := time.Now(); time.Since(begin) < lasting && ctx.Err() == nil; {
		under.Go(func() {
			failed := f()
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, failed)
		})
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	under.Wait()
	return errors.Join(err, ctx.Err())
}
