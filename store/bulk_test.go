package store_test

import (
	"fmt"
	"slices"
	"testing"

	"webtrunk/store"
	"webtrunk/store/storetest"
)

// people are rows of a table that any name may be in.
func people(n int) (rows [][]any) {
	for i := range n {
		rows = append(rows, []any{fmt.Sprintf("consumer %03d", i), int64(i)})
	}
	return rows
}

// TestManyRowsAtOnce are written, written over and read by their keys.
func TestManyRowsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Tx(t.Context(), func(tx *store.Tx) error {
			const then = `ON CONFLICT (consumer) DO UPDATE SET position = cursors.position + excluded.position`
			for range 2 {
				if err := tx.Insert(t.Context(), `cursors (consumer, position)`, then, people(157)); err != nil {
					return err
				}
			}
			rows, err := tx.Among(t.Context(), `SELECT position FROM cursors WHERE consumer IN`, []string{"consumer 156", "consumer 000", "consumer 064", "nobody'); DROP"})
			found, err := store.All(rows, err, func(r store.Row) (n int64, err error) { return n, r.Scan(&n) })
			if slices.Sort(found); !slices.Equal(found, []int64{0, 128, 312}) {
				t.Errorf("found are %d", found)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestASnapshotStandsStill while others write, and keeps nobody from writing.
func TestASnapshotStandsStill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		count := func(tx *store.Tx) (n int) {
			if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM cursors`).Scan(&n); err != nil {
				t.Error(err)
			}
			return n
		}
		insert := func(tx *store.Tx) error {
			return tx.Insert(t.Context(), `cursors (consumer, position)`, "", people(1))
		}
		err := db.Snapshot(t.Context(), func(tx *store.Tx) error {
			before := count(tx)
			if err := db.Tx(t.Context(), insert); err != nil {
				t.Errorf("beside a snapshot: %v", err)
			}
			if after := count(tx); after != before {
				t.Errorf("it had %d rows, and then %d", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Snapshot(t.Context(), insert); err == nil {
			t.Error("a snapshot could be written to")
		}
	})
}
