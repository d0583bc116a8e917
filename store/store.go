package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	_ "modernc.org/sqlite"

	"webtrunk"
	"webtrunk/event"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are what an operator may choose about a database.
type Options struct {
	Log *slog.Logger // nil discards
}

// A DB is the gateway's database. It may be used from any goroutine.
type DB struct {
	read, write *sql.DB
	mu          sync.Mutex
	watchers    map[chan struct{}]bool
}

// Open opens a database and brings its tables up to date. The URL is
// "sqlite:FILE", or "postgres://user@host/name". It fails with
// webtrunk.Invalid for a URL that cannot be used, webtrunk.Unavailable for a
// database that does not respond, and webtrunk.Conflict for one that a newer
// version of the gateway has changed.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	file, ok := strings.CutPrefix(url, "sqlite:")
	if !ok {
		return nil, &webtrunk.Error{Op: "store", Kind: webtrunk.Invalid, Message: fmt.Sprintf("no database is meant by %q: write sqlite:FILE or postgres://…", url)}
	}
	dsn := "file:" + file + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate"
	write, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	tables, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	up, err := goose.NewProvider(database.DialectSQLite3, write, tables)
	if err != nil {
		return nil, err
	}
	if _, err := up.Up(ctx); err != nil {
		return nil, err
	}
	read, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	return &DB{read: read, write: write, watchers: map[chan struct{}]bool{}}, nil
}

// Close ends the database's use. Transactions under way finish first.
func (db *DB) Close() error {
	db.read.Close()
	return db.write.Close()
}

var parameter = regexp.MustCompile(`\$(\d+)`)

// dialect writes a statement as the database at hand reads it.
func (db *DB) dialect(query string) string { return parameter.ReplaceAllString(query, "?$1") }

// Query reads rows outside any transaction. Close them.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return db.read.QueryContext(ctx, db.dialect(query), args...)
}

// QueryRow reads at most one row; Scan fails with sql.ErrNoRows if there is none.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return db.read.QueryRowContext(ctx, db.dialect(query), args...)
}

// A Tx is one transaction. It belongs to the function that it was given to.
type Tx struct {
	db   *DB
	tx   *sql.Tx
	recs []event.Record
}

// Tx runs f in a transaction, which is durable when Tx returns nil and has left
// nothing behind when it returns an error. f must be quick, must not use the DB
// but through its Tx, and may be run more than once.
func (db *DB) Tx(ctx context.Context, f func(*Tx) error) error {
	inner, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer inner.Rollback()
	tx := &Tx{db: db, tx: inner}
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.keep(ctx); err != nil {
		return err
	}
	if err := inner.Commit(); err != nil {
		return err
	}
	if len(tx.recs) > 0 {
		db.grown()
	}
	return nil
}

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := tx.tx.ExecContext(ctx, tx.db.dialect(query), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query reads rows as the transaction sees them. Close them.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return tx.tx.QueryContext(ctx, tx.db.dialect(query), args...)
}

// QueryRow reads at most one row as the transaction sees it.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return tx.tx.QueryRowContext(ctx, tx.db.dialect(query), args...)
}

// Emit puts records into the log when the transaction commits.
func (tx *Tx) Emit(recs ...event.Record) { tx.recs = append(tx.recs, recs...) }

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
