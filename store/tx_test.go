package store_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestTogether queues good, refused, failing and panicking jobs behind a lock,
// so that they share one commit: each has its own fate.
func TestTogether(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	db := storetest.Open(t, url)
	unlock := storetest.LockSQLite(t, url)
	before := db.Stats()
	var jobs sync.WaitGroup
	jobs.Go(func() {
		if err := db.Append(t.Context(), of(t, "call_good", 1), of(t, "call_good", 2)); err != nil {
			t.Error(err)
		}
	})
	jobs.Go(func() { kind(t, db.Append(t.Context(), of(t, "call_gap", 2)), webtrunk.Conflict) })
	jobs.Go(func() {
		if err := db.SaveCursor(t.Context(), "good", 7); err != nil {
			t.Error(err)
		}
	})
	jobs.Go(func() {
		kind(t, db.Tx(t.Context(), func(tx *store.Tx) error {
			tx.Emit(of(t, "call_tx", 1), of(t, "call_tx", 3))
			_, err := tx.Exec(t.Context(), `INSERT INTO cursors (consumer, position) VALUES ('bad', 1)`)
			return err
		}), webtrunk.Conflict)
	})
	jobs.Go(func() {
		defer func() {
			if got := recover(); got != "of mine" {
				t.Errorf("the panic is %v", got)
			}
		}()
		_ = db.Tx(t.Context(), func(tx *store.Tx) error {
			tx.Emit(of(t, "call_panic", 1))
			panic("of mine")
		})
	})
	jobs.Go(func() {
		_ = db.Tx(t.Context(), func(tx *store.Tx) error {
			tx.Emit(of(t, "call_exit", 1))
			runtime.Goexit()
			return nil
		})
	})
	eventually(t, func() bool { return db.Stats().Queued == 6 })
	unlock()
	jobs.Wait()
	after := db.Stats()
	if after.Commits-before.Commits != 1 || after.Appends-before.Appends != 6 || after.Records-before.Records != 2 {
		t.Errorf("from %+v to %+v, want 6 jobs with 2 records in 1 commit", before, after)
	}
	if n := gapless(t, db); n != 2 {
		t.Errorf("the log has %d records, want 2", n)
	}
	for consumer, want := range map[string]int64{"good": 7, "bad": 0} {
		if got, err := db.Cursor(t.Context(), consumer); got != want || err != nil {
			t.Errorf("cursor %s is %d, %v, want %d", consumer, got, err, want)
		}
	}
}

// TestTxFails tells that a transaction's rows and records go together, whatever
// ended it.
func TestTxFails(t *testing.T) {
	t.Parallel()
	errMine := errors.New("changed my mind")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert := func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO cursors (consumer, position) VALUES ('a', 1)`)
			return err
		}
		for name, f := range map[string]func(*store.Tx) error{
			"its own error":    func(*store.Tx) error { return errMine },
			"a refused record": func(tx *store.Tx) error { tx.Emit(event.Record{}); return nil },
			"a row twice":      insert,
			"no such table": func(tx *store.Tx) error {
				_, err := tx.Exec(t.Context(), `INSERT INTO nothing (a) VALUES ($1)`, 1)
				return err
			},
			"rows left open": func(tx *store.Tx) error {
				if _, err := tx.Query(t.Context(), `SELECT consumer FROM cursors`); err != nil {
					return err
				}
				return errMine
			},
		} {
			err := db.Tx(t.Context(), func(tx *store.Tx) error {
				tx.Emit(of(t, "call_a", 1))
				if err := insert(tx); err != nil {
					return err
				}
				return f(tx)
			})
			if err == nil {
				t.Errorf("%s: no error", name)
			}
			if name == "a row twice" {
				kind(t, err, webtrunk.Conflict)
			}
		}
		if n := gapless(t, db); n != 0 {
			t.Errorf("the log has %d records, want none", n)
		}
		if n, err := db.Cursor(t.Context(), "a"); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}

// TestTransfer moves money between two accounts from many sides at once, the
// plain way: read, decide, write. None is lost, and no account is overdrawn.
func TestTransfer(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `CREATE TABLE wallets (id TEXT PRIMARY KEY, minor BIGINT NOT NULL)`)
			if err == nil {
				_, err = tx.Exec(t.Context(), `INSERT INTO wallets (id, minor) VALUES ('a', 10), ('b', 10)`)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 12 {
			from, to := "a", "b"
			if i%4 == 0 {
				from, to = to, from
			}
			all.Go(func() {
				for range 4 {
					if err := db.Tx(t.Context(), func(tx *store.Tx) error { return transfer(t, tx, from, to) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		var least, sum int
		if err := db.QueryRow(t.Context(), `SELECT min(minor), sum(minor) FROM wallets`).Scan(&least, &sum); err != nil || least < 0 || sum != 20 {
			t.Errorf("the least is %d, the sum %d, %v", least, sum, err)
		}
	})
}

func transfer(t *testing.T, tx *store.Tx, from, to string) error {
	var has, other int
	if err := tx.QueryRow(t.Context(), `SELECT minor FROM wallets WHERE id = $1`, from).Scan(&has); err != nil || has < 3 {
		return err
	}
	if err := tx.QueryRow(t.Context(), `SELECT minor FROM wallets WHERE id = $1`, to).Scan(&other); err != nil {
		return err
	}
	if _, err := tx.Exec(t.Context(), `UPDATE wallets SET minor = $1 WHERE id = $2`, has-3, from); err != nil {
		return err
	}
	_, err := tx.Exec(t.Context(), `UPDATE wallets SET minor = $1 WHERE id = $2`, other+3, to)
	return err
}

// TestDiskFull lets the database grow no further: whoever asks is told so, and
// it goes on when there is room again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t))
	limit := func(pages int) {
		t.Helper()
		if err := db.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), fmt.Sprint(`PRAGMA max_page_count = `, pages))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // as many as it has
	kept, err := int64(0), error(nil)
	for err == nil {
		if err = db.Append(t.Context(), of(t, "call_a", kept+1)); err == nil {
			kept++
		}
	}
	kind(t, err, webtrunk.Unavailable)
	if kept == 0 || db.Stats().Failures == 0 {
		t.Errorf("%d kept, %+v", kept, db.Stats())
	}
	kind(t, db.Tx(t.Context(), func(tx *store.Tx) error {
		for i := range 1000 {
			if _, err := tx.Exec(t.Context(), `INSERT INTO cursors (consumer, position) VALUES ($1, 1)`, fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return nil
	}), webtrunk.Unavailable)
	limit(1 << 30)
	if err := db.Append(t.Context(), of(t, "call_a", kept+1)); err != nil {
		t.Fatal(err)
	}
	if n := gapless(t, db); n != kept+1 {
		t.Errorf("the log has %d records, want %d", n, kept+1)
	}
}
