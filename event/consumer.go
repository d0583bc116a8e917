package event

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"webtrunk"
)

// A Consumer gives the whole log to a Handler: at least once, in order, from a
// cursor that survives the process. What the Handler fails is given to it again
// until it succeeds, however long that takes: nothing is ever left out, and
// Stats shows what it hangs on.
type Consumer struct {
	Name    string // of its cursor
	Log     Log
	Cursors Cursors
	Handler Handler

	After     int64         // where to begin while there is no cursor: 0 is the beginning of the log
	Batch     int           // records at once, at most; 0 is 256
	Gather    time.Duration // from one batch to the next at most: a handler that takes many at once has less to do (see gathering)
	Rush      int           // how many records in one batch show that the gateway is busy; 0 is 256
	Linger    time.Duration // once the log has grown after a pause: what belongs together then comes in one batch
	Save      time.Duration // how far the saved cursor may be behind; a process that dies handles so much again. 0 saves with each batch
	LeastWait time.Duration // after a failure; 0 is 100 ms
	MostWait  time.Duration // after many; 0 is 30 s
	Logger    *slog.Logger  // nil discards

	mu    sync.Mutex
	stats ConsumerStats

	saved   time.Time // Run's own: when the cursor was
	unsaved bool      // … and whether more has been handled since
}

// ConsumerStats say how a consumer does.
type ConsumerStats struct {
	Position int64  // of the last record that was handled
	Handled  uint64 // records, since this process began
	Failures uint64 // of the handler, the log and the cursor, since this process began
	Panics   uint64 // of the handler, which count as failures

	// While the handler fails:
	Failing  int64     // position of the record that it fails, or of the first of the batch; 0 while all is well
	Attempts int       // in a row
	Since    time.Time // the first of them
	Error    string    // the last one's error
}

// Stats returns how the consumer does.
func (c *Consumer) Stats() ConsumerStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}

// Lag returns how many records the log has that are not handled yet.
func (c *Consumer) Lag(ctx context.Context) (int64, error) {
	_, newest, err := c.Log.Bounds(ctx, Stream{})
	return max(0, newest-c.Stats().Position), err
}

// Run consumes until ctx ends and then returns nil. It fails only for a
// Consumer that lacks a part.
func (c *Consumer) Run(ctx context.Context) error {
	if c.Name == "" || c.Log == nil || c.Cursors == nil || c.Handler == nil {
		return invalid("consumer %q lacks a name, a log, a place for its cursor or a handler", c.Name)
	}
	grown, stop := c.Log.Watch()
	defer stop()
	if !c.begin(ctx) {
		return nil
	}
	defer c.save(ctx)
	for {
		began := time.Now()
		batch, ok := c.read(ctx)
		switch {
		case !ok:
			return nil
		case len(batch) > 0:
			if !c.take(ctx, batch) || !sleep(ctx, c.gathering(len(batch))-time.Since(began)) {
				return nil
			}
		default:
			if !c.idle(ctx, grown) {
				return nil
			}
		}
	}
}

// idle waits until the log has grown, and saves the cursor meanwhile.
func (c *Consumer) idle(ctx context.Context, grown <-chan struct{}) bool {
	var due <-chan time.Time
	if c.unsaved {
		t := time.NewTimer(time.Until(c.saved.Add(c.Save)))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-grown:
		return sleep(ctx, c.Linger)
	case <-due:
		return c.save(ctx)
	case <-ctx.Done():
		return false
	}
}

// begin finds the consumer's place. Like all that follow, it reports whether
// ctx is still on.
func (c *Consumer) begin(ctx context.Context) bool {
	return c.insist(ctx, "its cursor could not be read", nil, func() error {
		position, err := c.Cursors.Cursor(ctx, c.Name)
		if err == nil {
			c.mu.Lock()
			c.stats.Position = cmp.Or(position, c.After)
			c.mu.Unlock()
		}
		return err
	})
}

// read reads the next batch, which is empty at the end of the log.
func (c *Consumer) read(ctx context.Context) (batch []Record, ok bool) {
	most := c.most()
	ok = c.insist(ctx, "the log could not be read", nil, func() error {
		batch = nil
		for r, err := range follow(ctx, c.Log, c.position()) {
			if err != nil {
				return err
			}
			if batch = append(batch, r); len(batch) == most {
				break
			}
		}
		return nil
	})
	return batch, ok
}

func (c *Consumer) most() int { return cmp.Or(c.Batch, 256) }

func (c *Consumer) rush() int { return cmp.Or(c.Rush, 256) }

// gathering is how long to wait from one batch to the next: the whole time while
// much happens, hardly any while little does, so that what happens on a quiet
// gateway is handled at once, and none where more has come than was taken.
func (c *Consumer) gathering(taken int) time.Duration {
	if taken >= c.most() {
		return 0
	}
	return c.Gather * time.Duration(min(taken, c.rush())) / time.Duration(c.rush())
}

// take has a batch handled. One that fails, but for something that is down, is
// given record by record, so that what is good gets through and what is not is
// named.
func (c *Consumer) take(ctx context.Context, batch []Record) bool {
	var failed error
	if !c.insist(ctx, "a batch of records waits for what is down", &batch[0], func() error {
		if failed = c.handle(ctx, batch); webtrunk.KindOf(failed) == webtrunk.Unavailable {
			return failed
		}
		return nil
	}) {
		return false
	}
	switch {
	case failed == nil:
		return c.done(ctx, batch)
	case len(batch) > 1:
		c.failed(1, &batch[0], failed)
		c.logger().Warn("a batch of records failed and is given one by one", "consumer", c.Name,
			"first", batch[0].Position, "last", batch[len(batch)-1].Position, "error", failed)
	}
	for i := range batch {
		one := batch[i : i+1 : i+1]
		if !c.insist(ctx, "a record is not handled", &one[0], func() error { return c.handle(ctx, one) }) || !c.done(ctx, one) {
			return false
		}
	}
	return true
}

// handle calls the handler, and takes a panic for an error.
func (c *Consumer) handle(ctx context.Context, recs []Record) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.mu.Lock()
			c.stats.Panics++
			c.mu.Unlock()
			c.logger().Error("a handler of records panicked", "consumer", c.Name, "panic", p, "stack", string(debug.Stack()))
			err = &webtrunk.Error{Op: c.Name, Kind: webtrunk.Internal, Message: fmt.Sprintf("the handler panicked: %v", p)}
		}
	}()
	return c.Handler.Handle(ctx, recs)
}

// done moves the cursor behind what was handled.
func (c *Consumer) done(ctx context.Context, recs []Record) bool {
	c.mu.Lock()
	c.stats.Position = recs[len(recs)-1].Position
	c.stats.Handled += uint64(len(recs))
	c.mu.Unlock()
	c.unsaved = true
	if time.Since(c.saved) < c.Save {
		return ctx.Err() == nil
	}
	return c.save(ctx)
}

// save saves the cursor, also when ctx has just ended: what is saved now need
// not be repeated at the next start.
func (c *Consumer) save(ctx context.Context) bool {
	if !c.unsaved {
		return true
	}
	return c.insist(ctx, "its cursor could not be saved", nil, func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err := c.Cursors.SaveCursor(ctx, c.Name, c.position())
		if err == nil {
			c.saved, c.unsaved = time.Now(), false
		}
		return err
	})
}

// insist repeats a step, with longer and longer pauses, until it succeeds or
// ctx ends. r is the record that the step is about, if it is about one.
func (c *Consumer) insist(ctx context.Context, what string, r *Record, step func() error) bool {
	for n := 1; ; n++ {
		err := step()
		if err == nil {
			c.recovered()
			return ctx.Err() == nil
		}
		if ctx.Err() != nil {
			return false
		}
		wait := pause(n, cmp.Or(c.LeastWait, 100*time.Millisecond), cmp.Or(c.MostWait, 30*time.Second))
		c.failed(n, r, err)
		attrs := []any{"consumer", c.Name, "attempt", n, "again_in", wait, "error", err}
		if r != nil {
			attrs = append(attrs, "position", r.Position, "event", r.ID, "type", r.Type, "account", r.Account, "call", r.Call)
		}
		c.logger().Warn(what, attrs...)
		if !sleep(ctx, wait) {
			return false
		}
	}
}

func (c *Consumer) failed(n int, r *Record, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Failures++
	if n == 1 {
		c.stats.Since = time.Now()
	}
	c.stats.Attempts, c.stats.Error = n, err.Error()
	c.stats.Failing = c.stats.Position + 1
	if r != nil {
		c.stats.Failing = r.Position
	}
}

// recovered notes that what failed has succeeded: a batch record by record, or
// the same step again.
func (c *Consumer) recovered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Failing, c.stats.Attempts, c.stats.Since, c.stats.Error = 0, 0, time.Time{}, ""
}

func (c *Consumer) position() int64 { return c.Stats().Position }

func (c *Consumer) logger() *slog.Logger {
	if c.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Logger
}
