package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// gapless fails unless every order in the log counts from 1 without gaps, and
// returns the log's newest position.
func gapless(t testing.TB, db *store.DB) int64 {
	t.Helper()
	position, seqs, calls := int64(0), map[webtrunk.AccountID]int64{}, map[webtrunk.CallID]int64{}
	for _, r := range read(t, db, event.Stream{}, 0) {
		position++
		seqs[r.Account]++
		if r.Position != position || r.Seq != seqs[r.Account] {
			t.Fatalf("record %d of the log, %d of %s, has the places %d and %d", position, seqs[r.Account], r.Account, r.Position, r.Seq)
		}
		if r.Call == "" {
			continue
		}
		calls[r.Call]++
		if r.CallSeq != calls[r.Call] {
			t.Fatalf("record %d of %s has the place %d", calls[r.Call], r.Call, r.CallSeq)
		}
	}
	return position
}

// TestManyWriters has calls, rows with events and refusals come from everywhere
// at once, by two processes' worth of databases.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	const writers, each = 16, 12
	storetest.EachURL(t, func(t *testing.T, url string) {
		gateway, tool := storetest.Open(t, url), storetest.OpenUnclaimed(t, url)
		gateway.Waits(time.Minute) // this is about order: how long one waits for so many, the machine decides
		tool.Waits(time.Minute)
		if err := gateway.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `CREATE TABLE rows (n BIGINT NOT NULL, record TEXT NOT NULL)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				call := webtrunk.CallID(fmt.Sprint("call_", w))
				for i := range int64(each) {
					r := of(t, call, i+1)
					r.Account, r.Last = webtrunk.AccountID(fmt.Sprint("acct_", w%3)), i == each-1
					if err := gateway.Append(t.Context(), r); err != nil {
						t.Error(err)
					}
				}
			})
			db := []*store.DB{gateway, tool}[w%2]
			all.Go(func() { writeRows(t, db, each) })
		}
		all.Wait()
		if n, want := gapless(t, gateway), int64(writers*each+writers*each/2); n != want {
			t.Errorf("the log has %d records, want %d", n, want)
		}
		var rows, unspoken int
		if err := gateway.QueryRow(t.Context(), `SELECT count(*), coalesce(sum(CASE WHEN id IS NULL THEN 1 ELSE 0 END), 0) FROM rows LEFT JOIN events ON id = record`).Scan(&rows, &unspoken); err != nil {
			t.Fatal(err)
		}
		if rows != writers*each/2 || unspoken != 0 {
			t.Errorf("%d rows, %d without their records, want %d and 0", rows, unspoken, writers*each/2)
		}
	})
}

// writeRows makes rows and their records in one transaction each, of which
// every other one fails. Each counts the rows before it.
func writeRows(t *testing.T, db *store.DB, transactions int) {
	errChanged := errors.New("changed my mind")
	for i := range transactions {
		err := db.Tx(t.Context(), func(tx *store.Tx) error {
			var n int
			if err := tx.QueryRow(t.Context(), `SELECT coalesce(max(n), 0) FROM rows`).Scan(&n); err != nil {
				return err
			}
			r, err := event.New("acct_0", false, "widget.created", n)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO rows (n, record) VALUES ($1, $2)`, n+1, r.ID); err != nil {
				return err
			}
			tx.Emit(r)
			if i%2 == 1 {
				return errChanged
			}
			return nil
		})
		if i%2 == 0 && err != nil || i%2 == 1 && !errors.Is(err, errChanged) {
			t.Error(err)
		}
	}
}
