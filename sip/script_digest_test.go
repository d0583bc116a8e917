package sip

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/icholy/digest"
)

// ofSession gives the carrier the session variants, which its library does not
// know: A1 is a hash of the plain one, the nonce and the client nonce (RFC 7616
// §3.4.2).
func ofSession(c *digest.Challenge, o *digest.Options) {
	plain, found := strings.CutSuffix(c.Algorithm, "-sess")
	if !found {
		return
	}
	sum := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	if plain == "SHA-256" {
		sum = func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	}
	c.Algorithm = plain
	o.A1 = sum(sum(o.Username+":"+c.Realm+":"+o.Password) + ":" + c.Nonce + ":" + o.Cnonce)
}
