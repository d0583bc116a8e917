package sip

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"webtrunk/call"
)

// A mouth sends RTP and RTCP to a leg as its far side's host does.
type mouth struct {
	t    *testing.T
	conn *net.UDPConn
	to   netip.AddrPort
	seq  uint16
}

// newMouth opens a mouth at a host, towards the audio port of a description.
func newMouth(t *testing.T, host, sdp string) *mouth {
	t.Helper()
	_, audio, _ := strings.Cut(sdp, "m=audio ")
	port, err := strconv.ParseUint(strings.Fields(audio)[0], 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return mouthAt(t, host, uint16(port))
}

func mouthAt(t *testing.T, host string, port uint16) *mouth {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(host)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &mouth{t: t, conn: conn, to: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port)}
}

func (m *mouth) speak() {
	m.seq++
	b := append([]byte{0x80, 0, byte(m.seq >> 8), byte(m.seq), 0, 0, byte(m.seq), 0, 0, 0, 0, 9}, make([]byte, 160)...)
	m.write(b, m.to)
}

func (m *mouth) report() {
	b, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 9}})
	if err != nil {
		m.t.Error(err)
	}
	m.write(b, netip.AddrPortFrom(m.to.Addr(), m.to.Port()+1))
}

func (m *mouth) write(b []byte, to netip.AddrPort) {
	if _, err := m.conn.WriteToUDPAddrPort(b, to); err != nil {
		m.t.Error(err)
	}
}

// looks returns how often it was looked whether a leg is silent.
func looks(t *testing.T, l *leg) (n int) {
	got := make(chan int, 1)
	if !l.box.post(func() { got <- l.silence.looks }) {
		t.Fatal("the leg is over")
	}
	return <-got
}

// lastsFor does something again and again while so many looks are taken.
func lastsFor(t *testing.T, l *leg, n int, do func()) {
	t.Helper()
	n += looks(t, l)
	eventually(t, "looks are taken", func() bool { do(); return looks(t, l) >= n })
}

// TestSilenceEndsACall: sound keeps a call up, reports alone do, a hold does,
// and a stranger's packets do not.
func TestSilenceEndsACall(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Timers.Silence = 800 * time.Millisecond
	e, _ := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
	reports := make(chan call.Input, 8)
	h := c.dial(reports)
	invite := c.want("INVITE")
	c.answer(invite, "200")
	c.want("ACK")
	c.next(reports)
	l := legOf(h.(*hunt))
	m, stranger := newMouth(t, "127.0.0.1", invite.body), newMouth(t, "127.0.0.9", invite.body)
	lastsFor(t, l, silenceLooks+1, m.speak)
	lastsFor(t, l, silenceLooks+1, m.report)

	hold := c.within("INVITE", 1)
	hold.set("Contact", "<sip:carrier@"+c.addr().String()+">")
	hold.set("Content-Type", "application/sdp")
	hold.body = sdpOf("sendonly")
	c.send(hold.String())
	c.want("200")
	if got := describeInput(c.next(reports)); got != "held" {
		t.Fatal(got)
	}
	lastsFor(t, l, silenceLooks+1, func() {})

	resume := c.within("INVITE", 2)
	resume.set("Contact", "<sip:carrier@"+c.addr().String()+">")
	resume.set("Content-Type", "application/sdp")
	resume.body = sdpOf("pcmu")
	ack := c.within("ACK", 1)
	c.send(ack.String())
	c.send(resume.String())
	c.want("200")
	c.send(c.within("ACK", 2).String())
	if got := describeInput(c.next(reports)); got != "resumed" {
		t.Fatal(got)
	}
	for ended := false; !ended; {
		stranger.speak()
		stranger.report()
		select {
		case in := <-reports:
			if got := describeInput(in); got != "ended connection_lost" {
				t.Fatalf("the leg reports %q", got)
			}
			ended = true
		case <-time.After(time.Millisecond):
		}
	}
	c.answer(c.want("BYE"), "200")
	c.idle()
	if h.(*hunt).Port().Stats().Foreign == 0 {
		t.Error("the stranger was not noticed")
	}
}
