package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
)

// secretPrefix marks a signing secret, so that scanners recognise a leaked one.
const secretPrefix = "whsec_"

// A Secret is the key that an endpoint's deliveries are signed with. Only
// Reveal shows it; in logs and formatted output it is hidden.
type Secret struct{ key []byte }

// NewSecret returns a secret of 32 random bytes.
func NewSecret() Secret {
	key := make([]byte, 32)
	rand.Read(key)
	return Secret{key}
}

// ParseSecret reads "whsec_" and the base64 of 24 to 64 bytes. The prefix may
// be left out, as the published rules allow.
func ParseSecret(s string) (Secret, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(s), secretPrefix))
	if err != nil || len(key) < 24 || len(key) > 64 {
		return Secret{}, invalid("webhook secret", "This is not a signing secret. It is whsec_ and the base64 of 24 to 64 bytes, as it was shown when the endpoint was made.")
	}
	return Secret{key}, nil
}

// Reveal returns the secret as its owner is shown it, once.
func (s Secret) Reveal() string { return secretPrefix + base64.StdEncoding.EncodeToString(s.key) }

// String hides the secret.
func (s Secret) String() string { return secretPrefix + "…" }

// GoString hides the secret.
func (s Secret) GoString() string { return s.String() }

// signature is one signature by the published rules, over id.timestamp.body.
func (s Secret) signature(id string, unix int64, body []byte) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(id + "." + strconv.FormatInt(unix, 10) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
