package sip

import (
	"crypto/tls"
	"crypto/x509"

	"webtrunk"
	"webtrunk/trunk"
)

// secured is how a line's connections over TLS are made. The name that is
// proved is the one that the operator wrote, not what DNS made of it (RFC 5922
// §7.2), and nothing turns the proof off.
func secured(t trunk.Trunk) (*tls.Config, error) {
	invalid := func(message string, err error) error {
		return &webtrunk.Error{Op: "trunk " + t.Name, Kind: webtrunk.Invalid, Message: message, Err: err}
	}
	host, _ := t.Host()
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if t.TLS.ServerName != "" {
		c.ServerName = t.TLS.ServerName
	}
	if t.TLS.CA != "" {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM([]byte(t.TLS.CA)) {
			return nil, invalid("tls.ca holds no certificate: it is PEM, and begins with -----BEGIN CERTIFICATE-----", nil)
		}
	}
	if t.TLS.Certificate != "" {
		pair, err := tls.X509KeyPair([]byte(t.TLS.Certificate), []byte(t.TLS.Key))
		if err != nil {
			return nil, invalid("tls.certificate and tls.key are no pair in PEM", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
