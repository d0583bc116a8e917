package testpay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"webtrunk/billing/pay"
)

// HeaderSignature carries t=SECONDS,v1=HEX: when a webhook was sent, and the HMAC-SHA256 of
// "SECONDS.BODY" by the secret.
const HeaderSignature = "Testpay-Signature"

// tolerance is how old a webhook may be: beyond it, it is taken for one played again.
const tolerance = 5 * time.Minute

func sign(secret pay.Secret, at time.Time, body []byte) string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return "t=" + stamp + ",v1=" + mac(secret, stamp, body)
}

func mac(secret pay.Secret, stamp string, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret.Reveal()))
	m.Write([]byte(stamp + "."))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// verify fails with Refused where no secret has made the signature, or not just now.
func verify(h http.Header, body []byte, now time.Time, secrets []pay.Secret) error {
	stamp, given, ok := strings.Cut(strings.TrimPrefix(h.Get(HeaderSignature), "t="), ",v1=")
	unix, err := strconv.ParseInt(stamp, 10, 64)
	if !ok || err != nil {
		return pay.Fail("webhook", pay.Refused, "The webhook is not signed.", nil)
	}
	if off := now.Sub(time.Unix(unix, 0)); off > tolerance || off < -tolerance {
		return pay.Fail("webhook", pay.Refused, "The webhook was signed more than 5 minutes from this machine's clock: set the clock, or somebody plays an old one.", nil)
	}
	for _, s := range secrets {
		if s != "" && hmac.Equal([]byte(given), []byte(mac(s, stamp, body))) {
			return nil
		}
	}
	return pay.Fail("webhook", pay.Refused, "No secret fits the webhook's signature.", nil)
}
