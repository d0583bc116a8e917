package event

import (
	"context"
	"iter"

	"webtrunk"
)

// A Stream is a part of the log with its own order: one call's records by
// CallSeq, else one account's by Seq, else, where both are empty, the whole
// log by Position. Retention removes an account's oldest records, so that only
// the whole log may come to have gaps.
type Stream struct {
	Account webtrunk.AccountID
	Call    webtrunk.CallID
}

// Place returns where a record stands in the stream.
func (s Stream) Place(r Record) int64 { return s.place(&r) }

func (s Stream) place(r *Record) int64 {
	switch {
	case s.Call != "":
		return r.CallSeq
	case s.Account != "":
		return r.Seq
	}
	return r.Position
}

// A Log keeps records. *store.DB is one.
type Log interface {
	// Append keeps records, all or none, and returns when they are durable.
	//
	// A record whose call already has its CallSeq is taken for a repetition and
	// skipped, so that an append whose outcome is unknown may be repeated. One
	// that would leave a gap in its call, or follow its call's last, is refused
	// with webtrunk.Conflict. webtrunk.Unavailable means that the database
	// cannot be reached: nothing is known of the records' fate.
	Append(ctx context.Context, recs ...Record) error

	// Read returns a stream's records after a place, in order, until the end of
	// the log as it is now. An error ends the sequence.
	Read(ctx context.Context, s Stream, after int64) iter.Seq2[Record, error]

	// Bounds returns the place of a stream's oldest record that is still kept
	// and of its newest; both are 0 while it has none.
	Bounds(ctx context.Context, s Stream) (oldest, newest int64, err error)

	// Watch returns a channel that holds a token whenever the log has grown
	// since the last one was taken, by this process or, at the latest a second
	// later, by another. stop ends it.
	Watch() (grown <-chan struct{}, stop func())
}

// A Fresh is a Log that has its newest records at hand.
type Fresh interface {
	// Fresh returns records of the whole log that follow a place, the next one
	// first and none left out; none, if it has not all of them at hand. There
	// may be more in the log. The records are not to be changed.
	Fresh(after int64) []Record
}

// follow returns what the whole log has after a place: what it has at hand, or
// else what it reads. Whoever follows is woken for the rest.
func follow(ctx context.Context, l Log, after int64) iter.Seq2[Record, error] {
	if f, ok := l.(Fresh); ok {
		if recs := f.Fresh(after); len(recs) > 0 {
			return each(recs)
		}
	}
	return l.Read(ctx, Stream{}, after)
}

func each(recs []Record) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for _, r := range recs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Cursors keep how far each consumer has read the whole log.
type Cursors interface {
	Cursor(ctx context.Context, consumer string) (position int64, err error) // 0 before the first
	SaveCursor(ctx context.Context, consumer string, position int64) error
}

// A Handler takes records of the whole log in order. It is told each at least
// once; a batch that it fails is given again, so it must be idempotent by
// Position. The slice belongs to the caller.
type Handler interface {
	Handle(ctx context.Context, recs []Record) error
}
