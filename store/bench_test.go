package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"webtrunk"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// BenchmarkAppend measures durable appends of one record: one writer, and so
// many that they share commits.
//
//	go test -run '^$' -bench Append ./store
func BenchmarkAppend(b *testing.B) {
	urls := map[string]func(testing.TB) string{
		"sqlite":   storetest.SQLite,
		"postgres": func(t testing.TB) string { return storetest.NewServer(t).URL(t) }, // with fsync
	}
	for _, on := range []string{"sqlite", "postgres"} {
		url := urls[on](b)
		db := storetest.Open(b, url)
		for _, writers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/writers=%d", on, writers), func(b *testing.B) { appendAll(b, db, writers) })
		}
	}
}

func appendAll(b *testing.B, db *store.DB, writers int) {
	before := db.Stats()
	var calls atomic.Int64
	b.SetParallelism(writers) // times GOMAXPROCS
	work := func(next func() bool) {
		call := webtrunk.NewCallID()
		calls.Add(1)
		for seq := int64(1); next(); seq++ {
			if err := db.Append(b.Context(), of(b, call, seq)); err != nil {
				b.Error(err)
				return
			}
		}
	}
	b.ResetTimer()
	if writers == 1 {
		work(b.Loop)
	} else {
		b.RunParallel(func(pb *testing.PB) { work(pb.Next) })
	}
	after := db.Stats()
	b.ReportMetric(float64(after.Records-before.Records)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(after.Appends-before.Appends)/float64(after.Commits-before.Commits), "appends/commit")
}
