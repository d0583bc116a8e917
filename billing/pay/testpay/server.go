package testpay

import (
	"cmp"
	"context"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"webtrunk/billing/pay"
)

// A Config is what a Server needs. Origin, Key and Log must be set.
type Config struct {
	Origin  string        // where the server is reached: its pages' addresses begin with it
	Key     pay.Secret    // what a client shows, as Authorization: Bearer
	File    string        // where the state is kept; empty: in memory alone
	Hook    string        // where webhooks are sent; empty: nowhere
	Secret  pay.Secret    // what webhooks are signed with
	Decides time.Duration // how long the slow card takes; 3 s if 0
	Retry   time.Duration // the first pause before a webhook is sent again, doubled each time; 1 s if 0
	Log     *slog.Logger
}

// A Server is the provider. Make it with New, and Close it.
type Server struct {
	cfg  Config
	mux  *http.ServeMux
	stop context.CancelFunc
	wake chan struct{} // something has to be done by the worker
	gone chan struct{} // the worker is

	mu sync.Mutex
	s  *state
}

// New starts a server with what its file holds.
func New(cfg Config) (*Server, error) {
	s, err := load(cfg.File)
	if err != nil {
		return nil, err
	}
	cfg.Decides = cmp.Or(cfg.Decides, 3*time.Second)
	cfg.Retry = cmp.Or(cfg.Retry, time.Second)
	ctx, stop := context.WithCancel(context.Background())
	srv := &Server{cfg: cfg, s: s, stop: stop, wake: make(chan struct{}, 1), gone: make(chan struct{}), mux: http.NewServeMux()}
	srv.routes()
	go srv.work(ctx)
	return srv, nil
}

// Close stops what the server does by itself and waits for it. What it had to do is done
// by the next server with the file.
func (srv *Server) Close() {
	srv.stop()
	<-srv.gone
}

func (srv *Server) ServeHTTP(w http.ResponseWriter, q *http.Request) { srv.mux.ServeHTTP(w, q) }

func (srv *Server) routes() {
	api := func(pattern string, h http.HandlerFunc) { srv.mux.Handle(pattern, srv.known(h)) }
	post := func(pattern string, does action) { api("POST "+pattern, srv.once(does)) }
	post("/v1/customers", newCustomer)
	post("/v1/setups", srv.newSetup)
	post("/v1/payments", srv.newPayment)
	post("/v1/payments/{id}/capture", capture)
	post("/v1/payments/{id}/cancel", cancel)
	post("/v1/payments/{id}/refunds", refund)
	api("GET /v1/customers/{id}/methods", srv.methods)
	api("GET /v1/payments", srv.list)
	api("GET /v1/payments/{id}", srv.show)
	api("PUT /v1/controls", srv.control)
	srv.mux.HandleFunc("GET /setup/{id}", srv.setupPage)
	srv.mux.HandleFunc("POST /setup/{id}", srv.typed)
	srv.mux.HandleFunc("GET /confirm/{id}", srv.confirmPage)
	srv.mux.HandleFunc("POST /confirm/{id}", srv.confirmed)
}

// known lets those in who have the key.
func (srv *Server) known(h http.HandlerFunc) http.Handler {
	want := []byte("Bearer " + srv.cfg.Key.Reveal())
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if subtle.ConstantTimeCompare([]byte(q.Header.Get("Authorization")), want) != 1 {
			fail(w, pay.Fail("", pay.Refused, "The key is wrong.", nil))
			return
		}
		h(w, q)
	})
}

// change does something with the state, keeps it, and wakes the worker.
func (srv *Server) change(does func(*state) error) error {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if err := does(srv.s); err != nil {
		return err
	}
	if err := srv.s.save(srv.cfg.File); err != nil {
		srv.cfg.Log.Error("testpay: the state is not kept", "err", err)
		return err
	}
	select {
	case srv.wake <- struct{}{}:
	default:
	}
	return nil
}
