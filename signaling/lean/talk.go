package lean

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/transport/v4/deadline"
)

// A talk is the net.PacketConn on which one wake spell of DTLS runs: the
// records of one page in, ours out by the session's way. What it holds is
// bounded; DTLS repeats what is lost.
type talk struct {
	in      chan []byte
	out     func([]byte)
	done    chan struct{}
	once    sync.Once
	until   *deadline.Deadline
	settled atomic.Bool // the handshake is over: whatever follows is silence
	awake   atomic.Bool // an association that slept understands again
}

func newTalk(out func([]byte)) *talk {
	return &talk{in: make(chan []byte, 16), out: out, done: make(chan struct{}), until: deadline.New()}
}

// put takes a record, unless too many wait.
func (t *talk) put(b []byte) {
	select {
	case t.in <- append([]byte(nil), b...):
	default:
	}
}

// settle ends the talk without a word.
func (t *talk) settle() {
	t.settled.Store(true)
	t.Close()
}

func (t *talk) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case <-t.done:
		return 0, nil, net.ErrClosed
	case <-t.until.Done():
		return 0, nil, os.ErrDeadlineExceeded
	case p := <-t.in:
		return copy(b, p), anybody, nil
	}
}

func (t *talk) WriteTo(b []byte, _ net.Addr) (int, error) {
	if !t.settled.Load() {
		t.out(b)
	}
	return len(b), nil
}

func (t *talk) Close() error {
	t.once.Do(func() { close(t.done) })
	return nil
}

func (t *talk) LocalAddr() net.Addr                { return anybody }
func (t *talk) SetDeadline(at time.Time) error     { return t.SetReadDeadline(at) }
func (t *talk) SetReadDeadline(at time.Time) error { t.until.Set(at); return nil }
func (t *talk) SetWriteDeadline(time.Time) error   { return nil }

// anybody stands for the page: its address changes, its association does not.
var anybody = &net.UDPAddr{IP: net.IPv4zero}
