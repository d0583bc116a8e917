package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

func TestTheSelfMadeCertificateIsValidForTheMachine(t *testing.T) {
	addrs := []netip.Addr{netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("2001:db8::7")}
	c, err := selfMade([]string{"localhost", "box.lan"}, addrs)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	for host, valid := range map[string]bool{"localhost": true, "box.lan": true, "192.0.2.7": true, "2001:db8::7": true, "evil.example": false, "192.0.2.8": false} {
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots})
		if (err == nil) != valid {
			t.Errorf("%s: %v", host, err)
		}
	}
	if leaf.IsCA {
		t.Error("the certificate may sign others")
	}
	if leaf.PublicKeyAlgorithm != x509.ECDSA {
		t.Errorf("its key is %v, want ECDSA", leaf.PublicKeyAlgorithm)
	}
	if left := time.Until(leaf.NotAfter); left < 24*time.Hour || left > 398*24*time.Hour {
		t.Errorf("it is valid for %v", left) // browsers refuse more than 398 days
	}
}

// writePair puts a self-made certificate into files, written at the given time.
func writePair(t *testing.T, dir, name string, at time.Time) (certificate, key string) {
	t.Helper()
	c, err := selfMade([]string{name}, nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{
		certificate: {Type: "CERTIFICATE", Bytes: c.Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: der},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}

func TestCertificateFilesServe(t *testing.T) {
	certificate, key := writePair(t, t.TempDir(), "localhost", time.Now())
	c, err := parseConfig([]byte(trunkYAML + "http: {certificate: " + certificate + ", key: " + key + ", listen: 127.0.0.1:0, redirect: 127.0.0.1:0}\n"))
	if err != nil {
		t.Fatal(err)
	}
	secure, err := newEncryption(c.HTTP, discard())
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, c.HTTP, secure, http.NotFoundHandler())
	roots := x509.NewCertPool()
	text, _ := os.ReadFile(certificate)
	roots.AppendCertsFromPEM(text)
	status, body, _ := get(t, client(&tls.Config{RootCAs: roots, ServerName: "localhost"}), "https://"+s.addr().String()+"/")
	if status != 200 || body != "page /" {
		t.Errorf("%d %q", status, body)
	}
}

func TestARenewedCertificateIsServedWithoutARestart(t *testing.T) {
	dir, then := t.TempDir(), time.Now().Add(-time.Hour)
	certificate, key := writePair(t, dir, "old.example", then)
	var log bytes.Buffer
	f := &certificateFiles{certificate: certificate, key: key, log: newLogger(&log, LogConfig{})}
	if err := f.load(); err != nil {
		t.Fatal(err)
	}
	name := func() string {
		f.looked = time.Time{} // as if the files had not been looked at for long
		c, err := f.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(c.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return leaf.DNSNames[0]
	}
	if got := name(); got != "old.example" {
		t.Fatalf("serves %s", got)
	}
	// Half a renewal: the certificate is new, its key still the old one.
	old, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	writePair(t, dir, "new.example", then.Add(time.Minute))
	renewed, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(key, old, 0o600)
	if got := name(); got != "old.example" || !strings.Contains(log.String(), "the old one stays") {
		t.Errorf("with half a renewal serves %s and logs %q", got, log.String())
	}
	os.WriteFile(key, renewed, 0o600)
	if got := name(); got != "new.example" {
		t.Errorf("after the renewal serves %s", got)
	}
	os.Remove(key)
	if got := name(); got != "new.example" {
		t.Errorf("after the files are gone serves %s", got)
	}
	f.looked = time.Now()
	if c, err := f.get(nil); err != nil || c == nil {
		t.Errorf("looked a moment ago: %v, %v", c, err)
	}
}

func TestFilesThatAreNoCertificate(t *testing.T) {
	_, err := newEncryption(HTTPConfig{Certificate: "none.pem", Key: "none.key"}, discard())
	if err == nil || !strings.Contains(err.Error(), "http.certificate") {
		t.Errorf("got %v", err)
	}
}

func TestACMEAsksOnlyForItsHosts(t *testing.T) {
	cache := t.TempDir()
	c, err := parseConfig([]byte(trunkYAML + "http: {acme: {hosts: [calls.example.com, Desk.Example.com], cache: " + cache + ", email: me@example.com, directory: https://acme.example/dir}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	m := c.HTTP.ACME.manager()
	for host, allowed := range map[string]bool{"calls.example.com": true, "desk.example.com": true, "evil.example": false, "203.0.113.1": false} {
		if err := m.HostPolicy(t.Context(), host); (err == nil) != allowed {
			t.Errorf("%s: %v", host, err)
		}
	}
	if m.Cache != autocert.DirCache(cache) || m.Email != "me@example.com" || m.Client.DirectoryURL != "https://acme.example/dir" {
		t.Errorf("manager %+v", m)
	}
	secure, err := newEncryption(c.HTTP, discard())
	if err != nil {
		t.Fatal(err)
	}
	if p := secure.config.NextProtos; !slices.Contains(p, "acme-tls/1") || !slices.Contains(p, "h2") {
		t.Errorf("protocols %v lack the authority's challenge", p) // RFC 8737 §4
	}
	// A stranger's host is refused before anybody is asked.
	if _, err := secure.config.GetCertificate(&tls.ClientHelloInfo{ServerName: "evil.example"}); err == nil {
		t.Error("a certificate for evil.example")
	}
	// The authority's question is answered, everybody else is sent on.
	handler := secure.challenges(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	for path, want := range map[string]int{"/": http.StatusTeapot, "/.well-known/acme-challenge/unknown": http.StatusNotFound} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "http://calls.example.com"+path, nil)
		handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestLetsEncryptIsTheDefaultAuthority(t *testing.T) {
	if m := (ACMEConfig{}).manager(); m.Client != nil {
		t.Errorf("client %+v", m.Client)
	}
}

func TestPlainHTTPHasNoEncryption(t *testing.T) {
	if secure, err := newEncryption(HTTPConfig{}, discard()); secure != nil || err != nil {
		t.Errorf("got %v, %v", secure, err)
	}
}
