package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheOperatorIsToldOfCertificates(t *testing.T) {
	const days = 24 * time.Hour
	lasting := func(life, left time.Duration) *tls.Certificate {
		end := time.Now().Add(left)
		return &tls.Certificate{Leaf: &x509.Certificate{DNSNames: []string{"calls.example.com"}, NotBefore: end.Add(-life), NotAfter: end}}
	}
	ours := func(hello *tls.ClientHelloInfo) bool { return hello.ServerName == "calls.example.com" }
	down := errors.New("acme: the authority does not answer")
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			host, proto string
			give        *tls.Certificate
			err         error
			says        string // empty: nothing
		}{
			"a good one":                {"calls.example.com", "h2", lasting(90*days, 40*days), nil, ""},
			"none to be had":            {"calls.example.com", "h2", nil, down, "does not answer"},
			"a stranger's host":         {"evil.example", "h2", nil, down, ""},
			"the authority's question":  {"calls.example.com", "acme-tls/1", nil, down, ""},
			"about to expire":           {"calls.example.com", "h2", lasting(90*days, 9*days), nil, "about to expire"},
			"expired":                   {"calls.example.com", "h2", lasting(90*days, -time.Hour), nil, "about to expire"},
			"one that lives for a week": {"calls.example.com", "h2", lasting(7*days, 3*days), nil, ""},
		} {
			var log bytes.Buffer
			w := &certificateWatch{log: newLogger(&log, LogConfig{}), ours: ours,
				get: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.give, c.err }}
			hello := &tls.ClientHelloInfo{ServerName: c.host, SupportedProtos: []string{c.proto}}
			for range 3 { // a page's many connections
				if got, err := w.certificate(hello); got != c.give || err != c.err {
					t.Errorf("%s: hands out %v, %v", name, got, err)
				}
			}
			lines := strings.Count(log.String(), "\n")
			if c.says == "" && lines != 0 || c.says != "" && (lines != 1 || !strings.Contains(log.String(), c.says)) {
				t.Errorf("%s: the log says %q, want one line of %q", name, &log, c.says)
			}
			time.Sleep(retold)
			w.certificate(hello)
			if again := strings.Count(log.String(), "\n"); again != 2*lines {
				t.Errorf("%s: %d lines after %v, want %d", name, again, retold, 2*lines)
			}
		}
	})
}
