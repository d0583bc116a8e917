package main

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
)

// A certificateWatch hands out certificates and tells the operator of those
// that visitors cannot be given, or will soon not trust. The handshake is the
// only place where that shows: an authority is asked in the course of one, and
// a renewal that fails fails without a word.
type certificateWatch struct {
	get  func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	ours func(*tls.ClientHelloInfo) bool // strangers may name any host; nil means that all are ours
	log  *slog.Logger

	mu   sync.Mutex
	told map[string]time.Time // when, by what
}

// retold is how long a complaint is not repeated.
const retold = 10 * time.Minute

func (w *certificateWatch) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	c, err := w.get(hello)
	question := slices.Contains(hello.SupportedProtos, acme.ALPNProto) // the authority's (RFC 8737 §4), not a visitor's
	switch {
	case question || w.ours != nil && !w.ours(hello):
	case err != nil:
		w.tell("visitors cannot be given a certificate, so they do not reach the pages", "host", hello.ServerName, "error", err)
	case c.Leaf != nil && time.Until(c.Leaf.NotAfter) < notice(c.Leaf):
		w.tell("the certificate is about to expire and was not renewed", "names", c.Leaf.DNSNames, "expires", c.Leaf.NotAfter)
	}
	return c, err
}

// notice is how long before the end a certificate should have been renewed:
// ten days, or a sixth of the life of one that lives for days only.
func notice(leaf *x509.Certificate) time.Duration {
	return min(10*24*time.Hour, leaf.NotAfter.Sub(leaf.NotBefore)/6)
}

func (w *certificateWatch) tell(what string, details ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if last, said := w.told[what]; said && time.Since(last) < retold {
		return
	}
	if w.told == nil {
		w.told = make(map[string]time.Time)
	}
	w.told[what] = time.Now()
	w.log.Error(what, details...)
}
