package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
)

// Among reads rows by many keys at once. query ends before the list of them, as in
// "SELECT name FROM people WHERE id IN"; keys that no row has are not missed. Close the rows.
func (tx *Tx) Among(ctx context.Context, query string, keys []string) (*sql.Rows, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	return tx.Query(ctx, query+` (SELECT x.value FROM `+tx.db.kind.list()+`)`, string(list))
}

// Insert writes many rows of the same columns with few statements. into names the table and
// its columns, as in "people (id, name)"; then is what follows the values, such as what to do
// with a row that is there already, and may be empty.
func (tx *Tx) Insert(ctx context.Context, into, then string, rows [][]any) error {
	return chunks(tx.db.kind, len(rows), func(from, n int) error {
		columns := len(rows[from])
		args := make([]any, 0, n*columns)
		for _, row := range rows[from : from+n] {
			args = append(args, row...)
		}
		statement := `INSERT INTO ` + into + ` VALUES ` + tx.db.kind.rows(n, columns)
		_, err := tx.on.ExecContext(tx.context(ctx), strings.TrimSpace(statement+" "+then), args...)
		return tx.explain(err)
	})
}

// chunks goes over total rows in the sizes that one statement inserts.
func chunks(k kind, total int, each func(from, n int) error) error {
	for from := 0; from < total; {
		n := 1
		for _, size := range sizes[k] {
			if total-from >= size {
				n = size
				break
			}
		}
		if err := each(from, n); err != nil {
			return err
		}
		from += n
	}
	return nil
}
