package webhook

import (
	"context"
	"sync/atomic"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// Counters are what a Sender has done since it was made.
type Counters struct {
	Attempts  int64
	Delivered int64 // attempts that succeeded
	Failed    int64 // attempts that did not
	UnderWay  int64 // now
}

type counters struct{ attempts, failed, underWay atomic.Int64 }

func (c *counters) add(out outcome) {
	c.attempts.Add(1)
	if out.problem != "" {
		c.failed.Add(1)
	}
}

// Counters returns the counters as they are now.
func (s *Sender) Counters() Counters {
	all, failed := s.counted.attempts.Load(), s.counted.failed.Load()
	return Counters{Attempts: all, Failed: failed, Delivered: all - failed, UnderWay: s.counted.underWay.Load()}
}

// A Backlog is what an endpoint has not got.
type Backlog struct {
	Endpoint string
	Account  webtrunk.AccountID
	Pending  int64     // not arrived yet
	Retrying int64     // of these, how many have failed at least once
	Oldest   time.Time // since when the oldest pending one waits
	Failed   int64     // given up, and still in the log
}

// Backlog returns the backlog of one endpoint or, if endpoint is empty, of all
// endpoints of all accounts; those that have got everything are left out.
func (d *Deliveries) Backlog(ctx context.Context, endpoint string) (all []Backlog, err error) {
	rows, err := d.DB.Query(ctx, `SELECT endpoint, account, sum(pending), sum(retrying), min(oldest), sum(failed) FROM (
		SELECT endpoint, account, count(*) AS pending, sum(CASE WHEN failures > 0 THEN 1 ELSE 0 END) AS retrying, min(begun) AS oldest, 0 AS failed
			FROM webhook_deliveries WHERE status = 'pending' AND ($1 = '' OR endpoint = $1) GROUP BY endpoint, account
		UNION ALL SELECT endpoint, account, 0, 0, NULL, count(*)
			FROM webhook_deliveries WHERE status = 'failed' AND ($1 = '' OR endpoint = $1) GROUP BY endpoint, account) AS b
		GROUP BY endpoint, account ORDER BY endpoint`, endpoint)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var b Backlog
		var oldest *int64
		if err := rows.Scan(&b.Endpoint, &b.Account, &b.Pending, &b.Retrying, &oldest, &b.Failed); err != nil {
			return nil, err
		}
		if oldest != nil {
			b.Oldest = store.Time(*oldest)
		}
		all = append(all, b)
	}
	return all, rows.Err()
}
