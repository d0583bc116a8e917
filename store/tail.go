package store

import (
	"slices"
	"sync"

	"webtrunk/event"
)

// kept is how many of the log's newest records a tail has at most.
const kept = 4096

// A tail is the newest end of the log as this process has written it, so that
// those who follow the log need not ask the database for what it was just given.
// It has no gaps: what another process appends in between begins it anew, and
// whoever has not come to its beginning reads the database.
//
// Only SQLite has one. On PostgreSQL transactions commit beside each other, and
// other processes may redact what this one would still have.
type tail struct {
	mu   sync.Mutex
	recs []event.Record
}

// add takes what a commit has kept, as the database would give it back.
func (t *tail) add(recs []event.Record) {
	if len(recs) == 0 {
		return
	}
	for i := range recs {
		r := &recs[i]
		r.Time = Time(Micros(r.Time))
		if len(r.Private) == 0 {
			r.Private = nil
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.recs); n > 0 && t.recs[n-1].Position+1 != recs[0].Position {
		t.recs = nil
	}
	if len(t.recs)+len(recs) > 2*kept { // in a place of its own: readers have the old one
		t.recs = slices.Clone(t.recs[max(0, len(t.recs)-kept):])
	}
	t.recs = append(t.recs, recs...)
}

// after returns what follows a place, if all of it is here.
func (t *tail) after(position int64) []event.Record {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.recs) == 0 || position+1 < t.recs[0].Position {
		return nil
	}
	i := min(position+1-t.recs[0].Position, int64(len(t.recs))) // there are no gaps
	return slices.Clip(t.recs[i:])
}

// forget empties the tail: the database says otherwise now.
func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.recs = nil
}

// Fresh implements event.Fresh.
func (db *DB) Fresh(after int64) []event.Record { return db.tail.after(after) }
