package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"webtrunk/event"
)

// A Tx is one transaction. It belongs to the function that it was given to.
type Tx struct {
	db   *DB
	on   queryer
	recs []event.Record
	open []*sql.Rows
	rows []*sql.Row // as QueryRow gave them out

	redacts bool // changes or deletes what the log has
}

// A queryer is a connection, a transaction or a pool.
type queryer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Tx runs f in a transaction, which is durable when Tx returns nil and has left
// nothing behind when it returns an error. Transactions see and leave the
// database as if each ran alone. f must be quick, must not use the DB but
// through its Tx, and may be run more than once.
//
// There is one exception on PostgreSQL: if the connection is lost while the
// commit is under way, the error is webtrunk.Unavailable and says that the
// outcome is not known.
func (db *DB) Tx(ctx context.Context, f func(*Tx) error) error {
	if db.kind == postgres {
		return db.txPostgres(ctx, f)
	}
	return db.txSQLite(ctx, f)
}

// txSQLite queues for the writer and runs f when it is its turn: on its
// caller's goroutine, so that a panic is the caller's.
func (db *DB) txSQLite(ctx context.Context, f func(*Tx) error) error {
	j := &job{turn: make(chan *Tx, 1), ran: make(chan error, 1)}
	if err := db.writer.put(j); err != nil {
		return err
	}
	for ended := ctx.Done(); ; {
		select {
		case tx := <-j.turn:
			j.run(tx, f)
		case err := <-j.done:
			return err
		case <-ended:
			if db.writer.withdraw(j) {
				return withdrawn(ctx)
			}
			ended = nil
		}
	}
}

// let has the job's caller run its function, and waits for that.
func (j *job) let(tx *Tx) error {
	if j.gone {
		return errEnded
	}
	j.turn <- tx
	err := <-j.ran
	j.gone = err == errEnded
	return err
}

// errEnded is how a transaction went whose function panicked.
var errEnded = errors.New("the transaction's function did not return")

func (j *job) run(tx *Tx, f func(*Tx) error) {
	err := errEnded
	defer func() {
		tx.close()
		j.ran <- err
	}()
	err = f(tx)
}

// attempts is how often a transaction on PostgreSQL is tried that others get in
// the way of.
const attempts = 30

// txPostgres runs f on a connection of its own, again while it collides with
// others.
func (db *DB) txPostgres(ctx context.Context, f func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := db.tryPostgres(ctx, attempt > 1, f)
		if !again(err) || attempt == attempts {
			return db.kind.explain(err)
		}
		pause := time.Duration(rand.Int64N(int64(min(attempt, 20)))+1) * time.Millisecond
		select {
		case <-ctx.Done():
			return withdrawn(ctx)
		case <-time.After(pause):
		}
	}
}

// tryPostgres runs f once. Its statements end with ctx, its commit does not. One
// that collided waits for its turn among those that did, before it looks at
// anything; otherwise many that change the same rows could try for ever.
func (db *DB) tryPostgres(ctx context.Context, collided bool, f func(*Tx) error) error {
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	whole, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	inner, err := conn.BeginTx(whole, serializable)
	if err != nil {
		return err
	}
	defer inner.Rollback()
	if collided {
		if _, err := inner.ExecContext(ctx, `LOCK TABLE turns IN EXCLUSIVE MODE`); err != nil {
			return err
		}
	}
	tx := &Tx{db: db, on: inner}
	defer tx.close()
	if err := f(tx); err != nil {
		return err
	}
	tx.close()
	newest := int64(0)
	if len(tx.recs) > 0 {
		h, err := db.emit(ctx, inner, tx.recs)
		if err != nil {
			return err
		}
		newest = h.position
	}
	if ctx.Err() != nil {
		return withdrawn(ctx)
	}
	defer time.AfterFunc(commitTime, cancel).Stop()
	started := time.Now()
	if err := inner.Commit(); err != nil {
		return unsure(err)
	}
	db.counted.committed(time.Since(started), 1, len(tx.recs))
	if newest > 0 {
		db.watch.tell(newest)
	}
	return nil
}

// unsure says that a commit's outcome is not known, unless it is.
func unsure(err error) error {
	if again(err) || !lost(err) && !errors.Is(err, context.Canceled) && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return unavailable("The database was lost while it committed: it is not known whether the change was kept. Look before you try again.", err)
}

// context returns ctx as statements are to have it. On SQLite an interrupted
// one would take the whole group of transactions with it.
func (tx *Tx) context(ctx context.Context) context.Context {
	if tx.db.kind == sqlite {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := tx.on.ExecContext(tx.context(ctx), tx.db.kind.dialect(query), args...)
	if err != nil {
		return 0, tx.explain(err)
	}
	return res.RowsAffected()
}

// Query reads rows as the transaction sees them. Close them.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := tx.on.QueryContext(tx.context(ctx), tx.db.kind.dialect(query), args...)
	if err != nil {
		return nil, tx.explain(err)
	}
	tx.open = append(tx.open, rows)
	return rows, nil
}

// QueryRow reads at most one row as the transaction sees it.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	row := tx.on.QueryRowContext(tx.context(ctx), tx.db.kind.dialect(query), args...)
	tx.rows = append(tx.rows, row)
	return row
}

// explain leaves a collision as it is: Tx is to see it.
func (tx *Tx) explain(err error) error {
	if again(err) {
		return err
	}
	return tx.db.kind.explain(err)
}

// Emit puts records into the log when the transaction commits.
func (tx *Tx) Emit(recs ...event.Record) { tx.recs = append(tx.recs, recs...) }

// close closes the rows that the transaction's function left open: a connection is
// not given back, and so no other transaction begins, before they are.
func (tx *Tx) close() {
	for _, rows := range tx.open {
		rows.Close()
	}
	for _, row := range tx.rows {
		_ = row.Scan() // closes one that was never scanned, and says nothing of another
	}
	tx.open, tx.rows = nil, nil
}
