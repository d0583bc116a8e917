package main

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// A hostPort is where to listen over TCP: "127.0.0.1:8080", ":443" for every
// address of the machine, or "off" where listening is optional.
type hostPort string

const off hostPort = "off"

func (h *hostPort) UnmarshalText(b []byte) error {
	s := string(b)
	_, port, err := net.SplitHostPort(s)
	_, perr := strconv.ParseUint(port, 10, 16)
	if s != string(off) && (err != nil || perr != nil) {
		return fmt.Errorf("%q is not an address and port: write 127.0.0.1:8080, or :8080 for every address of this machine", s)
	}
	*h = hostPort(s)
	return nil
}

func (h hostPort) host() string {
	host, _, _ := net.SplitHostPort(string(h))
	return host
}

func (h hostPort) port() string {
	_, port, _ := net.SplitHostPort(string(h))
	return port
}

// loopback reports whether only this machine can reach h.
func (h hostPort) loopback() bool {
	host := h.host()
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// A portRange is the UDP ports from first to last, both included.
type portRange struct{ first, last uint16 }

func (p *portRange) UnmarshalText(b []byte) error {
	from, to, found := strings.Cut(string(b), "-")
	first, err1 := strconv.ParseUint(strings.TrimSpace(from), 10, 16)
	last, err2 := strconv.ParseUint(strings.TrimSpace(to), 10, 16)
	switch {
	case !found || err1 != nil || err2 != nil:
		return fmt.Errorf("%q is not a range of ports: write the first and the last, such as 20000-29999", b)
	case first < 1024 || last < first:
		return fmt.Errorf("%q is empty or holds ports below 1024: write the first and the last, such as 20000-29999", b)
	}
	*p = portRange{uint16(first), uint16(last)}
	return nil
}

func (p portRange) String() string { return fmt.Sprintf("%d-%d", p.first, p.last) }

func (p portRange) holds(port uint16) bool { return p.first <= port && port <= p.last }

// calls returns how many pairs fit in: RTP on an even port, RTCP on the next.
func (p portRange) calls() int {
	first := (int(p.first) + 1) &^ 1
	return max(0, (int(p.last)-first+1)/2)
}

// A bitRate is in bits per second.
type bitRate int

func (r *bitRate) UnmarshalText(b []byte) error {
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return fmt.Errorf("%q is not a whole number of bits per second: write it out and without a unit, such as 1500000 for 1.5 Mbit/s", b)
	}
	*r = bitRate(n)
	return nil
}

// A network is a range of addresses; one address alone is a range of one.
type network netip.Prefix

func (n *network) UnmarshalText(b []byte) error {
	s := string(b)
	if a, err := netip.ParseAddr(s); err == nil {
		*n = network(netip.PrefixFrom(a, a.BitLen()))
		return nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return fmt.Errorf("%q is not an address or network: write 203.0.113.10 or 203.0.113.0/24", s)
	}
	*n = network(p.Masked())
	return nil
}

func prefixes(ns []network) (ps []netip.Prefix) {
	for _, n := range ns {
		ps = append(ps, netip.Prefix(n))
	}
	return ps
}
