package lean

import (
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// protect makes what protects sound, either way, of what a handshake has agreed.
func protect(with srtp.ProtectionProfile, keys srtp.SessionKeys) (*sealer, *opener, error) {
	if with != srtp.ProtectionProfileAeadAes128Gcm {
		return protectByPion(with, keys)
	}
	out, err := newGCMKey(keys.LocalMasterKey, keys.LocalMasterSalt)
	if err != nil {
		return nil, nil, err
	}
	in, err := newGCMKey(keys.RemoteMasterKey, keys.RemoteMasterSalt)
	if err != nil {
		return nil, nil, err
	}
	return &sealer{key: out}, &opener{key: in}, nil
}

func protectByPion(with srtp.ProtectionProfile, keys srtp.SessionKeys) (*sealer, *opener, error) {
	out, err := srtp.CreateContext(keys.LocalMasterKey, keys.LocalMasterSalt, with)
	if err != nil {
		return nil, nil, err
	}
	in, err := srtp.CreateContext(keys.RemoteMasterKey, keys.RemoteMasterSalt, with, srtp.SRTPReplayProtection(window))
	if err != nil {
		return nil, nil, err
	}
	return &sealer{other: &pionCipher{context: out}}, &opener{other: &pionCipher{context: in}}, nil
}

// A pionCipher is pion's, of one direction: for AES-CM with HMAC-SHA1, which pages agree
// to that do not know AES-GCM.
type pionCipher struct {
	context *srtp.Context
	header  rtp.Header // here, so that a packet costs no allocation
}

func (c *pionCipher) seal(b []byte) ([]byte, error) { return c.context.EncryptRTP(b[:0], b, &c.header) }
func (c *pionCipher) open(b []byte) ([]byte, error) { return c.context.DecryptRTP(b[:0], b, &c.header) }
