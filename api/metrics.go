package api

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"webtrunk/archive/recordings"
	"webtrunk/event"
	"webtrunk/load"
	"webtrunk/policy"
	"webtrunk/store"
	"webtrunk/switchboard"
	"webtrunk/switchboard/journal"
	"webtrunk/trunk"
	"webtrunk/webhook"
)

// Sources are where metrics are read, when somebody asks and not before. Each
// may be nil: its metrics are then left out.
type Sources struct {
	Version    string
	Board      func() switchboard.Stats
	Recordings func() recordings.Stats
	Journal    func() journal.Stats
	Store      func() store.Stats
	Log        event.Log // how far it has come
	Hub        func() event.HubStats
	Consumers  []*event.Consumer
	Backlog    func(ctx context.Context, endpoint string) ([]webhook.Backlog, error)
	Attempts   func() webhook.Counters
	Media      func() MediaStats
	SIP        func() SIPStats
	Pages      func() PageStats
	Policy     func() map[policy.Rule]uint64 // refused calls
	Load       func() load.Stats
	Logger     *slog.Logger // nil discards
}

// MediaStats are the media loop's counters and the telephones' sockets.
type MediaStats struct {
	Ports                                     int // open ends of legs
	Received, Sent                            uint64
	Lost, Recovered, Concealed, Late, TooLate uint64
	Ordered, Stale                            uint64 // of those that are late, and others
	Duplicates, Dropped, Foreign, Suppressed  uint64
	Forged, Unagreed                          uint64 // of those that are foreign, and of those dropped
	Aside, Looped                             uint64
	Panics, Digits, Hasty                     uint64
	SocketsInUse, Sockets                     int // pairs of UDP ports, of how many

	Paced                int    // legs that are played to, and conferences
	Ticks, TicksDropped  uint64 // what ran for one of them, and what was left out
	Slots, SlotsCaughtUp uint64 // of the clock's schedule, and of those, a round late or more

	Lateness   map[float64]uint64 // of those, so many began no more seconds late
	Waited     time.Duration      // the lateness of all together
	TapsFailed uint64

	Pictures PictureStats
}

// PictureStats are the counters of what browsers see of each other.
type PictureStats struct {
	Streams                     int // legs that send or see pictures
	Received, Sent              uint64
	Dropped, Flooded            uint64
	Refreshed, Repeated, Unsaid uint64 // what receivers asked for: passed on, and not
}

// SIPStats are the SIP edge's counters.
type SIPStats struct {
	Legs                                        int
	Received, Sent                              uint64
	Strangers, Oversize, Malformed, Stray       uint64
	Panics, Rescued, Confirmed, Unsaved, Ghosts uint64
	Trunks                                      []TrunkStats
}

// TrunkStats are one trunk's counters.
type TrunkStats struct {
	Name                                        string
	Arrived                                     uint64
	Dialled, Invites, Answered, Refused, Failed uint64
	Silent                                      uint64 // of those that failed, without any response
	Limited                                     uint64 // calls that it did not carry because it was at its limit
	LastHeard, LastFault                        time.Time
	State                                       trunk.State
}

// PageStats are what browsers hold.
type PageStats struct {
	Sockets, Sessions, Legs, Probes               int
	RefusedOrigins, RefusedSockets, RefusedHellos uint64
	RefusedMessages, Resumed, Revoked, Cut        uint64
	Panics                                        uint64

	Transports                       int // of calls of sound alone
	Forged, Evicted, Strange, Missed uint64
}

// Metrics are the gateway's measurements, as Prometheus reads them.
type Metrics struct {
	registry *prometheus.Registry
	from     Sources
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	open     *prometheus.GaugeVec
	appends  prometheus.Histogram
}

// NewMetrics returns metrics that are read from sources, and of the process.
func NewMetrics(from Sources) *Metrics {
	if from.Logger == nil {
		from.Logger = slog.New(slog.DiscardHandler)
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(), from: from,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "webtrunk_http_requests_total", Help: "Requests to the API that were answered."}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "webtrunk_http_request_seconds", Help: "How long answers took, streams left out.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		open: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "webtrunk_http_requests_open", Help: "Requests being answered; of a stream's route, open streams."}, []string{"route"}),
		appends: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "webtrunk_log_append_seconds", Help: "How long appending to the event log took until it was durable.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "webtrunk_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": from.Version, "go": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.took, m.open, m.appends, build, reader{m},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// ServeHTTP answers a scrape. What it says of calls is nobody's but the
// operator's: serve it where only the operator's Prometheus comes.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(m.from.Logger.Handler(), slog.LevelError)}).ServeHTTP(w, r)
}
