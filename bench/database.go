package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// A database is one of either kind, which forces what it commits to disk and
// may be disturbed.
type database struct {
	url  string
	line string                                                                     // the URL by which it is slow when it is made so
	slow func(ctx context.Context, by time.Duration) (undo func() error, err error) // what a commit takes more, about
	stop func(ctx context.Context) (undo func() error, err error)                   // it takes nothing any more
	end  func()
}

func newDatabase(kind string) (*database, error) {
	if kind == "sqlite" {
		return newSQLite("")
	}
	return newPostgres()
}

// newSQLite is a file in a folder, the temporary one where that is empty.
func newSQLite(in string) (*database, error) {
	dir, err := os.MkdirTemp(in, "webtrunk-bench-db-")
	if err != nil {
		return nil, err
	}
	url := "sqlite:" + filepath.Join(dir, "gateway.db")
	return &database{
		url: url, line: url,
		slow: func(ctx context.Context, by time.Duration) (func() error, error) { return slowDisk(ctx, url, by) },
		stop: func(ctx context.Context) (func() error, error) {
			release, err := storetest.HoldSQLite(ctx, url)
			return func() error { release(); return nil }, err
		},
		end: func() { os.RemoveAll(dir) },
	}, nil
}

// newPostgres is a server of its own behind a line that may be slow.
func newPostgres() (*database, error) {
	server, err := storetest.StartServer(true)
	if err != nil {
		return nil, err
	}
	line, err := storetest.Lay(server.Addr())
	if err != nil {
		server.End()
		return nil, err
	}
	direct, err := server.Create()
	if err != nil {
		line.Close()
		server.End()
		return nil, err
	}
	d := &database{
		url:  direct,
		line: strings.Replace(direct, server.Addr(), line.Addr, 1),
		stop: func(context.Context) (func() error, error) { server.Stop(); return server.Restart, nil },
		end:  func() { line.Close(); server.End() },
	}
	d.slow = func(ctx context.Context, by time.Duration) (func() error, error) {
		undo := func() error { line.Delay(0); return nil }
		delay, err := d.perMessage(ctx, line, by)
		line.Delay(delay)
		return undo, err
	}
	return d, nil
}

// perMessage finds out by how much to delay each message so that a commit, for
// which several go to and fro, takes that much longer.
func (d *database) perMessage(ctx context.Context, line *storetest.Line, by time.Duration) (time.Duration, error) {
	const trial = 5 * time.Millisecond
	before, err := d.commit(ctx)
	if err != nil {
		return 0, err
	}
	line.Delay(trial)
	after, err := d.commit(ctx)
	messages := max(1, float64(after-before)/float64(trial))
	return time.Duration(float64(by) / messages), err
}

// commit is how long an append takes now, as another client sees it.
func (d *database) commit(ctx context.Context) (time.Duration, error) {
	db, err := store.Open(ctx, d.line, store.Options{})
	if err != nil {
		return 0, fmt.Errorf("looking at the database: %w", err)
	}
	defer db.Close()
	var all time.Duration
	account := webtrunk.NewAccountID()
	for i := range 4 {
		rec, err := event.New(account, false, "bench.looked", map[string]int{"n": i})
		if err != nil {
			return 0, err
		}
		begin := time.Now()
		if err := db.Append(ctx, rec); err != nil {
			return 0, err
		}
		if i > 0 { // the first has to connect
			all += time.Since(begin)
		}
		time.Sleep(rand.N(100 * time.Millisecond)) // not in step with whoever has the lock
	}
	return all / 3, nil
}
