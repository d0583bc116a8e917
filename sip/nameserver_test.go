package sip

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// A nameServer answers DNS on loopback from a table that tests change.
type nameServer struct {
	conn net.PacketConn
	done sync.WaitGroup

	mu     sync.Mutex
	srv    map[string][]net.SRV // by full name, without the last dot
	a      map[string][]netip.Addr
	broken bool // every question is answered by SERVFAIL
	asked  map[string]int
}

func newNameServer(t testing.TB) *nameServer {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &nameServer{conn: conn, srv: map[string][]net.SRV{}, a: map[string][]netip.Addr{}, asked: map[string]int{}}
	s.done.Go(s.serve)
	t.Cleanup(func() {
		conn.Close()
		s.done.Wait()
	})
	return s
}

// resolver asks this server and no other.
func (s *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", s.conn.LocalAddr().String())
	}}
}

func (s *nameServer) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// times tells how often a name was asked for.
func (s *nameServer) times(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[name]
}

func (s *nameServer) serve() {
	b := make([]byte, 2048)
	for {
		n, from, err := s.conn.ReadFrom(b)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(b[:n]) != nil || len(m.Questions) != 1 {
			continue
		}
		s.answer(&m)
		if reply, err := m.Pack(); err == nil {
			s.conn.WriteTo(reply, from)
		}
	}
}

func (s *nameServer) answer(m *dnsmessage.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := m.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	s.asked[name]++
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	_, hasA := s.a[name]
	_, hasSRV := s.srv[name]
	switch {
	case s.broken:
		m.RCode = dnsmessage.RCodeServerFailure
		return
	case !hasA && !hasSRV:
		m.RCode = dnsmessage.RCodeNameError
		return
	}
	head := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 1}
	if q.Type == dnsmessage.TypeA {
		for _, a := range s.a[name] {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: a.As4()}})
		}
	}
	if q.Type == dnsmessage.TypeSRV {
		for _, r := range s.srv[name] {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.SRVResource{
				Priority: r.Priority, Weight: r.Weight, Port: r.Port, Target: dnsmessage.MustNewName(r.Target),
			}})
		}
	}
}
