package lean

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Config says where a Door is and how it behaves. Certificate must be set.
type Config struct {
	// Listen is the address of the UDP sockets; an unspecified one means one
	// socket for each local address, since answers must leave from the address
	// that was asked.
	Listen netip.AddrPort
	// TCP takes the connections of pages whose network blocks UDP (RFC 6544);
	// nil for none. How many it accepts is for it to bound.
	TCP net.Listener
	// Public replaces the local addresses in the candidates, for a gateway
	// behind a NAT that maps each of them one to one.
	Public []netip.Addr
	// Certificate is what a new session shows to its page.
	Certificate func() (tls.Certificate, error)
	// Vanish is how long a page may be silent before its path counts as lost;
	// zero means 7 s.
	Vanish time.Duration
}

// A Door is the port on which browsers' media arrives.
type Door struct {
	cfg        Config
	sockets    []*socket
	strangers  []*Strangers
	visitors   *visitors // nil without TCP
	candidates []string
	cname      string
	stop       chan struct{}
	stopOnce   sync.Once
	running    sync.WaitGroup

	mu       sync.RWMutex
	sessions map[string]*Session // by our ufrag; one that restarts has two for a while
	open     map[*Session]bool
	closed   bool

	forged, panics, evicted atomic.Uint64
}

var errClosed = errors.New("lean: the door is closed")

// Listen opens the door.
func Listen(cfg Config) (*Door, error) {
	if cfg.Vanish == 0 {
		cfg.Vanish = 7 * time.Second
	}
	d := &Door{
		cfg: cfg, cname: rand.Text(), stop: make(chan struct{}),
		sessions: map[string]*Session{}, open: map[*Session]bool{},
	}
	addrs, err := d.listenUDP()
	if err != nil {
		d.shut()
		return nil, err
	}
	d.candidates = candidates(cfg, addrs)
	for _, k := range d.sockets {
		d.running.Go(k.read)
	}
	if cfg.TCP != nil {
		d.visitors = newVisitors(cfg.TCP)
		d.running.Go(d.accept)
	}
	d.running.Go(d.keepTime)
	return d, nil
}

// Strangers returns where packets go that are nobody's here, for each local
// address.
func (d *Door) Strangers() []*Strangers { return d.strangers }

// StrangersTCP returns where connections go that are nobody's here; nil
// without TCP.
func (d *Door) StrangersTCP() net.Listener {
	if d.visitors == nil {
		return nil
	}
	return d.visitors
}

// Open makes a session for a page.
func (d *Door) Open(p Page) (*Session, error) {
	cert, err := d.cfg.Certificate()
	if err != nil {
		return nil, err
	}
	s := newSession(d, p, cert)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errClosed
	}
	s.creds = d.admit(s, p.Ufrag)
	d.open[s] = true
	return s, nil
}

// admit gives a session new credentials; d.mu is held.
func (d *Door) admit(s *Session, page string) credentials {
	for {
		c := newCredentials(page)
		if d.sessions[c.ufrag] == nil {
			d.sessions[c.ufrag] = s
			return c
		}
	}
}

// find returns the session that has a ufrag.
func (d *Door) find(ufrag []byte) *Session {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.sessions[string(ufrag)]
}

func (d *Door) forget(s *Session, ufrags ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, u := range ufrags {
		if d.sessions[u] == s {
			delete(d.sessions, u)
		}
	}
}

// Stats say what the door has refused so far, and what it holds.
type Stats struct {
	Sessions int
	Forged   uint64 // packets from a page's address that were not protected by its keys, or came before
	Panics   uint64 // packets that made us fail
	Evicted  uint64 // ways to pages that made room for others

	Strange uint64 // packets that are nobody's here, handed on
	Missed  uint64 // packets that are nobody's here, lost because whoever serves strangers did not read them in time
}

// Stats returns the numbers of this moment.
func (d *Door) Stats() Stats {
	d.mu.RLock()
	defer d.mu.RUnlock()
	s := Stats{Sessions: len(d.open), Forged: d.forged.Load(), Panics: d.panics.Load(), Evicted: d.evicted.Load()}
	for _, x := range d.strangers {
		s.Strange += x.handed.Load()
		s.Missed += x.missed.Load()
	}
	return s
}

// survive is deferred wherever a stranger's bytes are looked into.
func (d *Door) survive() {
	if recover() != nil {
		d.panics.Add(1)
	}
}

// Close ends every session, frees the port and waits for all that runs.
func (d *Door) Close() {
	d.mu.Lock()
	d.closed = true
	open := make([]*Session, 0, len(d.open))
	for s := range d.open {
		open = append(open, s)
	}
	d.mu.Unlock()
	for _, s := range open {
		s.Close()
	}
	d.shut()
}

func (d *Door) shut() {
	d.stopOnce.Do(func() { close(d.stop) })
	for _, k := range d.sockets {
		k.conn.Close()
	}
	for _, s := range d.strangers {
		s.Close()
	}
	if d.visitors != nil {
		d.visitors.shut()
	}
	d.running.Wait()
}

// newCredentials makes a ufrag of 40 random bits and a password of 130: RFC
// 8445 §5.3 asks for 24 and 128.
func newCredentials(page string) credentials {
	password := rand.Text()
	return credentials{ufrag: strings.ToLower(rand.Text()[:8]), password: password, page: page, key: []byte(password)}
}
