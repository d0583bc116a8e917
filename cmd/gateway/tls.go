package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// An encryption is how pages are served over HTTPS.
type encryption struct {
	config *tls.Config
	// challenges answers the authority's questions that come over plain HTTP
	// (RFC 8555 §8.3) and passes everything else on.
	challenges func(other http.Handler) http.Handler
}

// newEncryption returns nil when pages are served without HTTPS of ours.
func newEncryption(h HTTPConfig, log *slog.Logger) (*encryption, error) {
	unchallenged := func(other http.Handler) http.Handler { return other }
	switch {
	case h.ACME != nil:
		m := h.ACME.manager()
		watch := &certificateWatch{get: m.GetCertificate, log: log, ours: func(hello *tls.ClientHelloInfo) bool {
			return m.HostPolicy(hello.Context(), hello.ServerName) == nil
		}}
		config := m.TLSConfig()
		config.MinVersion, config.GetCertificate = tls.VersionTLS12, watch.certificate
		return &encryption{config, m.HTTPHandler}, nil
	case h.Certificate != "":
		f := &certificateFiles{certificate: h.Certificate, key: h.Key, log: log}
		if err := f.load(); err != nil {
			return nil, fmt.Errorf("http.certificate and http.key: %w", err)
		}
		watch := &certificateWatch{get: f.get, log: log}
		return &encryption{&tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: watch.certificate}, unchallenged}, nil
	}
	return nil, nil
}

// manager gets and renews certificates for the named hosts, and for no other
// that a stranger may name in a TLS handshake.
func (a ACMEConfig) manager() *autocert.Manager {
	m := &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(a.Cache),
		HostPolicy: autocert.HostWhitelist(a.Hosts...),
		Email:      a.Email,
	}
	if a.Directory != "" {
		m.Client = &acme.Client{DirectoryURL: a.Directory}
	}
	return m
}

// certificateFiles is a certificate that somebody else renews. The files are
// looked at again at most once in every freshness.
type certificateFiles struct {
	certificate, key string
	log              *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	written time.Time // when the files were last written
	looked  time.Time
}

const freshness = 10 * time.Second

func (f *certificateFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) < freshness {
		return f.current, nil
	}
	if err := f.load(); err != nil {
		f.log.Error("the new certificate cannot be used, so the old one stays", "file", f.certificate, "error", err)
	}
	return f.current, nil
}

// load reads the files if they were written since the last time. A renewal
// that is half written is an error, and read again once it is whole.
func (f *certificateFiles) load() error {
	f.looked = time.Now()
	written, err := lastWritten(f.certificate, f.key)
	if err != nil || written.Equal(f.written) {
		return err
	}
	c, err := tls.LoadX509KeyPair(f.certificate, f.key)
	if err != nil {
		return err
	}
	f.current, f.written = &c, written
	return nil
}

func lastWritten(files ...string) (last time.Time, err error) {
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return last, err
		}
		if info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last, nil
}
