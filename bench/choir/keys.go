package choir

import (
	"github.com/pion/dtls/v3"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// keys are a page's: one context to send with, of the conductor alone, and one
// to receive with, of the listener alone.
type keys struct {
	out, in      *srtp.Context
	sealed       [1500]byte
	opened       [1500]byte
	sends, hears rtp.Header
}

// newKeys takes the keys from a DTLS handshake, of which the page was the
// client (RFC 5764 §4.2).
func newKeys(conn *dtls.Conn) (*keys, error) {
	profile, ok := conn.SelectedSRTPProtectionProfile()
	if !ok {
		return nil, errNoProfile
	}
	state, ok := conn.ConnectionState()
	if !ok {
		return nil, errNoProfile
	}
	cfg := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := cfg.ExtractSessionKeysFromDTLS(&state, true); err != nil {
		return nil, err
	}
	out, err := srtp.CreateContext(cfg.Keys.LocalMasterKey, cfg.Keys.LocalMasterSalt, cfg.Profile)
	if err != nil {
		return nil, err
	}
	in, err := srtp.CreateContext(cfg.Keys.RemoteMasterKey, cfg.Keys.RemoteMasterSalt, cfg.Profile)
	return &keys{out: out, in: in}, err
}

func (k *keys) seal(p []byte) []byte {
	sealed, err := k.out.EncryptRTP(k.sealed[:0], p, &k.sends)
	if err != nil {
		return p[:0] // is lost, and counted so
	}
	return sealed
}

// open returns nil for what is not authentic.
func (k *keys) open(p []byte) []byte {
	opened, err := k.in.DecryptRTP(k.opened[:0], p, &k.hears)
	if err != nil {
		return nil
	}
	return opened
}
