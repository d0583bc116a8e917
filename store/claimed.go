package store

import (
	"context"
	"fmt"

	"webtrunk"
)

// Claimed says whether this process still is the node that it claimed. It
// fails with webtrunk.Forbidden when another has become it, which is for good,
// and with webtrunk.Unavailable while that cannot be found out.
func (db *DB) Claimed(ctx context.Context) error {
	c := db.claim.now()
	if c.node == "" {
		return fault(webtrunk.Forbidden, "This process has claimed no node.", nil)
	}
	var epoch int64
	if err := db.QueryRow(ctx, `SELECT epoch FROM nodes WHERE node = $1`, c.node).Scan(&epoch); err != nil {
		return db.kind.explain(err)
	}
	if epoch != c.epoch {
		return fault(webtrunk.Forbidden, fmt.Sprintf("Another process has become the node %q. Stop one of the two, or start this one again under another name.", c.node), nil)
	}
	return nil
}
