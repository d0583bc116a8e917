package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A Faulty is a database whose health a test decides.
type Faulty struct {
	URL string // of an empty database

	// Slow makes every commit take about that much longer, until undone.
	// Whatever only reads SQLite is not slowed.
	Slow func(t testing.TB, by time.Duration) (undo func())

	// Stop makes the database unable to take anything, until undone: PostgreSQL
	// is shut down, SQLite locked by somebody else, so that it can still be read.
	Stop func(t testing.TB) (undo func())
}

// EachFaulty runs a test on both databases, and lets it disturb them.
func EachFaulty(t *testing.T, f func(t *testing.T, d Faulty)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, FaultySQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, FaultyPostgres(t)) })
}

// FaultyPostgres is a database on a server of its own behind a Line.
func FaultyPostgres(t testing.TB) Faulty {
	t.Helper()
	server := NewServer(t)
	line := NewLine(t, fmt.Sprintf("127.0.0.1:%d", server.port))
	direct := server.URL(t)
	return Faulty{
		URL: strings.Replace(direct, fmt.Sprintf("127.0.0.1:%d", server.port), line.Addr, 1),
		Slow: func(_ testing.TB, by time.Duration) (undo func()) {
			line.Delay(by)
			return sync.OnceFunc(func() { line.Delay(0) })
		},
		Stop: func(t testing.TB) (undo func()) {
			server.Stop()
			return sync.OnceFunc(func() { server.Start(t) })
		},
	}
}

// FaultySQLite is a file that somebody else may lock.
func FaultySQLite(t testing.TB) Faulty {
	t.Helper()
	url := SQLite(t)
	return Faulty{
		URL:  url,
		Stop: func(t testing.TB) (undo func()) { t.Helper(); return LockSQLite(t, url) },
		Slow: func(t testing.TB, by time.Duration) (undo func()) { t.Helper(); return slowSQLite(t, url, by) },
	}
}

// LockSQLite holds the write lock of a database, as a stuck tool beside the
// gateway would, until undone or the test's end.
func LockSQLite(t testing.TB, url string) (undo func()) {
	t.Helper()
	return undone(t)(HoldSQLite(t.Context(), url))
}

func slowSQLite(t testing.TB, url string, by time.Duration) (undo func()) {
	t.Helper()
	return undone(t)(SlowSQLite(t.Context(), url, by))
}

// undone sees to it that what was done is undone when the test ends.
func undone(t testing.TB) func(undo func(), err error) func() {
	return func(undo func(), err error) func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(undo)
		return undo
	}
}

// HoldSQLite is LockSQLite for a program that is no test.
func HoldSQLite(ctx context.Context, url string) (undo func(), err error) {
	_, undo, err = besides(ctx, url)
	return undo, err
}

// SlowSQLite holds the write lock again and again, so that a commit takes up to
// that much longer, until undone.
func SlowSQLite(ctx context.Context, url string, by time.Duration) (undo func(), err error) {
	conn, release, err := besides(ctx, url)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			pause(ctx, by)
			_, _ = conn.ExecContext(ctx, `ROLLBACK`)
			pause(ctx, 30*time.Millisecond) // who waits for the lock looks this often at first
			_, _ = conn.ExecContext(ctx, `BEGIN IMMEDIATE`)
		}
	}()
	return sync.OnceFunc(func() { cancel(); <-ended; release() }), nil
}

// besides is a connection that the DB under test knows nothing of, and that has
// the write lock.
func besides(ctx context.Context, url string) (conn *sql.Conn, release func(), err error) {
	other, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(url, "sqlite:")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, nil, err
	}
	if conn, err = other.Conn(ctx); err != nil {
		other.Close()
		return nil, nil, err
	}
	release = sync.OnceFunc(func() { conn.Close(); other.Close() })
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		release()
		return nil, nil, err
	}
	return conn, release, nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
