package main

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/billing"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/policy"
	"webtrunk/switchboard"
	"webtrunk/switchboard/journal"
	"webtrunk/webhook"
)

// openJournal keeps calls on record.
func (g *gateway) openJournal() error {
	g.journal = journal.New(journal.Config{Log: g.metrics.Log(g.store), Lines: g.log, Fenced: g.fenced})
	g.started.push(func() {
		ctx, done := context.WithTimeout(context.Background(), lastWords)
		defer done()
		if err := g.journal.Close(ctx); err != nil {
			g.log.Error("the last events of calls could not be recorded: the next start ends these calls", "error", err)
		}
	})
	return nil
}

// lastWords is how long a stop waits for a database that is away.
const lastWords = 10 * time.Second

// fenced ends a call that cannot be recorded any longer.
func (g *gateway) fenced(id webtrunk.CallID, why error) {
	_ = g.board.Do(context.Background(), id, call.HangUp{Cause: call.Failed, Message: webtrunk.MessageOf(why, "")}) // it may have ended by itself
}

// keepNode looks each second whether this process still is its node. If another
// has taken its place, because the database lost sight of this one, the calls
// here are on record as lost: they are ended, and no new ones are taken.
func (g *gateway) keepNode(ctx context.Context) error {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
		if err := g.store.Claimed(ctx); webtrunk.KindOf(err) == webtrunk.Forbidden {
			g.log.Error("this gateway's place was taken: it ends its calls and takes no more", "node", g.cfg.Node, "error", err)
			g.journal.Fence(err)
			return nil
		}
	}
}

// recoverCalls ends what a former process of this node left: carriers are hung
// up first, then the calls' ends are recorded.
func (g *gateway) recoverCalls() error {
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	calls := journal.Calls{Log: g.store, Left: g.store}
	ended, err := switchboard.Recover(ctx, calls, g.journal, g.edges(), g.log)
	g.board.CountLost(ended)
	if ended > 0 {
		g.log.Warn("the gateway had died: its calls were ended", "calls", ended)
	}
	if err != nil {
		return fmt.Errorf("ending the calls that the last process left: %w", err)
	}
	return nil
}

// openConsumers makes what reads the log: the archive turns it into call records
// and forgets what is due, webhooks send it to those who asked for it, and the
// policy counts what calls have used, and billing settles what a process that died has left.
func (g *gateway) openConsumers() error {
	g.archive = archive.New(g.store, archive.Options{Log: g.log, Keepers: g.keepers()})
	g.webhooks = &webhook.Sender{DB: g.store, Reach: g.reach(), Log: g.log}
	g.consumers = []*event.Consumer{
		{Name: archive.Consumer, Handler: g.archive, Batch: archive.Batch, Gather: time.Second, Rush: aCrowd, Linger: setUp}, // short calls are then written once
		{Name: webhook.Consumer, Handler: g.webhooks, Gather: 20 * time.Millisecond, Save: again},
		{Name: policy.Consumer, Handler: g.policy, Gather: 500 * time.Millisecond, Rush: aCrowd, Linger: setUp, Save: again},
		{Name: billing.Consumer, Handler: g.billing, Gather: 500 * time.Millisecond, Rush: aCrowd, Linger: setUp, Save: again},
	}
	for _, c := range g.consumers {
		c.Log, c.Cursors, c.Logger = g.store, g.store, g.log
	}
	return nil
}

const (
	// setUp is about what a call's set-up takes: what is done with its records
	// then neither stands in the way of its next commit nor begins five times.
	setUp = 25 * time.Millisecond
	// aCrowd is the records of some four calls. Where more than that begin or end in
	// a second, what is done with their records waits for the rest of that second,
	// and is a few commits instead of several for each call; they would be in the
	// way of the commits of those that are being set up.
	aCrowd = 40
	// again is how much is handled again, which changes nothing, after a process
	// has died: deliveries are there already, and minutes are settled once. The
	// archive's place is exact, because it says what was forgotten.
	again = time.Second
)

// consume begins to read the log from where it was left.
func (g *gateway) consume() error {
	for _, run := range []func(context.Context){g.archive.Run, g.webhooks.Run, g.billing.Run, g.charges.Run} {
		g.inBackground(func(ctx context.Context) error { run(ctx); return nil })
	}
	for _, c := range g.consumers {
		g.inBackground(c.Run)
	}
	g.inBackground(g.keepNode)
	g.inBackground(g.followBook)
	g.inBackground(g.recordTrunks)
	return nil
}

// answers are what receivers of webhooks answered, which may repeat who talked.
type answers struct{ deliveries webhook.Deliveries }

// Keeps implements archive.Keeper.
func (answers) Keeps() archive.Class { return archive.Identity }

// Erase implements archive.Keeper.
func (a answers) Erase(ctx context.Context, _ webtrunk.AccountID, id webtrunk.CallID) (int, error) {
	return a.deliveries.Forget(ctx, id)
}

// Expire implements archive.Keeper.
func (a answers) Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error) {
	return a.deliveries.ForgetBefore(ctx, webhook.Scope{Account: account, Test: test}, before)
}

// reach is where webhooks may go.
func (g *gateway) reach() webhook.Reach {
	return webhook.Reach{Plain: g.cfg.Webhooks.AllowHTTP, Networks: prefixes(g.cfg.Webhooks.AllowNetworks)}
}
