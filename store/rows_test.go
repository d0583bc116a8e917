package store_test

import (
	"errors"
	"slices"
	"testing"

	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestAllRowsOfAClause(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for name, at := range map[string]int64{"a": 1, "b": 2, "c": 3} {
			if err := db.SaveCursor(t.Context(), name, at); err != nil {
				t.Fatal(err)
			}
		}
		var c store.Clause
		c.Where(`consumer IN (?, ?)`, "b", "c")
		c.Where(`position > ?`, 2)
		read := func(from string, args ...any) ([]string, error) {
			rows, err := db.Query(t.Context(), `SELECT consumer FROM `+from, args...)
			return store.All(rows, err, func(r store.Row) (s string, err error) { err = r.Scan(&s); return s, err })
		}
		if got, err := read(`cursors WHERE `+c.All(), c.Args...); err != nil || !slices.Equal(got, []string{"c"}) {
			t.Errorf("the clause %s gives %v, %v", c.All(), got, err)
		}
		if got, err := read(`cursors ORDER BY consumer`); err != nil || !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("all are %v, %v", got, err)
		}
		if _, err := read(`nothing`); err == nil {
			t.Error("a query that failed has rows")
		}
		rows, err := db.Query(t.Context(), `SELECT consumer FROM cursors`)
		if _, err := store.All(rows, err, func(store.Row) (string, error) { return "", errors.New("unreadable") }); err == nil {
			t.Error("a row that cannot be read is passed over")
		}
	})
}
