package main

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/archive"
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
// policy counts what calls have used.
func (g *gateway) openConsumers() error {
	g.archive = archive.New(g.store, archive.Options{Log: g.log, Keepers: []archive.Keeper{answers{webhook.Deliveries{DB: g.store}}}})
	g.webhooks = &webhook.Sender{DB: g.store, Reach: g.reach(), Log: g.log}
	consume := func(name string, h event.Handler, batch int, gather time.Duration) {
		g.consumers = append(g.consumers, &event.Consumer{Name: name, Log: g.store, Cursors: g.store, Handler: h, Batch: batch, Gather: gather, Logger: g.log})
	}
	consume(archive.Consumer, g.archive, archive.Batch, 500*time.Millisecond) // short calls are then written once
	consume(webhook.Consumer, g.webhooks, 0, 20*time.Millisecond)
	consume(policy.Consumer, g.policy, 0, 20*time.Millisecond)
	return nil
}

// consume begins to read the log from where it was left.
func (g *gateway) consume() error {
	for _, run := range []func(context.Context){g.archive.Run, g.webhooks.Run} {
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
