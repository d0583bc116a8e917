package e2e

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/sip"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

// site is the origin of every page here.
const site = "https://shop.example"

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// A rig is a gateway put together in the test's own process, as cmd/gateway
// does it, with seams of the test's choice and one trunk.
type rig struct {
	t          *testing.T
	sockets    *media.Sockets
	telephones *sip.Edge
	browsers   *signaling.Server
	board      *switchboard.Switchboard
	http       *httptest.Server
	url        string // of the WebSocket
}

// A plan of a rig; the zero values are useful but for the trunk and the router.
type blueprint struct {
	trunk    netip.AddrPort // where the carrier listens
	network  trunk.Network  // in place of the one trunk
	timers   sip.Timers
	tls      *tls.Config // where carriers connect to us, over TLS and over TCP
	rtp      [2]uint16
	admitter switchboard.Admitter
	router   switchboard.Router
	journal  switchboard.Journal
	pages    signaling.Authenticator
	limits   signaling.Limits
	phrases  switchboard.Phrases
	digits   func(webtrunk.CallID, call.LegID, string)
	log      *slog.Logger
}

func newRig(t *testing.T, b blueprint) *rig {
	t.Helper()
	r := &rig{t: t}
	if b.rtp == [2]uint16{} {
		b.rtp = [2]uint16{28000, 31999}
	}
	if b.log == nil {
		b.log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	if len(b.network.Trunks) == 0 {
		b.network.Trunks = []trunk.Trunk{carrierAt("carrier", b.trunk)}
	}
	var streams netip.AddrPort
	if b.tls != nil {
		streams = netip.AddrPortFrom(loopback, 0)
	}
	var err error
	r.sockets, err = media.NewSockets(loopback, b.rtp[0], b.rtp[1])
	check(t, err)
	r.telephones, err = sip.Listen(sip.Config{
		Listen: netip.AddrPortFrom(loopback, 0), Sockets: r.sockets, Log: b.log,
		Network: b.network, Timers: b.timers, ListenTCP: streams, ListenTLS: streams, TLS: b.tls,
	})
	check(t, err)
	r.browsers, err = signaling.New(signaling.Config{Auth: b.pages, Limits: b.limits, Log: b.log})
	check(t, err)
	r.board = switchboard.New(switchboard.Config{
		Edges:  map[call.Kind]switchboard.Edge{call.WebRTC: r.browsers, call.PSTN: r.telephones, call.SIP: r.telephones},
		Router: b.router, Admitters: []switchboard.Admitter{b.admitter}, Journal: b.journal, Log: b.log,
		Phrases: b.phrases, Digits: b.digits, AskTime: 4 * patience, // a transcript answers when it comes to that
	})
	r.telephones.Start(r.board)
	r.browsers.Serve(r.board)
	r.http = httptest.NewServer(r.browsers)
	r.url = "ws" + strings.TrimPrefix(r.http.URL, "http") + "/v1/ws"
	return r
}

// carrierAt is a trunk to where a carrier listens. Not every peer in these tests
// takes an OPTIONS between its calls.
func carrierAt(name string, proxy netip.AddrPort) trunk.Trunk {
	return trunk.Trunk{
		Name: name, Proxy: proxy.String(), Keepalive: -1, Identity: trunk.Identity{CallerID: webtrunk.Address{Scheme: webtrunk.Tel, Value: ourNumber}},
	}
}

// ourNumber is what the trunk presents, and what the carrier's telephones dial.
const ourNumber = "+15550100999"

// close ends everything, in the order of cmd/gateway, and fails the test if
// there was something left to be ended.
func (r *rig) close() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r.board.Drain(ctx)
	if err := r.telephones.Drain(ctx); err != nil {
		r.t.Errorf("telephone legs are left over: %+v", r.telephones.Stats())
	}
	r.browsers.Close()
	r.http.Close()
	if err := r.telephones.Close(); err != nil {
		r.t.Error(err)
	}
	if open, _ := r.sockets.InUse(); open > 0 {
		r.t.Errorf("%d RTP ports are left over", open)
	}
	r.sockets.Close()
	if left := r.browsers.Stats(); left.Legs+left.Sockets+left.Sessions > 0 {
		r.t.Errorf("pages are left over: %+v", left)
	}
	if panics := r.telephones.Stats().Panics; panics > 0 {
		r.t.Errorf("the telephone edge panicked %d times", panics)
	}
}

// visit opens a page.
func (r *rig) visit(ctx context.Context, cfg visitor.Config) *visitor.Visitor {
	r.t.Helper()
	cfg.Origin = site
	if cfg.Key == "" {
		cfg.Key = "pk_shop"
	}
	page, err := visitor.Dial(ctx, r.url, cfg)
	check(r.t, err)
	r.t.Cleanup(page.Close)
	return page
}

// anybody lets every page in: one that shows a token is called by it, and all
// others are visitors.
type anybody struct{}

func (anybody) OriginAllowed(origin string) bool { return origin == site }

func (anybody) Authorize(_ context.Context, h signaling.Hello) (signaling.Grant, error) {
	g := signaling.Grant{
		Via: h.Key, From: webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}, Metadata: []string{"page"},
		MayCall: func(context.Context, webtrunk.Address) error { return nil },
	}
	if h.Token != "" {
		g.Receives = webtrunk.Address{Scheme: webtrunk.Browser, Value: h.Token}
		g.From = g.Receives
	}
	return g, nil
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
