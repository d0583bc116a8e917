package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"webtrunk/archive"
	"webtrunk/event"
	"webtrunk/load"
	"webtrunk/switchboard/journal"
	"webtrunk/webhook"
)

// measured is a world whose server is measured, from all sources.
func measured(w *world) *Metrics {
	w.Helper()
	m := NewMetrics(Sources{
		Version: "1.2.3", Board: w.exchange.board.Stats, Recordings: w.exchange.library.Stats, Journal: func() journal.Stats { return journal.Stats{Waiting: 3, Oldest: time.Second} },
		Store: w.db.Stats, Log: w.db, Hub: func() event.HubStats { return event.HubStats{Subscribers: 2} },
		Consumers: []*event.Consumer{{Name: "idle", Log: w.db, Cursors: w.db}},
		Backlog:   (&webhook.Deliveries{DB: w.db}).Backlog, Attempts: (&webhook.Sender{DB: w.db}).Counters,
		Media: func() MediaStats {
			return MediaStats{Ports: 4, Received: 1000, Lost: 7, Slots: 9, Lateness: map[float64]uint64{0.001: 6, 0.002: 8}, Waited: 12 * time.Millisecond, TapsFailed: 2,
				Stale: 3, Looped: 5, Hasty: 4, Pictures: PictureStats{Streams: 2, Sent: 70, Unsaid: 1}}
		},
		SIP: func() SIPStats {
			return SIPStats{Strangers: 9, Trunks: []TrunkStats{{Name: "carrier", Answered: 5, Failed: 1, LastFault: time.Now()}}}
		},
		Pages: func() PageStats { return PageStats{Sessions: 6, Panics: 1, Transports: 4, Evicted: 11, Missed: 12} },
		Load: func() load.Stats {
			return load.Stats{CPU: 0.25, Lateness: 3 * time.Millisecond, Refusing: true, Refused: 8}
		},
	})
	if err := m.Log(w.db).Append(context.Background(), w.loose()); err != nil {
		w.Fatal(err)
	}
	return m
}

// loose is an event that is not in the log yet.
func (w *world) loose() event.Record {
	r, err := event.New(shop.account, false, "trunk.up", map[string]string{})
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// scrape is what Prometheus reads.
func scrape(t testing.TB, m *Metrics) string {
	t.Helper()
	rec := httptest.NewRecorder()
	m.ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	if rec.Code != 200 {
		t.Fatalf("%d: %s", rec.Code, rec.Body)
	}
	return rec.Body.String()
}

// has fails for each line that a scrape lacks.
func has(t testing.TB, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("%s is not in\n%s", line, text)
		}
	}
}

// TestMetrics tells what an operator sees of one call that is up, one that has
// ended, and of requests.
func TestMetrics(t *testing.T) {
	w := newWorld(t)
	m := measured(w)
	front := httptest.NewServer(m.Observe(w.server))
	defer front.Close()
	over := w.ended(shop)
	w.talk(shop)
	makers["delivery"](w, shop)
	for _, path := range []string{"/v1/records/" + over, "/v1/records/" + over, "/v1/records/call_none", "/nowhere/" + over} {
		r, _ := http.NewRequest("GET", front.URL+path, nil)
		r.Header.Set("Authorization", "Bearer sk_shop")
		res, err := front.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	text := scrape(t, m)
	has(t, text,
		`webtrunk_build_info{go="`+runtime.Version()+`",version="1.2.3"} 1`,
		`webtrunk_calls{status="in_progress"} 1`, `webtrunk_calls{status="ringing"} 0`, `webtrunk_calls_ended_total{reason="hangup"} 1`, `webtrunk_calls_ended_total{reason="node_lost"} 0`, `webtrunk_legs{kind="pstn"} 2`,
		`webtrunk_journal_waiting_records 3`, `webtrunk_journal_oldest_seconds 1`, `webtrunk_log_append_seconds_count 1`, `webtrunk_live_subscribers 2`,
		`webtrunk_webhook_deliveries{state="pending"} 1`, `webtrunk_webhook_deliveries{state="failed"} 0`, `webtrunk_scrape_up{source="log"} 1`, `webtrunk_scrape_up{source="webhooks"} 1`,
		`webtrunk_media_lateness_seconds_bucket{le="0.002"} 8`, `webtrunk_media_lateness_seconds_sum 0.012`, `webtrunk_media_lateness_seconds_count 9`, `webtrunk_media_failed_taps_total 2`,
		`webtrunk_media_packets_total{direction="received"} 1000`, `webtrunk_media_troubled_packets_total{trouble="lost"} 7`, `webtrunk_media_ports 4`,
		`webtrunk_media_troubled_packets_total{trouble="stale"} 3`, `webtrunk_media_troubled_packets_total{trouble="looped"} 5`, `webtrunk_media_hasty_digits_total 4`,
		`webtrunk_video_streams 2`, `webtrunk_video_packets_total{direction="sent"} 70`, `webtrunk_video_requests_total{request="unsaid"} 1`,
		`webtrunk_verdicts_total{verdict="path_lost"} 0`, `webtrunk_page_panics_total 1`, `webtrunk_page_transports 4`, `webtrunk_page_evicted_ways_total 11`, `webtrunk_page_other_packets_total{outcome="lost"} 12`,
		`webtrunk_sip_dropped_total{reason="stranger"} 9`, `webtrunk_trunk_dialled_total{outcome="answered",trunk="carrier"} 5`, `webtrunk_trunk_troubled{trunk="carrier"} 1`, `webtrunk_page_sessions 6`,
		`webtrunk_load_cpu_ratio 0.25`, `webtrunk_load_lateness_seconds 0.003`, `webtrunk_load_refusing 1`, `webtrunk_load_loaded 0`, `webtrunk_load_refused_total 8`,
		`webtrunk_http_requests_total{route="GET /v1/records/{record}",status="200"} 2`, `webtrunk_http_requests_total{route="GET /v1/records/{record}",status="404"} 1`,
		`webtrunk_http_requests_total{route="none",status="404"} 1`, `webtrunk_http_request_seconds_count{route="GET /v1/records/{record}"} 3`,
		`webtrunk_http_requests_open{route="GET /v1/records/{record}"} 0`,
	)
	if strings.Contains(text, over) || strings.Contains(text, string(shop.account)) || strings.Contains(text, "5550100101") {
		t.Error("a scrape tells of a call, an account or a number")
	}
	_, newest, err := w.db.Bounds(context.Background(), event.Stream{})
	if err != nil || newest == 0 || !strings.Contains(text, "webtrunk_consumer_lag_records{consumer=\"idle\"} ") {
		t.Errorf("the log is at %d, %v", newest, err)
	}
	if problems, err := testutil.GatherAndLint(m.registry); err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v, %v", problems, err)
	}
}

// A database that is away costs its own metrics, and nothing else's.
func TestMetricsWithoutADatabase(t *testing.T) {
	m := NewMetrics(Sources{Log: downLog{}, Backlog: func(context.Context, string) ([]webhook.Backlog, error) { return nil, errors.New("away") },
		Consumers: []*event.Consumer{{Name: archive.Consumer}}, Pages: func() PageStats { return PageStats{Sessions: 6} }})
	text := scrape(t, m)
	has(t, text, `webtrunk_scrape_up{source="log"} 0`, `webtrunk_scrape_up{source="webhooks"} 0`, `webtrunk_page_sessions 6`)
	if strings.Contains(text, "webtrunk_log_position") || strings.Contains(text, "webtrunk_calls{") {
		t.Errorf("what nobody knows is told: %s", text)
	}
}

type downLog struct{ event.Log }

func (downLog) Bounds(context.Context, event.Stream) (int64, int64, error) {
	return 0, 0, errors.New("away")
}

var (
	typeLine   = regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)$`)
	metricName = regexp.MustCompile(`\b(?:webtrunk|go|process)_[a-z0-9_]+`)
)

// known are the names that a scrape has, with those that a histogram makes.
func known(text string) (names []string) {
	for _, m := range typeLine.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
		if m[2] == "histogram" {
			names = append(names, m[1]+"_bucket", m[1]+"_sum", m[1]+"_count")
		}
	}
	return names
}

// Every metric that a panel of the dashboard or an alert of the manual names
// is in a scrape, every metric of ours is in the manual, and the dashboard asks
// whichever data source its reader chooses.
func TestTheDashboardShowsWhatThereIs(t *testing.T) {
	w := newWorld(t)
	m := measured(w)
	w.talk(shop)
	m.Observe(w.server).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/healthz", nil))
	names := known(scrape(t, m))

	file, err := os.ReadFile("../doc/grafana/webtrunk.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		SchemaVersion int
		Panels        []struct {
			ID                 int
			Title, Description string
			Type               string
			Datasource         struct{ UID string }
			Targets            []struct {
				Expr       string
				Datasource struct{ UID string }
			}
		}
		Templating struct{ List []struct{ Name, Type string } }
	}
	if err := json.Unmarshal(file, &dashboard); err != nil {
		t.Fatal(err)
	}
	seen, shown := map[int]bool{}, map[string]bool{}
	for _, p := range dashboard.Panels {
		if seen[p.ID] || p.Title == "" || p.Type != "row" && (len(p.Targets) == 0 || p.Datasource.UID != "${datasource}") {
			t.Errorf("panel %d %q has another's ID, no title, no query or a data source of its own", p.ID, p.Title)
		}
		seen[p.ID] = true
		for _, q := range p.Targets {
			used := metricName.FindAllString(q.Expr, -1)
			if len(used) == 0 || q.Datasource.UID != "${datasource}" {
				t.Errorf("%s: %s asks for no metric, or of one data source", p.Title, q.Expr)
			}
			for _, name := range used {
				shown[name] = true
				if !slices.Contains(names, name) {
					t.Errorf("%s: %s is in no scrape", p.Title, name)
				}
			}
		}
	}
	for _, name := range names { // who carries the load must see how much there is
		if strings.HasPrefix(name, "webtrunk_load_") && !shown[name] {
			t.Errorf("no panel shows %s", name)
		}
	}
	if l := dashboard.Templating.List; len(seen) < 20 || len(l) == 0 || l[0].Name != "datasource" || l[0].Type != "datasource" || dashboard.SchemaVersion < 36 {
		t.Errorf("%d panels, variables %v, schema %d", len(seen), l, dashboard.SchemaVersion)
	}

	manual, err := os.ReadFile("../doc/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range metricName.FindAllString(string(manual), -1) {
		if !slices.Contains(names, name) {
			t.Errorf("the manual: %s is in no scrape", name)
		}
	}
	for _, name := range names {
		base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if strings.HasPrefix(name, "webtrunk_") && !strings.Contains(string(manual), base) {
			t.Errorf("the manual does not tell what %s is", name)
		}
	}
}
