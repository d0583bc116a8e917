package store_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
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

// BenchmarkTx measures a transaction that shares its commit with no other, as most
// do while few calls are set up: the CPU that it takes, and the time.
//
//	go test -run '^$' -bench Tx ./store
func BenchmarkTx(b *testing.B) {
	db := storetest.Open(b, storetest.SQLite(b))
	measured := usage()
	for b.Loop() {
		err := db.Tx(b.Context(), func(tx *store.Tx) error {
			for i := range 4 {
				if _, err := tx.Exec(b.Context(), `INSERT INTO cursors (consumer, position) VALUES ($1, 1) ON CONFLICT (consumer) DO UPDATE SET position = cursors.position + 1`, strconv.Itoa(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	measured(b)
}

// usage begins to measure this process's CPU, and returns how to report it.
func usage() (report func(*testing.B)) {
	var before, after syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before) // it fails for a wrong argument alone
	return func(b *testing.B) {
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
		used := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
		b.ReportMetric(float64(used)/1000/float64(b.N), "cpu-µs/op")
	}
}

// BenchmarkCall measures the commits of one call after the other: that it came,
// that it was admitted and somebody dialled, the answer, and the end.
//
//	go test -run '^$' -bench Call ./store
func BenchmarkCall(b *testing.B) {
	db := storetest.Open(b, storetest.SQLite(b))
	measured := usage()
	for b.Loop() {
		call, seq := webtrunk.NewCallID(), int64(0)
		for _, records := range []int{2, 3, 4, 3} {
			recs := make([]event.Record, records)
			for i := range recs {
				seq++
				recs[i] = of(b, call, seq)
				recs[i].Data = []byte(`{"filler":"` + strings.Repeat("x", 500) + `"}`)
				recs[i].Private = recs[i].Data
				recs[i].Last = seq == 12
			}
			if err := db.Append(b.Context(), recs...); err != nil {
				b.Fatal(err)
			}
		}
	}
	measured(b)
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
