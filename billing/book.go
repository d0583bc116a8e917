package billing

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// Options is what a book needs.
type Options struct {
	DB     *store.DB
	Ledger *ledger.Ledger
	Calls  call.Commander // may be set later, with SetCalls

	// Customer returns the ID of the customer whom a call's caller is known to be, empty
	// where nobody knows.
	Customer func(context.Context, call.View) (string, error)
	// Seller returns whose part of the price it is that a leg has answered, empty for
	// nobody's.
	Seller func(call.View, call.LegID) string
	// Look returns a call that runs here, as it is now.
	Look func(webtrunk.CallID) (call.View, bool)
	// Locale is the language of a payer (BCP 47), empty where it is not known. A book without
	// it knows nobody's.
	Locale func(context.Context, shelf.Tenant, ledger.Name) string
	// Phrase says how a price is asked for on a telephone, empty where it cannot be.
	Phrase func(Quote) string

	Tick time.Duration // how often what is due is posted; 0 is 6 s
	Log  *slog.Logger  // nil discards
	// Now is the time of day, which may jump: rows have it. What is charged is measured by
	// the clock of time.Since, which does not. Nil is time.Now.
	Now func() time.Time
}

// usualTick is what a crash loses of a call at most.
const usualTick = 6 * time.Second

// A Book holds what calls cost, and runs the sessions of those that cost something. It may be
// asked from any goroutine. Close it.
type Book struct {
	o     Options
	clock func() time.Duration // that only goes forward
	start func(*session)       // has a session run; tests run them themselves
	lists directory.Lately[shelf.Tenant, []Price]

	mu       sync.Mutex
	calls    call.Commander
	running  map[webtrunk.CallID]*session
	asked    map[webtrunk.CallID]bool // being let in: whether they have ended meanwhile
	watchers map[webtrunk.CallID][]*watcher
	shown    map[showing]time.Duration // prices that pages have shown, and until when that counts
	closed   bool
	busy     sync.WaitGroup
}

// Open returns the book that a database holds.
func Open(o Options) *Book {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Tick == 0 {
		o.Tick = usualTick
	}
	if o.Seller == nil {
		o.Seller = func(call.View, call.LegID) string { return "" }
	}
	if o.Look == nil {
		o.Look = func(webtrunk.CallID) (v call.View, runs bool) { return v, false }
	}
	if o.Locale == nil {
		o.Locale = func(context.Context, shelf.Tenant, ledger.Name) string { return "" }
	}
	if o.Phrase == nil {
		o.Phrase = func(Quote) string { return "" }
	}
	zero := time.Now()
	b := &Book{o: o, clock: func() time.Duration { return time.Since(zero) }, calls: o.Calls, running: map[webtrunk.CallID]*session{}, asked: map[webtrunk.CallID]bool{}, watchers: map[webtrunk.CallID][]*watcher{}, shown: map[showing]time.Duration{}}
	b.start = func(s *session) { b.busy.Go(s.run) }
	return b
}

// SetCalls says who runs calls: whoever asks the book before it lets a call in.
func (b *Book) SetCalls(calls call.Commander) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = calls
}

// Close waits until the sessions whose calls have ended are settled. Those of calls that still
// run are left as their last tick was: whoever takes the calls over settles them.
func (b *Book) Close() {
	b.mu.Lock()
	b.closed = true
	for _, s := range b.running {
		s.post(stop{})
	}
	b.mu.Unlock()
	b.busy.Wait()
}

// Database implements shelf.Book.
func (b *Book) Database() *store.DB { return b.o.DB }

// Now implements shelf.Book.
func (b *Book) Now() time.Time { return b.o.Now().UTC().Truncate(time.Microsecond) }

// Change implements shelf.Book.
func (b *Book) Change(ctx context.Context, op string, f func(*store.Tx) error) error {
	defer b.lists.Forget()
	return directory.Unavailable(op, b.o.DB.Tx(ctx, f))
}
