package store

import "time"

// Impatient makes a DB wait no longer than that for SQLite's lock and for a
// node's name, so that tests of what follows take no seconds.
func (db *DB) Impatient(d time.Duration) { db.wait = patience{turn: d, notice: d} }
