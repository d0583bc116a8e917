package sip

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// Who refreshes a session, as Session-Expires says it: who sent the request
// that the header or the response to it stands in, or who answered that
// request (RFC 4028 §4). It is no property of the call: with a request the other
// way round, the words change places.
const (
	byAsker    = "uac"
	byAnswerer = "uas"
)

// defaultExpires is the interval that RFC 4028 §4 recommends.
const defaultExpires = 30 * time.Minute

// An expiry is what a Session-Expires header says (RFC 4028 §4).
type expiry struct {
	seconds   uint32
	refresher string // empty where it is left open
}

func (x expiry) header() sip.Header {
	value := strconv.FormatUint(uint64(x.seconds), 10)
	if x.refresher != "" {
		value += ";refresher=" + x.refresher
	}
	return sip.NewHeader("Session-Expires", value)
}

// expiryIn reads Session-Expires, in its long or compact form. One that cannot
// be read counts as none: that costs a refresh, and refusing it costs a call.
func expiryIn(msg sip.Message) (x expiry, found bool) {
	h := firstHeader(msg, "Session-Expires", "x")
	if h == nil {
		return expiry{}, false
	}
	number, params, _ := strings.Cut(h.Value(), ";")
	seconds, ok := deltaSeconds(number)
	if !ok {
		return expiry{}, false
	}
	x.seconds = seconds
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(p, "=")
		value = strings.ToLower(strings.TrimSpace(value))
		if strings.EqualFold(strings.TrimSpace(name), "refresher") && (value == byAsker || value == byAnswerer) {
			x.refresher = value
		}
	}
	return x, true
}

// minimumIn reads Min-SE, 0 where there is none (§5).
func minimumIn(msg sip.Message) uint32 {
	h := firstHeader(msg, "Min-SE")
	if h == nil {
		return 0
	}
	number, _, _ := strings.Cut(h.Value(), ";")
	seconds, _ := deltaSeconds(number)
	return seconds
}

func minimum(seconds uint32) sip.Header { return sip.NewHeader("Min-SE", fmt.Sprint(seconds)) }

// maxSeconds bounds what a peer may name: a day. A session of a longer interval
// is refreshed each half day, which suits every peer.
const maxSeconds = 24 * 60 * 60

// deltaSeconds reads a number of seconds (RFC 3261 §25.1).
func deltaSeconds(s string) (uint32, bool) {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil { // more than 32 bits of them
		n = maxSeconds
	}
	return uint32(min(n, maxSeconds)), true
}

// retryAfter reads Retry-After (RFC 3261 §20.33), 0 where there is none.
func retryAfter(res *sip.Response) uint32 {
	h := res.GetHeader("Retry-After")
	if h == nil {
		return 0
	}
	number := strings.FieldsFunc(h.Value(), func(r rune) bool { return r == ';' || r == '(' })
	if len(number) == 0 {
		return 0
	}
	seconds, _ := deltaSeconds(number[0])
	return seconds
}

func firstHeader(msg sip.Message, names ...string) sip.Header {
	for _, name := range names {
		if all := msg.GetHeaders(name); len(all) > 0 {
			return all[0]
		}
	}
	return nil
}

// shortest is the shortest interval that a trunk lets us agree to, and wished
// the one that we ask for, in seconds.
func shortest(s trunk.SessionTimer) uint32 { return wholeSeconds(s.MinSE, trunk.MinSessionExpires) }

func wished(s trunk.SessionTimer) uint32 {
	return max(wholeSeconds(s.Expires, defaultExpires), shortest(s))
}

func wholeSeconds(d, otherwise time.Duration) uint32 {
	if d == 0 {
		d = otherwise
	}
	return uint32(min((d+time.Second-1)/time.Second, maxSeconds))
}

// tooShort returns why a request is refused whose session would have to be
// refreshed more often than the trunk's policy allows (§6): 422 with the
// shortest that it does. Who has no session timers cannot be told, for the
// header is a proxy's, and gets what the proxy asks (§9).
func (n *line) tooShort(req *sip.Request) *refusal {
	x, found := expiryIn(req)
	least := shortest(n.Sessions)
	if n.Sessions.Off || !found || x.seconds >= least || !supports(req, timerOption) {
		return nil
	}
	return &refusal{statusIntervalTooSmall, minimum(least)}
}

// statusIntervalTooSmall is RFC 4028 §6's.
const statusIntervalTooSmall = 422

// grant chooses the interval and who refreshes for a session that req opens or
// refreshes (§9, table 2): never longer than was asked, never shorter than
// either side's minimum, and where it is left to us, it is we who refresh.
func grant(req *sip.Request, policy trunk.SessionTimer) expiry {
	asked, found := expiryIn(req)
	granted := expiry{max(wished(policy), minimumIn(req)), byAnswerer}
	if found {
		shorter := min(asked.seconds, granted.seconds)
		granted.seconds = min(asked.seconds, max(shorter, shortest(policy), minimumIn(req)))
	}
	if asked.refresher != "" && supports(req, timerOption) {
		granted.refresher = asked.refresher
	}
	return granted
}
