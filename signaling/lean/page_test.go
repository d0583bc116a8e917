package lean

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/selfsign"
	"github.com/pion/ice/v4"
	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v4"
	"go.uber.org/goleak"

	"webtrunk/media"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second // for what takes milliseconds

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func certificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	cert, err := selfsign.WithDNS(key, "WebRTC")
	check(t, err)
	return cert
}

// open opens a door on loopback.
func open(t testing.TB, change func(*Config)) *Door {
	t.Helper()
	ours := certificate(t)
	cfg := Config{Listen: netip.MustParseAddrPort("127.0.0.1:0"), Certificate: func() (tls.Certificate, error) { return ours, nil }}
	if change != nil {
		change(&cfg)
	}
	d, err := Listen(cfg)
	check(t, err)
	t.Cleanup(d.Close)
	return d
}

// An ear writes down what a session hears.
type ear struct {
	sound chan string // payloads
	paths chan bool
	loss  chan int
	meter *media.Meter
}

func newEar() *ear {
	return &ear{meter: &media.Meter{}, sound: make(chan string, 1000), paths: make(chan bool, 1000), loss: make(chan int, 1000)}
}

func (e *ear) Sound(ssrc uint32, packet []byte, now time.Time) {
	f := media.Frame{Sequence: binary.BigEndian.Uint16(packet[2:]), Timestamp: binary.BigEndian.Uint32(packet[4:])}
	e.meter.Arrived(ssrc, f, 48000, now)
	e.sound <- string(packet[rtpHeader:])
}

func (e *ear) Path(found bool)  { e.paths <- found }
func (e *ear) Loss(percent int) { e.loss <- percent }

func next[T any](t testing.TB, what string, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(patience):
		t.Fatalf("no %s", what)
	}
	return v
}

// A page is a browser, as far as a door can tell: ICE, DTLS and SRTP, by a
// socket of its own. Its session hears with its ear.
type page struct {
	*ear
	session *Session
	ufrag   string
	cert    tls.Certificate

	mu      sync.Mutex
	wire    net.Conn
	talk    *talk
	conn    *dtls.Conn
	offers  []dtls.SRTPProtectionProfile
	agreed  dtls.SRTPProtectionProfile
	seal    *srtp.Context
	unseal  *srtp.Context
	number  uint16
	replies chan []byte // STUN
	heard   chan string // payloads of RTP
	reports chan []byte // RTCP in the clear
	reading sync.WaitGroup
}

// chromium is what a Chromium offers to protect its sound with, in its order.
var chromium = []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80}

// visit makes a page and its session; nothing is sent yet.
func (d *Door) visit(t testing.TB, change func(*Page)) *page {
	t.Helper()
	p := &page{
		ear: newEar(), ufrag: "page", cert: certificate(t), offers: chromium,
		replies: make(chan []byte, 1000), heard: make(chan string, 1000), reports: make(chan []byte, 1000),
	}
	offer := Page{Ufrag: p.ufrag, Fingerprint: fingerprintOf("sha-256", p.cert.Certificate[0]), Clock: 48000, Ear: p.ear, Meter: p.ear.meter}
	if change != nil {
		change(&offer)
	}
	s, err := d.Open(offer)
	check(t, err)
	p.session = s
	p.talk = newTalk(func(b []byte) { p.write(b) })
	p.plug(t, d.dial(t))
	t.Cleanup(func() {
		p.talk.Close()
		if p.conn != nil {
			p.conn.Close()
		}
		p.wire.Close()
		p.reading.Wait()
		s.Close()
	})
	return p
}

func (d *Door) at() netip.AddrPort { return d.sockets[0].conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (d *Door) dial(t testing.TB) *net.UDPConn {
	t.Helper()
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(d.at()))
	check(t, err)
	return c
}

// plug gives the page a network, in place of the one that it had.
func (p *page) plug(t testing.TB, wire net.Conn) {
	p.mu.Lock()
	old := p.wire
	p.wire = wire
	p.mu.Unlock()
	if old != nil {
		old.Close()
	}
	p.reading.Go(func() {
		for {
			b := make([]byte, 2000)
			n, err := wire.Read(b)
			if err != nil {
				return
			}
			p.take(t, b[:n])
		}
	})
}

func (p *page) take(t testing.TB, b []byte) {
	switch {
	case isSTUN(b):
		leave(p.replies, b)
	case isDTLS(b):
		p.talk.put(b)
	case isRTCP(b):
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.unseal == nil {
			return // it was sent before we were ready
		}
		if clear, err := p.unseal.DecryptRTCP(nil, b, nil); err == nil {
			leave(p.reports, clear)
		} else {
			t.Errorf("a report that cannot be read: %v", err)
		}
	case isRTP(b):
		p.mu.Lock()
		defer p.mu.Unlock()
		if clear, err := p.unseal.DecryptRTP(nil, b, nil); err == nil {
			leave(p.heard, string(clear[rtpHeader:]))
		} else {
			t.Errorf("sound that cannot be read: %v", err)
		}
	}
}

// leave drops what nobody looks at.
func leave[T any](to chan<- T, v T) {
	select {
	case to <- v:
	default:
	}
}

func (p *page) write(b []byte) {
	p.mu.Lock()
	w := p.wire
	p.mu.Unlock()
	w.Write(b)
}

// request is a connectivity check as a browser sends it.
func (p *page) request(more ...stun.Setter) []byte {
	l := p.session.Local()
	setters := []stun.Setter{stun.BindingRequest, stun.TransactionID, stun.NewUsername(l.Ufrag + ":" + p.ufrag), ice.PriorityAttr(1)}
	setters = append(setters, more...)
	setters = append(setters, stun.NewShortTermIntegrity(l.Password), stun.Fingerprint)
	return stun.MustBuild(setters...).Raw
}

var (
	nominate = ice.UseCandidate()
	controls = ice.AttrControlling(7)
)

// checks sends a check that nominates, and waits for the answer.
func (p *page) checks(t testing.TB) {
	t.Helper()
	p.write(p.request(controls, nominate))
	var m stun.Message
	check(t, stun.Decode(next(t, "answer to a check", p.replies), &m))
	if m.Type != stun.BindingSuccess {
		t.Fatalf("answered %s", m.String())
	}
}

// connects shakes hands, and waits until the path is found.
func (p *page) connects(t testing.TB) {
	t.Helper()
	p.checks(t)
	check(t, p.shakes())
	if !next(t, "path", p.paths) {
		t.Fatal("the path was lost at once")
	}
}

// shakes is the page's side of the handshake.
func (p *page) shakes() error {
	conn, err := dtls.ClientWithOptions(p.talk, anybody,
		dtls.WithCertificates(p.cert), dtls.WithInsecureSkipVerify(true), dtls.WithLoggerFactory(Quiet{}),
		dtls.WithSRTPProtectionProfiles(p.offers...))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p.conn = conn
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	state, _ := conn.ConnectionState()
	p.agreed, _ = conn.SelectedSRTPProtectionProfile()
	cfg := srtp.Config{Profile: srtp.ProtectionProfile(p.agreed)}
	if err := cfg.ExtractSessionKeysFromDTLS(&state, true); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seal, err = srtp.CreateContext(cfg.Keys.LocalMasterKey, cfg.Keys.LocalMasterSalt, cfg.Profile); err != nil {
		return err
	}
	p.unseal, err = srtp.CreateContext(cfg.Keys.RemoteMasterKey, cfg.Keys.RemoteMasterSalt, cfg.Profile,
		srtp.SRTPReplayProtection(128))
	return err
}

// packet is the page's next one, protected.
func (p *page) packet(t testing.TB, ssrc uint32, payload string) []byte {
	t.Helper()
	p.number++
	var b [maxDatagram]byte
	f := media.Frame{PayloadType: 111, Sequence: p.number, Timestamp: uint32(p.number) * 960}
	n := f.WriteHeader(b[:], ssrc)
	n += copy(b[n:], payload)
	out, err := p.seal.EncryptRTP(nil, b[:n], nil)
	check(t, err)
	return out
}

// says sends sound, and it is heard.
func (p *page) says(t testing.TB, payload string) {
	t.Helper()
	p.write(p.packet(t, 7, payload))
	if got := next(t, "sound", p.sound); got != payload {
		t.Errorf("heard %q, want %q", got, payload)
	}
}

// told sends the page sound, and it is heard.
func (p *page) told(t testing.TB, n uint16, payload string) {
	t.Helper()
	p.session.Send(media.Frame{PayloadType: 111, Sequence: n, Timestamp: uint32(n) * 960, Payload: []byte(payload)})
	if got := next(t, "sound for the page", p.heard); got != payload {
		t.Errorf("the page hears %q, want %q", got, payload)
	}
}

// silent holds that nothing of what came before a marker was heard.
func (p *page) silent(t testing.TB) {
	t.Helper()
	p.says(t, "control")
}

// framed is a connection on which each packet is a frame.
type framed struct {
	net.Conn
	mu sync.Mutex
}

func (f *framed) Read(b []byte) (int, error) {
	var length [2]byte
	for at := 0; at < 2; {
		n, err := f.Conn.Read(length[at:])
		if err != nil {
			return 0, err
		}
		at += n
	}
	want := int(binary.BigEndian.Uint16(length[:]))
	for at := 0; at < want; {
		n, err := f.Conn.Read(b[at:want])
		if err != nil {
			return 0, err
		}
		at += n
	}
	return want, nil
}

func (f *framed) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Conn.Write(appendFrame(nil, b))
}
