package main

import (
	"net/http"

	"webtrunk/api"
	"webtrunk/load"
	"webtrunk/media"
	"webtrunk/switchboard"
	"webtrunk/switchboard/journal"
	"webtrunk/webhook"
)

// openMetrics makes what Prometheus reads. The parts are asked when it reads,
// and those that are not there yet have nothing to say.
func (g *gateway) openMetrics() error {
	deliveries := &webhook.Deliveries{DB: g.store}
	g.metrics = api.NewMetrics(api.Sources{
		Version:    versionName(),
		Board:      func() switchboard.Stats { return g.board.Stats() },
		Recordings: g.recordingStats(),
		Journal:    func() journal.Stats { return g.journal.Stats() },
		Store:      g.store.Stats,
		Log:        g.store,
		Hub:        g.hub.Stats,
		Consumers:  g.consumers,
		Backlog:    deliveries.Backlog,
		Attempts:   g.webhooks.Counters,
		Media:      g.mediaStats,
		SIP:        g.sipStats,
		Pages:      g.pageStats,
		Policy:     g.policy.Refused,
		Load:       func() load.Stats { return g.load.Stats() },
		Logger:     g.log,
	})
	return nil
}

// openMetricsSite serves them where the configuration says. A demo, which is
// seen from its own machine, has them beside its pages.
func (g *gateway) openMetricsSite() error {
	at := g.cfg.Metrics.Listen
	if g.pages != nil || at == off {
		return nil
	}
	l, err := listenTCP(at, "metrics.listen:")
	if err != nil {
		return err
	}
	s := &site{listener: l, log: g.log}
	g.started.push(func() { s.quit(); s.wait() })
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", g.metrics)
	s.serve(mux)
	return nil
}

// observed is the interface, with its requests counted.
func (g *gateway) observed() http.Handler {
	if g.pages == nil {
		return g.metrics.Observe(g.api)
	}
	mux := http.NewServeMux()
	mux.Handle("/", g.metrics.Observe(g.api))
	mux.Handle("GET /metrics", g.metrics)
	return mux
}

func (g *gateway) mediaStats() api.MediaStats {
	t, ports := media.Totals()
	clock := media.Clock()
	used, all := g.sockets.InUse()
	return api.MediaStats{
		Ports: ports, Received: t.Received, Sent: t.Sent, Lost: t.Lost, Recovered: t.Recovered, Concealed: t.Concealed,
		Late: t.Late, TooLate: t.TooLate, Duplicates: t.Duplicates, Dropped: t.Dropped, Foreign: t.Foreign,
		Suppressed: t.Suppressed, Forged: t.Forged, Unagreed: t.Unagreed, Panics: t.Panics + clock.Panics, Digits: t.Digits, SocketsInUse: used, Sockets: all,
		Paced: clock.Paced, Ticks: clock.Ticks, TicksDropped: clock.Dropped, Slots: clock.Slots, SlotsCaughtUp: clock.CaughtUp,
		Lateness: lateness(clock), Waited: clock.Waited, TapsFailed: t.TapsFailed,
		Ordered: t.Ordered, Stale: t.Stale, Aside: t.Aside, Looped: t.Looped, Hasty: t.Hasty, Pictures: pictureStats(),
	}
}

func pictureStats() api.PictureStats {
	v, streams := media.VideoTotals()
	return api.PictureStats{
		Streams: streams, Received: v.Received, Sent: v.Sent, Dropped: v.Dropped, Flooded: v.Flooded,
		Refreshed: v.Refreshed, Repeated: v.Repeated, Unsaid: v.Unsaid,
	}
}

// lateness adds the clock's buckets up, as a histogram has them.
func lateness(clock media.ClockStats) map[float64]uint64 {
	upTo, sum := map[float64]uint64{}, uint64(0)
	for i, bound := range media.Lateness {
		sum += clock.Late[i]
		upTo[bound.Seconds()] = sum
	}
	return upTo
}

func (g *gateway) sipStats() api.SIPStats {
	s := g.telephones.Stats()
	return api.SIPStats{
		Legs: s.Legs, Received: s.Received, Sent: s.Sent, Strangers: s.Strangers, Oversize: s.Oversize, Malformed: s.Malformed,
		Stray: s.Stray, Panics: s.Panics, Rescued: s.Rescued, Confirmed: s.Confirmed, Unsaved: s.Lost, Ghosts: s.Ghosts, Trunks: g.trunkStats(),
	}
}

func (g *gateway) pageStats() api.PageStats { return api.PageStats(g.browsers.Stats()) }
