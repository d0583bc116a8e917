package choir

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A pipe carries a line's packets by TCP, each behind its length (RFC 4571 §2),
// where UDP does not pass.
type pipe struct {
	conn net.Conn

	mu  sync.Mutex
	out []byte
}

// dial connects a line from a place to a passive candidate. What comes is the
// line's until the pipe is closed.
func (l *Line) dial(ctx context.Context, p *place, to netip.AddrPort) error {
	if !to.IsValid() {
		return fmt.Errorf("choir: line %s: the answer has no candidate for TCP", p.addr)
	}
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: p.addr.AsSlice()}}
	conn, err := dialer.DialContext(ctx, "tcp4", to.String())
	if err != nil {
		return err
	}
	p.pipe = &pipe{conn: conn}
	l.row.working.Go(func() { l.row.draw(l, p.pipe) })
	return nil
}

// draw takes what a pipe brings.
func (r *Row) draw(l *Line, from *pipe) {
	defer from.close()
	in := bufio.NewReader(from.conn)
	var length [2]byte
	var packet [1 << 16]byte
	for {
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return
		}
		p := packet[:binary.BigEndian.Uint16(length[:])]
		if _, err := io.ReadFull(in, p); err != nil {
			return
		}
		if len(p) > 0 {
			r.mu.Lock()
			r.arrive(l, p, unixNano())
			r.mu.Unlock()
		}
	}
}

// write sends a packet. A pipe that is stuck is closed, as it would be in the
// middle of a packet.
func (p *pipe) write(packet []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out = append(binary.BigEndian.AppendUint16(p.out[:0], uint16(len(packet))), packet...)
	err := p.conn.SetWriteDeadline(time.Now().Add(time.Second))
	if err == nil {
		_, err = p.conn.Write(p.out)
	}
	if err != nil {
		p.close()
	}
	return err
}

func (p *pipe) close() { _ = p.conn.Close() } // it may be closed already
