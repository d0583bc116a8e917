package main

import (
	"crypto/tls"
	"fmt"
	"net/netip"

	"webtrunk/sip"
)

// validateStreams looks at where carriers may connect by TCP and TLS.
func (c Config) validateStreams(ps *Problems) {
	s := c.SIP
	for at, l := range map[string]netip.AddrPort{"sip.listen_tcp": s.ListenTCP, "sip.listen_tls": s.ListenTLS} {
		if l != (netip.AddrPort{}) && (!l.IsValid() || l.Addr().IsMulticast()) {
			ps.add(at, "write an address of this machine and a port, such as 0.0.0.0:5060")
		}
	}
	switch {
	case s.ListenTCP.Port() != 0 && s.ListenTCP.Port() == s.ListenTLS.Port():
		ps.add("sip.listen_tls", "port %d is also that of listen_tcp: write two, such as 5060 for TCP and 5061 for TLS", s.ListenTLS.Port())
	case s.ListenTLS.IsValid() && s.TLS == nil:
		ps.add("sip.tls", "carriers that connect by TLS must see a certificate: give tls: with certificate and key")
	case s.TLS == nil:
	case !s.ListenTLS.IsValid():
		ps.add("sip.tls", "nobody connects by TLS: give listen_tls too, or remove it. What we show to a carrier that we connect to is the trunk's tls")
	case s.TLS.Certificate == "" || s.TLS.Key == "":
		ps.add("sip.tls", "a certificate and its key belong together: give both files, certificate and key")
	}
}

// streams says where carriers may connect. A renewed certificate is served
// without a restart.
func (g *gateway) streams(c *sip.Config) error {
	s := g.cfg.SIP
	c.ListenTCP, c.ListenTLS = s.ListenTCP, s.ListenTLS
	if s.TLS == nil {
		return nil
	}
	files := &certificateFiles{certificate: s.TLS.Certificate, key: s.TLS.Key, log: g.log}
	if err := files.load(); err != nil {
		return fmt.Errorf("sip.tls: %w", err)
	}
	c.TLS = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: files.get}
	return nil
}
