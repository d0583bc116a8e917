package sip

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

// A desk takes the calls that arrive and hands them to the test.
type desk struct {
	reports chan call.Input
	offers  chan offer
	refuse  error
	panics  bool
}

type offer struct {
	in  call.Arrived
	leg switchboard.Leg
}

func (d *desk) Offer(in call.Arrived, l switchboard.Leg) (func(call.Input), error) {
	switch {
	case d.panics:
		panic("the desk has fallen over")
	case d.refuse != nil:
		return nil, d.refuse
	}
	d.offers <- offer{in, l}
	return func(in call.Input) { d.reports <- in }, nil
}

// A recorder takes the reports of one leg as a switchboard does: it keeps the
// dialog, and confirms the answer once that is on record. What remains of the
// reports goes on.
type recorder struct {
	mu       sync.Mutex
	leg      switchboard.Leg
	dialog   []byte
	answered bool
	dumb     bool // confirms nothing
	errors   []string
}

// dialRecorded dials a leg whose reports are taken by a recorder.
func dialRecorded(e *Edge, c call.Leg, r *recorder, report func(call.Input)) (switchboard.Leg, error) {
	leg, err := e.Dial(context.Background(), c, func(in call.Input) {
		if r.take(in) {
			report(in)
		}
	})
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leg = leg
	r.confirm()
	return leg, nil
}

func (r *recorder) take(in call.Input) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch in := in.(type) {
	case call.LegDialog:
		r.dialog = in.State
		return false
	case call.LegAnswered:
		if len(r.dialog) == 0 {
			r.errors = append(r.errors, "answered before its dialog was reported")
		}
		r.answered = true
		r.confirm()
	}
	return true
}

func (r *recorder) confirm() {
	if r.leg == nil || !r.answered || r.dumb {
		return
	}
	r.answered = false
	_ = r.leg.Confirm() // fails where the leg has hung up already
}

// state returns the dialog that was reported last.
func (r *recorder) state() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dialog
}

func (r *recorder) faults() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.errors
}

// testConfig is an edge on loopback with one trunk that goes to proxy.
func testConfig(t testing.TB, proxy netip.AddrPort) Config {
	t.Helper()
	local := netip.MustParseAddr("127.0.0.1")
	sockets, err := media.NewSockets(local, 20000, 29999)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sockets.Close)
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return Config{
		Listen: netip.AddrPortFrom(local, 0), Sockets: sockets, Log: log,
		Network: trunk.Network{Trunks: []trunk.Trunk{{Name: "carrier", Proxy: proxy.String(), Keepalive: -1, Context: []string{"*"}, Identity: trunk.Identity{CallerID: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100001"}}}}},
		Timers:  Timers{Close: 200 * time.Millisecond},
	}
}

func startEdge(t testing.TB, cfg Config) (*Edge, *desk) {
	t.Helper()
	d := &desk{reports: make(chan call.Input, 64), offers: make(chan offer, 64)}
	return d.start(t, cfg), d
}

// start starts an edge that offers its calls to the desk.
func (d *desk) start(t testing.TB, cfg Config) *Edge {
	t.Helper()
	e, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	e.Start(d)
	t.Cleanup(func() { e.Close() })
	return e
}
