// Package store keeps everything durable in one database: SQLite for one
// machine, PostgreSQL for several, chosen by a URL.
//
// A feature owns its tables and its SQL and speaks to both databases in their
// common subset: IDs made by the application, integers for money (minor units)
// and time (microseconds since 1970, UTC: see Micros), JSON as TEXT,
// ON CONFLICT, RETURNING, and $1, $2 … for parameters.
//
// Rows and the events that speak of them are kept together or not at all: a
// transaction emits records, and they enter the log with its commit.
//
//	err := db.Tx(ctx, func(tx *store.Tx) error {
//		_, err := tx.Exec(ctx, `UPDATE widgets SET name = $1 WHERE id = $2`, name, id)
//		tx.Emit(record)
//		return err
//	})
//
// What is appended is on disk when Append or Tx returns: SQLite runs with WAL
// and synchronous=FULL, PostgreSQL with synchronous_commit=on. Many appends
// share one commit.
package store
