package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// A pace is how fast a database took what was appended.
type pace struct {
	perSecond, perCommit float64
	took                 spread // each append
}

// appends has writers append events of 300 bytes, with 300 private ones, each
// writer one after the other's answer, as the calls of a gateway do.
func appends(ctx context.Context, url string, writers int, lasting time.Duration) (p pace, err error) {
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return p, err
	}
	defer db.Close()
	if err := db.Claim(ctx, "bench"); err != nil {
		return p, err
	}
	took := make([][]time.Duration, writers)
	var failed atomic.Pointer[error]
	var writing sync.WaitGroup
	begin, before := time.Now(), db.Stats()
	for i := range writers {
		writing.Go(func() {
			var err error
			if took[i], err = appendFor(ctx, db, begin.Add(lasting)); err != nil {
				failed.Store(&err)
			}
		})
	}
	writing.Wait()
	seconds, after := time.Since(begin).Seconds(), db.Stats()
	if e := failed.Load(); e != nil {
		return p, *e
	}
	var all []time.Duration
	for _, t := range took {
		all = append(all, t...)
	}
	p.perSecond = float64(after.Records-before.Records) / seconds
	p.perCommit = float64(after.Appends-before.Appends) / float64(max(1, after.Commits-before.Commits))
	p.took = spreadOf(all)
	return p, nil
}

// appendFor appends the events of one call after another.
func appendFor(ctx context.Context, db *store.DB, until time.Time) (took []time.Duration, err error) {
	const ofCall = 10
	account := webtrunk.NewAccountID()
	text := json.RawMessage(`{"text":"` + strings.Repeat("0123456789", 29) + `"}`)
	for {
		call := webtrunk.NewCallID()
		for seq := int64(1); seq <= ofCall; seq++ {
			if !time.Now().Before(until) {
				return took, nil
			}
			rec, err := event.New(account, false, "call.held", text)
			if err != nil {
				return took, err
			}
			rec.Call, rec.CallSeq, rec.Last, rec.Private = call, seq, seq == ofCall, text
			begin := time.Now()
			if err := db.Append(ctx, rec); err != nil {
				return took, err
			}
			took = append(took, time.Since(begin))
		}
	}
}

// forced is how often a second the disk takes 4 KiB for good: no single writer
// that waits for it can be faster.
func forced(lasting time.Duration) (perSecond float64, err error) {
	f, err := os.CreateTemp("", "webtrunk-bench-disk-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	block := make([]byte, 4096)
	begin, n := time.Now(), 0
	for ; time.Since(begin) < lasting; n++ {
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(begin).Seconds(), nil
}
