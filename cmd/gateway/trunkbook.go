package main

import (
	"context"
	"time"

	"webtrunk/api"
	"webtrunk/trunk"
)

// openBook reads which trunks and routes there are: those of the configuration,
// and those that were made over the API.
func (g *gateway) openBook() error {
	written, err := g.written()
	if err != nil {
		return err
	}
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	operator, err := g.directory.Operator(ctx)
	if err != nil {
		return err
	}
	g.book, err = trunk.Open(ctx, trunk.Options{DB: g.store, Operator: operator.ID, Written: written, Log: g.log, Apply: g.carry})
	return err
}

// carry has the telephones carry other trunks and routes from now on. A trunk
// whose carrier cannot be reached from here is kept: there may be a way later.
func (g *gateway) carry(n trunk.Network) error {
	_ = g.situate(&n) // it was logged
	return g.telephones.SetNetwork(n)
}

// bookTime is how often the book is read anew: gateways that share a database
// share it.
const bookTime = 5 * time.Second

// followBook carries what other gateways have changed.
func (g *gateway) followBook(ctx context.Context) error {
	every := time.NewTicker(bookTime)
	defer every.Stop()
	for well := true; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
		err := g.book.Refresh(ctx)
		if err != nil && well && ctx.Err() == nil {
			g.log.Warn("changes of trunks by other gateways cannot be read: the trunks stay as they are", "error", err)
		}
		well = err == nil
	}
}

// trunkStats is how each trunk fares, and what it has carried.
func (g *gateway) trunkStats() (all []api.TrunkStats) {
	for _, t := range g.telephones.Stats().Trunks {
		all = append(all, api.TrunkStats(t))
	}
	return all
}
