package media

import (
	"crypto/rand"
	"fmt"

	"github.com/pion/srtp/v3"

	"webtrunk"
)

// A Suite is how the packets of one direction are encrypted and proved, by the
// name that SDP gives it.
type Suite string

// The suites of RFC 4568 §6.2 and RFC 7714 §14.2 that we speak. SHA1_32 proves
// a packet of sound by four bytes only; its reports are proved by ten.
const (
	AESCM80 Suite = "AES_CM_128_HMAC_SHA1_80"
	AESCM32 Suite = "AES_CM_128_HMAC_SHA1_32"
	AESGCM  Suite = "AEAD_AES_256_GCM"
)

// Suites are all of them, the strongest first.
var Suites = []Suite{AESGCM, AESCM80, AESCM32}

// shapes are the suites as the library knows them, with the length of master
// key and master salt.
var shapes = map[Suite]struct {
	profile   srtp.ProtectionProfile
	key, salt int
}{
	AESCM80: {srtp.ProtectionProfileAes128CmHmacSha1_80, 16, 14},
	AESCM32: {srtp.ProtectionProfileAes128CmHmacSha1_32, 16, 14},
	AESGCM:  {srtp.ProtectionProfileAeadAes256Gcm, 32, 12},
}

// longestMaster is the longest master key and salt of a suite.
const longestMaster = 32 + 12

// Keys protect what one end of a leg sends (RFC 3711). They can be compared,
// and no fmt verb shows more of them than their suite. The zero Keys are none.
type Keys struct {
	suite  Suite
	master [longestMaster]byte // the master key, then the master salt
}

// NewKeys makes keys that nobody has had before.
func NewKeys(s Suite) Keys {
	k := Keys{suite: s}
	rand.Read(k.Master())
	return k
}

// KeysFrom reads keys as SDP brings them: the master key and, behind it, the salt.
func KeysFrom(s Suite, master []byte) (Keys, error) {
	k := Keys{suite: s}
	if shape, known := shapes[s]; !known || len(master) != shape.key+shape.salt {
		return Keys{}, &webtrunk.Error{Op: "media: keys", Kind: webtrunk.Invalid, Message: "the key has not the length that its suite needs"}
	}
	copy(k.master[:], master)
	return k, nil
}

// Suite returns what the keys are for, "" for none.
func (k *Keys) Suite() Suite { return k.suite }

// Master returns the master key and the salt behind it, as SDP brings them.
func (k *Keys) Master() []byte {
	shape := shapes[k.suite]
	return k.master[:shape.key+shape.salt]
}

// Format keeps the secret out of whatever is printed.
func (k Keys) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "keys for %q", string(k.suite)) }
