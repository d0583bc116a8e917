package webhook

import (
	"crypto/hmac"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// Tolerance is how far a message's timestamp may lie from the receiver's clock.
// Beyond it, Verify takes the message for a recorded one that is played again.
const Tolerance = 5 * time.Minute

// Sign sets a message's three headers: its ID, the time of this attempt, and
// one signature for each secret, of which there are several while a secret is
// being rotated.
func Sign(h http.Header, id string, at time.Time, body []byte, secrets ...Secret) {
	var all []string
	for _, s := range secrets {
		all = append(all, s.signature(id, at.Unix(), body))
	}
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
	h.Set(HeaderSignature, strings.Join(all, " "))
}

// Verify returns nil if a message was signed with one of the secrets, not more
// than Tolerance from now. The body must be the bytes as they were received.
// The error's sentence says which rule was broken; answer such a message with
// 400 and do nothing else.
func Verify(h http.Header, body []byte, now time.Time, secrets ...Secret) error {
	id, stamp := h.Get(HeaderID), h.Get(HeaderTimestamp)
	if id == "" || stamp == "" || h.Get(HeaderSignature) == "" {
		return forbidden("verify", "The message has no signature: webhook-id, webhook-timestamp and webhook-signature belong together.")
	}
	unix, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return forbidden("verify", "The message's webhook-timestamp is not a number of seconds since 1970.")
	}
	if off := now.Sub(time.Unix(unix, 0)); off > Tolerance || off < -Tolerance {
		return forbidden("verify", "The message's webhook-timestamp is more than 5 minutes from this machine's clock. Set the clock; if it is right, somebody plays an old message again.")
	}
	for _, s := range secrets {
		want := s.signature(id, unix, body)
		for got := range strings.FieldsSeq(h.Get(HeaderSignature)) {
			if hmac.Equal([]byte(got), []byte(want)) {
				return nil
			}
		}
	}
	return forbidden("verify", "No signature of the message fits the secret. Check the secret, and that the body is verified as the bytes that came, not as JSON written anew.")
}
