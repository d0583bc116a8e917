package sip

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"webtrunk"
	"webtrunk/trunk"
)

// A Resolver asks DNS. *net.Resolver is one.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// A server is one of the hosts that a name leads to (RFC 2782).
type server struct {
	priority, weight uint16
	at               []netip.AddrPort // the first is tried first
}

// locate finds the servers of a trunk's proxy (RFC 3263 §4.2): an address is
// one; a name with a port has address records; a name without one has SRV
// records for its transport or, where it has none, address records.
func (e *Edge) locate(ctx context.Context, t trunk.Trunk) ([]server, error) {
	host, port := t.Host()
	by := carriedBy(t.Transport)
	if a, isAddress := t.Address(); isAddress {
		return []server{{at: []netip.AddrPort{netip.AddrPortFrom(a, cmp.Or(port, portOf(by)))}}}, nil
	}
	if port != 0 {
		return e.addresses(ctx, host, port)
	}
	service, proto := "sip", string(by)
	if by == trunk.TLSOverIP {
		service, proto = "sips", "tcp"
	}
	_, records, err := e.cfg.Resolver.LookupSRV(ctx, service, proto, host)
	if len(records) > 0 {
		return e.serversOf(ctx, records)
	}
	var missing *net.DNSError
	if err == nil || errors.As(err, &missing) && missing.IsNotFound {
		return e.addresses(ctx, host, portOf(by))
	}
	return nil, err
}

// maxServers bounds what one name may lead to.
const maxServers = 16

func (e *Edge) serversOf(ctx context.Context, records []*net.SRV) ([]server, error) {
	if len(records) == 1 && records[0].Target == "." { // RFC 2782: decidedly not available
		return nil, errors.New("its domain says that it takes no SIP over this transport")
	}
	var servers []server
	var first error
	for _, r := range records[:min(len(records), maxServers)] {
		found, err := e.addresses(ctx, strings.TrimSuffix(r.Target, "."), r.Port)
		if err != nil {
			first = cmp.Or(first, err)
			continue
		}
		found[0].priority, found[0].weight = r.Priority, r.Weight
		servers = append(servers, found...)
	}
	if len(servers) == 0 {
		return nil, first
	}
	return servers, nil
}

// addresses returns one server: a name with its address records, in the order
// of the resolver.
func (e *Edge) addresses(ctx context.Context, host string, port uint16) ([]server, error) {
	network := "ip"
	if at := e.cfg.Listen.Addr(); at.Is4() {
		network = "ip4"
	} else if !at.IsUnspecified() {
		network = "ip6"
	}
	found, err := e.cfg.Resolver.LookupNetIP(ctx, network, host)
	if err != nil {
		return nil, err
	}
	s := server{}
	for _, a := range found[:min(len(found), maxServers)] {
		if e.mayBe(host, a.Unmap()) {
			s.at = append(s.at, netip.AddrPortFrom(a.Unmap(), port))
		}
	}
	if len(s.at) == 0 {
		return nil, &webtrunk.Error{Op: "sip: resolve", Kind: webtrunk.NotFound, Message: fmt.Sprintf("%s has no address that a carrier can have", host)}
	}
	return []server{s}, nil
}

// mayBe reports whether DNS may say that a carrier is at an address. What it
// names is believed as a source, too: an answer must not let this machine's own
// programs in, and no program of nobody's, or of everybody's, is called.
func (e *Edge) mayBe(host string, a netip.Addr) bool {
	switch {
	case a.IsUnspecified(), a.IsMulticast(), a == everybody:
		return false
	case a.IsLoopback():
		return e.address.IsLoopback() || strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") // RFC 6761 §6.3
	}
	return true
}

// everybody is the IPv4 broadcast address: what is sent there goes to a whole network.
var everybody = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// inOrder returns addresses as they are to be tried: servers by priority and,
// among equals, by chance as their weights say (RFC 2782). chance(n) is a
// number from 0 to n-1.
func inOrder(servers []server, chance func(n int) int) []netip.AddrPort {
	left := slices.Clone(servers)
	slices.SortStableFunc(left, func(a, b server) int {
		// Those of weight 0 come first, so that a draw of 0 finds them.
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(min(a.weight, 1), min(b.weight, 1)))
	})
	var all []netip.AddrPort
	for len(left) > 0 {
		i := draw(left, chance)
		for _, a := range left[i].at {
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
		left = slices.Delete(left, i, i+1)
	}
	return all
}

// draw picks one of the servers of the first priority.
func draw(servers []server, chance func(n int) int) int {
	equals, total := 0, 0
	for equals < len(servers) && servers[equals].priority == servers[0].priority {
		total += int(servers[equals].weight)
		equals++
	}
	ticket := chance(total + 1)
	for i, s := range servers[:equals] {
		if ticket -= int(s.weight); ticket <= 0 {
			return i
		}
	}
	return 0
}
