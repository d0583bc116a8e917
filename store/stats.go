package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Stats are a database's counters since it was opened.
type Stats struct {
	Appends    uint64        // appends and transactions that were answered
	Records    uint64        // records that the log took
	Commits    uint64        // commits that they shared, but for transactions on PostgreSQL
	Failures   uint64        // commits that failed
	Queued     int           // jobs that wait for a commit now
	LastCommit time.Duration // what the newest commit took
}

type counters struct {
	appends, records, commits, failures atomic.Uint64
	lastCommit                          atomic.Int64
}

func (c *counters) committed(took time.Duration, jobs, records int) {
	c.appends.Add(uint64(jobs))
	c.records.Add(uint64(records))
	c.commits.Add(1)
	c.lastCommit.Store(int64(took))
}

// Stats returns the counters as they are now.
func (db *DB) Stats() Stats {
	_, queued, _ := db.writer.state()
	c := &db.counted
	return Stats{
		Appends: c.appends.Load(), Records: c.records.Load(), Commits: c.commits.Load(), Failures: c.failures.Load(),
		Queued: queued, LastCommit: time.Duration(c.lastCommit.Load()),
	}
}

func contextEnded(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
