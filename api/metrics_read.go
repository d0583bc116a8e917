package api

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTime bounds what a scrape asks of the database.
const scrapeTime = 3 * time.Second

// A reader reads the sources. It describes nothing beforehand, for what there
// is depends on what the gateway does.
type reader struct{ m *Metrics }

func (reader) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (r reader) Collect(out chan<- prometheus.Metric) {
	ctx, done := context.WithTimeout(context.Background(), scrapeTime)
	defer done()
	s := samples{out}
	from := r.m.from
	s.calls(from)
	s.log(ctx, from)
	s.webhooks(ctx, from)
	if from.Load != nil {
		s.load(from.Load())
	}
	if from.Media != nil {
		s.media(from.Media())
	}
	if from.SIP != nil {
		s.sip(from.SIP())
	}
	if from.Pages != nil {
		s.pages(from.Pages())
	}
}

// samples is where measurements go.
type samples struct{ out chan<- prometheus.Metric }

// put writes one: labels are names and values in turn.
func (s samples) put(kind prometheus.ValueType, name, help string, value float64, labels ...string) {
	var names, values []string
	for i := 0; i+1 < len(labels); i += 2 {
		names, values = append(names, labels[i]), append(values, labels[i+1])
	}
	m, err := prometheus.NewConstMetric(prometheus.NewDesc(name, help, names, nil), kind, value, values...)
	if err != nil {
		m = prometheus.NewInvalidMetric(prometheus.NewDesc(name, help, names, nil), err)
	}
	s.out <- m
}

func (s samples) gauge(name, help string, value float64, labels ...string) {
	s.put(prometheus.GaugeValue, name, help, value, labels...)
}

func (s samples) count(name, help string, value uint64, labels ...string) {
	s.put(prometheus.CounterValue, name, help, float64(value), labels...)
}

// spread writes a histogram: upTo counts what was no more than so many seconds.
func (s samples) spread(name, help string, count uint64, sum time.Duration, upTo map[float64]uint64) {
	desc := prometheus.NewDesc(name, help, nil, nil)
	m, err := prometheus.NewConstHistogram(desc, count, sum.Seconds(), upTo)
	if err != nil {
		m = prometheus.NewInvalidMetric(desc, err)
	}
	s.out <- m
}

// well says whether a source that may fail has answered.
func (s samples) well(from Sources, source string, err error) {
	up := 1.0
	if err != nil {
		up = 0
		from.Logger.Warn("metrics are incomplete", "source", source, "error", err)
	}
	s.gauge("webtrunk_scrape_up", "Whether a source of metrics that needs the database has answered.", up, "source", source)
}

// left is for how many seconds something still lasts.
func left(until time.Time) float64 {
	if until.IsZero() {
		return 0
	}
	return max(0, time.Until(until).Seconds())
}

// ago is how long ago a time was, in seconds; 0 for the zero time.
func ago(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return max(0, time.Since(t).Seconds())
}
