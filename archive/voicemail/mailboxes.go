package voicemail

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"webtrunk"
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
	create  func(path string) (*os.File, error)
	running sync.WaitGroup // messages that are being recorded
}

// How a message's file ends while it is recorded, and then.
const (
	part  = ".part"
	whole = ".opus"
)

// Open opens the mailboxes, and removes what a dead process has left. Nobody
// else may use the directory.
func Open(ctx context.Context, db *store.DB, o Options) (*Mailboxes, error) {
	if o.Silence == 0 {
		o.Silence = DefaultSilence
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Directory, 0o700); err != nil {
		return nil, &webtrunk.Error{Op: "voicemail: open", Kind: webtrunk.Invalid, Message: "voicemail.directory cannot be used: " + err.Error(), Err: err}
	}
	m := &Mailboxes{db: db, o: o, create: create}
	return m, m.tidy(ctx)
}

// create makes the file of a message, which nobody else may read.
func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}

// tidy removes files that have no row.
func (m *Mailboxes) tidy(ctx context.Context) error {
	files, err := filepath.Glob(filepath.Join(m.o.Directory, "vm_*"))
	if err != nil || len(files) == 0 {
		return err
	}
	known, err := m.ids(ctx)
	if err != nil {
		return err
	}
	for _, file := range files {
		if id, isWhole := strings.CutSuffix(filepath.Base(file), whole); isWhole && known[id] {
			continue
		}
		m.o.Log.Warn("removed a voicemail that was never completed", "file", file)
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// Wait returns when no message is being recorded any more. The switchboard has
// stopped them all when its calls have ended.
func (m *Mailboxes) Wait() { m.running.Wait() }

func (m *Mailboxes) path(id, ending string) string { return filepath.Join(m.o.Directory, id+ending) }
