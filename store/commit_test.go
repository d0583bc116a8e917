package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// books makes two tables of which one is checked against the other only when a
// transaction commits.
func books(t *testing.T, db *store.DB) {
	t.Helper()
	must(t, db.Tx(t.Context(), func(tx *store.Tx) error {
		for _, statement := range []string{
			`CREATE TABLE shelves (id BIGINT PRIMARY KEY)`,
			`CREATE TABLE books (shelf BIGINT NOT NULL REFERENCES shelves (id) DEFERRABLE INITIALLY DEFERRED)`,
		} {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	}))
}

// misplaced is carried out, statement by statement, and refused by the commit.
func misplaced(t *testing.T) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		tx.Emit(anEvent(t))
		_, err := tx.Exec(t.Context(), `INSERT INTO books (shelf) VALUES (404)`)
		return err
	}
}

func count(t *testing.T, db *store.DB, query string) (n int) {
	t.Helper()
	must(t, db.QueryRow(t.Context(), query).Scan(&n))
	return n
}

// TestACommitIsRefused: a transaction whose statements all went well, and whose
// commit does not, leaves nothing, and the next one begins.
func TestACommitIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		books(t, db)
		for range 3 {
			kind(t, db.Tx(t.Context(), misplaced(t)), webtrunk.Conflict)
			must(t, db.Append(t.Context(), anEvent(t)))
		}
		if n := count(t, db, `SELECT count(*) FROM books`); n != 0 {
			t.Errorf("%d books are kept", n)
		}
		if n := gapless(t, db); n != 3 {
			t.Errorf("the log has %d records, want 3", n)
		}
	})
}

// TestACommitIsRefusedForOneOfMany: those who shared it are tried again without
// the one whom the database refused.
func TestACommitIsRefusedForOneOfMany(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	db := storetest.Open(t, url)
	books(t, db)
	unlock := storetest.LockSQLite(t, url)
	var jobs sync.WaitGroup
	for range 3 {
		jobs.Go(func() { must(t, db.Append(t.Context(), anEvent(t))) })
	}
	jobs.Go(func() { kind(t, db.Tx(t.Context(), misplaced(t)), webtrunk.Conflict) })
	jobs.Go(func() { must(t, db.SaveCursor(t.Context(), "good", 7)) })
	eventually(t, func() bool { return db.Stats().Queued == 5 })
	unlock()
	jobs.Wait()
	if n := count(t, db, `SELECT count(*) FROM books`); n != 0 {
		t.Errorf("%d books are kept", n)
	}
	if n, cursor := gapless(t, db), count(t, db, `SELECT position FROM cursors WHERE consumer = 'good'`); n != 3 || cursor != 7 {
		t.Errorf("the log has %d records, want 3, the cursor is %d", n, cursor)
	}
}

// TestARowIsNeverRead: a transaction that asks for a row and does not look at it
// holds nobody up.
func TestARowIsNeverRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		must(t, db.Tx(ctx, func(tx *store.Tx) error {
			tx.QueryRow(ctx, `SELECT position FROM cursors`)
			_, err := tx.Exec(ctx, `INSERT INTO cursors (consumer, position) VALUES ('a', 1)`)
			return err
		}))
		must(t, db.SaveCursor(ctx, "a", 2))
	})
}

// TestAnOpenTransactionIsNotInherited: a connection of which a transaction was left
// open, whatever left it, is replaced, and the writer goes on.
func TestAnOpenTransactionIsNotInherited(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t))
	must(t, db.LeaveOpen(t.Context()))
	if err := db.Append(t.Context(), anEvent(t)); err == nil {
		t.Error("a record was kept in a transaction of somebody else")
	}
	must(t, db.Append(t.Context(), anEvent(t)))
	if n := gapless(t, db); n != 1 {
		t.Errorf("the log has %d records, want 1", n)
	}
}

// TestTheCallerGoesWhileItCommits: a context that ends in the midst of a
// transaction's function undoes nothing that the others share.
func TestTheCallerGoesWhileItCommits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Tx(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO cursors (consumer, position) VALUES ('a', 1)`)
			tx.Emit(anEvent(t))
			cancel()
			return err
		})
		kept := int64(0)
		if err == nil {
			kept = 1
		}
		if cursor, _ := db.Cursor(t.Context(), "a"); gapless(t, db) != kept || cursor != kept {
			t.Errorf("the outcome is %v; %d records and cursor %d", err, gapless(t, db), cursor)
		}
		must(t, db.Append(t.Context(), anEvent(t)))
	})
}
