package media

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/media/datagram"
)

// Defaults of Sockets' timers.
const (
	defaultReportEvery = 5 * time.Second // RFC 3550 §6.2
	defaultRest        = 2 * time.Second
)

// Sockets hands out pairs of UDP ports for telephone legs: RTP on the even
// port, RTCP on the next (RFC 3550 §11).
//
// Pairs are handed out in an order that is random at first and then that of
// their closing. A closed pair rests before it is used again, unbound, so that
// the old call's last packets meet nobody.
type Sockets struct {
	// ReportEvery is the mean time between RTCP reports, Rest how long a
	// closed pair rests; zero means the defaults, 5 s and 2 s. Set them before
	// the first Open.
	ReportEvery, Rest time.Duration

	bind        netip.Addr
	first, last uint16
	cname       string

	mu     sync.Mutex
	free   []pair // the longest closed first
	open   map[*Socket]bool
	closed bool
}

// A pair of ports, by its even one, and when it may be used again.
type pair struct {
	rtp   uint16
	rests time.Time
}

// NewSockets hands out ports first to last on a local address.
func NewSockets(bind netip.Addr, first, last uint16) (*Sockets, error) {
	bind = bind.Unmap()
	even := int(first) + int(first%2)
	if !bind.IsValid() || even == 0 || even+1 > int(last) {
		return nil, &webtrunk.Error{Op: "media: sockets", Kind: webtrunk.Invalid,
			Message: fmt.Sprintf("%v ports %d–%d hold no pair for RTP and RTCP: name a local address and a range from an even port on", bind, first, last)}
	}
	s := &Sockets{bind: bind, first: uint16(even), last: last, cname: newCNAME(), open: make(map[*Socket]bool)}
	for port := even; port+1 <= int(last); port += 2 {
		s.free = append(s.free, pair{rtp: uint16(port)})
	}
	shuffle(s.free)
	return s, nil
}

// newCNAME returns a name that says nothing of us (RFC 7022 §4.2).
func newCNAME() string {
	var b [12]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// shuffle orders pairs unpredictably: who knows one call's port shall not know
// the next one's.
func shuffle(pairs []pair) {
	for i := len(pairs) - 1; i > 0; i-- {
		j, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			return
		}
		pairs[i], pairs[j.Int64()] = pairs[j.Int64()], pairs[i]
	}
}

// Open binds a free pair. It fails with webtrunk.Exhausted when none is left.
func (s *Sockets) Open(name string) (*Socket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, &webtrunk.Error{Op: "media: open", Kind: webtrunk.Conflict, Message: "the media ports are closed"}
	}
	var last error
	for range len(s.free) {
		p := s.free[0]
		if time.Now().Before(p.rests) {
			break // and so do all behind it
		}
		s.free = s.free[1:]
		rtp, rtcp, err := s.listen(p.rtp)
		if err != nil {
			last = err
			s.rest(p.rtp)
			continue
		}
		socket := newSocket(s, name, p.rtp, rtp, rtcp)
		s.open[socket] = true
		return socket, nil
	}
	return nil, &webtrunk.Error{Op: "media: open", Kind: webtrunk.Exhausted, Err: last,
		Message: fmt.Sprintf("all RTP ports of %v %d–%d are in use: widen the range, or let calls end", s.bind, s.first, s.last)}
}

// listen binds both ports of a pair, or neither.
func (s *Sockets) listen(port uint16) (rtp *datagram.Conn, rtcp *net.UDPConn, err error) {
	network := "udp4"
	if s.bind.Is6() {
		network = "udp6"
	}
	sound, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(s.bind, port)))
	if err != nil {
		return nil, nil, err
	}
	rtcp, err = net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(s.bind, port+1)))
	if err != nil {
		sound.Close()
		return nil, nil, err
	}
	if rtp, err = datagram.New(sound); err != nil {
		sound.Close()
		rtcp.Close()
		return nil, nil, err
	}
	return rtp, rtcp, nil
}

// rest puts a pair at the end of the queue.
func (s *Sockets) rest(port uint16) {
	rest := s.Rest
	if rest == 0 {
		rest = defaultRest
	}
	s.free = append(s.free, pair{port, time.Now().Add(rest)})
}

func (s *Sockets) release(socket *Socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[socket] {
		delete(s.open, socket)
		s.rest(socket.local)
	}
}

// InUse returns how many pairs are open, of how many there are.
func (s *Sockets) InUse() (open, all int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open), len(s.open) + len(s.free)
}

// Close ends every open socket.
func (s *Sockets) Close() {
	s.mu.Lock()
	s.closed = true
	open := make([]*Socket, 0, len(s.open))
	for socket := range s.open {
		open = append(open, socket)
	}
	s.mu.Unlock()
	for _, socket := range open {
		socket.Close()
	}
}
