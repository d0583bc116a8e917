package lean

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

const (
	greetTime = 5 * time.Second // until a connection has shown whose it is
	// maxUnknown is how many connections may be about to: each costs 8 KiB, and
	// strangers have more addresses than any bound for one of them counts.
	maxUnknown = 2000
)

// Visitors are the door's TCP connections. Those that are nobody's here go on
// to whoever serves strangers, for whom it is a net.Listener.
type visitors struct {
	listener  net.Listener
	strangers chan net.Conn
	done      chan struct{}

	mu      sync.Mutex
	here    map[net.Conn]bool // that the door reads; true: it is a page's
	unknown int               // of them, those that are nobody's yet
	closed  bool
}

func newVisitors(l net.Listener) *visitors {
	return &visitors{listener: l, strangers: make(chan net.Conn), done: make(chan struct{}), here: map[net.Conn]bool{}}
}

// accept takes connections until the door closes. What else an error may be
// passes: a process that has no file descriptor left may have one in a while.
func (d *Door) accept() {
	for {
		conn, err := d.visitors.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			select {
			case <-d.stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		if d.visitors.enter(conn) {
			d.running.Go(func() { d.greet(conn) })
		}
	}
}

// greet reads the first frame of a connection, which must be a check, and
// learns from it whose it is.
func (d *Door) greet(conn net.Conn) {
	handed := false
	defer func() {
		d.visitors.leave(conn)
		if !handed {
			conn.Close()
		}
	}()
	defer d.survive()
	_ = conn.SetReadDeadline(time.Now().Add(greetTime))
	r, work := bufio.NewReaderSize(conn, 4096), &scratch{}
	frame, err := readFrame(r, work.in[:maxDatagram])
	if err != nil || !isSTUN(frame) {
		return
	}
	if s := d.asks(work, frame); s != nil {
		newTCPWay(conn).serve(d, s, r, work)
		return
	}
	handed = true
	_ = conn.SetReadDeadline(time.Time{})
	d.visitors.hand(&replayed{conn, io.MultiReader(bytes.NewReader(appendFrame(nil, frame)), r)})
}

// enter notes a connection that the door reads, unless too many are nobody's.
func (v *visitors) enter(conn net.Conn) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed || v.unknown >= maxUnknown {
		conn.Close()
		return false
	}
	v.here[conn] = false
	v.unknown++
	return true
}

// know notes that a connection is a page's.
func (v *visitors) know(conn net.Conn) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if known, here := v.here[conn]; here && !known {
		v.here[conn] = true
		v.unknown--
	}
}

func (v *visitors) leave(conn net.Conn) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.here[conn] {
		v.unknown--
	}
	delete(v.here, conn)
}

// hand passes a connection on.
func (v *visitors) hand(conn net.Conn) {
	select {
	case v.strangers <- conn:
	case <-v.done:
		conn.Close()
	case <-time.After(greetTime): // nobody serves them
		conn.Close()
	}
}

// shut ends all connections that the door reads.
func (v *visitors) shut() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return
	}
	v.closed = true
	close(v.done)
	v.listener.Close()
	for conn := range v.here {
		conn.Close()
	}
}

// Accept returns the next connection of a stranger.
func (v *visitors) Accept() (net.Conn, error) {
	select {
	case conn := <-v.strangers:
		return conn, nil
	case <-v.done:
		return nil, net.ErrClosed
	}
}

// Close ends what strangers are handed; the door itself stays open.
func (v *visitors) Close() error { return nil }

// Addr is where connections arrive.
func (v *visitors) Addr() net.Addr { return v.listener.Addr() }

// A replayed connection begins with what was read of it already.
type replayed struct {
	net.Conn
	from io.Reader
}

func (r *replayed) Read(b []byte) (int, error) { return r.from.Read(b) }
