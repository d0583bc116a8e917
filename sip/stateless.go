package sip

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// refusalOf answers a request that never became one (RFC 3261 §8.2.7): nothing
// of it is remembered, a repetition gets the same answer, and one request makes
// one response. The headers are those of the request as it was read (§8.2.6.2);
// those that it lacks are not made up.
func (h *head) refusalOf(status verdict, source netip.AddrPort, agent string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d %s\r\n", status, phrases[int(status)])
	for i, v := range h.vias() {
		if i == 0 {
			v = receivedFrom(v, source)
		}
		fmt.Fprintf(&b, "Via: %s\r\n", v)
	}
	for _, name := range []string{"From", "To", "Call-ID", "CSeq"} {
		v := h.first(strings.ToLower(name))
		if v == "" {
			continue
		}
		if name == "To" && !hasTag(v) {
			v += ";tag=" + h.statelessTag()
		}
		fmt.Fprintf(&b, "%s: %s\r\n", name, v)
	}
	fmt.Fprintf(&b, "Server: %s\r\nContent-Length: 0\r\n\r\n", agent)
	return []byte(b.String())
}

// vias are the elements of all Via headers.
func (h *head) vias() []string {
	var all []string
	for _, v := range h.all("via") {
		all = append(all, elements(v, ',')...)
	}
	return all
}

// receivedFrom writes where a request came from into its top Via (§18.2.1,
// RFC 3581 §4).
func receivedFrom(via string, source netip.AddrPort) string {
	params := elements(via, ';')
	params = slices.DeleteFunc(params, func(p string) bool { return strings.HasPrefix(strings.ToLower(p), "received=") })
	for i, p := range params {
		if name, _, _ := strings.Cut(p, "="); i > 0 && strings.EqualFold(name, "rport") {
			params[i] = "rport=" + strconv.Itoa(int(source.Port()))
		}
	}
	return strings.Join(params, ";") + ";received=" + source.Addr().String()
}

// replyTo is where the answer to a datagram goes (§18.2.2): to the port that it
// came from where the sender asked for that (RFC 3581 §4), else to the one in
// its Via; to no other address than its own.
func (h *head) replyTo(source netip.AddrPort) netip.AddrPort {
	vias := h.vias()
	if len(vias) == 0 {
		return source
	}
	params := elements(vias[0], ';')
	if _, found := parameter(params[1:], "rport"); found {
		return source
	}
	_, sentBy, _ := strings.Cut(params[0], " ")
	if i := strings.LastIndexByte(sentBy, ':'); i >= 0 && !strings.HasSuffix(sentBy, "]") {
		if port, err := strconv.ParseUint(sentBy[i+1:], 10, 16); err == nil && port != 0 {
			return netip.AddrPortFrom(source.Addr(), uint16(port))
		}
	}
	return netip.AddrPortFrom(source.Addr(), defaultPort)
}

// tagKey makes the tags of stateless answers: the same for the same request
// (§8.2.7), and not to be guessed.
var tagKey = []byte(rand.Text())

func (h *head) statelessTag() string {
	m := hmac.New(sha256.New, tagKey)
	for _, name := range []string{"via", "from", "call-id", "cseq"} {
		m.Write([]byte(h.first(name) + "\r\n"))
	}
	return hex.EncodeToString(m.Sum(nil)[:10])
}
