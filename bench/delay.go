package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"webtrunk/event"
)

// A reception collects how late events came, by one way.
type reception struct {
	mu   sync.Mutex
	late []time.Duration
	ids  map[string]bool // only of webhooks, which may come twice
}

func (r *reception) told(late time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.late = append(r.late, late)
}

func (r *reception) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.late)
}

// ServeHTTP receives a webhook. Its delay ends when all of it is here.
func (r *reception) ServeHTTP(_ http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	arrived := time.Now()
	var e event.Envelope
	if err != nil || json.Unmarshal(body, &e) != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ids[e.ID] {
		r.ids[e.ID] = true
		r.late = append(r.late, arrived.Sub(e.Timestamp))
	}
}

// A delay is how late events came by both ways.
type delay struct{ webhook, sse spread }

// delays has telephones call at a steady pace, and compares when events
// happened with when they arrive at a webhook's receiver and at a subscriber.
func (r *rig) delays(ctx context.Context, perSecond float64, lasting time.Duration) (d delay, err error) {
	hooked := &reception{ids: map[string]bool{}}
	stop, err := r.receive(ctx, hooked)
	if err != nil {
		return d, err
	}
	defer stop()
	following, cancel := context.WithCancel(ctx)
	defer cancel()
	read, err := r.follow(following, r.secret, "127.0.0.2")
	if err != nil {
		return d, err
	}
	followed := &reception{}
	ended := make(chan error, 1)
	go func() { ended <- read(followed.told) }()
	err = r.calm(ctx, perSecond, lasting)
	err = errors.Join(err, r.arrived(ctx, hooked, followed))
	cancel()
	err = errors.Join(err, <-ended)
	return delay{spreadOf(hooked.late), spreadOf(followed.late)}, err
}

// receive makes a webhook endpoint of this process.
func (r *rig) receive(ctx context.Context, by http.Handler) (stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: by, ReadHeaderTimeout: time.Minute}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // until Close
	stop = func() { server.Close(); serving.Wait() }
	var made struct{ ID string }
	err = r.ask(ctx, r.secret, http.MethodPost, "/v1/webhook_endpoints",
		map[string]any{"url": fmt.Sprintf("http://%s/webhooks", l.Addr()), "events": []string{"call.*"}}, &made)
	if err != nil {
		stop()
	}
	return stop, err
}

// arrived waits until the last call's events are everywhere.
func (r *rig) arrived(ctx context.Context, hooked, followed *reception) error {
	ctx, done := context.WithTimeout(ctx, time.Minute)
	defer done()
	err := until(ctx, "all events have come by both ways", func() (bool, error) {
		h, f := hooked.count(), followed.count()
		return h == f && h > 0 && r.carrier.Stats().CallsOpen == 0, nil
	})
	if err != nil {
		err = fmt.Errorf("%d events by webhook, %d by SSE: %w", hooked.count(), followed.count(), err)
	}
	return err
}
