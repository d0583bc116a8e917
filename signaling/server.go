package signaling

import (
	"context"
	"crypto/rand"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
)

// An Exchange takes the calls that pages make. A *switchboard.Switchboard is one.
type Exchange interface {
	// Offer starts a call for a leg that arrived; report tells of the leg,
	// never blocks and may be called from any goroutine.
	Offer(in call.Arrived, l switchboard.Leg) (report func(call.Input), err error)
}

// A Server is the edge towards browsers: an http.Handler for /v1/ws and the
// switchboard's Edge for browser addresses.
type Server struct {
	cfg    Config
	ear    *ear
	engine *engine

	exchange atomic.Pointer[Exchange]
	stopping context.Context // over when Close begins
	stop     context.CancelFunc
	probes   *probes
	posted   *posted  // what visitors have left lately
	filmed   sync.Map // the calls (by webtrunk.CallID) whose caller is a page that offers pictures
	draining atomic.Bool
	stats    counters

	// work counts every goroutine that Close waits for; it grows under mu and
	// not once closed.
	mu       sync.Mutex
	closed   bool
	work     sync.WaitGroup
	running  sync.WaitGroup // sessions; grows under mu and not once draining
	sockets  map[netip.Prefix]int
	sessions map[webtrunk.SessionID]*session
	holders  map[netip.Prefix]int // sessions by the address that opened them
	rings    map[webtrunk.Address][]*session
	ringing  map[webtrunk.Address]map[*leg]call.Leg // legs that were dialled there and are not gone
	legs     int
	calm     chan struct{} // holds a token when legs fell
	opened   int           // sessions ever, for their names
	instance string        // ends the session secrets of this process
	unlisted bucket        // lets through what is logged of sites that no key lists
}

var _ switchboard.Edge = (*Server)(nil)

// New listens for browsers' media and returns a Server that takes pages once
// it is mounted and Serve was called.
func New(cfg Config) (*Server, error) {
	if cfg.Auth == nil {
		return nil, &webtrunk.Error{Op: "signaling: new", Kind: webtrunk.Invalid, Message: "an Authenticator is needed"}
	}
	cfg = cfg.withDefaults()
	identity := &identity{}
	ear, err := listen(cfg, identity)
	if err != nil {
		return nil, err
	}
	engine, err := newEngine(cfg, ear, identity)
	if err != nil {
		ear.close()
		return nil, err
	}
	s := &Server{
		cfg: cfg, ear: ear, engine: engine, probes: newProbes(cfg.Limits.Probes), posted: newPosted(), calm: make(chan struct{}, 1),
		sockets: map[netip.Prefix]int{}, holders: map[netip.Prefix]int{},
		sessions: map[webtrunk.SessionID]*session{}, rings: map[webtrunk.Address][]*session{}, ringing: map[webtrunk.Address]map[*leg]call.Leg{},
		unlisted: newBucket(0.1, 3), instance: "." + strings.ToLower(rand.Text()[:8]),
	}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.background(s.recheck)
	s.background(s.keep)
	return s, nil
}

// MediaAddr is the address on which browsers' media arrives.
func (s *Server) MediaAddr() netip.AddrPort { return s.ear.addr }

// Serve sets who takes the pages' calls. Before it, calls are refused.
func (s *Server) Serve(ex Exchange) { s.exchange.Store(&ex) }

// Drain refuses new pages and new calls, says bye to every page and waits for
// the running calls, or for ctx.
func (s *Server) Drain(ctx context.Context) error {
	s.draining.Store(true)
	for _, sess := range s.all() {
		sess.post(func() {
			sess.send(&byeNotice{head{Type: "bye"}, "The gateway is stopping. Your call may go on to its end."})
		})
	}
	for s.Stats().Legs > 0 {
		select {
		case <-s.calm:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Close ends every call, session and socket, frees the media port and waits
// for all that it started.
func (s *Server) Close() {
	s.draining.Store(true)
	for _, sess := range s.all() {
		sess.post(func() { sess.end(call.Shutdown) })
	}
	s.running.Wait() // they say goodbye on their sockets before these are cut
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.work.Wait()
	s.ear.close()
}

// background runs f on a goroutine that Close waits for, or at once when the
// server is already closed.
func (s *Server) background(f func()) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		f()
		return
	}
	defer s.mu.Unlock()
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		f()
	}()
}
