package desk

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// A note is what is to be recorded of one thing that happened: its event, and the
// rows that change with it. A note without a type has rows alone.
type note struct {
	rec  event.Record
	rows func(context.Context, *store.Tx) error
	then func(kept bool) // told whether it is on record; nil where nobody waits for that
}

func (n note) tell(kept bool) {
	if n.then != nil {
		n.then(kept)
	}
}

// mostNotes is how many notes wait for a database that is away. More are dropped:
// a call is on record without them.
const mostNotes = 50_000

// slowest is how long a batch may take: far more than on a database that is merely
// slow, which is to get it done instead of beginning anew.
const slowest = 30 * time.Second

// A scribe records what happens in a room, in its order, on a goroutine of its own.
type scribe struct {
	db      *store.DB
	log     *slog.Logger
	box     *mailbox[note]
	slowest time.Duration
	dropped bool
}

func newScribe(db *store.DB, log *slog.Logger) *scribe {
	return &scribe{db: db, log: log, box: newMailbox[note](), slowest: slowest}
}

// put hands over a note. It is for the room's goroutine.
func (s *scribe) put(n note) {
	if s.box.length() >= mostNotes {
		if !s.dropped {
			s.log.Error("the database is away for long: what happens in the queues is recorded no more")
		}
		s.dropped = true
		n.tell(false)
		return
	}
	s.dropped = false
	s.box.put(n)
}

// run records until the box is closed and empty.
func (s *scribe) run() {
	for notes := s.box.take(); len(notes) > 0; notes = s.box.take() {
		for len(notes) > 0 {
			batch := notes[:min(len(notes), 100)]
			kept := s.keep(batch)
			for _, n := range batch {
				n.tell(kept)
			}
			notes = notes[len(batch):]
		}
	}
}

// keep records a batch, as often as it takes; once the room is closed, it tries
// once more. It reports whether the batch is on record.
func (s *scribe) keep(batch []note) bool {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		ctx, cancel := context.WithTimeout(context.Background(), s.slowest)
		err := s.db.Tx(ctx, func(tx *store.Tx) error { return write(ctx, tx, batch) })
		cancel()
		if err == nil {
			return true
		}
		late := errors.Is(err, context.DeadlineExceeded)
		if !late && webtrunk.KindOf(err) != webtrunk.Unavailable || s.box.isClosed() {
			s.log.Error("what happened in the queues could not be recorded", "notes", len(batch), "error", err)
			return false
		}
		s.log.Warn("what happened in the queues waits for the database", "error", err)
		s.box.waitClosed(wait)
	}
}

func write(ctx context.Context, tx *store.Tx, batch []note) error {
	for _, n := range batch {
		if n.rows != nil {
			if err := n.rows(ctx, tx); err != nil {
				return err
			}
		}
		if n.rec.Type != "" {
			tx.Emit(n.rec)
		}
	}
	return nil
}
