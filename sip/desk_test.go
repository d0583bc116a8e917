package sip

import (
	"log/slog"
	"net/netip"
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
		Trunks: []trunk.Trunk{{Name: "carrier", Proxy: proxy, CallerID: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100001"}}},
		Timers: Timers{Close: 200 * time.Millisecond},
	}
}

func startEdge(t testing.TB, cfg Config) (*Edge, *desk) {
	t.Helper()
	e, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{reports: make(chan call.Input, 64), offers: make(chan offer, 64)}
	e.Start(d)
	t.Cleanup(func() { e.Close() })
	return e, d
}
