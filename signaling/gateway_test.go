package signaling_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/switchboard"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("4") // they wait for speech more than for a processor
	}
	goleak.VerifyTestMain(m)
}

const (
	shop = "https://shop.example"
	key  = "pk_shop"
)

// A door lets pages in as the demo's configuration would.
type door struct{}

func (door) OriginAllowed(origin string) bool {
	return origin == shop || origin == "https://desk.example"
}

func (door) Authorize(_ context.Context, h signaling.Hello) (signaling.Grant, error) {
	refuse := func(reason error, message string) (signaling.Grant, error) {
		return signaling.Grant{}, &webtrunk.Error{Op: "authorize", Kind: webtrunk.Forbidden, Message: message, Err: reason}
	}
	switch {
	case h.Key != key:
		return refuse(signaling.ErrBadKey, "No widget has this key.")
	case h.Origin != shop:
		return refuse(signaling.ErrBadOrigin, "The key is not for this site.")
	case h.Token != "" && h.Token != "agent":
		return refuse(signaling.ErrBadToken, "The token has expired.")
	}
	g := signaling.Grant{Via: "shop", Metadata: []string{"page", "order"}, MayCall: mayCall}
	if h.Token == "agent" {
		g.Hands = true
		g.Receives = webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}
	}
	return g, nil
}

func mayCall(_ context.Context, to webtrunk.Address) error {
	switch {
	case to.Scheme == webtrunk.Ref && to.Value != "ref_shop":
		return &webtrunk.Error{Op: "resolve", Kind: webtrunk.NotFound, Message: "There is no reference " + to.Value + "."}
	case strings.HasPrefix(to.Value, "+1900"):
		return &webtrunk.Error{Op: "permit", Kind: webtrunk.Forbidden, Message: "This site may not call " + to.Value + "."}
	}
	return nil
}

var _ signaling.Exchange = (*switchboard.Switchboard)(nil)

// An exchange takes calls and writes down what is reported of their legs.
type exchange struct {
	refuse error
	panics atomic.Bool

	mu    sync.Mutex
	calls []*taken
	more  chan struct{}
}

// A taken call is one that was offered, with what was reported of it since.
type taken struct {
	call.Arrived
	leg switchboard.Leg
	reports
}

// reports are inputs in their order.
type reports struct {
	mu   sync.Mutex
	all  []call.Input
	more chan struct{}
}

func newReports() reports { return reports{more: make(chan struct{}, 1)} }

func (r *reports) add(in call.Input) {
	r.mu.Lock()
	r.all = append(r.all, in)
	r.mu.Unlock()
	select {
	case r.more <- struct{}{}:
	default:
	}
}

// wait waits until n inputs were reported and returns them.
func (r *reports) wait(t *testing.T, n int) []call.Input {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		r.mu.Lock()
		all := append([]call.Input(nil), r.all...)
		r.mu.Unlock()
		if len(all) >= n {
			return all
		}
		select {
		case <-r.more:
		case <-deadline:
			t.Fatalf("%d reports did not come; so far %#v", n, all)
		}
	}
}

func newExchange() *exchange { return &exchange{more: make(chan struct{}, 1)} }

func (e *exchange) Offer(in call.Arrived, l switchboard.Leg) (func(call.Input), error) {
	if e.panics.Load() {
		panic("the exchange has a fault")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refuse != nil {
		return nil, e.refuse
	}
	c := &taken{Arrived: in, leg: l, reports: newReports()}
	e.calls = append(e.calls, c)
	select {
	case e.more <- struct{}{}:
	default:
	}
	return c.add, nil
}

// next waits for the n-th call, from 1.
func (e *exchange) next(t *testing.T, n int) *taken {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		e.mu.Lock()
		if len(e.calls) >= n {
			c := e.calls[n-1]
			e.mu.Unlock()
			return c
		}
		e.mu.Unlock()
		select {
		case <-e.more:
		case <-deadline:
			t.Fatalf("call %d was not offered", n)
		}
	}
}

func (e *exchange) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.calls)
}

// A gateway is a real Server behind a real HTTP server on loopback.
type gateway struct {
	*signaling.Server
	exchange *exchange
	url      string
	http     *httptest.Server
	ctx      context.Context
}

func start(t *testing.T, change func(*signaling.Config)) *gateway {
	t.Helper()
	cfg := signaling.Config{Auth: door{}, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	if change != nil {
		change(&cfg)
	}
	s, err := signaling.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	g := &gateway{Server: s, exchange: newExchange(), http: httptest.NewServer(s), ctx: ctx}
	g.url = "ws" + strings.TrimPrefix(g.http.URL, "http") + "/v1/ws"
	s.Serve(g.exchange)
	t.Cleanup(func() {
		cancel()
		s.Close()
		g.http.Close()
		if left := s.Stats(); left.Sockets+left.Sessions+left.Legs != 0 {
			t.Errorf("left behind: %+v", left)
		}
	})
	return g
}

// visit opens a page of the shop.
func (g *gateway) visit(t *testing.T, change func(*visitor.Config)) *visitor.Visitor {
	t.Helper()
	cfg := visitor.Config{Key: key, Origin: shop}
	if change != nil {
		change(&cfg)
	}
	v, err := visitor.Dial(g.ctx, g.url, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

// settle waits until the gateway holds no more than these.
func (g *gateway) settle(t *testing.T, sessions, legs int) {
	t.Helper()
	g.comesTo(t, fmt.Sprintf("%d sessions and %d legs", sessions, legs), func(s signaling.Stats) bool { return s.Sessions == sessions && s.Legs == legs })
}

// comesTo waits until what the gateway holds is so.
func (g *gateway) comesTo(t *testing.T, what string, so func(signaling.Stats) bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		s := g.Stats()
		if so(s) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still holds %+v, want %s", s, what)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
