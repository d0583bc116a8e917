package store

import (
	"context"

	"webtrunk/event"
)

// mostKnown bounds how many accounts and calls are remembered from one commit to
// the next; they are then read anew.
const mostKnown = 8192

// head makes sure that the group has the heads that concern some records. What
// the last commit has left need not be read again where nobody else has written
// since, which the log's newest position tells: positions have no gaps.
//
// Only SQLite's are remembered. On PostgreSQL every transaction writes to the log
// by itself, so that this process is seldom the last who did.
func (g *group) head(ctx context.Context, recs []event.Record) (err error) {
	if g.heads == nil {
		if g.heads, err = readHeads(ctx, g.db.kind, g.inner, g.db.claim.now()); err != nil {
			return err
		}
		if k := g.db.known; k != nil && k.position == g.heads.position {
			g.heads.seqs, g.heads.calls = k.seqs, k.calls
		}
		g.db.known = nil // until it is known what becomes of these
	}
	return g.heads.load(ctx, g.db.kind, g.inner, recs)
}

// remember keeps the heads for the next commit, once this one has kept all that
// they tell.
func (g *group) remember(outcomes []error) {
	h := g.heads
	switch {
	case g.redacts:
		g.db.known = nil
		return
	case h == nil || g.db.kind != sqlite || len(h.seqs)+len(h.calls) > mostKnown:
		return
	}
	for _, failed := range outcomes {
		if failed != nil {
			return // it may have been given places that were taken back
		}
	}
	for _, r := range g.kept {
		if r.Last {
			delete(h.calls, r.Call)
		}
	}
	g.db.known = h
}
