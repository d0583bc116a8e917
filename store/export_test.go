package store

import (
	"context"
	"time"
)

// Waits makes a DB wait so long for SQLite's lock and for a node's name: shortly,
// so that tests of what follows take no seconds, or longer than any machine is
// busy.
func (db *DB) Waits(d time.Duration) { db.wait = patience{turn: d, notice: d} }

// LeaveOpen begins a transaction on the writer's connection and forgets it.
func (db *DB) LeaveOpen(ctx context.Context) error {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.ExecContext(ctx, `BEGIN IMMEDIATE`)
	return err
}
