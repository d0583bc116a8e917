package event

import (
	"cmp"
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"
)

// A Hub tells live subscribers what enters the log. One goroutine reads the log
// and keeps its newest records in memory; subscribers cost a few hundred bytes
// and no goroutine, and the database nothing but what they missed before they
// came.
//
// The Hub never waits for a subscriber. What one has not taken waits for it, up
// to Unread records; one more, and it is cut off with ErrResync. From there it
// may subscribe again and misses nothing.
type Hub struct {
	Log    Log
	Keep   int          // newest records in memory; 0 is 4,096
	Unread int          // records that may wait for one subscriber; 0 is 1,024
	Reread Types        // after a record of these, records in memory are read anew: it says that older ones were redacted; none is none
	Logger *slog.Logger // nil discards

	once  sync.Once
	ready chan struct{} // closed when the window stands
	stale bool          // the window is to be read anew; Run's

	mu       sync.Mutex
	position int64 // of the newest record that was read from the log; written by Run alone
	window   window
	topics   map[Stream]map[*Subscription]struct{}
	stopped  bool
	stats    HubStats
}

// HubStats say how a hub does.
type HubStats struct {
	Position    int64  // of the newest record that it has read
	Kept        int    // records in memory
	Subscribers int    // that are live
	Published   uint64 // records read from the log since this process began
	Queued      uint64 // records put before live subscribers
	CutOff      uint64 // subscribers that were too slow
	Failures    uint64 // of reading the log
}

// Stats returns how the hub does.
func (h *Hub) Stats() HubStats {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.stats
	s.Position, s.Kept = h.position, len(h.window.recs)
	return s
}

func (h *Hub) init() {
	h.once.Do(func() {
		h.ready = make(chan struct{})
		h.topics = map[Stream]map[*Subscription]struct{}{}
		h.window.most = cmp.Or(h.Keep, 4096)
	})
}

// Run follows the log until ctx ends; then every subscription ends with
// ErrResync, and Run returns nil. While the log cannot be read the subscribers
// wait.
func (h *Hub) Run(ctx context.Context) error {
	h.init()
	defer h.stop()
	grown, stop := h.Log.Watch()
	defer stop()
	if !h.insist(ctx, h.begin) || !h.insist(ctx, h.fill) {
		return nil
	}
	close(h.ready)
	for {
		select {
		case <-grown:
		case <-ctx.Done():
			return nil
		}
		if !h.insist(ctx, h.read) {
			return nil
		}
	}
}

// begin finds where the window begins.
func (h *Hub) begin(ctx context.Context) error {
	oldest, newest, err := h.Log.Bounds(ctx, Stream{})
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.position = max(oldest-1, newest-int64(h.window.most), 0)
		h.window.from = h.position
	}
	return err
}

// fill reads the window as the database has it.
func (h *Hub) fill(ctx context.Context) error {
	return h.take(ctx, h.Log.Read(ctx, Stream{}, h.position))
}

// read publishes what the log has behind the position.
func (h *Hub) read(ctx context.Context) error {
	return h.take(ctx, follow(ctx, h.Log, h.position))
}

func (h *Hub) take(ctx context.Context, recs iter.Seq2[Record, error]) error {
	const atOnce = 64 // records published under one lock
	batch := make([]*Record, 0, atOnce)
	for r, err := range recs {
		if err != nil {
			h.publish(batch)
			return err
		}
		r.Private = nil // live followers are outside
		h.stale = h.stale || len(h.Reread) > 0 && h.Reread.Match(r.Type)
		if batch = append(batch, &r); len(batch) == atOnce {
			h.publish(batch)
			batch = batch[:0]
		}
	}
	h.publish(batch)
	if h.stale {
		return h.reread(ctx)
	}
	return nil
}

// reread reads the window anew.
func (h *Hub) reread(ctx context.Context) error {
	var fresh []*Record
	for r, err := range h.Log.Read(ctx, Stream{}, h.window.from) {
		if err != nil {
			return err
		}
		if r.Position > h.position {
			break
		}
		r.Private = nil
		fresh = append(fresh, &r)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.window.recs, h.stale = fresh, false
	return nil
}

// publish keeps records in the window and puts each before those who follow a
// stream that it is in.
func (h *Hub) publish(recs []*Record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range recs {
		h.position = r.Position
		h.window.add(r)
		h.stats.Published++
		for _, s := range topicsOf(r) {
			for sub := range h.topics[s] {
				h.offer(sub, r)
			}
		}
	}
}

// topicsOf returns the streams that a record is in.
func topicsOf(r *Record) []Stream {
	if r.Call == "" {
		return []Stream{{}, {Account: r.Account}}
	}
	return []Stream{{}, {Account: r.Account}, {Call: r.Call}, {Account: r.Account, Call: r.Call}}
}

func (h *Hub) offer(sub *Subscription, r *Record) {
	switch sub.offer(r, cmp.Or(h.Unread, 1024)) {
	case queued:
		h.stats.Queued++
	case tooMany:
		h.stats.CutOff++
		h.leave(sub)
	}
}

// join makes a subscription live, if it has read the log up to where the
// window begins, and returns what the window has for it behind a place, and up
// to which place that was.
func (h *Hub) join(sub *Subscription, position, place int64) (missed []*Record, reached int64, live bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped || position < h.window.from {
		return nil, place, false
	}
	reached = place
	for _, r := range h.window.after(position) {
		if !sub.follows(r) || sub.stream.place(r) <= place {
			continue
		}
		reached = sub.stream.place(r)
		if sub.filter.match(r) {
			missed = append(missed, r)
		}
	}
	sub.from = reached
	if h.topics[sub.topic] == nil {
		h.topics[sub.topic] = map[*Subscription]struct{}{}
	}
	h.topics[sub.topic][sub] = struct{}{}
	h.stats.Subscribers++
	return missed, reached, true
}

// leave makes a subscription no longer live. The caller has locked.
func (h *Hub) leave(sub *Subscription) {
	subs := h.topics[sub.topic]
	if _, live := subs[sub]; !live {
		return
	}
	h.stats.Subscribers--
	if delete(subs, sub); len(subs) == 0 {
		delete(h.topics, sub.topic)
	}
}

// stop ends every subscription.
func (h *Hub) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	for _, subs := range h.topics {
		for sub := range subs {
			sub.end(Stopping)
			h.leave(sub)
		}
	}
	select {
	case <-h.ready:
	default:
		close(h.ready)
	}
}

// hasStopped reports whether Run has returned.
func (h *Hub) hasStopped() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stopped
}

// insist repeats a step until it succeeds or ctx ends, and reports which.
func (h *Hub) insist(ctx context.Context, step func(context.Context) error) bool {
	for n := 1; ; n++ {
		err := step(ctx)
		if ctx.Err() != nil {
			return false
		}
		if err == nil {
			return true
		}
		h.mu.Lock()
		h.stats.Failures++
		h.mu.Unlock()
		wait := pause(n, 50*time.Millisecond, 2*time.Second)
		if h.Logger != nil {
			h.Logger.Warn("the log of events could not be followed", "attempt", n, "again_in", wait, "error", err)
		}
		if !sleep(ctx, wait) {
			return false
		}
	}
}

// Latest is the place of whatever is newest: a subscriber from there gets only
// what follows.
const Latest int64 = -1

// Subscribe follows the records of a stream that a filter wants, from behind a
// place, 0 for the oldest. It fails with ErrResync for a place older than what
// is kept, and with webtrunk.Invalid for one that the stream has not reached.
// ctx bounds the looking up. Close the subscription.
func (h *Hub) Subscribe(ctx context.Context, f Filter, s Stream, after int64) (*Subscription, error) {
	h.init()
	oldest, newest, err := h.Log.Bounds(ctx, s)
	switch {
	case err != nil:
		return nil, err
	case after == Latest:
		after = newest
	case after < 0:
		return nil, invalid("%d is no place: write the seq of the last event that you have, 0 for the beginning, or latest", after)
	case after > newest:
		return nil, invalid("there is no event %d yet: the newest is %d. Follow after that, or after=latest", after, newest)
	case after < oldest-1:
		return nil, &Resync{TooOld, oldest - 1}
	}
	return newSubscription(h, f, s, after), nil
}
