package store_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"webtrunk"
	"webtrunk/event"
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

// BenchmarkSize measures what a call takes on disk: 12 records with 600 bytes
// of data and as many of state, as a call through one trunk has them.
//
//	go test -run '^$' -bench Size -benchtime 2000x ./store
func BenchmarkSize(b *testing.B) {
	urls := map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}
	for name, size := range map[string]string{
		"sqlite":   `SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)`,
		"postgres": `SELECT pg_total_relation_size('events')`,
	} {
		b.Run(name, func(b *testing.B) {
			db := storetest.Open(b, urls[name](b))
			text := []byte(`{"a":"` + strings.Repeat("0123456789", 60) + `"}`)
			for b.Loop() {
				call, recs := webtrunk.NewCallID(), make([]event.Record, 12)
				for i := range recs {
					recs[i] = of(b, call, int64(i+1))
					recs[i].Data, recs[i].Private = text, text
				}
				recs[11].Last = true
				if err := db.Append(b.Context(), recs...); err != nil {
					b.Fatal(err)
				}
			}
			var bytes float64
			if err := db.QueryRow(b.Context(), size).Scan(&bytes); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(bytes/float64(b.N)/1024, "KiB/call")
		})
	}
}
