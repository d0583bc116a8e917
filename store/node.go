package store

import (
	"context"

	"webtrunk"
)

// Claim makes this process the node of a name: the one that runs the calls
// which the node records. It fails with webtrunk.Conflict while another process
// is that node. Until the DB is closed, or another process claims the name
// because this one seemed dead, calls may be appended to the log; afterwards
// their records are refused with webtrunk.Forbidden, so that a process that
// woke up too late changes nothing.
//
// Reading, transactions and records of no call need no claim.
func (db *DB) Claim(ctx context.Context, node string) error { return nil }

// Orphans returns the calls that a former process of this node left open: those
// without a last record that this process has not begun, oldest first.
func (db *DB) Orphans(ctx context.Context) ([]webtrunk.CallID, error) { return nil, nil }
