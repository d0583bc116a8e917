package sip

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk/trunk"
)

// A streamWire is the peer's side of TCP or TLS: it listens, connects, and
// knows one connection that is used for what it says. It frames with code of its own.
type streamWire struct {
	t         testing.TB
	transport trunk.Transport
	listener  net.Listener
	dial      func(to netip.AddrPort) (net.Conn, error)
	in        chan []byte
	readers   sync.WaitGroup
	proof     *atomic.Pointer[tls.Certificate] // of the listener, over TLS

	mu    sync.Mutex
	conns []net.Conn // the last is spoken over
	came  int        // connections that the edge has opened
}

// overStreams has a wire speak TCP or TLS.
func (w *wire) overStreams(transport trunk.Transport, listener net.Listener, client *tls.Config) *streamWire {
	s := &streamWire{t: w.t, transport: transport, listener: listener, in: make(chan []byte, 1000)}
	s.dial = func(to netip.AddrPort) (net.Conn, error) {
		conn, err := net.Dial("tcp", to.String())
		if err == nil && transport == trunk.TLSOverIP {
			conn = tls.Client(conn, client)
		}
		return conn, err
	}
	s.readers.Go(s.accept)
	w.stream = s
	w.t.Cleanup(func() {
		listener.Close()
		s.hangUp()
		s.readers.Wait()
	})
	return s
}

func (s *streamWire) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.came++
		s.mu.Unlock()
		s.use(conn)
	}
}

// use has a connection read, and spoken over from now on.
func (s *streamWire) use(conn net.Conn) {
	s.mu.Lock()
	s.conns = append(s.conns, conn)
	s.mu.Unlock()
	s.readers.Go(func() {
		r := bufio.NewReader(conn)
		for {
			b, err := readFramed(r)
			if err != nil {
				conn.Close()
				return
			}
			s.in <- b
		}
	})
}

// readFramed reads a message, or CRLF alone.
func readFramed(r *bufio.Reader) ([]byte, error) {
	var b []byte
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		b = append(b, line...)
		if len(line) == 2 {
			break
		}
	}
	if len(b) == 2 {
		return b, nil
	}
	length := 0
	for _, c := range parseRaw(b).get("Content-Length") {
		length = 10*length + int(c-'0')
	}
	body := make([]byte, length)
	_, err := io.ReadFull(r, body)
	return append(b, body...), err
}

// connect opens a connection to the edge.
func (s *streamWire) connect(to netip.AddrPort) {
	s.t.Helper()
	conn, err := s.dial(to)
	if err != nil {
		s.t.Fatal(err)
	}
	s.use(conn)
}

func (s *streamWire) send(text string, to netip.AddrPort) {
	s.t.Helper()
	s.mu.Lock()
	none := len(s.conns) == 0
	s.mu.Unlock()
	if none {
		s.connect(to)
	}
	s.mu.Lock()
	conn := s.conns[len(s.conns)-1]
	s.mu.Unlock()
	if _, err := conn.Write([]byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *streamWire) receive(d time.Duration) ([]byte, bool) {
	select {
	case b := <-s.in:
		return b, true
	case <-time.After(d):
		return nil, false
	}
}

// hangUp closes all connections.
func (s *streamWire) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		c.Close()
	}
	s.conns = nil
}

func (s *streamWire) arrivals() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came
}

func (s *streamWire) addr() netip.AddrPort {
	return s.listener.Addr().(*net.TCPAddr).AddrPort()
}

// An authority signs certificates for tests.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	PEM  string
	pool *x509.CertPool
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t, pool: x509.NewCertPool()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	var der []byte
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err == nil {
		der, err = x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	}
	if err == nil {
		a.cert, err = x509.ParseCertificate(der)
	}
	if err != nil {
		t.Fatal(err)
	}
	a.PEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	a.pool.AddCert(a.cert)
	return a
}

// issue makes a certificate for a name or an address, as PEM and ready for use.
func (a *authority) issue(name string) (pair tls.Certificate, certPEM, keyPEM string) {
	a.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	certPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	keyPEM = string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}))
	if pair, err = tls.X509KeyPair([]byte(certPEM), []byte(keyPEM)); err != nil {
		a.t.Fatal(err)
	}
	return pair, certPEM, keyPEM
}

// overTCP and overTLS make a trunk and an edge speak them with a peer, and
// return the peer's end. The edge listens, too.
func (w *wire) overTCP(cfg *Config) *streamWire {
	w.t.Helper()
	l, err := net.Listen("tcp4", netip.AddrPortFrom(w.addr().Addr(), 0).String())
	if err != nil {
		w.t.Fatal(err)
	}
	tr := &cfg.Network.Trunks[0]
	cfg.ListenTCP = cfg.Listen
	tr.Transport, tr.Proxy = trunk.TCP, l.Addr().String()
	return w.overStreams(trunk.TCP, l, nil)
}

func (w *wire) overTLS(cfg *Config) *streamWire {
	w.t.Helper()
	a := newAuthority(w.t)
	theirs, _, _ := a.issue("sip.carrier.example")
	ours, certPEM, keyPEM := a.issue("127.0.0.1")
	proof := new(atomic.Pointer[tls.Certificate])
	proof.Store(&theirs)
	l, err := tls.Listen("tcp4", netip.AddrPortFrom(w.addr().Addr(), 0).String(), &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return proof.Load(), nil },
		ClientCAs:      a.pool, ClientAuth: tls.RequireAndVerifyClientCert,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	tr := &cfg.Network.Trunks[0]
	cfg.ListenTLS = cfg.Listen
	cfg.TLS = &tls.Config{Certificates: []tls.Certificate{ours}}
	tr.Transport, tr.Proxy = trunk.TLSOverIP, l.Addr().String()
	tr.TLS = trunk.TLS{ServerName: "sip.carrier.example", CA: a.PEM, Certificate: certPEM, Key: keyPEM}
	s := w.overStreams(trunk.TLSOverIP, l, &tls.Config{RootCAs: a.pool, ServerName: "127.0.0.1"})
	s.proof = proof
	return s
}
