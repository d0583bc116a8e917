package sip

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

// The library refuses to send more than UDPMTUSize-200 bytes, responses too,
// and offers no other way out. Fragments arrive on every network that carries
// a trunk, so its limit is lifted; ours is maxMessage.
//
// What it does not log through the logger that it is given are the reference
// counts of connections, and warnings about its own counting.
func init() {
	sip.UDPMTUSize = 65535
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
}

// Config is what an edge needs.
type Config struct {
	Listen    netip.AddrPort // UDP; port 0 takes a free one
	ListenTCP netip.AddrPort // likewise; zero where nobody connects to us by TCP
	ListenTLS netip.AddrPort // likewise
	TLS       *tls.Config    // our certificate, for ListenTLS; at least 1.2
	Public    netip.Addr     // the address written into Via, Contact and SDP when behind NAT; Listen's when zero
	Network   trunk.Network  // the trunks, and which carries what; SetNetwork changes it
	Sockets   *media.Sockets
	Log       *slog.Logger
	UserAgent string // "Webtrunk" when empty
	Timers    Timers
	Bounds    Bounds
	Resolver  Resolver // of the proxies that are names; net.DefaultResolver when nil

	// Full says why no new call is taken at the moment, or nil. It is asked
	// before anything is made of an INVITE but its 100, of a trunk that may have
	// one more call, and may hold that call up for a moment, until there is time
	// for it. May be nil.
	Full func() error

	// Permit says whether a leg that a carrier redirects may be dialled at
	// another number. Without it no redirection is followed.
	Permit func(context.Context, call.Leg, webtrunk.Address) error

	// Join says whether the parties of two calls may be connected, where a
	// telephone that talks to both wants that. It must not block. Without it,
	// none may.
	Join func(one, other webtrunk.CallID) error

	// Changed is told when a trunk goes down and when it comes back. It is
	// called on a goroutine of the edge and must not block. May be nil.
	Changed func(trunk.Change)
}

// An Exchange takes the calls that trunks bring. *switchboard.Switchboard is one.
type Exchange interface {
	Offer(in call.Arrived, l switchboard.Leg) (report func(call.Input), err error)
}

// An Edge speaks SIP on one socket. It implements switchboard.Edge.
type Edge struct {
	cfg    Config
	timers Timers
	bounds Bounds
	log    *slog.Logger
	door   *frontDoor
	socket *sip.UDPConnection // the front door as the library writes to it
	layer  *sip.TransportLayer
	txs    *sip.TransactionLayer

	listeners   map[trunk.Transport]*net.TCPListener // beside UDP
	doorways    map[trunk.Transport]*doorway         // what the library accepts from
	connections *connections
	sources     *sources // of datagrams
	callers     *sources // of connections: whoever forges a peer's address in datagrams takes nothing from these
	tls         *tls.Config
	leaving     chan struct{} // closed when the edge is

	host     string     // in our Via, Contact and From
	port     int        // likewise
	address  netip.Addr // in our SDP
	laddr    sip.Addr   // the bound address: requests that name it leave from our port
	counters counters

	news     mailbox // what Changed is told, in its order
	forwards forwards
	rosterMu sync.Mutex // of SetNetwork
	roster   atomic.Pointer[roster]

	mu        sync.Mutex
	exchange  Exchange
	draining  bool
	hangingUp bool // Close hangs up whatever is up
	closing   bool
	legs      map[string]*leg     // by our tag
	invites   map[string]*leg     // arriving legs by their INVITE's transaction
	merges    map[string]bool     // INVITEs that became legs: Call-ID, From tag and CSeq
	waiting   map[string]*waiting // requests on their way through the library, by transaction
	errands   map[string]*line    // by the exchanges that lines have on their own account
	open      map[*leg]bool       // legs that are not finished
	joints    map[*joint]bool     // calls that were joined
	changed   chan struct{}       // closed and replaced when open shrinks
	ghosts    int                 // legs, known still, that are ghosts
	ladders   *ladders
	probing   atomic.Bool // a test of a trunk runs
	haunts    bucket      // how often a ghost may make us speak

	started chan struct{}  // closed when it reads
	ending  chan struct{}  // closed when it hangs up
	tasks   sync.WaitGroup // of the lines; with mu until hangingUp

	running sync.WaitGroup
	runMu   sync.Mutex // before running.Go; taken last
	stopped bool       // no goroutine starts any more
}

// Listen binds the edge's socket. Nothing is read before Start.
func Listen(cfg Config) (*Edge, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	network := "udp"
	if cfg.Listen.Addr().Is4() {
		network = "udp4"
	}
	conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(cfg.Listen))
	if err != nil {
		return nil, cannotListen("UDP", cfg.Listen, err)
	}
	// A burst of calls comes faster than one goroutine reads; the kernel keeps
	// the rest. Where it will not, the default still works.
	_ = conn.SetReadBuffer(4 << 20)
	e := newEdge(cfg, conn)
	err = e.listenStreams()
	if err == nil {
		err = e.SetNetwork(cfg.Network)
	}
	if err != nil {
		e.letGo()
		return nil, err
	}
	return e, nil
}

func (cfg *Config) check() error {
	invalid := func(message string) error {
		return &webtrunk.Error{Op: "sip", Kind: webtrunk.Invalid, Message: message}
	}
	if cfg.Public == (netip.Addr{}) {
		cfg.Public = cfg.Listen.Addr()
	}
	switch {
	case cfg.Sockets == nil:
		return invalid("no media sockets")
	case !cfg.Public.IsValid() || cfg.Public.IsUnspecified():
		return invalid("listening on every address needs the public one to be named: carriers must know where to answer")
	}
	if err := cfg.Network.Validate(); err != nil {
		return err
	}
	if _, err := cfg.ourTLS(); err != nil {
		return err
	}
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "Webtrunk"
	}
	return checkText("user agent", cfg.UserAgent)
}

func cannotListen(network string, at netip.AddrPort, err error) error {
	e := &webtrunk.Error{Op: "sip: listen on " + at.String(), Kind: webtrunk.Unavailable, Err: err}
	if errors.Is(err, syscall.EADDRINUSE) {
		e.Message = fmt.Sprintf("%s port %d is already in use: choose another with the SIP listen address, or stop what uses it", network, at.Port())
	}
	return e
}

func newEdge(cfg Config, conn *net.UDPConn) *Edge {
	bound := conn.LocalAddr().(*net.UDPAddr)
	e := &Edge{
		cfg: cfg, timers: cfg.Timers.withDefaults(), bounds: cfg.Bounds.withDefaults(), log: cfg.Log,
		host: sourceHost(cfg.Public), port: bound.Port, address: cfg.Public,
		laddr:       sip.Addr{IP: bound.IP, Port: bound.Port},
		listeners:   make(map[trunk.Transport]*net.TCPListener),
		doorways:    map[trunk.Transport]*doorway{trunk.TCP: newDoorway(), trunk.TLSOverIP: newDoorway()},
		connections: newConnections(),
		leaving:     make(chan struct{}),

		legs:    make(map[string]*leg),
		invites: make(map[string]*leg),
		merges:  make(map[string]bool),
		waiting: make(map[string]*waiting),
		errands: make(map[string]*line),
		started: make(chan struct{}),
		ending:  make(chan struct{}),
		open:    make(map[*leg]bool),
		joints:  make(map[*joint]bool),
		changed: make(chan struct{}),
		haunts:  newBucket(ghostRate, ghostBurst),
		ladders: newLadders(),
	}
	e.news.each, e.news.run = e.surviving, e.run
	e.sources, e.callers = newSources(e.bounds), newSources(e.bounds)
	e.tls, _ = cfg.ourTLS() // check has looked
	e.door = &frontDoor{UDPConn: conn, trusts: func(a netip.Addr) bool { return e.lineOf(trunk.UDP, a) != nil }, sources: e.sources, count: &e.counters, agent: cfg.UserAgent}
	e.socket = &sip.UDPConnection{PacketConn: e.door, PacketAddr: bound.String(), Listener: true}
	muffled := e.muffled()
	e.layer = sip.NewTransportLayer(noResolver, sip.NewParser(), nil, sip.WithTransportLayerLogger(muffled),
		sip.WithTransportLayerTransports(noDialling()))
	e.layer.OnMessage(e.gate) // before the transactions: order is kept here
	e.txs = sip.NewTransactionLayer(e.layer, sip.WithTransactionLayerLogger(muffled),
		sip.WithTransactionLayerTerminateOnConnClose(),              // RFC 3261 §18.4: not after Timer F
		sip.WithTransactionLayerUnhandledResponseHandler(e.haunted)) // the gate has those of legs that we know
	e.txs.OnRequest(e.passedUp)
	e.lend(e.laddr.String())
	return e
}

// Addr is where the edge listens.
func (e *Edge) Addr() netip.AddrPort {
	return e.door.bound().AddrPort()
}

// AddrOf is where the edge listens for a transport; invalid where it does not.
func (e *Edge) AddrOf(t trunk.Transport) netip.AddrPort {
	if carriedBy(t) == trunk.UDP {
		return e.Addr()
	}
	if l := e.listeners[t]; l != nil {
		return l.Addr().(*net.TCPAddr).AddrPort()
	}
	return netip.AddrPort{}
}

// Start begins to read; calls that arrive are offered to ex.
func (e *Edge) Start(ex Exchange) {
	e.mu.Lock()
	e.exchange = ex
	e.mu.Unlock()
	e.run(e.serve)
	close(e.started)
	e.run(func() { _ = e.layer.ServeTCP(e.doorways[trunk.TCP]) })
	e.run(func() { _ = e.layer.ServeTLS(e.doorways[trunk.TLSOverIP]) })
	for t, l := range e.listeners {
		e.run(func() { e.accept(l, t) })
	}
}

// lend files the socket under an address in the library's books. What the
// library does not find there it binds for itself, on a port of its own
// choice: requests that name our address, and responses to a source, must find
// it at any time, also before the first datagram and while the edge closes.
func (e *Edge) lend(at string) { e.layer.Pool("udp").Add(at, e.socket) }

// serve reads until the socket is closed, whatever a datagram does to the parser.
func (e *Edge) serve() {
	for !e.isClosing() {
		func() {
			defer e.survive("parser")
			if err := e.layer.ServeUDP(e.door); err != nil {
				e.log.Error("sip: reading stopped", "error", err)
			}
		}()
	}
}

// Dial implements switchboard.Edge: it calls a telephone over the trunk that
// the leg names, or over the first of those that carry its number which takes
// the call.
func (e *Edge) Dial(_ context.Context, c call.Leg, report func(call.Input)) (switchboard.Leg, error) {
	if c.Address.Scheme != webtrunk.Tel {
		return nil, &webtrunk.Error{Op: "sip: dial", Kind: webtrunk.Unsupported, Message: "only telephone numbers can be called over a trunk"}
	}
	if a, err := webtrunk.ParseNumber(c.Address.Value); err != nil || a != c.Address { // it becomes part of a URI
		return nil, refused("only a number in international form, such as +15550100101, can be called over a trunk")
	}
	lines, err := e.candidates(c, time.Now())
	if err != nil {
		return nil, err
	}
	known := map[*line][]sip.Header{}
	for _, n := range lines {
		if known[n], err = contextHeaders(c.Context, n.Trunk); err != nil {
			return nil, err
		}
	}
	socket, err := e.cfg.Sockets.Open(string(c.Call) + " " + c.ID.String())
	if err != nil {
		return nil, err
	}
	h := &hunt{seat: seat{e: e, call: c.Call, leg: c.ID, socket: socket}, asked: c, known: known, report: report, others: lines}
	if err := h.set(); err != nil {
		socket.Close()
		return nil, err
	}
	return h, nil
}

// run starts a goroutine that Close waits for; it reports false when Close has
// begun to wait.
func (e *Edge) run(f func()) bool {
	e.runMu.Lock()
	defer e.runMu.Unlock()
	if !e.stopped {
		e.running.Go(f)
	}
	return !e.stopped
}
