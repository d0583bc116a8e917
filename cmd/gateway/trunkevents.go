package main

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/trunk"
)

// trunkNews is changes of trunks on their way into the operator's log, and so to
// webhooks and streams. The edge that tells them does not wait for the disk.
type trunkNews struct {
	changes chan trunk.Change
	every   time.Duration // between attempts while the database is away
}

// newsKept is how many changes wait for a database that is away. A trunk changes
// a few times a minute at most.
const newsKept = 1024

func newTrunkNews() *trunkNews {
	return &trunkNews{changes: make(chan trunk.Change, newsKept), every: time.Second}
}

// trunkChanged takes a change, which the edge has logged, and never waits.
func (g *gateway) trunkChanged(c trunk.Change) {
	select {
	case g.news.changes <- c:
	default:
		g.log.Error("a trunk's change is not on record: too many wait for the database", "trunk", c.Trunk, "up", c.Up)
	}
}

// recordTrunks puts changes on record, in their order, until ctx ends.
func (g *gateway) recordTrunks(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-g.news.changes:
			g.recordTrunk(ctx, c)
		}
	}
}

// recordTrunk tries until the change is on record. One whose commit was lost from
// sight may be there twice.
func (g *gateway) recordTrunk(ctx context.Context, c trunk.Change) {
	for {
		err := g.tellTrunk(ctx, c)
		if err == nil || ctx.Err() != nil {
			return
		}
		if webtrunk.KindOf(err) != webtrunk.Unavailable {
			g.log.Error("a trunk's change is not on record", "trunk", c.Trunk, "up", c.Up, "error", err)
			return
		}
		select {
		case <-time.After(g.news.every):
		case <-ctx.Done():
			return
		}
	}
}

func (g *gateway) tellTrunk(ctx context.Context, c trunk.Change) error {
	operator, err := g.directory.Operator(ctx)
	if err != nil {
		return err
	}
	kind := "trunk.down"
	if c.Up {
		kind = "trunk.up"
	}
	r, err := event.New(operator.ID, g.simulated || c.Trunk == trunk.TestName, kind, map[string]string{"trunk": c.Trunk, "reason": c.Reason})
	if err != nil {
		return err
	}
	r.Time = c.At.UTC().Truncate(time.Microsecond)
	return g.store.Append(ctx, r)
}
