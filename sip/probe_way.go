package sip

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/trunk"
)

// connected opens the connection of a trunk over TCP or TLS, and says whose
// certificate was shown. A trunk over UDP has none.
func (r *probing) connected(ctx context.Context) bool {
	t := r.line.transport()
	if t == trunk.UDP {
		return true
	}
	type outcome struct {
		s   *connection
		err error
	}
	done := make(chan outcome, 1)
	at := r.line.proxy()
	r.line.connect(hop{t, at}, func(s *connection, err error) { done <- outcome{s, err} })
	select {
	case o := <-done:
		if o.err != nil {
			r.say("connection", false, "No connection to %s over %s: %s.", at, strings.ToUpper(string(t)), strings.TrimSuffix(webtrunk.MessageOf(o.err, o.err.Error()), "."))
			return false
		}
		if secure, ok := o.s.Conn.(*tls.Conn); ok {
			r.certificate(secure.ConnectionState())
		} else {
			r.say("connection", true, "Connected to %s over TCP.", at)
		}
		return true
	case <-ctx.Done():
		r.say("connection", false, "No connection to %s over %s within %v: check address, port and the firewall.", at, strings.ToUpper(string(t)), probeTime)
		return false
	}
}

// renewal is when a certificate should have been renewed.
const renewal = 14 * 24 * time.Hour

func (r *probing) certificate(s tls.ConnectionState) {
	if len(s.PeerCertificates) == 0 {
		r.say("connection", false, "Connected over %s, but no certificate was shown.", tls.VersionName(s.Version))
		return
	}
	c := s.PeerCertificates[0]
	names := strings.Join(c.DNSNames, ", ")
	for _, ip := range c.IPAddresses {
		names = strings.Trim(names+", "+ip.String(), ", ")
	}
	left := time.Until(c.NotAfter)
	r.say("connection", left > renewal, "Connected over %s. The certificate is for %s, by %s, valid until %s%s.",
		tls.VersionName(s.Version), wordsOr(names, c.Subject.CommonName), wordsOr(c.Issuer.CommonName, "an unnamed authority"), c.NotAfter.UTC().Format("2006-01-02"), warning(left))
}

func warning(left time.Duration) string {
	if left > renewal {
		return ""
	}
	return fmt.Sprintf(": only %d more days, so that the carrier should renew it", int(left.Hours()/24))
}
