package dispatch

import (
	"context"
	"log/slog"
	"time"

	"webtrunk/directory"
	"webtrunk/store"
)

// Options is what a book needs.
type Options struct {
	DB        *store.DB
	Directory *directory.Directory

	// Playable says why a phrase cannot be played, nil where it can. Nil believes
	// them all.
	Playable func(phrase string) error

	// NoMailbox is for a gateway that keeps no messages: callers are asked for
	// none, whatever their queue says.
	NoMailbox bool

	Log *slog.Logger     // nil discards
	Now func() time.Time // nil is time.Now
}

// A Book holds who answers which calls, of all accounts. It may be asked from
// any goroutine, and starts none of its own.
type Book struct {
	o      Options
	routes directory.Lately[Tenant, *routing]
}

// Open returns the book that a database holds. From then on the directory's
// references may lead to its queues, and whoever leaves an account is no agent
// of it any more.
func Open(o Options) *Book {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Playable == nil {
		o.Playable = func(string) error { return nil }
	}
	b := &Book{o: o}
	o.Directory.SetDesks(b)
	return b
}

// Database is where the rows are.
func (b *Book) Database() *store.DB { return b.o.DB }

// Now is the time as rows keep it.
func (b *Book) Now() time.Time { return b.o.Now().UTC().Truncate(time.Microsecond) }

// Change runs a transaction. What calls are routed by is read anew after it.
func (b *Book) Change(ctx context.Context, op string, f func(*store.Tx) error) error {
	defer b.routes.Forget()
	return directory.Unavailable(op, b.o.DB.Tx(ctx, f))
}
