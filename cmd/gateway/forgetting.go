package main

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/dispatch"
)

// promises are what callers were promised who would rather be called back: they go
// with their caller's identity.
type promises struct{ g *gateway }

// Keeps implements archive.Keeper.
func (promises) Keeps() archive.Class { return archive.Identity }

// Erase implements archive.Keeper.
func (p promises) Erase(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (int, error) {
	return p.g.desk.Forget(ctx, account, id)
}

// Expire implements archive.Keeper: a policy breaks no promise. The floor ends each
// half a day after its caller began to wait, kept or not.
func (promises) Expire(context.Context, webtrunk.AccountID, bool, time.Time) (int, error) {
	return 0, nil
}

// waits are the rows of how long which calls waited in which queue. They name nobody,
// so that an erasure leaves them, and go with the records of calls.
type waits struct{ g *gateway }

// Keeps implements archive.Keeper.
func (waits) Keeps() archive.Class { return archive.Records }

// Erase implements archive.Keeper.
func (waits) Erase(context.Context, webtrunk.AccountID, webtrunk.CallID) (int, error) { return 0, nil }

// Expire implements archive.Keeper.
func (w waits) Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error) {
	return w.g.desk.Prune(ctx, dispatch.Tenant{Account: account, Test: test}, before)
}
