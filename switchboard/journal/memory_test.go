package journal

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a log that behaves as event.Log promises, and badly where a test
// wants it to.
type memory struct {
	mu      sync.Mutex
	recs    []event.Record
	last    map[webtrunk.CallID]event.Record
	appends int

	// fault is asked before each append: how long it takes, why it fails, and
	// whether it fails after the records are durable. It is asked with the lock
	// not held.
	fault func(n int, recs []event.Record) (takes time.Duration, err error, late bool)
}

var errAway = &webtrunk.Error{Op: "memory", Kind: webtrunk.Unavailable, Message: "The database is away."}

func newMemory() *memory { return &memory{last: map[webtrunk.CallID]event.Record{}} }

func (m *memory) Append(ctx context.Context, recs ...event.Record) error {
	m.mu.Lock()
	m.appends++
	n, fault := m.appends, m.fault
	m.mu.Unlock()
	late := error(nil)
	if fault != nil {
		takes, err, isLate := fault(n, recs)
		select {
		case <-time.After(takes):
		case <-ctx.Done():
			return ctx.Err()
		}
		if err != nil && !isLate {
			return err
		}
		late = err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.keep(recs); err != nil {
		return err
	}
	return late
}

// keep checks all records before it takes any.
func (m *memory) keep(recs []event.Record) error {
	last := map[webtrunk.CallID]event.Record{}
	var fresh []event.Record
	for _, r := range recs {
		before, ok := last[r.Call]
		if !ok {
			before = m.last[r.Call]
		}
		switch {
		case r.CallSeq <= before.CallSeq:
			continue // a repetition
		case before.Last || r.CallSeq != before.CallSeq+1:
			return &webtrunk.Error{Op: "memory", Kind: webtrunk.Conflict, Message: "A record would leave a gap."}
		}
		last[r.Call] = r
		fresh = append(fresh, r)
	}
	for _, r := range fresh {
		r.Position = int64(len(m.recs) + 1)
		m.recs = append(m.recs, r)
		m.last[r.Call] = r
	}
	return nil
}

func (m *memory) Read(_ context.Context, s event.Stream, after int64) iter.Seq2[event.Record, error] {
	m.mu.Lock()
	recs := m.recs
	m.mu.Unlock()
	return func(yield func(event.Record, error) bool) {
		for _, r := range recs {
			if (s.Call == "" || r.Call == s.Call) && s.Place(r) > after && !yield(r, nil) {
				return
			}
		}
	}
}

func (m *memory) Bounds(context.Context, event.Stream) (oldest, newest int64, err error) {
	return 0, 0, errors.New("nobody asks")
}

func (m *memory) Watch() (<-chan struct{}, func()) { return nil, func() {} }

// faulty sets how appends go from now on; nil lets them succeed at once.
func (m *memory) faulty(f func(n int, recs []event.Record) (time.Duration, error, bool)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = f
}

// away makes every append fail at once.
func away(int, []event.Record) (time.Duration, error, bool) { return 0, errAway, false }

// of returns a call's records.
func (m *memory) of(id webtrunk.CallID) (recs []event.Record) {
	for r := range m.Read(context.Background(), event.Stream{Call: id}, 0) {
		recs = append(recs, r)
	}
	return recs
}

func (m *memory) Orphans(context.Context) (ids []webtrunk.CallID, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.recs {
		if r.CallSeq == 1 && !m.last[r.Call].Last {
			ids = append(ids, r.Call)
		}
	}
	return ids, nil
}

// A talk is a call that a test steps by hand, and its record.
type talk struct {
	t *testing.T
	j *Journal
	c call.Call
}

// step takes an input and returns what Append says of its events.
func (k *talk) step(in call.Input) error {
	k.t.Helper()
	out := k.c.Step(in)
	if len(out.Events) == 0 {
		k.t.Fatalf("%T leads to nothing", in)
	}
	ctx, done := context.WithTimeout(k.t.Context(), 5*time.Second)
	defer done()
	return k.j.Append(ctx, k.c.View(), out.Events)
}

// must takes inputs whose events must be kept.
func (k *talk) must(ins ...call.Input) {
	k.t.Helper()
	for _, in := range ins {
		if err := k.step(in); err != nil {
			k.t.Fatalf("%T: %v", in, err)
		}
	}
}

// wellFormed checks a call's records: numbered from 1 without a gap, one
// call.ended and nothing behind it, replayable, no record without its names.
func wellFormed(t testing.TB, recs []event.Record) *call.Call {
	t.Helper()
	c := &call.Call{}
	for i, r := range recs {
		if r.CallSeq != int64(i+1) || r.Last != (i == len(recs)-1) || r.Last != (r.Type == "call.ended") {
			t.Fatalf("record %d of %d is number %d, %s, last: %v", i+1, len(recs), r.CallSeq, r.Type, r.Last)
		}
		events, err := Events(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			c.Apply(e)
		}
	}
	return c
}
