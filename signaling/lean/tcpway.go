package lean

import (
	"bufio"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	maxPending = 128 << 10        // bytes; over it packets are lost: a stuck page must not stop the media loop
	stuckTime  = 10 * time.Second // a page that takes nothing for so long is gone
)

// A tcpWay is a connection that leads to a page (RFC 6544). One goroutine reads
// it and one writes, so that who sends never waits.
type tcpWay struct {
	conn net.Conn
	from netip.AddrPort
	news chan struct{} // holds a token when something is pending
	done chan struct{}

	mu      sync.Mutex
	pending []byte
	owner   *Session // once a check of its page has come
	closed  bool
}

func newTCPWay(conn net.Conn) *tcpWay {
	t := &tcpWay{conn: conn, news: make(chan struct{}, 1), done: make(chan struct{})}
	if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		p := a.AddrPort()
		t.from = netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	return t
}

// serve reads the connection for a session until either ends. The check that
// told whose it is, still to be answered, is in work.
func (t *tcpWay) serve(d *Door, s *Session, r *bufio.Reader, work *scratch) {
	var writing sync.WaitGroup
	writing.Go(t.write)
	defer t.conn.Close()
	defer writing.Wait()
	defer t.close()
	t.ask(d, s, work)
	for {
		frame, err := readFrame(r, work.in[:maxDatagram])
		if err != nil {
			return
		}
		t.take(d, s, frame, work)
	}
}

// take hands a frame to its session, as socket.take does a datagram.
func (t *tcpWay) take(d *Door, s *Session, frame []byte, work *scratch) {
	defer d.survive()
	switch {
	case isDTLS(frame) && t.owned():
		s.hearDTLS(frame, t)
	case !isSTUN(frame):
		if t.owned() {
			s.hear(frame, origin{tcp: t}, time.Now())
		}
	case d.asks(work, frame) == s:
		t.ask(d, s, work)
	}
}

// ask has the session check what is in work. The first that it takes proves
// the connection, which then may be silent.
func (t *tcpWay) ask(d *Door, s *Session, work *scratch) {
	proved := t.owned()
	s.check(work, t, time.Now())
	if !proved && t.owned() {
		d.visitors.know(t.conn)
		_ = t.conn.SetReadDeadline(time.Time{})
	}
}

func (t *tcpWay) owned() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.owner != nil
}

// send leaves a packet for the writing goroutine, unless too much waits.
func (t *tcpWay) send(b []byte) {
	t.mu.Lock()
	fits := !t.closed && len(t.pending)+2+len(b) <= maxPending
	if fits {
		t.pending = appendFrame(t.pending, b)
	}
	t.mu.Unlock()
	if !fits {
		return
	}
	select {
	case t.news <- struct{}{}:
	default:
	}
}

// write sends what is pending, all of it at once, until the connection ends.
func (t *tcpWay) write() {
	var spare []byte
	for {
		select {
		case <-t.done:
			t.flush(spare)
			return
		case <-t.news:
		}
		if spare = t.flush(spare); spare == nil {
			t.close()
			return
		}
	}
}

// flush writes what is pending and returns the room that it took; nil when the
// connection is broken.
func (t *tcpWay) flush(spare []byte) []byte {
	t.mu.Lock()
	out := t.pending
	t.pending = spare[:0]
	t.mu.Unlock()
	_ = t.conn.SetWriteDeadline(time.Now().Add(stuckTime))
	if _, err := t.conn.Write(out); err != nil {
		return nil
	}
	if out == nil {
		out = []byte{}
	}
	return out
}

func (t *tcpWay) remote() netip.AddrPort { return t.from }

func (t *tcpWay) bind(s *Session) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.owner != nil && t.owner != s {
		return false
	}
	t.owner = s
	return true
}

func (t *tcpWay) unbind(*Session) { t.close() }

// close lets the last words out and ends the connection.
func (t *tcpWay) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	t.closed = true
	close(t.done)
	_ = t.conn.SetReadDeadline(time.Now()) // the reading goroutine ends; the writing one has still to flush
}
