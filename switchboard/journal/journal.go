package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

// A Config says what a Journal works with. Only Log is needed.
type Config struct {
	Log   event.Log
	Lines *slog.Logger // each event is also one line here; nil writes none

	// Fenced is told of a call that cannot be recorded any longer, and why: the
	// log refuses it, because another process has become this node, or too much
	// waits for the database. The call is to be ended; why's message is a
	// sentence for its parties. It must not block, nor ask the journal.
	Fenced func(id webtrunk.CallID, why error)

	// Metadata says which keys of what travels with a call the outside may
	// read; nil means all, for the edges take in none but those that are
	// allow-listed.
	Metadata func(key string) bool

	Waiting int           // how many records may wait for the database; 0 means DefaultWaiting
	Batch   int           // how many are appended at once; 0 means DefaultBatch
	Slow    time.Duration // how long the oldest may wait while all is well; 0 means DefaultSlow
}

const (
	DefaultWaiting = 100_000         // about 100 MB
	DefaultBatch   = 500             // far past the point where one commit more costs nothing
	DefaultSlow    = 2 * time.Second // a healthy disk needs a hundredth of it
)

// A Journal keeps calls on record. It implements switchboard.Journal and
// switchboard.Ready. Close it after the last call.
type Journal struct {
	cfg  Config
	stop context.CancelFunc // gives up what cannot be appended
	done chan struct{}      // closed when the writer has ended
	wake chan struct{}      // holds at most one token

	mu      sync.Mutex
	calls   map[webtrunk.CallID]*kept // that have not ended, and those that are not recorded
	queue   []*waiting                // in order; those given to the log stand first
	failing error                     // why the last append failed
	closing bool
	fenced  error // why no call can be recorded ever again
	stats   Stats
}

// A waiting is a record that is not known to be durable.
type waiting struct {
	rec   event.Record
	of    *kept
	since time.Time
	tell  chan error // of an Append's last record: told its fate, once
}

// Stats are a journal's counters.
type Stats struct {
	Kept      uint64        // records
	Appends   uint64        // that kept them
	Failures  uint64        // appends that failed and were repeated
	Dropped   uint64        // events of calls that are not recorded
	Fenced    uint64        // calls that were given up
	Withdrawn uint64        // calls that never were, because they could not be recorded
	Waiting   int           // records, now
	Oldest    time.Duration // how long the first of them has waited
}

// New returns a journal that is ready for calls.
func New(cfg Config) *Journal {
	if cfg.Lines == nil {
		cfg.Lines = slog.New(slog.DiscardHandler)
	}
	if cfg.Waiting == 0 {
		cfg.Waiting = DefaultWaiting
	}
	if cfg.Batch == 0 {
		cfg.Batch = DefaultBatch
	}
	if cfg.Slow == 0 {
		cfg.Slow = DefaultSlow
	}
	ctx, stop := context.WithCancel(context.Background())
	j := &Journal{cfg: cfg, stop: stop, done: make(chan struct{}), wake: make(chan struct{}, 1), calls: map[webtrunk.CallID]*kept{}}
	go j.run(ctx)
	return j
}

// Append keeps a call's next events. It returns nil when they are durable.
// Where it fails, or ctx ends first, a call that has no record yet never was;
// the events of any other are kept when the database is back.
func (j *Journal) Append(ctx context.Context, c call.View, events []call.Event) error {
	Lines{j.cfg.Lines}.write(ctx, c.ID, events)
	if len(events) == 0 {
		return nil
	}
	if err := j.resume(ctx, c.ID, events); err != nil {
		return err
	}
	last, err := j.put(c.ID, events)
	if err != nil || last == nil {
		return err
	}
	select {
	case err := <-last.tell:
		return err
	case <-ctx.Done():
		j.withdraw(last.of, ctx.Err())
		return notRecorded(ctx.Err())
	}
}

// resume reads a call that another process, or another Journal, began.
func (j *Journal) resume(ctx context.Context, id webtrunk.CallID, events []call.Event) error {
	j.mu.Lock()
	known := j.calls[id] != nil
	j.mu.Unlock()
	if known || begins(events) {
		return nil
	}
	k := newKept()
	for r, err := range j.cfg.Log.Read(ctx, event.Stream{Call: id}, 0) {
		if err == nil {
			err = k.read(r)
		}
		if err != nil {
			return err
		}
	}
	if k.seq == 0 || k.call.Ended() {
		return &webtrunk.Error{Op: "journal", Kind: webtrunk.NotFound, Message: fmt.Sprintf("No call %s is open.", id)}
	}
	k.begun = true
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.calls[id] == nil {
		j.calls[id] = k
	}
	return nil
}

// put queues the records of a call's next events and returns the last of them,
// nil if the events wait for the next record.
func (j *Journal) put(id webtrunk.CallID, events []call.Event) (last *waiting, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	k := j.calls[id]
	if k == nil {
		k = newKept()
		k.lost = j.notReady()
		j.calls[id] = k
	}
	if k.lost != nil {
		return nil, j.drop(id, k, events)
	}
	recs, err := k.write(events, j.cfg.Metadata)
	if err != nil {
		j.giveUp(id, k, fmt.Errorf("an event cannot be written: %w", err))
		return nil, k.lost
	}
	for _, r := range recs {
		last = &waiting{rec: r, of: k, since: time.Now()}
		j.queue = append(j.queue, last)
	}
	if last == nil {
		return nil, nil
	}
	last.tell = make(chan error, 1)
	j.poke()
	if len(j.queue) > j.cfg.Waiting {
		j.overrun(id, k)
	}
	return last, nil
}

// drop counts the events of a call that is not recorded, and forgets the call
// with its end.
func (j *Journal) drop(id webtrunk.CallID, k *kept, events []call.Event) error {
	j.stats.Dropped += uint64(len(events))
	if _, ended := events[len(events)-1].(call.CallEnded); ended {
		delete(j.calls, id)
	}
	if begins(events) {
		j.stats.Withdrawn++
	}
	return k.lost
}

// overrun has a call ended of which too much would have to wait. What it still
// does is recorded, so that no record lacks its end.
func (j *Journal) overrun(id webtrunk.CallID, k *kept) {
	if k.overrun || k.call.Ended() {
		return
	}
	k.overrun = true
	j.cfg.Lines.Error("too many events wait for the database: ending the call", "call", id, "waiting", len(j.queue))
	j.tellFenced(id, &webtrunk.Error{Op: "journal", Kind: webtrunk.Exhausted,
		Message: "The gateway cannot record the call any longer, and ends it. Call again later."})
}

// giveUp records no more of a call.
func (j *Journal) giveUp(id webtrunk.CallID, k *kept, why error) {
	k.lost = why
	j.stats.Fenced++
	j.cfg.Lines.Error("the call is not recorded any longer", "call", id, "error", why)
	j.take(k, why)
	if k.call.Ended() {
		delete(j.calls, id)
		return
	}
	j.tellFenced(id, why)
}

func (j *Journal) tellFenced(id webtrunk.CallID, why error) {
	if j.cfg.Fenced != nil {
		j.cfg.Fenced(id, why)
	}
}

// take takes a call's records out of the queue, and tells who waits for them.
func (j *Journal) take(k *kept, why error) {
	var others []*waiting
	for _, w := range j.queue {
		switch {
		case w.of != k:
			others = append(others, w)
		case w.tell != nil:
			w.tell <- why
		}
	}
	j.queue = others
}

// withdraw takes back a call that has no record yet: it never was.
func (j *Journal) withdraw(k *kept, why error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if k.begun || k.lost != nil {
		return
	}
	k.lost = notRecorded(why)
	j.stats.Withdrawn++
	j.take(k, k.lost)
}

// Ready returns nil while new calls can be recorded, else a *webtrunk.Error
// whose message is a sentence for the caller. It recovers by itself.
func (j *Journal) Ready() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.notReady()
}

func (j *Journal) notReady() error {
	switch {
	case j.closing:
		return notRecorded(errors.New("the journal is closed"))
	case j.fenced != nil:
		return j.fenced
	case j.failing != nil:
		return notRecorded(j.failing)
	case len(j.queue) > j.cfg.Waiting:
		return notRecorded(fmt.Errorf("%d records wait for the database", len(j.queue)))
	case j.oldest() > j.cfg.Slow:
		return notRecorded(fmt.Errorf("the database takes %v and longer", j.cfg.Slow))
	}
	return nil
}

func (j *Journal) oldest() time.Duration {
	if len(j.queue) == 0 {
		return 0
	}
	return time.Since(j.queue[0].since)
}

// Stats returns the counters as they are now.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.stats
	s.Waiting, s.Oldest = len(j.queue), j.oldest()
	return s
}

// Close appends what waits, until ctx ends, and ends the journal. An error says
// how many records are not known to be durable.
func (j *Journal) Close(ctx context.Context) error {
	j.mu.Lock()
	j.closing = true
	j.poke()
	j.mu.Unlock()
	select {
	case <-j.done:
	case <-ctx.Done():
	}
	j.stop()
	<-j.done
	j.mu.Lock()
	defer j.mu.Unlock()
	if n := len(j.queue); n > 0 {
		return &webtrunk.Error{Op: "journal", Kind: webtrunk.Unavailable, Err: j.failing,
			Message: fmt.Sprintf("%d events of calls could not be recorded before the gateway stopped: their calls will be ended as node_lost at its next start.", n)}
	}
	return nil
}

// poke wakes the writer.
func (j *Journal) poke() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}
