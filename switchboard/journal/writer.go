package journal

import (
	"context"
	"math/rand/v2"
	"time"

	"webtrunk"
	"webtrunk/event"
)

// Pauses between two tries while the database is away. The first try after its
// return comes within the longest.
const (
	firstPause   = 20 * time.Millisecond
	longestPause = time.Second
)

// run is the writer: it appends what is queued, oldest first, all that is
// there at once, and repeats what failed.
func (j *Journal) run(ctx context.Context) {
	defer close(j.done)
	defer j.stop()
	pause := firstPause
	for {
		batch, more := j.next(ctx)
		if !more {
			return
		}
		err := j.cfg.Log.Append(ctx, records(batch)...)
		switch webtrunk.KindOf(err) {
		case webtrunk.Conflict, webtrunk.Forbidden, webtrunk.Invalid:
			err = j.sift(ctx, batch)
		}
		if j.settle(batch, err) {
			pause = firstPause
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause/2 + rand.N(pause/2)):
		}
		pause = min(2*pause, longestPause)
	}
}

// next waits for records and returns the oldest. From then on they are not
// withdrawn: the log may have them, whatever it answers.
func (j *Journal) next(ctx context.Context) (batch []*waiting, more bool) {
	for {
		j.mu.Lock()
		batch := j.queue[:min(len(j.queue), j.cfg.Batch)]
		for _, w := range batch {
			w.of.begun = true
		}
		closing := j.closing
		j.mu.Unlock()
		if len(batch) > 0 {
			return append([]*waiting(nil), batch...), true
		}
		if closing {
			return nil, false
		}
		select {
		case <-j.wake:
		case <-ctx.Done():
			return nil, false
		}
	}
}

func records(batch []*waiting) []event.Record {
	recs := make([]event.Record, len(batch))
	for i, w := range batch {
		recs[i] = w.rec
	}
	return recs
}

// sift appends a batch that the log refused call by call: only those that it
// refuses alone are given up. It returns why the others are not all kept.
func (j *Journal) sift(ctx context.Context, batch []*waiting) error {
	var calls []*kept
	of := map[*kept][]*waiting{}
	for _, w := range batch {
		if of[w.of] == nil {
			calls = append(calls, w.of)
		}
		of[w.of] = append(of[w.of], w)
	}
	for _, k := range calls {
		err := j.cfg.Log.Append(ctx, records(of[k])...)
		switch webtrunk.KindOf(err) {
		case webtrunk.Conflict, webtrunk.Forbidden, webtrunk.Invalid:
			j.mu.Lock()
			j.giveUp(of[k][0].rec.Call, k, refused(err))
			j.mu.Unlock()
		default:
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// settle draws the consequences of an append, and reports whether it kept the
// batch.
func (j *Journal) settle(batch []*waiting, err error) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil {
		j.stats.Failures++
		if j.failing == nil {
			j.cfg.Lines.Error("calls cannot be recorded: new ones are refused, running ones go on and are recorded when the database is back", "error", err)
		}
		j.failing = err
		return false
	}
	if j.failing != nil {
		j.failing = nil
		j.cfg.Lines.Info("calls can be recorded again", "waiting", len(j.queue))
	}
	j.stats.Appends++
	for _, w := range batch {
		j.settled(w)
	}
	return true
}

// settled takes a durable record off the queue, whose first it is, unless it
// was given up.
func (j *Journal) settled(w *waiting) {
	if len(j.queue) == 0 || j.queue[0] != w {
		return
	}
	j.queue[0] = nil
	j.queue = j.queue[1:]
	j.stats.Kept++
	if w.tell != nil {
		w.tell <- nil
	}
	if w.rec.Last {
		delete(j.calls, w.rec.Call)
	}
}
