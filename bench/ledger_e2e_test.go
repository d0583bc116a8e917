//go:build e2e

package main

import (
	"testing"
	"time"
)

// Calls tick on both databases for a moment, then the gateway's ledger works beside a call
// that speaks: what is measured is told, and the ledgers count right.
func TestLedgerForAMoment(t *testing.T) {
	c := ledgerCommand{Databases: []string{"sqlite", "postgres"}, Calls: 8, AtOnce: 4, Seconds: 1, Every: 6 * time.Second, Speaking: 1, Rate: 20, Slices: 1, Cores: 1}
	found := pairs(t, func() error { return c.Run(t.Context()) })
	want(t, found, "disk_forced_per_s", "sqlite_single_ticks_per_s", "sqlite_many_ticks_per_s", "sqlite_hot_ticks_per_s", "sqlite_hot_calls",
		"postgres_single_ticks_per_s", "postgres_many_ticks_per_s", "postgres_hot_ticks_per_s", "postgres_many_of_single", "posted_per_s", "lateness_ratio", "transit_p99_ratio")
}
