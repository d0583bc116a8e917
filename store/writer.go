package store

import (
	"context"
	"slices"
	"sync"

	"webtrunk/event"
)

// most is how many jobs share one commit at most, so that a reader of the log
// and the last in the queue do not wait too long.
const most = 256

// A job is one Append or, on SQLite, one Tx that waits for its commit.
type job struct {
	number int64
	recs   []event.Record
	turn   chan *Tx   // a Tx: its caller runs its function when it gets this,
	ran    chan error // and says here how it went
	gone   bool       // its caller has panicked
	done   chan error // its outcome, once
}

// A writer is the one goroutine that commits. Jobs queue; those that have come
// while it committed share the next commit.
type writer struct {
	round func(take func() []*job) error

	mu     sync.Mutex
	queue  []*job
	number int64
	closed bool
	wake   chan struct{}
	ended  chan struct{}
}

// startWriter starts a writer. round begins a transaction, takes the jobs
// that wait by then, answers each, and returns an error only if it could not
// begin.
func startWriter(round func(take func() []*job) error) *writer {
	w := &writer{round: round, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go w.run()
	return w
}

func (w *writer) run() {
	defer close(w.ended)
	for range w.wake {
		for {
			newest, waiting, closed := w.state()
			if waiting == 0 && closed {
				return
			}
			if waiting == 0 {
				break
			}
			if err := w.round(w.take); err != nil {
				w.fail(newest, err)
			}
		}
	}
}

func (w *writer) state() (newest int64, waiting int, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.number, len(w.queue), w.closed
}

// take gives the round its jobs. From now on their callers wait for them.
func (w *writer) take() []*job {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(len(w.queue), most)
	jobs := slices.Clone(w.queue[:n])
	w.queue = slices.Delete(w.queue, 0, n)
	return jobs
}

// fail ends the jobs that waited when a round could not begin.
func (w *writer) fail(newest int64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = slices.DeleteFunc(w.queue, func(j *job) bool {
		if j.number > newest {
			return false
		}
		j.done <- err
		return true
	})
}

// put queues a job, or says that the database is closed.
func (w *writer) put(j *job) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return closed()
	}
	w.number++
	j.number, j.done = w.number, make(chan error, 1)
	w.queue = append(w.queue, j)
	w.nudge()
	return nil
}

// withdraw takes a job back whose caller will not wait, unless its round has
// begun. It reports whether nothing will be kept of it.
func (w *writer) withdraw(j *job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.queue, j)
	if i >= 0 {
		w.queue = slices.Delete(w.queue, i, i+1)
	}
	return i >= 0
}

func (w *writer) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// close refuses further jobs and waits for those that are queued.
func (w *writer) close() {
	w.mu.Lock()
	w.closed = true
	w.nudge()
	w.mu.Unlock()
	<-w.ended
}

// withdrawn is what the caller of a withdrawn job is told.
func withdrawn(ctx context.Context) error {
	return unavailable("The database did not take the change in time. Nothing of it was kept; try again.", ctx.Err())
}
