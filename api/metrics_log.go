package api

import (
	"context"
	"iter"
	"time"

	"webtrunk/event"
)

// Log returns a log whose appends are timed, for whoever appends to it.
func (m *Metrics) Log(l event.Log) event.Log { return timedLog{l, m} }

type timedLog struct {
	event.Log
	m *Metrics
}

func (l timedLog) Append(ctx context.Context, recs ...event.Record) error {
	began := time.Now()
	err := l.Log.Append(ctx, recs...)
	if err == nil {
		l.m.appends.Observe(time.Since(began).Seconds())
	}
	return err
}

func (l timedLog) Read(ctx context.Context, s event.Stream, after int64) iter.Seq2[event.Record, error] {
	return l.Log.Read(ctx, s, after)
}

func (s samples) log(ctx context.Context, from Sources) {
	if from.Store != nil {
		st := from.Store()
		s.count("webtrunk_log_appends_total", "Appends and transactions that the database has answered.", st.Appends)
		s.count("webtrunk_log_records_total", "Records that the event log has taken.", st.Records)
		s.count("webtrunk_log_commits_total", "Commits that appends shared.", st.Commits)
		s.count("webtrunk_log_commit_failures_total", "Groups of appends that the database failed.", st.Failures)
		s.gauge("webtrunk_log_queued", "Appends and transactions that wait for a commit.", float64(st.Queued))
		s.gauge("webtrunk_log_last_commit_seconds", "What the newest commit took.", st.LastCommit.Seconds())
	}
	if from.Log != nil {
		oldest, newest, err := from.Log.Bounds(ctx, event.Stream{})
		s.well(from, "log", err)
		if err == nil {
			s.gauge("webtrunk_log_position", "Position of the event log's newest record.", float64(newest))
			s.gauge("webtrunk_log_oldest_position", "Position of the event log's oldest record.", float64(oldest))
			s.consumers(from, newest)
		}
	}
	if from.Hub != nil {
		h := from.Hub()
		s.gauge("webtrunk_live_subscribers", "Live streams of events, over SSE and WebSocket.", float64(h.Subscribers))
		s.count("webtrunk_live_records_total", "Records put before live subscribers.", h.Queued)
		s.count("webtrunk_live_cut_off_total", "Live subscribers that were too slow and were told to resynchronise.", h.CutOff)
	}
}

// consumers tells how far each is behind.
func (s samples) consumers(from Sources, newest int64) {
	for _, c := range from.Consumers {
		st := c.Stats()
		s.gauge("webtrunk_consumer_lag_records", "Records that a consumer of the log has not handled yet.", float64(max(0, newest-st.Position)), "consumer", c.Name)
		s.count("webtrunk_consumer_handled_total", "Records that a consumer has handled.", st.Handled, "consumer", c.Name)
		s.count("webtrunk_consumer_failures_total", "What a consumer failed and has tried again.", st.Failures, "consumer", c.Name)
		s.gauge("webtrunk_consumer_failing_seconds", "For how long a consumer has failed the same record; 0 while all is well.", ago(st.Since), "consumer", c.Name)
	}
}

func (s samples) webhooks(ctx context.Context, from Sources) {
	if from.Attempts != nil {
		c := from.Attempts()
		s.count("webtrunk_webhook_attempts_total", "Attempts to deliver an event, by how they went.", uint64(c.Delivered), "outcome", "delivered")
		s.count("webtrunk_webhook_attempts_total", "Attempts to deliver an event, by how they went.", uint64(c.Failed), "outcome", "failed")
		s.gauge("webtrunk_webhook_under_way", "Deliveries being attempted.", float64(c.UnderWay))
	}
	if from.Backlog == nil {
		return
	}
	all, err := from.Backlog(ctx, "")
	s.well(from, "webhooks", err)
	if err != nil {
		return
	}
	var first, retrying, failed int64
	var oldest time.Time
	for _, b := range all {
		first, retrying, failed = first+b.Pending-b.Retrying, retrying+b.Retrying, failed+b.Failed
		if !b.Oldest.IsZero() && (oldest.IsZero() || b.Oldest.Before(oldest)) {
			oldest = b.Oldest
		}
	}
	for state, n := range map[string]int64{"pending": first, "retrying": retrying, "failed": failed} {
		s.gauge("webtrunk_webhook_deliveries", "Deliveries that have not arrived: not failed yet, failed at least once, given up.", float64(n), "state", state)
	}
	s.gauge("webtrunk_webhook_oldest_seconds", "How long the oldest delivery that has not arrived has waited.", ago(oldest))
}
