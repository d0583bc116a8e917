package choir

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/selfsign"
	"github.com/pion/transport/v4/packetio"
)

var (
	errNoProfile = errors.New("choir: DTLS agreed on no SRTP profile")
	errOther     = errors.New("choir: the other side's certificate is not the one of its answer")
)

// A page is what a line needs beside sound to be a browser: ICE, whose every
// check nominates, and DTLS as a client.
type page struct {
	line        *Line
	next        *generation // of ICE: offered, and not answered yet
	ice         atomic.Pointer[generation]
	certificate tls.Certificate
	flights     *packetio.Buffer // DTLS that came
	dtls        *dtls.Conn
}

// identity is the certificate of all pages: making one takes longer than all
// the rest.
var identity = sync.OnceValues(selfsign.GenerateSelfSigned)

func newPage(l *Line) (*page, error) {
	certificate, err := identity()
	if err != nil {
		return nil, err
	}
	return &page{line: l, next: newGeneration(), certificate: certificate, flights: packetio.NewBuffer()}, nil
}

func (p *page) fingerprint() string { return fingerprint(p.certificate.Certificate[0]) }

func fingerprint(certificate []byte) string {
	sum := sha256.Sum256(certificate)
	var b strings.Builder
	for i, x := range sum {
		if i > 0 {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%02X", x)
	}
	return b.String()
}

// connect does what a browser does after the answer has come: checks, a
// handshake, keys.
func (p *page) connect(ctx context.Context, a Answer) error {
	p.line.SetRemote(a.At, a.Codec, a.Payload)
	p.line.page.Store(p)
	if err := p.find(ctx, a); err != nil {
		return err
	}
	conn, err := dtls.ClientWithOptions(&flight{Buffer: p.flights, line: p.line}, net.UDPAddrFromAddrPort(a.At),
		dtls.WithCertificates(p.certificate),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithInsecureSkipVerify(true), // the fingerprint says who it is (RFC 8122 §5)
		dtls.WithVerifyPeerCertificate(p.verify))
	if err != nil {
		return err
	}
	p.dtls = conn
	if err := conn.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("choir: line %s: %w", p.line.Home(), err)
	}
	k, err := newKeys(conn)
	if err != nil {
		return err
	}
	p.line.keys.Store(k)
	return nil
}

func (p *page) verify(raw [][]byte, _ [][]*x509.Certificate) error {
	if len(raw) == 0 || !strings.EqualFold(fingerprint(raw[0]), p.ice.Load().answer.Fingerprint) {
		return errOther
	}
	return nil
}

func (p *page) close() {
	if p.dtls != nil {
		_ = p.dtls.Close() // tells the other side, who may be gone
	}
	_ = p.flights.Close()
}

// A flight is a line's DTLS as a connection.
type flight struct {
	*packetio.Buffer
	line *Line
}

func (f *flight) ReadFrom(p []byte) (int, net.Addr, error) {
	n, err := f.Read(p)
	return n, f.line.place.Load().to, err
}

func (f *flight) WriteTo(p []byte, _ net.Addr) (int, error) { return len(p), f.line.send(p) }
func (f *flight) LocalAddr() net.Addr                       { return net.UDPAddrFromAddrPort(f.line.Addr()) }
func (f *flight) SetDeadline(t time.Time) error             { return f.SetReadDeadline(t) }
func (f *flight) SetWriteDeadline(time.Time) error          { return nil }
