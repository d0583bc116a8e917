//go:build e2e

package sip

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk/trunk"
)

// What must be borne, and what it may cost.
const (
	floodRate   = 20000 // messages a second
	floodTime   = 10 * time.Second
	floodCalls  = 300
	floodMemory = 50 << 20
)

// TestFlood: strangers send 20,000 messages a second for ten seconds, open
// connections and leave them half-open, and peers that we trust trickle
// theirs. 300 calls of a trunk are made meanwhile, and every one succeeds; the
// strangers hear nothing, and memory stays where it was.
func TestFlood(t *testing.T) {
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Network.Trunks = append(cfg.Network.Trunks, trunk.Trunk{Name: "slow", Proxy: "127.0.0.5:5060", Identity: cfg.Network.Trunks[0].Identity})
	a := newAuthority(t)
	pair, _, _ := a.issue("127.0.0.1")
	cfg.ListenTCP, cfg.ListenTLS = cfg.Listen, cfg.Listen
	cfg.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	e, d := startEdge(t, cfg)
	w.edge = e.Addr()

	ctx, cancel := context.WithTimeout(t.Context(), floodTime)
	defer cancel()
	var crowd sync.WaitGroup
	strangers := newFlooder(t, e.Addr())
	memory := watchMemory(ctx, &crowd)
	crowd.Go(func() { strangers.pour(ctx) })
	for _, at := range []netip.AddrPort{e.AddrOf(trunk.TCP), e.AddrOf(trunk.TLSOverIP)} {
		crowd.Go(func() { strangers.knock(ctx, at) })
		for range 20 {
			crowd.Go(func() { trickle(ctx, at) })
		}
	}
	failed := callsOf(ctx, w, d)
	crowd.Wait()

	rate := float64(strangers.sent.Load()) / floodTime.Seconds()
	grown, s := memory(), e.Stats()
	t.Logf("%.0f messages a second, %d connections of strangers; memory grew by %.1f MB; the edge dropped %d",
		rate, strangers.knocks.Load(), float64(grown)/(1<<20), s.Strangers)
	if rate < 0.9*floodRate {
		t.Errorf("this machine sent %.0f messages a second and not %d: nothing is shown", rate, floodRate)
	}
	if len(failed) > 0 {
		t.Errorf("%d of %d calls failed, the first: %s", len(failed), floodCalls, failed[0])
	}
	if grown > floodMemory {
		t.Errorf("memory grew by %d bytes", grown)
	}
	if n := strangers.heard(); n != 0 {
		t.Errorf("strangers heard %d bytes", n)
	}
	if s.Panics != 0 || s.Strangers == 0 {
		t.Errorf("counted %+v", s)
	}
}

// A flooder is everybody whom no trunk trusts.
type flooder struct {
	t            *testing.T
	conn         *net.UDPConn
	to           netip.AddrPort
	sent, knocks atomic.Int64
	bytes        atomic.Int64
}

func newFlooder(t *testing.T, to netip.AddrPort) *flooder {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &flooder{t: t, conn: conn, to: to}
}

// pour sends messages that would be answered, and junk, at an even pace.
func (f *flooder) pour(ctx context.Context) {
	messages := [][]byte{[]byte("junk"), []byte(strings.Repeat("\x00", 500))}
	for i, method := range []string{"INVITE", "OPTIONS", "REGISTER"} {
		messages = append(messages, fmt.Appendf(nil, "%s sip:+15550100001@%s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bK%d;rport\r\n"+
			"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: %d\r\nCSeq: 1 %s\r\nContact: <sip:a@127.0.0.2>\r\nContent-Length: 0\r\n\r\n", method, f.to, i, i, method))
	}
	began := time.Now()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		due := int64(time.Since(began).Seconds() * floodRate)
		for f.sent.Load() < due {
			n := f.sent.Add(1)
			_, _ = f.conn.WriteToUDPAddrPort(messages[int(n)%len(messages)], f.to)
		}
		<-tick.C
	}
}

// knock connects, says a little and waits, again and again.
func (f *flooder) knock(ctx context.Context, at netip.AddrPort) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	for ctx.Err() == nil {
		conn, err := d.DialContext(ctx, "tcp", at.String())
		f.knocks.Add(1)
		if err != nil {
			continue // reset as it was made
		}
		_, _ = conn.Write([]byte("OPTIONS sip:x SIP/2.0\r\n"))
		n, _ := io.Copy(io.Discard, conn)
		f.bytes.Add(n)
		conn.Close()
	}
}

// heard is how many bytes came to strangers.
func (f *flooder) heard() int {
	b := make([]byte, 65536)
	_ = f.conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	n, _, _ := f.conn.ReadFromUDPAddrPort(b)
	return n + int(f.bytes.Load())
}

// trickle is a trusted peer that never finishes a message, nor TLS.
func trickle(ctx context.Context, at netip.AddrPort) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 5)}}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		conn, err := d.DialContext(ctx, "tcp", at.String())
		for err == nil && ctx.Err() == nil {
			_, err = conn.Write([]byte("O"))
			<-tick.C
		}
		if conn != nil {
			conn.Close()
		}
	}
}

// watchMemory returns what tells by how much memory has grown at most.
func watchMemory(ctx context.Context, crowd *sync.WaitGroup) func() uint64 {
	size := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.Sys - m.HeapReleased
	}
	runtime.GC()
	before, most := size(), uint64(0)
	crowd.Go(func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			most = max(most, size())
			<-tick.C
		}
	})
	return func() uint64 { return max(most, before) - before }
}

// callsOf makes calls over a trunk's wire while the flood lasts, and returns
// why some of them failed. Their peer repeats itself as RFC 3261 §17 says: what
// the kernel drops is lost on any network.
func callsOf(ctx context.Context, w *wire, d *desk) (failed []string) {
	c := &carrierWire{wire: w, run: 1}
	var boxes sync.Map // by Call-ID
	var calls, others sync.WaitGroup
	ended := make(chan struct{})
	others.Go(func() { // the telephones behind the trunk
		for {
			m, _, ok := w.receive(100 * time.Millisecond)
			if box, known := boxes.Load(m.get("Call-ID")); ok && known {
				select {
				case box.(chan raw) <- m:
				default:
				}
			}
			select {
			case <-ended:
				return
			default:
			}
		}
	})
	others.Go(func() { // the people who are called
		for {
			select {
			case o := <-d.offers:
				_ = o.leg.Answer()
			case <-d.reports:
			case <-ended:
				return
			}
		}
	})
	var mu sync.Mutex
	pace := time.NewTicker(floodTime * 8 / 10 / floodCalls)
	defer pace.Stop()
	for i := range floodCalls {
		box := make(chan raw, 64)
		invite := c.arriving(i)
		boxes.Store(invite.get("Call-ID"), box)
		calls.Go(func() {
			if err := oneCall(w, invite, box); err != nil {
				mu.Lock()
				failed = append(failed, fmt.Sprintf("call %d: %v", i, err))
				mu.Unlock()
			}
		})
		<-pace.C
	}
	calls.Wait()
	close(ended)
	others.Wait()
	return failed
}

// oneCall is an INVITE that is answered, acknowledged, up for a second and
// hung up.
func oneCall(w *wire, invite raw, box chan raw) error {
	ok, err := until(w, invite, "200 INVITE", box)
	if err != nil {
		return err
	}
	inside := func(method string, seq int) raw {
		m := raw{start: method + " " + ok.contact() + " SIP/2.0", headers: append([][2]string(nil), invite.headers...)}
		m.set("Via", strings.Replace(invite.get("Via"), ";branch=z9hG4bK", ";branch=z9hG4bK"+method, 1))
		m.set("To", ok.get("To"))
		m.set("CSeq", fmt.Sprintf("%d %s", seq, method))
		m.remove("Content-Type")
		return m
	}
	ack := inside("ACK", 1)
	w.send(ack.String())
	up := time.After(time.Second)
	for talking := true; talking; {
		select {
		case m := <-box:
			if _, what := m.isRequest(); what == "200" { // it was lost
				w.send(ack.String())
			}
		case <-up:
			talking = false
		}
	}
	_, err = until(w, inside("BYE", 2), "200 BYE", box)
	return err
}

// until sends a request, again after each T1, until its response comes.
func until(w *wire, req raw, want string, box chan raw) (raw, error) {
	give := time.After(2 * patience)
	for {
		w.send(req.String())
		again := time.After(500 * time.Millisecond)
		for waiting := true; waiting; {
			select {
			case m := <-box:
				_, what := m.isRequest()
				_, method := m.cseq()
				if what+" "+method == want {
					return m, nil
				}
				if what >= "300" {
					return m, fmt.Errorf("%s is answered %s", req.start, m.start)
				}
				waiting = method != "INVITE" || what >= "200" // a provisional response ends repetition
				if !waiting {
					again, waiting = nil, true
				}
			case <-again:
				waiting = false
			case <-give:
				return raw{}, fmt.Errorf("%s is not answered", req.start)
			}
		}
	}
}
