package store

import (
	"context"
	"database/sql"
)

// Snapshot reads the database as it was at one moment, whatever is written meanwhile, and
// holds nobody up who writes. f must not write.
func (db *DB) Snapshot(ctx context.Context, f func(*Tx) error) error {
	inner, err := db.read.BeginTx(ctx, still[db.kind])
	if err != nil {
		return db.kind.explain(err)
	}
	defer inner.Rollback()
	tx := &Tx{db: db, on: inner}
	defer tx.close()
	return f(tx)
}

// still are transactions that see one moment: any of SQLite's does.
var still = map[kind]*sql.TxOptions{
	sqlite:   {ReadOnly: true},
	postgres: {ReadOnly: true, Isolation: sql.LevelRepeatableRead},
}
