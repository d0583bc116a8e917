package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"webtrunk"
)

// Options are what an operator may choose about a database.
type Options struct {
	Log *slog.Logger // nil discards
}

// A DB is the gateway's database. It may be used from any goroutine.
type DB struct {
	kind  kind
	file  string // SQLite's
	log   *slog.Logger
	read  *sql.DB // readers; on PostgreSQL transactions too
	write *sql.DB // one connection: the writer's
	wait  patience

	writer  *writer
	known   *heads // as the last commit has left them, the writer's own; nil: they are to be read
	watch   watch
	tail    tail
	claim   claim
	counted counters
}

// patience is how long others are waited for; tests of what follows have less.
type patience struct {
	turn   time.Duration // for SQLite's lock, by the writer: turnTime
	notice time.Duration // for a node's name: notice
}

// Open opens a database and brings its tables up to date. The URL is
// "sqlite:FILE", or "postgres://user@host/name". It fails with
// webtrunk.Invalid for a URL that cannot be used, webtrunk.Unavailable for a
// database that does not respond, and webtrunk.Conflict for one that a newer
// version of the gateway has changed.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	db := &DB{log: o.Log, wait: patience{turn: turnTime, notice: notice}}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	if err := db.connect(url); err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		db.read.Close()
		db.write.Close()
		return nil, err
	}
	db.watch.newest = db.newest
	db.writer = startWriter(db.round)
	return db, nil
}

// connect makes the pools; nothing is dialled before its first use.
func (db *DB) connect(url string) error {
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return db.connectSQLite(file)
	}
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return db.connectPostgres(url)
	}
	scheme, _, _ := strings.Cut(url, ":") // what follows may hold a password
	return &webtrunk.Error{Op: "store", Kind: webtrunk.Invalid,
		Message: fmt.Sprintf("No database is meant by %q: write sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME.", scheme)}
}

// Close ends the database's use. Transactions under way finish first; watchers
// hear no more, and the claim is given back.
func (db *DB) Close() error {
	db.writer.close()
	db.watch.close()
	db.claim.release()
	readErr := db.read.Close()
	if err := db.write.Close(); err != nil {
		return err
	}
	return readErr
}

// Query reads rows outside any transaction. Close them.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := db.read.QueryContext(ctx, db.kind.dialect(query), args...)
	return rows, db.kind.explain(err)
}

// QueryRow reads at most one row; Scan fails with sql.ErrNoRows if there is none.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return db.read.QueryRowContext(ctx, db.kind.dialect(query), args...)
}

// Micros is a time as rows hold it: microseconds since 1970, UTC; 0 for the
// zero time.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time reads what Micros wrote.
func Time(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// Later returns now as the time of a row's change, or, where the row changed in
// the same microsecond or by a clock that is ahead, the moment after that: the
// versions of a row never have the same time.
func Later(before, now time.Time) time.Time {
	if now.After(before) {
		return now
	}
	return before.Add(time.Microsecond)
}
