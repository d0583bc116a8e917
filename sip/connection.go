package sip

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// A connection is a connection, over TCP or TLS, as the library sees it: whole
// messages that can be parsed come out of it and nothing else, and it ends by
// itself when its peer does not keep to that, in bounded time and memory.
type connection struct {
	net.Conn  // where messages are read and written; TLS, where the transport is
	raw       net.Conn
	e         *Edge
	transport trunk.Transport
	peer      netip.AddrPort
	name      string // its label
	opened    bool   // by us
	parser    *sip.Parser

	buf   []byte    // read, and not handed out yet
	whole int       // how much of it is a message that the library may have
	seen  int       // how much of it is known to hold no end of a header section
	size  int       // of the message at its beginning, once its header section is there
	begun time.Time // when the message at its beginning began; zero before that
	half  bool      // one CRLF came: with another it is a ping

	writing   sync.Mutex
	unwritten atomic.Int32 // messages that wait to be written

	once   sync.Once
	ended  chan struct{}
	unread sync.Once // the reader has ended
}

var (
	errDistrusted = errors.New("no trunk trusts the peer any more")
	errEnded      = errors.New("the connection is closed")
)

// Read implements net.Conn for the library, which reads on one goroutine.
func (s *connection) Read(p []byte) (int, error) {
	for s.whole == 0 {
		if err := s.advance(); err != nil {
			s.e.parted(s, err)
			s.Close()
			s.unread.Do(s.e.running.Done)
			return 0, err
		}
	}
	n := copy(p, s.buf[:s.whole])
	s.consume(n)
	s.whole -= n
	return n, nil
}

// advance comes one step nearer to a whole message: it answers a ping, judges
// a message that is complete, or reads more.
func (s *connection) advance() error {
	if bytes.HasPrefix(s.buf, []byte("\r\n")) {
		return s.pinged()
	}
	if s.size == 0 {
		var err error
		if s.size, err = frame(s.buf, s.seen); err != nil {
			return err
		}
	}
	if s.size == 0 || s.size > len(s.buf) {
		return s.fill()
	}
	return s.judge()
}

// judge examines the message at the beginning, as the front door does, and lets
// it out in the form that the library reads, refuses it or drops it.
func (s *connection) judge() error {
	if err := s.admit(); err != nil {
		return err
	}
	s.half = false
	n := s.size
	seen := s.examine(s.buf[:n])
	if seen.clean == nil || !s.readable(seen.clean) {
		s.e.counters.malformed.Add(1)
		s.consume(n)
		if seen.reply == nil {
			return nil
		}
		_, err := s.Write(seen.reply)
		return err
	}
	if len(seen.clean) != n {
		s.buf = append(seen.clean, s.buf[n:]...)
	} else {
		copy(s.buf, seen.clean)
	}
	s.whole = len(seen.clean)
	return nil
}

// consume lets go of bytes at the beginning of what was read.
func (s *connection) consume(n int) {
	s.buf = s.buf[n:]
	s.seen, s.size, s.begun = 0, 0, time.Time{}
	if len(s.buf) == 0 {
		s.buf = nil // an idle connection holds no memory
	}
}

// fill reads once. A connection between messages may be idle for long. One
// within a message has so much time from its first byte, however it trickles:
// a deadline that each byte moves is none.
func (s *connection) fill() error {
	deadline := time.Now().Add(s.e.timers.Idle)
	if len(s.buf) > 0 {
		if s.begun.IsZero() {
			s.begun = time.Now()
		}
		deadline = s.begun.Add(s.e.timers.Message)
	}
	if err := s.Conn.SetReadDeadline(deadline); err != nil {
		return err
	}
	s.seen = len(s.buf)
	var some [8 << 10]byte
	n, err := s.Conn.Read(some[:])
	s.buf = append(s.buf, some[:n]...)
	if n > 0 {
		return nil // an error will come again
	}
	return err
}

// pinged takes a CRLF before a message. A second one makes it a ping, which is
// answered by one (RFC 5626 §4.4.1); alone it means nothing (RFC 3261 §7.5).
func (s *connection) pinged() error {
	if err := s.admit(); err != nil {
		return err
	}
	s.consume(len("\r\n"))
	s.half = !s.half
	if s.half {
		return nil
	}
	_, err := s.Write([]byte("\r\n"))
	return err
}

// maxUnwritten is how many messages may wait for a peer that reads too slowly:
// nothing more of what it says is heard before.
const maxUnwritten = 64

// admit waits until the peer may send one more message. It is still to be
// trusted: trunks change while connections are up.
func (s *connection) admit() error {
	if s.e.lineOf(s.transport, s.peer.Addr()) == nil {
		return errDistrusted
	}
	for s.unwritten.Load() > maxUnwritten || !s.e.callers.take(s.peer.Addr(), time.Now()) {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-s.ended:
			return errEnded
		}
	}
	s.e.counters.received.Add(1)
	return nil
}

// examine looks through a message. A panic there would end the process, for it
// is the library's goroutine that reads.
func (s *connection) examine(b []byte) (seen examination) {
	defer func() {
		if p := recover(); p != nil {
			s.e.caught("front door", p)
			seen = examination{}
		}
	}()
	return examine(b, s.peer, s.e.cfg.UserAgent)
}

// readable reports whether the library can take a message. It parses it here
// first: where its own reader fails it ends the connection, and where it panics
// there it ends the process.
func (s *connection) readable(b []byte) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			s.e.caught("parser", p)
			ok = false
		}
	}()
	_, err := s.parser.ParseSIP(b)
	return err == nil
}

// Write implements net.Conn. A peer that does not read is waited for until the
// deadline; what was written of the message by then makes the rest unreadable.
// One message is written at a time, or the next would move the deadline of
// those that wait.
func (s *connection) Write(p []byte) (int, error) {
	s.unwritten.Add(1)
	defer s.unwritten.Add(-1)
	s.writing.Lock()
	defer s.writing.Unlock()
	if !s.alive() {
		return 0, errEnded
	}
	if err := s.Conn.SetWriteDeadline(time.Now().Add(s.e.timers.Write)); err != nil {
		return 0, err
	}
	n, err := s.Conn.Write(p)
	if err != nil {
		s.Close()
		return n, err
	}
	s.e.counters.sent.Add(1)
	return n, nil
}

// Close implements net.Conn. It waits for nobody: TLS would say goodbye first,
// to a peer that may not be reading.
func (s *connection) Close() error {
	var err error
	s.once.Do(func() {
		close(s.ended)
		s.e.connections.drop(s)
		err = s.raw.Close()
	})
	return err
}

func (s *connection) alive() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// LocalAddr and RemoteAddr are what the library files the connection under.
func (s *connection) LocalAddr() net.Addr  { return doorAddr{} }
func (s *connection) RemoteAddr() net.Addr { return labelAddr(s.name) }

type labelAddr string

func (labelAddr) Network() string  { return "tcp" }
func (a labelAddr) String() string { return string(a) }
