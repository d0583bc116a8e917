package trunk

import (
	"crypto/tls"
	"crypto/x509"
)

// TLS says how a trunk over TLS is proved, both ways.
type TLS struct {
	ServerName string `json:"server_name,omitempty" yaml:"server_name"` // in the carrier's certificate; empty means the proxy's host
	// CA is the authorities believed, Certificate and Key ours where the carrier
	// asks for one. All are PEM; a configuration names their files.
	CA          string `json:"ca,omitempty" yaml:"ca_file,contents"` // empty means the system's
	Certificate string `json:"certificate,omitempty" yaml:"certificate_file,contents"`
	Key         string `json:"key,omitempty" yaml:"key_file,contents"`
}

func (t TLS) check(ms *mistakes) {
	if t.ServerName != "" && !hostName.MatchString(t.ServerName) && !isIP(t.ServerName) {
		ms.add("tls.server_name", "%q is not a name that a certificate holds: write it as sip.carrier.example", t.ServerName)
	}
	if t.CA != "" && !x509.NewCertPool().AppendCertsFromPEM([]byte(t.CA)) {
		ms.add("tls.ca", "it holds no certificate: give the authorities' certificates as PEM")
	}
	switch {
	case (t.Certificate == "") != (t.Key == ""):
		ms.add("tls", "a certificate and its key belong together: give both, or neither")
	case t.Certificate != "":
		if _, err := tls.X509KeyPair([]byte(t.Certificate), []byte(t.Key)); err != nil {
			ms.add("tls", "certificate and key cannot be used: %v", err)
		}
	}
}
