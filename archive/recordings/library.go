package recordings

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"webtrunk"
	"webtrunk/archive/objects"
	"webtrunk/store"
)

// Options say where recordings are kept.
type Options struct {
	Directory string        // this node's own; made if it is not there
	Objects   objects.Store // nil: the directory
	Log       *slog.Logger  // nil discards
}

// A Library keeps recordings. It may be used from any goroutine.
type Library struct {
	db      *store.DB
	log     *slog.Logger
	objects objects.Store
	running sync.WaitGroup // recordings that are being made
	stats   struct{ running, kept, failed atomic.Int64 }
}

// whole is how a recording's file ends.
const whole = ".opus"

// Open opens the library, and takes up what a dead process has left. Nobody else may use
// the directory.
func Open(ctx context.Context, db *store.DB, o Options) (*Library, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Objects == nil {
		o.Objects = &objects.Disk{Directory: o.Directory}
	}
	l := &Library{db: db, log: o.Log, objects: o.Objects}
	if err := l.objects.Prepare(); err != nil {
		return nil, &webtrunk.Error{Op: "recordings: open", Kind: webtrunk.Invalid, Message: "recordings.directory cannot be used: " + err.Error(), Err: err}
	}
	return l, l.adopt(ctx)
}

// Wait returns when nothing is being recorded any more. The switchboard has ended all
// recordings when its calls have ended.
func (l *Library) Wait() { l.running.Wait() }

// Stats counts recordings since the library was opened.
type Stats struct {
	Running int64 // now
	Kept    int64
	Failed  int64 // of which something is missing, or all
}

// Stats returns what was counted.
func (l *Library) Stats() Stats {
	return Stats{l.stats.running.Load(), l.stats.kept.Load(), l.stats.failed.Load()}
}
