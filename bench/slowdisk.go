package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// slowDisk makes each commit to an SQLite file take about that much longer,
// until undone. It has the write lock, lets go of it until one other commits,
// and takes it again: whoever commits one thing after another waits each time for as long as it
// has the lock, and who comes at random for half of that.
func slowDisk(ctx context.Context, url string, by time.Duration) (undo func() error, err error) {
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(url, "sqlite:")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var holding sync.WaitGroup
	var broken error
	holding.Go(func() {
		for ctx.Err() == nil && broken == nil {
			broken = holdOnce(ctx, conn, by)
		}
	})
	return func() error {
		ended := ctx.Err() != nil
		cancel()
		holding.Wait()
		if ended || errors.Is(broken, context.Canceled) {
			broken = nil
		}
		return errors.Join(broken, conn.Close(), db.Close())
	}, nil
}

// window is how long the lock is left to others at most: longer than whoever
// waits for it takes to look again.
const window = 20 * time.Millisecond

// holdOnce has the lock for a while and leaves it for one commit.
func holdOnce(ctx context.Context, conn *sql.Conn, lasting time.Duration) error {
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	select {
	case <-time.After(lasting):
	case <-ctx.Done():
	}
	// The end of ctx must not keep the lock.
	if _, err := conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`); err != nil {
		return err
	}
	before, err := version(ctx, conn)
	for begin, now := time.Now(), before; err == nil && now == before && time.Since(begin) < window; {
		time.Sleep(200 * time.Microsecond)
		now, err = version(ctx, conn)
	}
	return err
}

// version changes whenever another connection commits.
func version(ctx context.Context, conn *sql.Conn) (n int64, err error) {
	err = conn.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&n)
	return n, err
}
