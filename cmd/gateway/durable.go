package main

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/call"
	"webtrunk/switchboard"
	"webtrunk/switchboard/journal"
	"webtrunk/webhook"
)

// openJournal keeps calls on record.
func (g *gateway) openJournal() error {
	g.journal = journal.New(journal.Config{Log: g.store, Lines: g.log, Fenced: g.fenced})
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

// recoverCalls ends what a former process of this node left: carriers are hung
// up first, then the calls' ends are recorded.
func (g *gateway) recoverCalls() error {
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	calls := journal.Calls{Log: g.store, Left: g.store}
	ended, err := switchboard.Recover(ctx, calls, g.journal, g.edges(), g.log)
	if ended > 0 {
		g.log.Warn("the gateway had died: its calls were ended", "calls", ended)
	}
	if err != nil {
		return fmt.Errorf("ending the calls that the last process left: %w", err)
	}
	return nil
}

// openArchive turns the log into call records, and forgets what is due.
func (g *gateway) openArchive() error {
	g.archive = archive.New(g.store, archive.Options{Log: g.log})
	g.consume(archive.Consumer, g.archive)
	g.inBackground(func(ctx context.Context) error { g.archive.Run(ctx); return nil })
	return nil
}

// openWebhooks sends the log to those who asked for it.
func (g *gateway) openWebhooks() error {
	g.webhooks = &webhook.Sender{DB: g.store, Reach: g.reach(), Log: g.log}
	g.inBackground(func(ctx context.Context) error { g.webhooks.Run(ctx); return nil })
	g.consume(webhook.Consumer, g.webhooks)
	return nil
}

// reach is where webhooks may go.
func (g *gateway) reach() webhook.Reach {
	return webhook.Reach{Plain: g.cfg.Webhooks.AllowHTTP, Networks: prefixes(g.cfg.Webhooks.AllowNetworks)}
}
