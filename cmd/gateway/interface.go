package main

import (
	"context"
	"net/http"
	"time"

	"webtrunk"
	"webtrunk/api"
	"webtrunk/install"
	"webtrunk/member"
	"webtrunk/static"
	"webtrunk/webhook"
)

// openInterface makes the HTTP interface of all that runs.
func (g *gateway) openInterface() (err error) {
	live := &api.Streams{Store: g.store, Hub: g.hub}
	g.api, err = api.New(api.Config{
		Store: g.store, Auth: g.directory, Version: versionName(),
		Features:       g.features(live),
		Checks:         g.checks(),
		TrustedProxies: prefixes(g.cfg.HTTP.TrustedProxies),
		Log:            g.log,
	})
	if err != nil {
		return err
	}
	g.started.push(live.Close)
	g.inBackground(g.prune)
	g.inBackground(func(ctx context.Context) error { return g.api.Follow(ctx, g.hub) })
	return nil
}

// features are what the interface offers.
func (g *gateway) features(live *api.Streams) []api.Feature {
	calls := api.Calls{Board: g.board, Log: g.store, Records: g.archive, Reach: g.callers(), Phrases: g.phrases, Names: g.directory.AgentsName}
	return []api.Feature{
		calls,
		api.Events{Store: g.store},
		live,
		api.Directory{Directory: g.directory, Secure: g.cfg.HTTP.secure() || len(g.cfg.HTTP.TrustedProxies) > 0, Extensions: g.queues.Extensions},
		api.Members{Verifier: g.verifier, Caller: &member.Caller{Directory: g.directory, Calls: g.board, Reach: g.callers()}, Calls: calls},
		api.Dispatch{Book: g.queues, Desk: g.desk},
		api.Installs{Directory: g.directory, Pages: install.NewReader(g.reach().CheckAddr, g.cfg.Webhooks.AllowHTTP, g.cfg.HTTP.origin()),
			Gateway: install.Gateway{Origin: g.cfg.HTTP.origin(), Pinned: static.Widget().Path}},
		api.Webhooks{Endpoints: &webhook.Endpoints{DB: g.store, Reach: g.reach()}, Deliveries: &webhook.Deliveries{DB: g.store}},
		api.Records{Archive: g.archive},
		api.WrapUps{Archive: g.archive, Book: g.queues},
		api.Chats{Rooms: g.rooms, Archive: g.archive, Files: g.files},
		api.Timelines{Rooms: g.rooms, Archive: g.archive, Store: g.store, Library: g.library},
		api.Recordings{Library: g.library, Calls: calls},
		api.Voicemails{Mailboxes: g.mailboxes, Archive: g.archive},
		api.OwnVoicemails{Voicemails: api.Voicemails{Mailboxes: g.mailboxes, Archive: g.archive}, Book: g.queues},
		api.Letters{Box: g.letters()},
		api.OwnLetters{Letters: api.Letters{Box: g.letters()}, Book: g.queues},
		api.Billing{Book: g.billing, Calls: calls},
		api.TopUps{Cashier: g.cashier, Directory: g.directory},
		api.Charges{Desk: g.charges, Directory: g.directory, Library: g.library},
		api.OwnMoney{Book: g.billing, Directory: g.directory},
		api.VoicePolicies{Guard: g.policy, Directory: g.directory},
		api.Trunks{Book: g.book, Stats: g.trunkStats},
		api.TrunkTests{Test: g.testTrunk},
		api.Ladders{Ladder: g.telephones.Ladder},
	}
}

// prune forgets, each hour, the answers that are kept for repeated requests.
func (g *gateway) prune(ctx context.Context) error {
	every := time.NewTicker(time.Hour)
	defer every.Stop()
	for {
		if err := g.api.Prune(ctx); err != nil && ctx.Err() == nil {
			g.log.Warn("old answers of the interface were not removed: they stay until the next hour", "error", err)
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// checks are what must be well for calls to be taken.
func (g *gateway) checks() []api.Check {
	return []api.Check{
		{Name: "journal", Well: func(context.Context) error { return g.journal.Ready() }},
		{Name: "draining", Well: func(context.Context) error { return g.site.mayTakeCalls() }},
	}
}

// mayTakeCalls says why not, while the gateway is being stopped.
func (s *site) mayTakeCalls() error {
	if !s.draining.Load() {
		return nil
	}
	return &webtrunk.Error{Op: "ready", Kind: webtrunk.Unavailable,
		Message: "the gateway is being stopped: running calls go on, new ones are not taken"}
}

// routes joins what is served on the one address: the interface has /v1/, but
// for the widget, which is among the pages, and the pages' socket.
// Whoever may not enter may still ask whether the gateway is well.
func routes(pages, socket, files, payments, api http.Handler, guard func(http.Handler) http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", guard(pages))
	for _, path := range static.Paths() {
		mux.Handle(path, guard(pages))
	}
	mux.Handle("/v1/ws", guard(socket))
	mux.Handle(filesPath, guard(files))
	mux.Handle("/v1/payments/webhook", guard(payments))
	mux.Handle("/v1/", guard(api))
	mux.Handle("/metrics", guard(api))
	mux.Handle("/docs", guard(api))
	mux.Handle("/docs/", guard(api))
	mux.Handle("/healthz", api)
	mux.Handle("/readyz", api)
	return mux
}
