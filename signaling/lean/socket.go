package lean

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"time"

	"github.com/pion/stun/v4"

	"webtrunk/media/datagram"
)

// maxDatagram is the longest packet that is looked at.
const maxDatagram = 1500

// A socket is one of the door's UDP sockets. Where there are several
// processors there are as many for one address; the kernel keeps each source
// on one of them (SO_REUSEPORT), so that a stream's packets stay in order.
type socket struct {
	door      *Door
	conn      *datagram.Conn
	strangers *Strangers

	mu    sync.Mutex
	bound map[netip.AddrPort]*Session // sources that have passed a check
}

// A scratch is what one reading goroutine works in.
type scratch struct {
	in             [maxDatagram + 1]byte // one more than is looked at, to know those that are longer
	asked, replied stun.Message
}

// listenUDP opens the sockets and returns the local addresses.
func (d *Door) listenUDP() (local []netip.AddrPort, err error) {
	addrs := []netip.Addr{d.cfg.Listen.Addr().Unmap()}
	if addrs[0].IsUnspecified() {
		if addrs, err = localAddrs(); err != nil {
			return nil, err
		}
		if len(addrs) == 0 {
			return nil, errors.New("this machine has no address that others can reach: name one")
		}
	}
	port := d.cfg.Listen.Port()
	for _, a := range addrs {
		at, err := d.listenAt(netip.AddrPortFrom(a, port))
		if err != nil {
			return nil, err
		}
		port = at.Port()
		local = append(local, at)
	}
	return local, nil
}

// listenAt opens the sockets of one address.
func (d *Door) listenAt(at netip.AddrPort) (netip.AddrPort, error) {
	sockets := 1
	if reusable {
		sockets = runtime.GOMAXPROCS(0)
	}
	var strangers *Strangers
	for range sockets {
		conn, err := bind(at, sockets > 1)
		if err != nil {
			return at, err
		}
		at = conn.LocalAddrPort()
		if strangers == nil {
			strangers = newStrangers(conn.UDPConn)
			d.strangers = append(d.strangers, strangers)
		}
		d.sockets = append(d.sockets, &socket{door: d, conn: conn, strangers: strangers, bound: map[netip.AddrPort]*Session{}})
	}
	return at, nil
}

// room is for what comes while we are held up, a quarter of a second of a
// thousand calls: the kernel counts 768 bytes for each of their 50 packets a
// second, and twice what it is asked for. What finds none is lost.
const room = 5 << 20

func bind(at netip.AddrPort, shared bool) (*datagram.Conn, error) {
	network := "udp4"
	if at.Addr().Is6() {
		network = "udp6"
	}
	var l net.ListenConfig
	if shared {
		l.Control = reuse
	}
	conn, err := l.ListenPacket(context.Background(), network, at.String())
	if err != nil {
		return nil, fmt.Errorf("lean: %w", err)
	}
	udp := conn.(*net.UDPConn)
	makeRoom(udp, room)
	return datagram.New(udp)
}

// read takes packets until the socket closes.
func (k *socket) read() {
	r := &scratch{}
	take := func(b []byte, from netip.AddrPort) {
		if len(b) <= maxDatagram {
			k.take(r, b, from)
		}
	}
	for !errors.Is(k.conn.Read(r.in[:], take), net.ErrClosed) {
		select { // it is the network's, such as a full table, and passes
		case <-k.door.stop:
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// take hands a datagram to whose it is. The bytes are a stranger's: should
// they make us fail, they cost their own packet.
func (k *socket) take(r *scratch, b []byte, from netip.AddrPort) {
	defer k.door.survive()
	now := time.Now()
	if isSTUN(b) {
		if s := k.door.asks(r, b); s != nil {
			s.check(r, udpWay{k, from}, now)
			return
		}
	} else if s := k.holder(from); s != nil {
		if isDTLS(b) {
			s.hearDTLS(b, udpWay{k, from}) // making a way of a source allocates: not for every packet
		} else {
			s.hear(b, origin{socket: k, from: from}, now)
		}
		return
	}
	k.strangers.put(b, from)
}

func (k *socket) holder(from netip.AddrPort) *Session {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.bound[from]
}

// A way leads to a page: an address on one of our sockets, or a connection.
type way interface {
	send(b []byte)          // b is the caller's again afterwards; an error is the network's: the packet is lost
	remote() netip.AddrPort // as the page's packets come from
	bind(s *Session) bool   // its packets are s's from now on, unless they are another's
	unbind(s *Session)      // s is over
}

// A udpWay is comparable: the same address on the same socket is the same way.
type udpWay struct {
	socket *socket
	to     netip.AddrPort
}

func (w udpWay) send(b []byte) { w.socket.conn.Send(b, w.to) }

func (w udpWay) remote() netip.AddrPort { return w.to }

// bind keeps an address with the session that has it for as long as that is in
// use: who can forge a source must not take a running call's packets away.
func (w udpWay) bind(s *Session) bool {
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	if had := w.socket.bound[w.to]; had != nil && had != s && had.inUse.Load() {
		return false
	}
	w.socket.bound[w.to] = s
	return true
}

func (w udpWay) unbind(s *Session) {
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	if w.socket.bound[w.to] == s {
		delete(w.socket.bound, w.to)
	}
}
