package files

import (
	"cmp"
	"context"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/archive/objects"
	"webtrunk/call"
	"webtrunk/store"
)

// Options say where files are kept, and how many. A zero is replaced by the default.
type Options struct {
	Directory string        // this node's own; made if it is not there
	Objects   objects.Store // nil: the directory
	Scanner   Scanner       // nil: files are not scanned
	Largest   int64         // bytes of a file: 10 MiB
	PerCall   int           // files of a call: 20
	CallBytes int64         // bytes of a call's files: 50 MiB
	AtOnce    int           // uploads at once: 16
	Patience  time.Duration // how long one upload may take: 2 min
	Log       *slog.Logger  // nil discards
	Now       func() time.Time
}

func (o Options) withDefaults() Options {
	o.Largest = cmp.Or(o.Largest, 10<<20)
	o.PerCall = cmp.Or(o.PerCall, 20)
	o.CallBytes = cmp.Or(o.CallBytes, 50<<20)
	o.AtOnce = cmp.Or(o.AtOnce, 16)
	o.Patience = cmp.Or(o.Patience, 2*time.Minute)
	if o.Objects == nil {
		o.Objects = &objects.Disk{Directory: o.Directory}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Files keep files. They may be used from any goroutine.
type Files struct {
	db    *store.DB
	o     Options
	slots chan struct{} // held while an upload runs

	mu      sync.Mutex
	tickets map[string]*ticket // by the files' IDs, and those that lend by their own
}

// A Call is whose files they are.
type Call struct {
	ID      webtrunk.CallID
	Account webtrunk.AccountID
	Test    bool
}

// A File is one that is kept.
type File struct {
	ID        string
	Call      Call
	Leg       call.LegID // who sent it
	Name      string     // clean: without a path, and what steers text
	MediaType string
	Bytes     int64
	Created   time.Time
}

// Open opens the files, and removes what a dead process has left. Nobody else may use the
// directory.
func Open(ctx context.Context, db *store.DB, o Options) (*Files, error) {
	f := &Files{db: db, o: o.withDefaults(), tickets: map[string]*ticket{}}
	f.slots = make(chan struct{}, f.o.AtOnce)
	if err := f.o.Objects.Prepare(); err != nil {
		return nil, &webtrunk.Error{Op: "files: open", Kind: webtrunk.Invalid, Message: "files.directory cannot be used: " + err.Error(), Err: err}
	}
	return f, f.tidy(ctx)
}

// tidy removes objects that have no row.
func (f *Files) tidy(ctx context.Context) error {
	left, err := f.o.Objects.Names("file_")
	if err != nil {
		return err
	}
	known, err := f.ids(ctx)
	if err != nil {
		return err
	}
	for _, id := range left {
		if known[id] {
			continue
		}
		f.o.Log.Warn("removed a file that was never completed", "file", id)
		w, err := f.o.Objects.Adopt(id)
		if err == nil {
			err = w.Discard()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fits is why a file cannot be sent, whatever its call has, nil where it can.
func (f *Files) fits(name string, bytes int64) error {
	_, known := kindOf(name)
	switch {
	case name == "":
		return refused(webtrunk.Invalid, "A file needs a name.")
	case !known:
		return refused(webtrunk.Invalid, "Files of this kind cannot be sent. Send one of these: "+strings.Join(Known(), ", ")+".")
	case bytes <= 0:
		return refused(webtrunk.Invalid, "This file is empty.")
	case bytes > f.o.Largest:
		return refused(webtrunk.Invalid, "This file is too large: "+inWords(f.o.Largest)+" is the most.")
	}
	return nil
}

// hasRoom is why no more can be sent in a call, nil where what has a ticket can.
func (f *Files) hasRoom(ctx context.Context, of Call) error {
	count, sum, err := f.held(ctx, of)
	if err == nil && (count > f.o.PerCall || sum > f.o.CallBytes) {
		err = refused(webtrunk.Exhausted, "No more files can be sent in this call.")
	}
	return err
}

func refused(k webtrunk.Kind, message string) error {
	return &webtrunk.Error{Op: "files", Kind: k, Message: message}
}

// Describe writes how a file is to be taken: as one to be saved, whatever is in it.
func (f File) Describe(h http.Header) {
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-store")
}
