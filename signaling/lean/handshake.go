package lean

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
)

const (
	handshakeTime = 15 * time.Second // as long as a page has to connect
	settleTime    = 30 * time.Second // after it: a page that sends nothing may repeat its last words
	wakeTime      = time.Second
)

// hearDTLS takes a record of the page's. Before the handshake the first begins
// it; after, only a protected alert wakes the association up: it is a goodbye.
func (s *Session) hearDTLS(b []byte, w way) {
	s.mu.Lock()
	defer s.mu.Unlock()
	alert, epoch := isAlert(b)
	switch {
	case s.closed || s.phase == over || alert && epoch == 0:
		return // without protection, anybody's word
	case s.talk != nil:
	case s.opener == nil:
		s.talk = newTalk(s.speak(w))
		s.lead(s.talk, s.shake)
	case alert && s.asleep != nil:
		s.talk = newTalk(s.speak(w))
		goodbye := append([]byte(nil), b...)
		s.lead(s.talk, func(t *talk) { s.listen(t, goodbye) })
		return
	default:
		return
	}
	if s.asleep == nil || s.talk.awake.Load() {
		s.talk.put(b)
	}
}

// lead has a goroutine lead a talk. Should a page's records make us fail, that
// ends its session.
func (s *Session) lead(t *talk, f func(*talk)) {
	s.running.Go(func() {
		defer s.door.survive() // should even the end fail
		defer func() {
			if recover() != nil {
				s.door.panics.Add(1)
				t.settle()
				s.fail()
			}
		}()
		f(t)
	})
}

// speak sends records by the way that the page has chosen, else by the one
// that it came by.
func (s *Session) speak(w way) func([]byte) {
	return func(b []byte) {
		if at := s.current.Load(); at != nil {
			(*at).send(b)
			return
		}
		w.send(b)
	}
}

// shake is the handshake's goroutine: RFC 5763 §5, we are the server.
func (s *Session) shake(t *talk) {
	defer t.Close()
	conn, err := dtls.ServerWithOptions(t, anybody, s.options()...)
	if err != nil {
		s.fail()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTime)
	defer cancel()
	if err = conn.HandshakeContext(ctx); err == nil {
		err = s.secure(conn)
	}
	if err != nil {
		s.fail()
		t.settle()
		conn.Close()
		return
	}
	s.lull(t, conn, settleTime)
}

// lull waits until an association may sleep, or ends it when the page says
// goodbye.
func (s *Session) lull(t *talk, conn *dtls.Conn, most time.Duration) {
	_ = conn.SetReadDeadline(time.Now().Add(most))
	var b [1500]byte
	var err error
	for !ended(err) { // there is no data channel: whatever comes is nothing
		_, err = conn.Read(b[:])
	}
	state, ok := conn.ConnectionState()
	left := !t.settled.Load() && err == io.EOF
	t.settle()
	conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.talk = nil
	switch {
	case left && !s.closed:
		s.end()
	case ok && s.asleep == nil:
		s.asleep = &state
	}
}

// ended reports whether there is no more to be read; other errors are a
// stranger's records, which DTLS passes over.
func ended(err error) bool {
	var timeout net.Error
	return err == io.EOF || errors.As(err, &timeout) && timeout.Timeout()
}

// listen wakes the association for one alert. It must be awake to understand:
// an alert while it wakes would break that off.
func (s *Session) listen(t *talk, alert []byte) {
	conn, err := s.wake(t)
	if err != nil {
		s.mu.Lock()
		s.talk = nil
		s.mu.Unlock()
		return
	}
	t.awake.Store(true)
	t.put(alert)
	s.lull(t, conn, wakeTime)
}

// fail ends a session whose handshake did not succeed.
func (s *Session) fail() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.talk = nil
	if !s.closed {
		s.end()
	}
}

// goodbye prepares the last words to the page: BYE now (RFC 3550 §6.6),
// close_notify once nothing else runs.
func (s *Session) goodbye() (farewell func()) {
	if s.reporter == nil || s.phase == over {
		return func() {}
	}
	now := time.Now()
	s.tell(now, &rtcp.Goodbye{Sources: []uint32{s.ssrc}})
	to := s.current.Load()
	return func() {
		if s.asleep == nil || to == nil {
			return
		}
		if conn, err := s.wake(newTalk((*to).send)); err == nil {
			conn.Close()
		}
	}
}

// wake goes on with the association where it fell asleep. Its counters are
// shared with what it wakes from, so that no number is used twice.
func (s *Session) wake(t *talk) (*dtls.Conn, error) {
	conn, err := dtls.ResumeWithOptions(s.asleep, t, anybody, s.shared()...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), wakeTime)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil { // which was over already
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// secure takes the keys from the handshake (RFC 5764 §4.2); the path is found.
func (s *Session) secure(conn *dtls.Conn) error {
	chosen, ok := conn.SelectedSRTPProtectionProfile()
	if !ok {
		return errors.New("lean: the page offers no protection of ours")
	}
	state, ok := conn.ConnectionState()
	if !ok {
		return errors.New("lean: the handshake has no state")
	}
	cfg := srtp.Config{Profile: srtp.ProtectionProfile(chosen)}
	if err := cfg.ExtractSessionKeysFromDTLS(&state, false); err != nil {
		return err
	}
	out, in, err := protect(cfg.Profile, cfg.Keys)
	if err != nil {
		return err
	}
	reporter, err := srtp.CreateContext(cfg.Keys.LocalMasterKey, cfg.Keys.LocalMasterSalt, cfg.Profile)
	if err != nil {
		return err
	}
	hearsay, err := srtp.CreateContext(cfg.Keys.RemoteMasterKey, cfg.Keys.RemoteMasterSalt, cfg.Profile,
		srtp.SRTCPReplayProtection(window))
	if err != nil {
		return err
	}
	s.rise(out, in, reporter, hearsay)
	return nil
}

func (s *Session) rise(out *sealer, in *opener, reporter, hearsay *srtp.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.phase == over {
		return
	}
	s.opener, s.hearsay, s.reporter = in, hearsay, reporter
	s.sealer.Store(out)
	s.phase, s.heard = up, time.Now()
	s.tell(s.heard)
	s.page.Ear.Path(true)
}

// protections are the ways to protect sound that we take, the best first: of
// those that a page offers the first here is chosen. GCM (RFC 7714) has the longer
// tag, and costs a fifth of what HMAC-SHA1 does on a processor without instructions
// for SHA-1 (BenchmarkAPacketOnItsWay). RFC 5764 §4.1.2 wants the other known, too.
var protections = []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80}

// options are those of a handshake: the page must show a certificate, the one
// that its offer named. Before we answer at length it has to repeat a cookie
// (RFC 6347 §4.2.1).
func (s *Session) options() []dtls.ServerOption {
	options := []dtls.ServerOption{dtls.WithClientAuth(dtls.RequireAnyClientCert)}
	for _, o := range s.shared() {
		options = append(options, o)
	}
	return options
}

func (s *Session) shared() []dtls.Option {
	return []dtls.Option{
		dtls.WithCertificates(s.cert),
		dtls.WithInsecureSkipVerify(true), // nobody signs a browser's: the fingerprint is what counts
		dtls.WithVerifyPeerCertificate(s.verify),
		dtls.WithSRTPProtectionProfiles(protections...),
		dtls.WithLoggerFactory(Quiet{}),
	}
}

// verify holds the page's certificate against the fingerprint of its offer
// (RFC 8122 §6.2).
func (s *Session) verify(shown [][]byte, _ [][]*x509.Certificate) error {
	if len(shown) == 0 {
		return errors.New("lean: the page shows no certificate")
	}
	hash, _, _ := strings.Cut(s.page.Fingerprint, " ")
	if !strings.EqualFold(fingerprintOf(hash, shown[0]), s.page.Fingerprint) {
		return errors.New("lean: the certificate is not the one that the page's offer named")
	}
	return nil
}

// fingerprintOf writes a certificate's as RFC 8122 §5 does; of a hash that we
// do not trust it is empty.
func fingerprintOf(hash string, certificate []byte) string {
	var sum []byte
	switch strings.ToLower(hash) {
	case "sha-256":
		s := sha256.Sum256(certificate)
		sum = s[:]
	case "sha-384":
		s := sha512.Sum384(certificate)
		sum = s[:]
	case "sha-512":
		s := sha512.Sum512(certificate)
		sum = s[:]
	default:
		return ""
	}
	text := fmt.Sprintf("% X", sum)
	return hash + " " + strings.ReplaceAll(text, " ", ":")
}
