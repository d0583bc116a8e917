package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"webtrunk/event"
	"webtrunk/store"
)

// openTime is how long a start waits for the database: longer than PostgreSQL
// takes to notice that a killed gateway has gone.
const openTime = 30 * time.Second

// openDatabase opens the database and becomes its node, so that no other
// process runs calls under the same name.
func (g *gateway) openDatabase() (err error) {
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	if g.store, err = store.Open(ctx, g.cfg.Database, store.Options{Log: g.log}); err != nil {
		return setting("database", err)
	}
	g.started.push(func() {
		if err := g.store.Close(); err != nil {
			g.log.Warn("the database did not close cleanly", "error", err)
		}
	})
	if err := g.store.Claim(ctx, g.cfg.Node); err != nil {
		return setting("database and node", err)
	}
	return nil
}

// openEvents begins to follow the log for those who listen live.
func (g *gateway) openEvents() error {
	g.hub = &event.Hub{Log: g.store, Logger: g.log, Reread: event.Types{"erasure.completed"}}
	g.inBackground(g.hub.Run)
	return nil
}

// inBackground runs f until the gateway stops, which waits for it.
func (g *gateway) inBackground(f func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(ctx); err != nil {
			g.log.Error("a part of the gateway has ended", "error", err)
		}
	}()
	g.started.push(func() { cancel(); <-done })
}

// temporaryDatabase is one that is gone after the demo.
func temporaryDatabase() (url string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "webtrunk-demo-")
	if err != nil {
		return "", nil, err
	}
	return "sqlite:" + filepath.Join(dir, "webtrunk.db"), func() { os.RemoveAll(dir) }, nil
}
