package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

// perAccount is how many streams one account may have.
const perAccount = 200

// A crowd is what many subscribers cost, and how late they are told.
type crowd struct {
	accounts       int
	late           spread
	expected       int     // events that were to come, over all subscribers
	kilobytes      float64 // of the gateway's memory, for each subscriber
	alone, crowded float64 // the gateway's CPU while calls come, in cores: without subscribers, with them
	generator      float64 // this process's CPU with them
}

// crowd has many follow at once while calls come at a steady pace, the same
// from each account.
func (r *rig) crowd(ctx context.Context, subscribers int, perSecond float64, lasting time.Duration) (c crowd, err error) {
	c.accounts = (subscribers + perAccount - 1) / perAccount
	secrets := make([]string, c.accounts)
	for i := range secrets {
		if secrets[i], err = r.account(ctx, fmt.Sprintf("crowd-%d", i)); err != nil {
			return c, err
		}
	}
	if c.alone, _, err = r.busy(func() error { return r.callBacks(ctx, secrets, perSecond, lasting) }); err != nil {
		return c, err
	}
	before, err := memory(r.process.Process.Pid)
	if err != nil {
		return c, err
	}
	following, cancel := context.WithCancel(ctx)
	defer cancel()
	heard := make([]reception, subscribers)
	ended, err := r.gather(following, secrets, heard)
	if err == nil {
		var after int64
		after, err = memory(r.process.Process.Pid)
		c.kilobytes = float64(after-before) / 1024 / float64(subscribers)
	}
	if err == nil {
		c.crowded, c.generator, err = r.busy(func() error { return r.callBacks(ctx, secrets, perSecond, lasting) })
	}
	if err == nil {
		c.expected, err = r.allTold(ctx, secrets, heard)
	}
	cancel()
	err = errors.Join(err, ended())
	var all []time.Duration
	for i := range heard {
		all = append(all, heard[i].late...)
	}
	c.late = spreadOf(all)
	return c, err
}

// gather opens the streams, spread over the accounts. ended waits for the end
// of all.
func (r *rig) gather(ctx context.Context, secrets []string, heard []reception) (ended func() error, err error) {
	var mu sync.Mutex
	var broken error
	var reading sync.WaitGroup
	ended = func() error { reading.Wait(); return broken }
	for i := range heard {
		// An address may make 400 requests at once.
		read, err := r.follow(ctx, secrets[i%len(secrets)], fmt.Sprintf("127.0.0.%d", 3+i/perAccount))
		if err != nil {
			return ended, fmt.Errorf("subscriber %d: %w", i+1, err)
		}
		reading.Go(func() {
			err := read(heard[i].told)
			mu.Lock()
			defer mu.Unlock()
			broken = errors.Join(broken, err)
		})
	}
	return ended, nil
}

// busy returns how many cores the gateway and this process used during f.
func (r *rig) busy(f func() error) (gateway, own float64, err error) {
	began := time.Now()
	gateway0, err := cpu(r.process.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	own0, _ := cpu(os.Getpid())
	if err := f(); err != nil {
		return 0, 0, err
	}
	took := time.Since(began).Seconds()
	gateway1, err := cpu(r.process.Process.Pid)
	own1, _ := cpu(os.Getpid())
	return (gateway1 - gateway0).Seconds() / took, (own1 - own0).Seconds() / took, err
}

// callBacks makes calls by the interface, by each account in turn.
func (r *rig) callBacks(ctx context.Context, secrets []string, perSecond float64, lasting time.Duration) error {
	turn := make(chan string, len(secrets))
	for _, s := range secrets {
		turn <- s
	}
	return steadily(ctx, perSecond, lasting, func() error {
		secret := <-turn
		turn <- secret
		c, err := r.callBack(ctx, secret)
		if err != nil {
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
		return r.ask(ctx, secret, http.MethodPost, "/v1/calls/"+c.ID+"/hangup", nil, &c)
	})
}

// allTold waits until nothing comes any more, and holds the subscribers of an
// account to one another: each was told the same number of events.
func (r *rig) allTold(ctx context.Context, secrets []string, heard []reception) (expected int, err error) {
	ctx, done := context.WithTimeout(ctx, time.Minute)
	defer done()
	err = until(ctx, "every subscriber has been told of every event", func() (bool, error) {
		most := make([]int, len(secrets))
		all := 0
		for i := range heard {
			n := heard[i].count()
			most[i%len(secrets)] = max(most[i%len(secrets)], n)
			all += n
		}
		expected = 0
		for i := range heard {
			expected += most[i%len(secrets)]
		}
		return all == expected && all > 0 && r.carrier.Stats().CallsOpen == 0, nil
	})
	return expected, err
}
