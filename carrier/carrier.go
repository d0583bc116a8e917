package carrier

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// A Carrier is a running telephone company. Its methods may be called from
// any goroutine.
type Carrier struct {
	cfg  Config
	log  *slog.Logger
	conn *net.UDPConn
	addr netip.AddrPort

	inbox chan func()   // work for the signalling loop; unbuffered, so accepted means run
	stop  chan struct{} // closed by Close: everybody goes home
	gone  chan struct{} // closed when the loop has ended
	wg    sync.WaitGroup
	once  sync.Once

	numbers map[string]Number

	// What follows belongs to the signalling loop.
	clock    *clock
	servers  map[string]*serverTx
	clients  map[string]*clientTx
	calls    map[string]*Call // by Call-ID
	draining map[*media]bool  // whose calls are over, and whose ports are still open
	open     int
	auth     *authority
	spoiled  *spoiler // of signalling
	gateway  netip.AddrPort
	silent   bool // Vanish: end without a word

	book logbook // what happened, for observers
}

// Start opens the carrier's SIP socket and begins to serve calls.
func Start(cfg Config) (*Carrier, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("carrier: config: %w", err)
	}
	laddr, err := net.ResolveUDPAddr("udp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("carrier: address %q: %w", cfg.Addr, err)
	}
	conn, err := net.ListenUDP("udp", laddr)
	if err != nil {
		return nil, fmt.Errorf("carrier: listen: %w", err)
	}
	// A burst of calls arrives faster than one loop serves it; the kernel
	// keeps the rest. Failure leaves the default, which is smaller but works.
	_ = conn.SetReadBuffer(1 << 20)

	c := &Carrier{
		cfg: cfg, log: cfg.Log, conn: conn,
		addr:     unmapped(conn.LocalAddr().(*net.UDPAddr).AddrPort()),
		inbox:    make(chan func()),
		stop:     make(chan struct{}),
		gone:     make(chan struct{}),
		numbers:  directory(cfg.Numbers),
		clock:    newClock(),
		servers:  make(map[string]*serverTx),
		clients:  make(map[string]*clientTx),
		calls:    make(map[string]*Call),
		draining: make(map[*media]bool),
		auth:     newAuthority(cfg),
		spoiled:  newSpoiler(cfg.Signalling),
		gateway:  cfg.Gateway,
	}
	c.book.limit = cfg.History
	c.wg.Go(c.loop)
	c.wg.Go(c.read)
	return c, nil
}

// Addr is where the carrier speaks SIP.
func (c *Carrier) Addr() netip.AddrPort { return c.addr }

// SetGateway changes where calls that the carrier originates go.
func (c *Carrier) SetGateway(gateway netip.AddrPort) {
	c.do(func() { c.gateway = gateway })
}

// Close hangs up whatever is up, with one BYE, CANCEL or refusal each, and
// returns when everything that the carrier started has ended.
func (c *Carrier) Close() error {
	c.once.Do(func() { close(c.stop) })
	c.wg.Wait()
	return nil
}

// Vanish is Close without a word to anybody: the carrier's power has failed.
// A gateway has to find out by itself.
func (c *Carrier) Vanish() {
	c.do(func() { c.silent = true })
	_ = c.Close()
}

// loop is the signalling loop, the one goroutine that owns SIP state.
func (c *Carrier) loop() {
	defer close(c.gone)
	defer c.conn.Close()
	for {
		select {
		case work := <-c.inbox:
			c.guard(work)
		case <-c.clock.timer.C:
			c.clock.ringDue(c.guard)
		case <-c.stop:
			c.endAll()
			return
		}
	}
}

// endAll ends every call at closing time. A panic over one call keeps no other
// from ending.
func (c *Carrier) endAll() {
	for _, call := range c.calls {
		if !c.silent {
			c.guard(func() { call.leave(sip.StatusTemporarilyUnavailable) })
		}
		c.guard(func() { call.finish(End{By: Us, Reason: "the carrier closed"}) })
		call.media.close()
	}
	for m := range c.draining { // also of calls that are forgotten
		m.close()
	}
}

// guard runs work that a stranger's message may have caused. A panic in it is
// ours to log and count, and costs that message only.
func (c *Carrier) guard(work func()) {
	defer func() {
		if p := recover(); p != nil {
			c.book.count(func(s *Stats) { s.Panics++ })
			c.log.Error("signalling panicked", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	work()
}

// post hands work to the loop and reports whether the loop took it.
func (c *Carrier) post(work func()) bool {
	select {
	case c.inbox <- work:
		return true
	case <-c.gone:
		return false
	}
}

// do runs work on the loop, waits for it, and reports whether it ran. The loop
// itself must not call it.
func (c *Carrier) do(work func()) bool {
	done := make(chan struct{})
	if !c.post(func() { defer close(done); work() }) {
		return false
	}
	<-done
	return true
}

// unmapped turns the IPv4-in-IPv6 form that dual-stack sockets report into
// plain IPv4, so that addresses compare equal.
func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
