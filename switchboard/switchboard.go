package switchboard

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// A Config says what a Switchboard works with.
type Config struct {
	Edges     map[call.Kind]Edge
	Admitters []Admitter // all are asked; none admits on default terms
	Router    Router
	Journal   Journal // nil keeps nothing
	// Room is asked once for each call, before anything of it exists, and
	// refuses it with a *webtrunk.Error whose message is a sentence for the
	// caller. It must not block; nil has room for all.
	Room func() error
	Log  *slog.Logger
	// Digits takes the digits of sensitive prompts; nil means that none can be asked for.
	Digits func(id webtrunk.CallID, leg call.LegID, digit string)
	// Phrases are what can be played besides the ringback tone; nil knows none.
	Phrases Phrases
	// Recorder keeps messages; nil means that none can be left.
	Recorder Recorder
	// Recordings keep what is said in calls; nil means that no call is recorded.
	Recordings Recordings
	// Ringback chooses the ringback tone by the leg that is being called; nil means
	// that all hear media.NorthAmerica.
	Ringback func(called call.Leg) media.Cadence
	// Saw is told what happened in a call, in order, on the call's own goroutine
	// before any order of it is carried out: it must not block. The events are
	// perhaps not on record yet, and not to be changed. Nil tells nobody.
	Saw func(c call.View, events []call.Event)
	// AskTime bounds each question to an Admitter, the Router and the Journal;
	// 0 means DefaultAskTime.
	AskTime time.Duration
	// Measure is how often each leg's quality is sampled; 0 means DefaultMeasure.
	Measure time.Duration
}

// DefaultAskTime is longer than any healthy answer and shorter than a caller's patience.
const DefaultAskTime = 5 * time.Second

// DefaultMeasure is how often the quality of a leg is sampled: RTCP reports come
// about as often (RFC 3550 §6.2).
const DefaultMeasure = 5 * time.Second

// A Switchboard runs calls.
type Switchboard struct {
	cfg Config

	mu       sync.Mutex
	calls    map[webtrunk.CallID]*actor
	draining bool
	ended    map[call.Cause]uint64
	verdicts map[call.Metric]uint64
	refused  uint64
	running  sync.WaitGroup // actors and what they started
}

// New returns a switchboard that is ready for calls.
func New(cfg Config) *Switchboard {
	if cfg.AskTime == 0 {
		cfg.AskTime = DefaultAskTime
	}
	if cfg.Measure == 0 {
		cfg.Measure = DefaultMeasure
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Switchboard{cfg: cfg, calls: map[webtrunk.CallID]*actor{}, ended: map[call.Cause]uint64{}, verdicts: map[call.Metric]uint64{}}
}

// SetEdges sets what carries legs. Edges are made after the switchboard that
// they report to; this must come before the first call.
func (s *Switchboard) SetEdges(edges map[call.Kind]Edge) { s.cfg.Edges = edges }

// Offer starts a call for a leg that arrived: leg 1, of which its edge reports
// with the returned function. It fails with webtrunk.Unavailable while
// draining, while the Journal is not Ready and while there is no Room; then
// nothing was started.
func (s *Switchboard) Offer(in call.Arrived, l Leg) (report func(call.Input), err error) {
	a, err := s.start(in.ID, in, l)
	if err != nil {
		return nil, err
	}
	return a.reportFor(1), nil
}

// Request starts a call that dials both its parties, the caller first.
func (s *Switchboard) Request(in call.Requested) error {
	_, err := s.start(in.ID, in, nil)
	return err
}

// Do hands an input to a running call. It implements call.Commander.
func (s *Switchboard) Do(_ context.Context, id webtrunk.CallID, in call.Input) error {
	s.mu.Lock()
	a := s.calls[id]
	s.mu.Unlock()
	if a == nil {
		return &webtrunk.Error{Op: "switchboard", Kind: webtrunk.NotFound, Message: "there is no such call, or it has ended"}
	}
	a.mail.put(in)
	return nil
}

// Running returns how many calls run.
func (s *Switchboard) Running() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls)
}

// Drain takes no new calls and waits for the running ones. When ctx ends it
// ends them with call.Shutdown, and returns when the last is gone.
func (s *Switchboard) Drain(ctx context.Context) {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	s.hangUpAll()
	<-done
}

func (s *Switchboard) hangUpAll() {
	for _, a := range s.actors() {
		a.mail.put(call.HangUp{Cause: call.Shutdown})
	}
}

func (s *Switchboard) actors() []*actor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.calls))
}

// start registers a call and runs it. What it starts is counted before the
// lock is given up, so that Drain cannot miss it.
func (s *Switchboard) start(id webtrunk.CallID, first call.Input, l Leg) (*actor, error) {
	a := newActor(s, id, l)
	notReady := s.notReady()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.draining:
		s.refused++
		return nil, &webtrunk.Error{Op: "switchboard", Kind: webtrunk.Unavailable, Message: "the gateway is about to stop and takes no new calls: try again in a minute"}
	case notReady != nil:
		s.refused++
		return nil, notReady
	case s.calls[id] != nil:
		return nil, &webtrunk.Error{Op: "switchboard", Kind: webtrunk.Conflict, Message: "there is already a call " + string(id)}
	case s.cfg.Room != nil:
		if err := s.cfg.Room(); err != nil {
			return nil, err
		}
	}
	s.calls[id] = a
	s.running.Go(func() { a.run(first) })
	return a, nil
}

// notReady is why nothing can be put on record.
func (s *Switchboard) notReady() error {
	r, says := s.cfg.Journal.(Ready)
	if !says {
		return nil
	}
	err := r.Ready()
	if err != nil && webtrunk.KindOf(err) != webtrunk.Unavailable {
		return cannotRecord(err)
	}
	return err
}

func (s *Switchboard) forget(id webtrunk.CallID) {
	s.mu.Lock()
	delete(s.calls, id)
	s.mu.Unlock()
}
