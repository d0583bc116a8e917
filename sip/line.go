package sip

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/trunk"
)

// defaultPort is where SIP over UDP and TCP is, tlsPort over TLS (RFC 3261 §19.1.2).
const (
	defaultPort = 5060
	tlsPort     = 5061
)

// A line is one trunk as the edge carries it out: what the operator has decided
// about it, which never changes here, and how it fares. A trunk that is changed
// while the gateway runs gets another line; calls keep the one they began on.
type line struct {
	trunk.Trunk
	e        *Edge
	counters trunkCounters
	tls      *tls.Config  // of the connections that we open
	where    *whereabouts // the addresses of its proxy
	gone     chan struct{}
	user     string        // in our Contact: names the line where it registers
	before   chan struct{} // closed when the line that it succeeds has let its binding go; nil for none
	released chan struct{} // closed when this one has

	nudge     chan struct{} // OPTIONS is due
	succeeded atomic.Bool   // another line has taken the binding over
	service   atomic.Pointer[[]sip.Uri]

	linksMu sync.Mutex
	links   map[hop]*link

	tested atomic.Bool // a test of the trunk makes its call, also while others are kept off

	calls atomic.Int64 // legs that are not finished
	known atomic.Int64 // legs that messages still find

	mu        sync.Mutex // taken after e.mu
	health    trunk.Health
	begins    bucket // INVITEs that open a call
	roundTrip time.Duration
}

func (e *Edge) newLine(t trunk.Trunk) *line {
	n := &line{
		Trunk: t, e: e, where: newWhereabouts(), gone: make(chan struct{}),
		user: "webtrunk", released: make(chan struct{}), nudge: make(chan struct{}, 1),
		health: trunk.Health{Registers: t.Register != nil},
		begins: newBucket(t.Limits.PerSecond, max(1, t.Limits.PerSecond)),
	}
	if t.Register != nil {
		n.user = token()
	}
	n.tls, _ = secured(t) // SetNetwork has refused what cannot be
	if a, isAddress := t.Address(); isAddress {
		_, port := t.Host()
		at := netip.AddrPortFrom(a, cmp.Or(port, portOf(n.transport())))
		n.where.found([]server{{at: []netip.AddrPort{at}}}, nil, time.Now())
	}
	return n
}

// begin starts what a line does by itself.
func (n *line) begin() {
	if _, isAddress := n.Address(); !isAddress {
		n.e.run(n.seek)
	}
	if n.Keepalive >= 0 {
		n.task(n.keepAlive)
	}
	if n.Register != nil {
		n.task(n.keepRegistered)
	} else {
		close(n.released)
	}
}

// retire ends it. Calls that are up go on over what the line knows.
func (n *line) retire() { close(n.gone) }

// trusts reports whether a packet from a may be read as this line's.
func (n *line) trusts(a netip.Addr) bool {
	a = a.Unmap()
	return n.where.trusts(a) || slices.ContainsFunc(n.Sources, func(p netip.Prefix) bool { return p.Contains(a) })
}

// hears reports whether what came from a over a transport may be read as this
// line's. A trunk over TLS is spoken to over TLS alone: the source of a datagram
// is whatever its sender wrote, and would call in where a certificate stands.
func (n *line) hears(t trunk.Transport, a netip.Addr) bool {
	return n.trusts(a) && (n.transport() != trunk.TLSOverIP || t == trunk.TLSOverIP)
}

// A roster is the lines of one moment. It is replaced, never changed.
type roster struct {
	network trunk.Network
	lines   []*line // as network.Trunks
	retired []*line // of trunks that are none any more, but have calls
}

// SetNetwork changes trunks and routes while the edge runs. Calls that are up
// go on over the lines that they began on, and so do lines whose trunk stays
// as it was.
func (e *Edge) SetNetwork(n trunk.Network) error {
	if err := n.Validate(); err != nil {
		return err
	}
	for _, t := range n.Trunks {
		if _, err := secured(t); err != nil {
			return err
		}
	}
	e.rosterMu.Lock()
	defer e.rosterMu.Unlock()
	old := e.lines()
	r := &roster{network: n}
	for _, t := range n.Trunks {
		r.lines = append(r.lines, e.kept(old, t))
	}
	r.retired = e.outgoing(r)
	e.roster.Store(r)
	for _, n := range r.lines {
		if !slices.Contains(old, n) {
			n.begin()
		}
	}
	for _, n := range old {
		if !slices.Contains(r.lines, n) {
			n.retire()
		}
	}
	e.turnOut()
	return nil
}

// outgoing returns the lines that the next roster lacks, and on which calls
// are still known.
func (e *Edge) outgoing(next *roster) []*line {
	was := e.roster.Load()
	if was == nil {
		return nil
	}
	all := append(slices.Clone(was.lines), was.retired...)
	return slices.DeleteFunc(all, func(n *line) bool { return n.known.Load() == 0 || slices.Contains(next.lines, n) })
}

// turnOut ends the connections of peers that no trunk trusts any more.
func (e *Edge) turnOut() {
	for _, s := range e.connections.which(func(s *connection) bool { return e.lineOf(s.transport, s.peer.Addr()) == nil }) {
		s.Close()
	}
}

// kept returns the line that a trunk has had, or a new one.
func (e *Edge) kept(old []*line, t trunk.Trunk) *line {
	for _, n := range old {
		if reflect.DeepEqual(n.Trunk, t) {
			return n
		}
	}
	n := e.newLine(t)
	for _, was := range old {
		if was.Name == t.Name {
			n.succeed(was)
		}
	}
	return n
}

func (e *Edge) lines() []*line {
	if r := e.roster.Load(); r != nil {
		return r.lines
	}
	return nil
}

// lineOf returns the line that hears an address. One that is retired is
// believed for as long as it has calls.
func (e *Edge) lineOf(t trunk.Transport, a netip.Addr) *line {
	r := e.roster.Load()
	if r == nil {
		return nil
	}
	if i := slices.IndexFunc(r.lines, func(n *line) bool { return n.hears(t, a) }); i >= 0 {
		return r.lines[i]
	}
	if i := slices.IndexFunc(r.retired, func(n *line) bool { return n.known.Load() > 0 && n.hears(t, a) }); i >= 0 {
		return r.retired[i]
	}
	return nil
}

// lineNamed returns the line of a trunk, the first for no name.
func (e *Edge) lineNamed(name string) (*line, error) {
	for _, n := range e.lines() {
		if name == "" || n.Name == name {
			return n, nil
		}
	}
	return nil, &webtrunk.Error{Op: "sip", Kind: webtrunk.NotFound,
		Message: fmt.Sprintf("there is no trunk %q: name one of the configuration's trunks, or none for the first", clip(name))}
}
