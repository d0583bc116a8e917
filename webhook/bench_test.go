package webhook

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// From the moment an event is given to the log until its receiver has it, one
// event at a time, and then 200 events of 20 calls at once.
func BenchmarkEventToReceiver(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name+"/one", func(b *testing.B) { benchmark(b, storetest.Open(b, url(b)), 1, 1) })
		b.Run(name+"/20x10", func(b *testing.B) { benchmark(b, storetest.Open(b, url(b)), 20, 10) })
	}
}

func benchmark(b *testing.B, db *store.DB, calls, each int) {
	came := make(chan struct{}, calls*each)
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came <- struct{}{} }))
	defer srv.Close()
	account := webtrunk.NewAccountID()
	if _, _, err := (&Endpoints{DB: db, Reach: loopback}).Create(b.Context(), Scope{Account: account}, Draft{URL: srv.URL}); err != nil {
		b.Fatal(err)
	}
	s := &Sender{DB: db, Reach: loopback}
	ctx, cancel := context.WithCancel(b.Context())
	var all sync.WaitGroup
	all.Go(func() { s.Run(ctx) })
	all.Go(func() { (&event.Consumer{Name: Consumer, Log: db, Cursors: db, Handler: s}).Run(ctx) })
	defer func() { cancel(); all.Wait() }()
	for b.Loop() {
		for range calls {
			var recs []event.Record
			id := webtrunk.NewCallID()
			for i := range each {
				rec, err := event.New(account, false, "call.held", map[string]int{"step": i})
				if err != nil {
					b.Fatal(err)
				}
				rec.Call, rec.CallSeq = id, int64(i+1)
				recs = append(recs, rec)
			}
			if err := db.Append(ctx, recs...); err != nil {
				b.Fatal(err)
			}
		}
		for range calls * each {
			<-came
		}
	}
	b.ReportMetric(float64(calls*each)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
