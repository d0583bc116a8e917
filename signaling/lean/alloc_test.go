package lean

import (
	"runtime"
	"testing"
	"time"

	"github.com/pion/dtls/v3"

	"webtrunk/media"
)

// A mirror sends back what it hears, as a joined leg would.
type mirror struct {
	session *Session
	heard   int
	frame   media.Frame
}

func (m *mirror) Sound(_ uint32, packet []byte, _ time.Time) {
	m.heard++
	m.frame.Sequence++
	m.frame.Payload = packet[rtpHeader:]
	m.session.Send(m.frame)
}
func (m *mirror) Path(bool) {}
func (m *mirror) Loss(int)  {}

// The whole way of a packet, from the socket's buffer to the socket, costs no
// allocation, whatever protects it.
func TestAPacketCostsNoAllocation(t *testing.T) {
	for _, with := range protections {
		withoutAllocation(t, with)
	}
}

func withoutAllocation(t *testing.T, with dtls.SRTPProtectionProfile) {
	d := open(t, nil)
	p := d.visit(t, nil)
	p.offers = []dtls.SRTPProtectionProfile{with}
	p.connects(t)
	p.says(t, "first")
	p.asleep(t)
	m := &mirror{session: p.session}
	p.session.mu.Lock()
	p.session.page.Ear = m
	p.session.mu.Unlock()
	packets := make([][]byte, 500)
	for i := range packets {
		packets[i] = p.packet(t, 7, "sixty bytes of sound, which are what 24 kbit/s make of 20 ms")
	}
	from := p.from()
	k := p.socket(t, d)
	p.wire.Close() // nobody reads what is sent back, which would cost the page
	p.reading.Wait()
	r, at := &scratch{}, 0
	allocs := testing.AllocsPerRun(len(packets)-1, func() {
		n := copy(r.in[:], packets[at])
		k.take(r, r.in[:n], from)
		at++
	})
	if allocs != 0 && !raced {
		t.Errorf("%v allocations a packet under protection %#04x", allocs, uint16(with))
	}
	if m.heard != len(packets) {
		t.Errorf("%d of %d packets were heard", m.heard, len(packets))
	}
}

// A session whose association sleeps has no goroutine of its own.
func TestASessionCostsNoGoroutine(t *testing.T) {
	d := open(t, nil)
	p := d.visit(t, nil)
	before := runtime.NumGoroutine()
	p.connects(t)
	p.says(t, "first")
	p.asleep(t)
	p.mu.Lock()
	client := p.conn
	p.mu.Unlock()
	p.talk.settle() // the page's own goroutines end too
	client.Close()
	for until := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%d goroutines more than before it connected", runtime.NumGoroutine()-before)
		}
	}
}
