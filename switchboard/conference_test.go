package switchboard

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// telephones is an edge whose legs have real sockets. At the far end of each is
// a telephone that answers at once and says its own tone.
type telephones struct {
	t       *testing.T
	sockets *media.Sockets

	mu    sync.Mutex
	lines lines
	all   []*telephone
}

// A telephone says its tone until it is closed, and keeps what it hears.
type telephone struct {
	*line
	socket *media.Socket
	conn   *net.UDPConn
	hertz  float64

	mu    sync.Mutex
	heard []int16
}

func (p *telephone) Port() *media.Port { return p.socket.Port() }

func (p *telephone) Hangup(h call.HangUpLeg) {
	p.note("hangup " + string(h.Cause))
	p.line.port.Close()
	p.socket.Close()
}

func newTelephones(t *testing.T) *telephones {
	first := uint16(20000 + 2*rand.IntN(4000))
	sockets, err := media.NewSockets(netip.MustParseAddr("127.0.0.1"), first, first+99)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sockets.Close)
	return &telephones{t: t, sockets: sockets}
}

func (ts *telephones) Dial(_ context.Context, l call.Leg, report func(call.Input)) (Leg, error) {
	p, err := ts.open(l)
	if err != nil {
		return nil, err
	}
	report(call.LegAnswered{})
	return p, nil
}

// open puts a telephone at the end of a new leg.
func (ts *telephones) open(l call.Leg) (*telephone, error) {
	socket, err := ts.sockets.Open(l.ID.String())
	if err != nil {
		return nil, err
	}
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), socket.LocalPort())))
	if err != nil {
		return nil, err
	}
	socket.SetRemote(conn.LocalAddr().(*net.UDPAddr).AddrPort())
	socket.Port().SetFormat(media.Format{Codec: transcode.PCMU, Events: 101, EventsClock: 8000})
	ts.mu.Lock()
	defer ts.mu.Unlock()
	p := &telephone{line: newLine(&ts.lines, l), socket: socket, conn: conn, hertz: []float64{440, 710, 1130, 1510}[len(ts.all)]}
	ts.all = append(ts.all, p)
	var both sync.WaitGroup
	both.Go(p.say)
	both.Go(p.listen)
	ts.t.Cleanup(both.Wait)
	ts.t.Cleanup(func() { conn.Close() })
	return p, nil
}

func (p *telephone) say() {
	tone := soundcheck.Sine(p.hertz, 3000, 80000)
	payload := make([]byte, transcode.FrameSamples)
	beat := time.NewTicker(20 * time.Millisecond)
	defer beat.Stop()
	for n := 0; ; n++ {
		transcode.EncodePCMU(payload, tone[n*160%80000:])
		b, _ := (&rtp.Packet{Header: rtp.Header{Version: 2, SSRC: 7, SequenceNumber: uint16(n), Timestamp: uint32(n * 160)}, Payload: payload}).Marshal()
		if _, err := p.conn.Write(b); err != nil && !isRefused(err) {
			return
		}
		<-beat.C
	}
}

// isRefused: the gateway has closed its end, or not opened it yet.
func isRefused(err error) bool {
	op, ok := err.(*net.OpError)
	return ok && op.Err != net.ErrClosed
}

func (p *telephone) listen() {
	b := make([]byte, 2000)
	var pcm [transcode.MaxSamples]int16
	for {
		n, err := p.conn.Read(b)
		if err != nil && !isRefused(err) {
			return
		}
		if err == nil && n > 12 && b[1]&0x7f == 0 {
			n = transcode.DecodePCMU(pcm[:], b[12:n])
			p.mu.Lock()
			p.heard = append(p.heard, pcm[:n]...)
			p.mu.Unlock()
		}
	}
}

// hears waits until 300 ms of new sound are exactly what these telephones say. A
// machine that has too much to do tears some of it; who is heard wrongly is so always.
func (ts *telephones) hears(p *telephone, whom ...*telephone) {
	ts.t.Helper()
	var wrong error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if wrong = ts.hearsOnly(p.next(ts.t), p, whom); wrong == nil {
			return
		}
		ts.t.Log(wrong)
	}
	ts.t.Error(wrong)
}

// next waits for 300 ms of new sound.
func (p *telephone) next(t *testing.T) (heard []int16) {
	t.Helper()
	p.mu.Lock()
	begin := len(p.heard) + 1600 // what is on its way is not new
	p.mu.Unlock()
	eventually(t, "hearing", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.heard) < begin+2400 {
			return false
		}
		heard = slices.Clone(p.heard[begin:])
		return true
	})
	return heard
}

// hearsOnly tells who is not heard as they are to be.
func (ts *telephones) hearsOnly(heard []int16, p *telephone, whom []*telephone) (wrong error) {
	for _, other := range ts.all {
		_, level := soundcheck.Tone(heard, other.hertz)
		if wants := slices.Contains(whom, other); wants != (level > -24) || !wants && level > -45 {
			wrong = errors.Join(wrong, fmt.Errorf("leg %v hears leg %v at %.0f dBFS, expected to hear it: %v", p.leg.ID, other.leg.ID, level, wants))
		}
	}
	return wrong
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still not %s", what)
		}
	}
}

// threeway is a call of a telephone to another.
type threeway struct {
	*Switchboard
	t       *testing.T
	phones  *telephones
	journal *journal
	report  func(call.Input)
}

func newThreeway(t *testing.T) *threeway {
	x := &threeway{t: t, phones: newTelephones(t), journal: &journal{}}
	x.Switchboard = New(Config{Router: routes{plan: to(phone1)}, Journal: x.journal, Edges: map[call.Kind]Edge{call.PSTN: x.phones}})
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		x.Drain(ctx)
	})
	caller, err := x.phones.open(call.Leg{ID: 1})
	if err != nil {
		t.Fatal(err)
	}
	if x.report, err = x.Offer(call.Arrived{ID: "call_1", From: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100100"}, To: shop}, caller); err != nil {
		t.Fatal(err)
	}
	x.until("call.answered", 1)
	return x
}

// until waits for an event to have happened so many times.
func (x *threeway) until(event string, times int) {
	x.t.Helper()
	eventually(x.t, event, func() bool {
		n := 0
		for _, name := range x.journal.types() {
			if name == event {
				n++
			}
		}
		return n >= times
	})
}

func (x *threeway) leg(n int) *telephone {
	x.phones.mu.Lock()
	defer x.phones.mu.Unlock()
	return x.phones.all[n-1]
}

// A third telephone is invited: each of the three hears exactly the other two.
// One puts the others on hold, the third leaves, and two talk as before.
func TestThreeTelephonesTalk(t *testing.T) {
	t.Parallel()
	x := newThreeway(t)
	a, b := x.leg(1), x.leg(2)
	x.phones.hears(a, b)
	x.phones.hears(b, a)
	x.Do(t.Context(), "call_1", call.Invite{By: 1, To: phone2})
	x.until("leg.joined", 3)
	c := x.leg(3)
	x.phones.hears(a, b, c)
	x.phones.hears(b, a, c)
	x.phones.hears(c, a, b)
	x.report(call.LegHeld{})
	x.until("call.held", 1)
	x.phones.hears(b, c)
	x.phones.hears(c, b)
	x.report(call.LegResumed{})
	x.until("call.resumed", 1)
	x.phones.hears(a, b, c)
	x.Do(t.Context(), "call_1", call.HangUp{})
	x.until("call.ended", 1)
}

// A supervisor listens: nobody hears it, and it hears both. Then it whispers to
// one of the two, and then it talks with all.
func TestASupervisorListensWhispersAndBargesIn(t *testing.T) {
	t.Parallel()
	x := newThreeway(t)
	a, b := x.leg(1), x.leg(2)
	x.Do(t.Context(), "call_1", call.Invite{To: phone2, Part: call.Listens})
	x.until("leg.joined", 3)
	boss := x.leg(3)
	x.phones.hears(boss, a, b)
	x.phones.hears(a, b)
	x.phones.hears(b, a)
	x.Do(t.Context(), "call_1", call.ChangePart{Leg: 3, Part: call.Whispers, HeardBy: 2})
	x.until("leg.part_changed", 1)
	x.phones.hears(b, a, boss)
	x.phones.hears(a, b)
	x.Do(t.Context(), "call_1", call.ChangePart{Leg: 3})
	x.until("leg.part_changed", 2)
	x.phones.hears(a, b, boss)
	x.phones.hears(boss, a, b)
}
