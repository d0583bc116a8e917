package sip

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"

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
}

func (e *Edge) newLine(t trunk.Trunk) *line { return &line{Trunk: t, e: e} }

// trusts reports whether a packet from a may be read as this line's.
func (n *line) trusts(a netip.Addr) bool { return n.Trusts(a) }

// proxy is where the line's requests go.
func (n *line) proxy() netip.AddrPort {
	a, _ := n.Address()
	_, port := n.Host()
	switch {
	case port != 0:
	case n.Transport == trunk.TLSOverIP:
		port = tlsPort
	default:
		port = defaultPort
	}
	return netip.AddrPortFrom(a, port)
}

// A roster is the lines of one moment. It is replaced, never changed.
type roster struct {
	network trunk.Network
	lines   []*line // as network.Trunks
}

// SetNetwork changes trunks and routes while the edge runs. Calls that are up
// go on over the lines that they began on, and so do lines whose trunk stays
// as it was.
func (e *Edge) SetNetwork(n trunk.Network) error {
	if err := n.Validate(); err != nil {
		return err
	}
	e.rosterMu.Lock()
	defer e.rosterMu.Unlock()
	old := e.roster.Load()
	r := &roster{network: n}
	for _, t := range n.Trunks {
		r.lines = append(r.lines, e.kept(old, t))
	}
	e.roster.Store(r)
	return nil
}

// kept returns the line that a trunk has had, or a new one.
func (e *Edge) kept(old *roster, t trunk.Trunk) *line {
	if old != nil {
		for _, n := range old.lines {
			if reflect.DeepEqual(n.Trunk, t) {
				return n
			}
		}
	}
	return e.newLine(t)
}

func (e *Edge) lines() []*line {
	if r := e.roster.Load(); r != nil {
		return r.lines
	}
	return nil
}

// lineOf returns the line that an address belongs to.
func (e *Edge) lineOf(a netip.Addr) *line {
	lines := e.lines()
	if i := slices.IndexFunc(lines, func(n *line) bool { return n.trusts(a) }); i >= 0 {
		return lines[i]
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
