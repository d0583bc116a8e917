package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"webtrunk/store"
)

// A Sender makes deliveries of records (Handle) and delivers them (Run). Fields
// that are zero have the default named beside them; none may change after the
// first use.
type Sender struct {
	DB       *store.DB
	Reach    Reach
	Schedule Schedule
	Log      *slog.Logger // nil discards

	Timeout     time.Duration // 15 s: one attempt, from the first packet to the last
	Lease       time.Duration // Timeout + 30 s: after it, a claimed delivery whose process died is due again
	Poll        time.Duration // 1 s: how often the rows are looked at unasked
	Grace       time.Duration // 3 s: how long attempts under way may go on when Run is to end
	PerEndpoint int           // 8: attempts at once to one endpoint, of all processes
	Total       int           // 128: attempts at once by this process
	Keep        time.Duration // 30 days: how long the log of deliveries is kept

	once    sync.Once
	wake    chan struct{}
	client  *http.Client
	counted counters
}

// init fills in the defaults.
func (s *Sender) init() {
	s.once.Do(func() {
		if s.Log == nil {
			s.Log = slog.New(slog.DiscardHandler)
		}
		s.Schedule = s.Schedule.orDefault()
		s.Timeout = or(s.Timeout, 15*time.Second)
		s.Lease = or(s.Lease, s.Timeout+30*time.Second)
		s.Poll = or(s.Poll, time.Second)
		s.Grace = or(s.Grace, 3*time.Second)
		s.PerEndpoint = or(s.PerEndpoint, 8)
		s.Total = or(s.Total, 128)
		s.Keep = or(s.Keep, 30*24*time.Hour)
		s.wake = make(chan struct{}, 1)
		s.client = s.Reach.client(s.PerEndpoint)
	})
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Wake has Run look for deliveries that are due without waiting for Poll.
func (s *Sender) Wake() {
	s.init()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. Attempts under way then have Grace to end; what
// is cut off is due at once for whoever runs next. While the database is
// unavailable Run tries again at every Poll.
func (s *Sender) Run(ctx context.Context) {
	s.init()
	defer s.client.CloseIdleConnections()
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { s.prune(ctx) })
	c := &clerk{Sender: s, under: map[string]int{}, back: make(chan returned, s.Total)}
	c.run(ctx)
}
