package load

import (
	"encoding/binary"
	"os"
	"time"
)

const (
	probesPerSecond = 50
	probeEvery      = time.Second / probesPerSecond
)

// A probe is a pipe whose reader is woken as a packet's reader is: by the
// poller. What is written is when the reader should have run, so lateness of
// the timer, the scheduler and the poller add up as they do for a packet.
type probe struct {
	in, out *os.File
	epoch   time.Time
	late    *lateness
	done    chan struct{}
}

func openProbe(late *lateness) (*probe, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &probe{in: in, out: out, epoch: time.Now(), late: late, done: make(chan struct{})}
	go p.read()
	return p, nil
}

// send wakes the reader, who should have run at due.
func (p *probe) send(due time.Time) {
	var b [8]byte
	binary.NativeEndian.PutUint64(b[:], uint64(due.Sub(p.epoch)))
	_, _ = p.in.Write(b[:]) // the reader always reads; after close nobody wants to know
}

func (p *probe) read() {
	defer close(p.done)
	var b [64 * 8]byte // writes of 8 bytes are atomic and read in whole
	for {
		n, err := p.out.Read(b[:])
		if err != nil {
			return
		}
		now := time.Since(p.epoch)
		for i := 0; i+8 <= n; i += 8 {
			p.late.add(now - time.Duration(binary.NativeEndian.Uint64(b[i:])))
		}
	}
}

// close ends the reader and waits for it.
func (p *probe) close() {
	p.in.Close()
	<-p.done
	p.out.Close()
}
