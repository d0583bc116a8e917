package storetest

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A Line is the network between a database server and its clients, which a test
// may make slow or cut.
type Line struct {
	Addr string // where clients connect

	listener net.Listener
	to       string
	delay    atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]bool
	cut   bool
	all   sync.WaitGroup
}

// NewLine lays a line to an address. It ends with the test.
func NewLine(t testing.TB, to string) *Line {
	t.Helper()
	l, err := Lay(to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// Lay is NewLine for a program that is no test. Close it.
func Lay(to string) (*Line, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &Line{Addr: listener.Addr().String(), listener: listener, to: to, conns: map[net.Conn]bool{}}
	l.all.Go(l.serve)
	return l, nil
}

// Close ends the line and all its connections.
func (l *Line) Close() {
	l.listener.Close()
	l.Cut()
	l.all.Wait()
}

// Delay makes everything that is sent either way arrive that much later than it
// could.
func (l *Line) Delay(d time.Duration) { l.delay.Store(int64(d)) }

// Cut ends all connections, and refuses new ones until Mend.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for c := range l.conns {
		c.Close()
	}
}

// Mend lets clients connect again.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
}

func (l *Line) serve() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", l.to)
		if err != nil || !l.add(near, far) {
			near.Close()
			if far != nil {
				far.Close()
			}
			continue
		}
		l.all.Go(func() { l.carry(near, far) })
		l.all.Go(func() { l.carry(far, near) })
	}
}

func (l *Line) add(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return false
	}
	for _, c := range conns {
		l.conns[c] = true
	}
	return true
}

// carry brings what one end sends to the other, and hangs up both when either
// does.
func (l *Line) carry(from, to net.Conn) {
	defer l.hangup(from, to)
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		time.Sleep(time.Duration(l.delay.Load()))
		if _, failed := to.Write(b[:n]); err != nil || failed != nil {
			return
		}
	}
}

func (l *Line) hangup(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		c.Close()
		delete(l.conns, c)
	}
}
