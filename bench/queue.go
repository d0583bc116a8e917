package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"webtrunk/carrier"
	"webtrunk/event"
	"webtrunk/signaling/visitor"
)

type queueCommand struct {
	Callers int           `default:"200" help:"How many telephones wait at once."`
	Agents  int           `default:"20" help:"How many pages answer them."`
	Rings   int           `default:"30" help:"How often all pages ring together, and one answers."`
	Within  time.Duration `default:"500ms" help:"How soon all other pages have to stop."`
}

// queueWithin bounds each part.
const queueWithin = 3 * time.Minute

// Run measures how soon the other pages stop ringing when one answers; then it has
// all callers wait, lets the agents come, and looks in which order they were offered.
func (c queueCommand) Run(ctx context.Context) error {
	return with(ctx, setting{}, func(r *rig) error {
		s, err := r.hire(ctx, c.Agents)
		defer s.close()
		if err != nil {
			return err
		}
		stops, err := c.ring(ctx, s)
		if err != nil {
			return err
		}
		took, err := c.rush(ctx, s)
		if err != nil {
			return err
		}
		o, err := s.orders(ctx)
		if err != nil {
			return err
		}
		c.print(stops, took, o)
		if o.overtaken > 0 || o.answered != c.Callers+c.Rings {
			return fmt.Errorf("%d of %d callers were answered, %d offered before somebody who had waited longer", o.answered, c.Callers+c.Rings, o.overtaken)
		}
		if longest := spreadOf(stops).longest; longest > c.Within {
			return fmt.Errorf("a page rang on for %v after another had answered, want %v at most", longest, c.Within)
		}
		return nil
	})
}

// ring has all pages ring for one caller, again and again. Each time another page
// answers.
func (c queueCommand) ring(ctx context.Context, s *staff) (stops []time.Duration, err error) {
	ctx, done := context.WithTimeout(ctx, queueWithin)
	defer done()
	if err := s.are(ctx, "available"); err != nil {
		return nil, err
	}
	for i := range c.Rings {
		if err := s.looks(ctx, "all agents are free", func(f floor) bool { return f.Available == c.Agents }); err != nil {
			return nil, err
		}
		some, err := s.ringOnce(ctx, i%c.Agents)
		if err != nil {
			return nil, err
		}
		stops = append(stops, some...)
	}
	return stops, s.are(ctx, "away")
}

// waits has a telephone call the queue, and returns when it is answered with music.
func (s *staff) waits(ctx context.Context, from string) (*carrier.Call, error) {
	phone, err := s.carrier.Call(ctx, from, queued, nil)
	if err == nil {
		err = phone.Wait(ctx, carrier.Reached(carrier.Confirmed))
	}
	if err == nil && phone.State() == carrier.Over {
		err = &declined{phone.End()}
	}
	return phone, err
}

// ringOnce has one telephone call and one page answer; it returns after how long
// each other page stopped, from when the one began to answer.
func (s *staff) ringOnce(ctx context.Context, winner int) (stops []time.Duration, err error) {
	phone, err := s.waits(ctx, theirs)
	if err != nil {
		return nil, err
	}
	rings := make([]*visitor.Call, len(s.pages))
	for i, p := range s.pages {
		if rings[i], err = p.Incoming(ctx); err != nil {
			return nil, fmt.Errorf("page %d does not ring: %w", i, err)
		}
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	began := time.Now()
	for i, ring := range rings {
		if i == winner {
			continue
		}
		all.Go(func() {
			_, failed := ring.Wait(ctx, "ended")
			at := time.Since(began)
			mu.Lock()
			defer mu.Unlock()
			stops, err = append(stops, at), errors.Join(err, failed)
		})
	}
	failed := rings[winner].Accept(ctx)
	all.Wait()
	return stops, errors.Join(err, failed, phone.Hangup(ctx))
}

// rush has all callers wait, and then the agents answer them, each for a moment.
func (c queueCommand) rush(ctx context.Context, s *staff) (took time.Duration, err error) {
	ctx, done := context.WithTimeout(ctx, queueWithin)
	defer done()
	if err := s.ask(ctx, s.secret, "POST", "/v1/queues/"+s.queue, map[string]any{"strategy": "longest_idle"}, &created{}); err != nil {
		return 0, err
	}
	var phones []*carrier.Call
	for i := range c.Callers {
		phone, err := s.waits(ctx, fmt.Sprintf("+15550108%03d", i%1000))
		if err != nil {
			return 0, err
		}
		phones = append(phones, phone)
	}
	if err := s.looks(ctx, "all callers wait", func(f floor) bool { return f.Waiting == c.Callers }); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := s.are(ctx, "available"); err != nil {
		return 0, err
	}
	err = s.answerAll(ctx)
	for _, phone := range phones {
		_ = phone.Hangup(ctx) // most have been hung up
	}
	return time.Since(began), err
}

// answerAll has each page take what rings, until nobody waits any more.
func (s *staff) answerAll(ctx context.Context) error {
	working, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for _, p := range s.pages {
		all.Go(func() {
			if err := serve(working, p); working.Err() == nil {
				mu.Lock()
				defer mu.Unlock()
				failed = errors.Join(failed, err)
			}
		})
	}
	err := s.looks(ctx, "nobody waits", func(f floor) bool { return f.Waiting == 0 && f.Available == len(s.agents) })
	stop()
	all.Wait()
	return errors.Join(err, failed)
}

// talk is how long an agent talks: a page that answers and hangs up all the time is
// cut off for its many messages.
const talk = time.Second

// serve answers one call after the other, until something fails or ctx ends.
func serve(ctx context.Context, p *visitor.Visitor) error {
	for {
		ring, err := p.Incoming(ctx)
		if err != nil {
			return err
		}
		if err := ring.Accept(ctx); err != nil {
			return err
		}
		if err := pass(ctx, talk); err != nil {
			return err
		}
		if _, err := ring.Hangup(ctx); err != nil {
			return err
		}
	}
}

// An order is how callers were served, by the record.
type order struct {
	answered  int
	overtaken int // offered, for the first time, while somebody waited who had come before
}

// orders reads the record.
func (s *staff) orders(ctx context.Context) (o order, err error) {
	came, offered := []string{}, map[string]bool{}
	var after int64
	for {
		var page struct {
			Data []event.Envelope `json:"data"`
			More bool             `json:"has_more"`
		}
		path := fmt.Sprintf("/v1/events?limit=100&after=%d&types=queue.entry_added,queue.entry_left,offer.created", after)
		if err := s.ask(ctx, s.secret, "GET", path, nil, &page); err != nil {
			return o, err
		}
		for _, e := range page.Data {
			after = e.Seq
			if came, err = o.take(e, came, offered); err != nil {
				return o, err
			}
		}
		if !page.More {
			return o, nil
		}
	}
}

// take counts one event. Those who came are kept in their order until they are
// offered.
func (o *order) take(e event.Envelope, came []string, offered map[string]bool) ([]string, error) {
	var said struct {
		Call   string `json:"call"`
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(e.Data, &said); err != nil {
		return came, err
	}
	switch e.Type {
	case "queue.entry_added":
		return append(came, said.Call), nil
	case "offer.created":
		if offered[said.Call] {
			return came, nil
		}
		offered[said.Call] = true
		for i, id := range came {
			if id == said.Call {
				o.overtaken += min(i, 1)
				return append(came[:i:i], came[i+1:]...), nil
			}
		}
	case "queue.entry_left":
		if said.Reason == "answered" {
			o.answered++
		}
	}
	return came, nil
}

func (c queueCommand) print(stops []time.Duration, took time.Duration, o order) {
	sheet := newSheet()
	stop := spreadOf(stops)
	sheet.head(fmt.Sprintf("%d pages ring, one answers, %d times", c.Agents, c.Rings), "p50", "p99", "longest")
	sheet.row("it answers → another page stops", stop.p50, stop.p99, stop.longest)
	sheet.say("%d callers who waited were answered by %d agents within %v; %d were overtaken", c.Callers, c.Agents, took.Round(10*time.Millisecond), o.overtaken)
	sheet.pair("others_stop_ms", "%.1f", ms(stop.longest))
	sheet.pair("stop_p50_ms", "%.1f", ms(stop.p50))
	sheet.pair("stop_p99_ms", "%.1f", ms(stop.p99))
	sheet.pair("answered", "%d", o.answered)
	sheet.pair("overtaken", "%d", o.overtaken)
	sheet.pair("answers_per_second", "%.1f", float64(c.Callers)/took.Seconds())
	sheet.print()
}
