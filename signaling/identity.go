package signaling

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"sync"
	"time"

	"github.com/pion/dtls/v3/pkg/crypto/selfsign"
	"github.com/pion/webrtc/v4"
)

// An identity is the certificate that we show to pages. All of them see the
// same, made anew every week, well before it expires: making one costs more
// than all the rest of a connection.
type identity struct {
	mu   sync.Mutex
	cert tls.Certificate
	made time.Time
}

// certificate returns the one of this week.
func (i *identity) certificate() (tls.Certificate, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.made.IsZero() && time.Since(i.made) < 7*24*time.Hour {
		return i.cert, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	cert, err := selfsign.WithDNS(key, "WebRTC") // a name that says nothing, as browsers' own
	if err != nil {
		return tls.Certificate{}, err
	}
	i.cert, i.made = cert, time.Now()
	return cert, nil
}

// forPeerConnection is the same certificate as a PeerConnection takes it.
func (i *identity) forPeerConnection() ([]webrtc.Certificate, error) {
	cert, err := i.certificate()
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		return nil, err
	}
	return []webrtc.Certificate{webrtc.CertificateFromX509(cert.PrivateKey, leaf)}, nil
}
