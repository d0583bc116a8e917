package store

import (
	"context"
	"sync"
	"time"
)

// glance is how often a watched log is looked at for what other processes
// append.
const glance = 500 * time.Millisecond

// A watch tells watchers that the log has grown.
type watch struct {
	newest func(context.Context) (int64, error)

	mu       sync.Mutex
	watchers map[chan struct{}]bool
	seen     int64 // the newest position that they know of
	closed   bool
	cancel   context.CancelFunc // ends the goroutine that looks, while there is one
	ended    chan struct{}
}

// Watch implements event.Log.
func (db *DB) Watch() (grown <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	db.watch.add(c)
	return c, sync.OnceFunc(func() { db.watch.remove(c) })
}

func (w *watch) add(c chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	if w.watchers == nil {
		w.watchers = map[chan struct{}]bool{}
	}
	w.watchers[c] = true
	if w.cancel == nil {
		ctx, cancel := context.WithCancel(context.Background())
		w.cancel, w.ended = cancel, make(chan struct{})
		go w.look(ctx, w.ended)
	}
}

func (w *watch) remove(c chan struct{}) {
	w.mu.Lock()
	delete(w.watchers, c)
	last := len(w.watchers) == 0
	w.mu.Unlock()
	if last {
		w.rest()
	}
}

// rest ends the looking and waits for its end, unless somebody watches again.
func (w *watch) rest() {
	w.mu.Lock()
	cancel, ended := w.cancel, w.ended
	if len(w.watchers) > 0 || cancel == nil {
		w.mu.Unlock()
		return
	}
	w.cancel = nil
	w.mu.Unlock()
	cancel()
	<-ended
}

func (w *watch) close() {
	w.mu.Lock()
	w.closed = true
	clear(w.watchers)
	w.mu.Unlock()
	w.rest()
}

// look tells the watchers of what other processes append.
func (w *watch) look(ctx context.Context, ended chan<- struct{}) {
	defer close(ended)
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		if newest, err := w.newest(ctx); err == nil {
			w.tell(newest)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tell puts a token into each channel that has none, if there is a newer record.
func (w *watch) tell(newest int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if newest <= w.seen {
		return
	}
	w.seen = newest
	for c := range w.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
