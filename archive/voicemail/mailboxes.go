package voicemail

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/archive/objects"
	"webtrunk/store"
)

// Options say where messages are kept.
type Options struct {
	Directory string        // this node's own; made if it is not there
	Silence   time.Duration // after which a message is over; 0 is 10 s
	Log       *slog.Logger  // nil discards
}

// DefaultSilence is longer than people think about what to say next.
const DefaultSilence = 10 * time.Second

// Mailboxes keep messages. They may be used from any goroutine.
type Mailboxes struct {
	db      *store.DB
	o       Options
	objects *objects.Disk
	running sync.WaitGroup // messages that are being recorded
}

// whole is how a message's file ends.
const whole = ".opus"

// Open opens the mailboxes, and removes what a dead process has left. Nobody
// else may use the directory.
func Open(ctx context.Context, db *store.DB, o Options) (*Mailboxes, error) {
	if o.Silence == 0 {
		o.Silence = DefaultSilence
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	m := &Mailboxes{db: db, o: o, objects: &objects.Disk{Directory: o.Directory}}
	if err := m.objects.Prepare(); err != nil {
		return nil, &webtrunk.Error{Op: "voicemail: open", Kind: webtrunk.Invalid, Message: "voicemail.directory cannot be used: " + err.Error(), Err: err}
	}
	return m, m.tidy(ctx)
}

// tidy removes files that have no row.
func (m *Mailboxes) tidy(ctx context.Context) error {
	known, err := m.ids(ctx)
	if err != nil {
		return err
	}
	return m.objects.Sweep("vm_", func(name string) bool {
		id, is := strings.CutSuffix(name, whole)
		return is && known[id]
	}, func(file string) {
		m.o.Log.Warn("removed a voicemail that was never completed", "file", file)
	})
}

// Wait returns when no message is being recorded any more. The switchboard has
// stopped them all when its calls have ended.
func (m *Mailboxes) Wait() { m.running.Wait() }
