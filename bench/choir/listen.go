package choir

import (
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// doze is how long a listener who was sent sound leaves what comes next where it
// is. The kernel has noted when it came, and a row has room for a second of it.
//
// Who sends to a socket at which somebody sleeps has to wake them, which costs
// more than all the rest of a send (BenchmarkKernelSendsToASleeper in media). A telephone at the other end of a wire is
// not woken by the gateway, so it is not to pay for ours either; and one waking
// for many packets leaves the generator more of its core.
const doze = 500 * time.Microsecond

// listen takes what comes.
func (r *Row) listen() {
	messages := make([]ipv4.Message, atOnce)
	for i := range messages {
		messages[i].Buffers = [][]byte{make([]byte, 1500)}
		messages[i].OOB = make([]byte, 128)
	}
	for !r.stopped.Load() {
		n, err := r.socket.batch.ReadBatch(messages, 0)
		if err != nil {
			continue // a packet that was refused comes back as an error
		}
		if r.hear(messages[:n]) && n < atOnce {
			dozeFor(doze)
		}
	}
}

// hear takes packets, and reports whether all of them were sound: who is in the
// middle of a handshake waits for the next.
func (r *Row) hear(messages []ipv4.Message) (sound bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sound = true
	for i := range messages {
		m := &messages[i]
		to, at := arrival(m.OOB[:m.NN])
		p := m.Buffers[0][:m.N]
		sound = sound && len(p) > 0 && isMedia(p[0])
		r.take(to, p, at)
	}
	return sound
}

// isMedia tells RTP and RTCP from the rest by their first byte (RFC 7983 §7).
func isMedia(first byte) bool { return 128 <= first && first <= 191 }

// dozeFor sleeps on the thread: Go's own timers are of a millisecond.
func dozeFor(d time.Duration) {
	t := unix.NsecToTimespec(d.Nanoseconds())
	_ = unix.Nanosleep(&t, nil) // one that is interrupted is shorter
}
