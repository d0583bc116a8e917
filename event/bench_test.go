package event_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"webtrunk"
	"webtrunk/event"
)

// What a record costs when 1,000 follow: all of them the account that it is of,
// or each its own. An iteration is one record, appended ten at a time and
// received by all whom it concerns.
//
//	go test -run=^$ -bench=Hub ./event
func BenchmarkHub(b *testing.B) {
	const subscribers = 1000
	for _, accounts := range []int{1, subscribers} {
		b.Run(fmt.Sprintf("subscribers=%d/accounts=%d", subscribers, accounts), func(b *testing.B) {
			db := open(b)
			h := &event.Hub{Log: db, Unread: 1 << 20}
			background(b, h.Run)
			ctx, cancel := context.WithCancel(context.Background())
			var readers sync.WaitGroup
			defer readers.Wait()
			defer cancel()
			var received atomic.Int64
			for i := range subscribers {
				sub := follow(b, h, event.Filter{}, event.Stream{Account: account(i % accounts)}, 0)
				readers.Go(func() {
					for {
						if _, err := sub.Next(ctx); err != nil {
							return
						}
						received.Add(1)
					}
				})
			}
			until(b, "all are live", func() bool { return h.Stats().Subscribers == subscribers })
			b.ResetTimer()
			for n := 0; n < b.N; n += 10 {
				recs := make([]event.Record, min(10, b.N-n))
				for i := range recs {
					recs[i] = record(b, account((n+i)%accounts), "call.answered", nil)
				}
				if err := db.Append(ctx, recs...); err != nil {
					b.Fatal(err)
				}
			}
			want := int64(b.N) * int64(subscribers/accounts)
			until(b, "all is received", func() bool { return received.Load() == want })
			b.ReportMetric(float64(want)/b.Elapsed().Seconds(), "received/s")
		})
	}
}

func account(i int) webtrunk.AccountID { return webtrunk.AccountID(fmt.Sprintf("acct_%04d", i)) }
