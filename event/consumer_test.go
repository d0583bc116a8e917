package event_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// A ledger is a handler that is idempotent by position, as all must be.
type ledger struct {
	mu    sync.Mutex
	got   []event.Record
	calls int
	fail  func(recs []event.Record) error
}

func (l *ledger) Handle(ctx context.Context, recs []event.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	if l.fail != nil {
		if err := l.fail(recs); err != nil {
			return err
		}
	}
	for _, r := range recs {
		if len(l.got) == 0 || r.Position > l.got[len(l.got)-1].Position {
			r.Private = nil
			l.got = append(l.got, r)
		}
	}
	return nil
}

func (l *ledger) records() []event.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]event.Record(nil), l.got...)
}

func (l *ledger) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = nil
}

// consumer gives one that does not wait long.
func consumer(db *store.DB, h event.Handler) *event.Consumer {
	return &event.Consumer{Name: "ledger", Log: db, Cursors: db, Handler: h, Batch: 10, LeastWait: time.Millisecond, MostWait: 5 * time.Millisecond}
}

// settled waits until a consumer has everything.
func settled(t testing.TB, c *event.Consumer) {
	t.Helper()
	until(t, "nothing lags", func() bool {
		lag, err := c.Lag(t.Context())
		return err == nil && lag == 0
	})
}

func TestAConsumerCatchesUpThenFollows(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 25)
	var book ledger
	c := consumer(db, &book)
	if lag, err := c.Lag(t.Context()); lag != 25 || err != nil {
		t.Errorf("before it runs it lags %d, %v", lag, err)
	}
	background(t, c.Run)
	settled(t, c)
	makeCalls(t, db, "acct_b", 3, 3)
	settled(t, c)
	same(t, book.records(), written(t, db, event.Stream{}))
	if s := c.Stats(); s.Position != 49 || s.Handled != 49 || s.Failures != 0 || s.Failing != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAConsumerGoesOnWhereTheLastProcessStopped(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 15)
	var before, after ledger
	c := consumer(db, &before)
	stop := background(t, c.Run)
	settled(t, c)
	stop()
	happen(t, db, "acct_a", 5)
	c = consumer(db, &after)
	background(t, c.Run)
	settled(t, c)
	all := written(t, db, event.Stream{})
	same(t, before.records(), all[:15])
	same(t, after.records(), all[15:])
}

func TestAConsumerBeginsWhereItIsTold(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 12)
	var book, again ledger
	c := consumer(db, &book)
	c.After = 9
	stop := background(t, c.Run)
	settled(t, c)
	stop()
	same(t, book.records(), written(t, db, event.Stream{})[9:])
	c = consumer(db, &again)
	c.After = 3 // but it has a cursor
	background(t, c.Run)
	settled(t, c)
	same(t, again.records(), nil)
}

func TestAPoisonousRecordIsNamedAndTheRestGetsThroughToIt(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 10)
	poison := written(t, db, event.Stream{})[6]
	book := ledger{fail: func(recs []event.Record) error {
		for _, r := range recs {
			if r.ID == poison.ID {
				return errors.New("cannot digest it")
			}
		}
		return nil
	}}
	var log lines
	c := consumer(db, &book)
	c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	background(t, c.Run)
	until(t, "it hangs on the poison", func() bool { s := c.Stats(); return s.Failing == 7 && s.Attempts > 2 })
	s := c.Stats()
	if s.Position != 6 || s.Error != "cannot digest it" || s.Since.IsZero() || s.Failures < 3 {
		t.Errorf("%+v", s)
	}
	if lag, _ := c.Lag(t.Context()); lag != 4 {
		t.Errorf("it lags %d, want 4", lag)
	}
	if cursor, err := db.Cursor(t.Context(), "ledger"); cursor != 6 || err != nil {
		t.Errorf("its cursor is %d, %v", cursor, err)
	}
	if !strings.Contains(log.String(), "event="+poison.ID) || !strings.Contains(log.String(), "type=note.made") || !strings.Contains(log.String(), "account=acct_a") {
		t.Errorf("the log does not name the record:\n%s", log.String())
	}
	book.mend()
	settled(t, c)
	same(t, book.records(), written(t, db, event.Stream{}))
	if s := c.Stats(); s.Failing != 0 || s.Attempts != 0 || s.Error != "" {
		t.Errorf("mended: %+v", s)
	}
}

func TestAPanicOfAHandlerIsAFailure(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 3)
	var times atomic.Int32
	book := ledger{fail: func([]event.Record) error {
		if times.Add(1) < 4 {
			panic("a bug")
		}
		return nil
	}}
	var log lines
	c := consumer(db, &book)
	c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	background(t, c.Run)
	settled(t, c)
	same(t, book.records(), written(t, db, event.Stream{}))
	if s := c.Stats(); s.Panics != 3 {
		t.Errorf("%d panics", s.Panics)
	}
	if !strings.Contains(log.String(), "a bug") || !strings.Contains(log.String(), "consumer_test.go") {
		t.Errorf("the log does not say where it panicked:\n%s", log.String())
	}
}

func TestAConsumerOutlastsADatabaseThatIsDown(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 30)
	flaky := &flaky{DB: db}
	flaky.down.Store(true)
	var book ledger
	c := consumer(db, &book)
	c.Log, c.Cursors = flaky, flaky
	background(t, c.Run)
	until(t, "it has tried", func() bool { return c.Stats().Failures > 2 })
	flaky.down.Store(false)
	settled(t, c)
	flaky.down.Store(true)
	happen(t, db, "acct_a", 5)
	until(t, "it has tried again", func() bool { return c.Stats().Attempts > 2 })
	flaky.down.Store(false)
	settled(t, c)
	same(t, book.records(), written(t, db, event.Stream{}))
}

func TestAHandlerThatNeedsWhatIsDownIsGivenWholeBatches(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 10)
	tries := 0
	book := ledger{fail: func(recs []event.Record) error {
		if len(recs) != 10 {
			t.Errorf("given %d records", len(recs))
		}
		if tries++; tries < 4 {
			return &webtrunk.Error{Op: "books", Kind: webtrunk.Unavailable}
		}
		return nil
	}}
	c := consumer(db, &book)
	background(t, c.Run)
	settled(t, c)
	same(t, book.records(), written(t, db, event.Stream{}))
}

func TestAConsumerThatLacksAPartSaysSo(t *testing.T) {
	if err := (&event.Consumer{Name: "x"}).Run(t.Context()); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Error(err)
	}
}

// A flaky database is one that can be down.
type flaky struct {
	*store.DB
	down  atomic.Bool
	reads atomic.Int64
}

func (f *flaky) err() error {
	if f.down.Load() {
		return &webtrunk.Error{Op: "store", Kind: webtrunk.Unavailable, Message: "the database does not respond"}
	}
	return nil
}

// Fresh has nothing at hand: the database is always asked.
func (f *flaky) Fresh(int64) []event.Record { return nil }

func (f *flaky) Cursor(ctx context.Context, name string) (int64, error) {
	if err := f.err(); err != nil {
		return 0, err
	}
	return f.DB.Cursor(ctx, name)
}

func (f *flaky) SaveCursor(ctx context.Context, name string, position int64) error {
	if err := f.err(); err != nil {
		return err
	}
	return f.DB.SaveCursor(ctx, name, position)
}

func (f *flaky) Bounds(ctx context.Context, s event.Stream) (oldest, newest int64, err error) {
	f.reads.Add(1)
	if err := f.err(); err != nil {
		return 0, 0, err
	}
	return f.DB.Bounds(ctx, s)
}

// Read breaks off in the middle when the database goes down.
func (f *flaky) Read(ctx context.Context, s event.Stream, after int64) iter.Seq2[event.Record, error] {
	f.reads.Add(1)
	return func(yield func(event.Record, error) bool) {
		for r, err := range f.DB.Read(ctx, s, after) {
			if down := f.err(); down != nil {
				r, err = event.Record{}, down
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		if down := f.err(); down != nil {
			yield(event.Record{}, down)
		}
	}
}

// lines is a log that may be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A batch that fails as a whole and succeeds record by record leaves nothing
// that fails: what watches the consumer must not cry for ever.
func TestABatchThatSucceedsOneByOneIsWell(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 8)
	book := ledger{fail: func(recs []event.Record) error {
		if len(recs) > 1 {
			return errors.New("too many at once")
		}
		return nil
	}}
	c := consumer(db, &book)
	background(t, c.Run)
	settled(t, c)
	until(t, "all is well", func() bool { s := c.Stats(); return s.Failing == 0 && s.Attempts == 0 && s.Error == "" })
	same(t, book.records(), written(t, db, event.Stream{}))
	if s := c.Stats(); s.Failures != 1 {
		t.Errorf("%+v, want one failure", s)
	}
}
