package signaling

import (
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Close codes beside those of RFC 6455.
const (
	closeNoHello   = 4001
	closeTakenUp   = 4002
	closeSilent    = 4003
	closeTooMany   = 4008
	writeWait      = 10 * time.Second
	maxMessageSize = 32 << 10
)

// A socket is one WebSocket of a page. Its reader is the handshake's
// goroutine, its writer one of its own; a session speaks to it through a
// bounded queue, so that a page that does not read holds up nobody.
type socket struct {
	conn *websocket.Conn
	out  chan [][]byte // each what is to be sent together

	once    sync.Once
	closing chan struct{} // closed by the first cut
	code    int           // valid once closing is closed; 0 cuts without a close frame
	reason  string
	unread  chan struct{} // closed when the reader has ended
	done    chan struct{} // closed when the writer has ended
}

func newSocket(conn *websocket.Conn, l Limits) *socket {
	s := &socket{conn: conn, out: make(chan [][]byte, l.Queue), closing: make(chan struct{}), unread: make(chan struct{}), done: make(chan struct{})}
	conn.SetReadLimit(maxMessageSize)
	conn.SetReadDeadline(time.Now().Add(l.Hello))
	go s.write(l.Idle / 3)
	return s
}

// live lets pongs stand for the page's life from now on: the socket closes when
// for so long neither a pong nor a whole message came. A trickled byte does not
// count, and nothing but the hello does before it.
func (s *socket) live(idle time.Duration) {
	s.conn.SetPongHandler(func(string) error { return s.conn.SetReadDeadline(time.Now().Add(idle)) })
}

// read returns the next message, and whether it is text.
func (s *socket) read() (message []byte, text bool, err error) {
	kind, message, err := s.conn.ReadMessage()
	if errors.Is(err, websocket.ErrReadLimit) {
		// The close frame with 1009 is out; whoever closes over unread bytes
		// resets the connection and it is never read.
		s.conn.NetConn().SetReadDeadline(time.Now().Add(time.Second))
		io.CopyN(io.Discard, s.conn.NetConn(), 1<<20)
	}
	return message, kind == websocket.TextMessage, err
}

// enqueue hands messages to the writer; false means that the page reads too
// slowly and was cut.
func (s *socket) enqueue(messages ...[]byte) bool {
	select {
	case s.out <- messages:
		return true
	default:
		s.cut(0, "")
		return false
	}
}

// cut ends the socket with a close code, once; what was queued is sent first.
func (s *socket) cut(code int, reason string) {
	s.once.Do(func() {
		s.code, s.reason = code, reason
		close(s.closing)
		if code == 0 {
			s.conn.NetConn().Close()
		}
	})
}

// write sends what is queued, and pings, until the socket is cut.
func (s *socket) write(pings time.Duration) {
	defer close(s.done)
	defer s.conn.Close() // unblocks the reader
	ping := time.NewTicker(pings)
	defer ping.Stop()
	for {
		var err error
		select {
		case messages := <-s.out:
			err = s.send(messages)
		case <-ping.C:
			err = s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
		case <-s.closing:
			s.farewell()
			return
		}
		if err != nil {
			return
		}
	}
}

func (s *socket) send(messages [][]byte) error {
	for _, message := range messages {
		s.conn.SetWriteDeadline(time.Now().Add(writeWait))
		if err := s.conn.WriteMessage(websocket.TextMessage, message); err != nil {
			return err
		}
	}
	return nil
}

// farewell sends what is still queued and the close frame, and gives the page
// a second to answer it: closing over unread bytes would reset the connection
// and the page would never learn why.
func (s *socket) farewell() {
	if s.code == 0 {
		return
	}
	if s.flush() != nil {
		return
	}
	s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(s.code, s.reason), time.Now().Add(time.Second))
	select {
	case <-s.unread:
	case <-time.After(time.Second):
	}
}

// flush sends what is queued.
func (s *socket) flush() error {
	for {
		select {
		case messages := <-s.out:
			if err := s.send(messages); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// say sends a message outside any session: an error before the welcome.
func (s *socket) say(n notice) {
	if text, err := json.Marshal(n); err == nil {
		s.enqueue(text)
	}
}
