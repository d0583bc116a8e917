package carrier

import (
	"crypto/rand"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// allowed is the Allow header: every method that the carrier understands.
const allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"

const sdpType = "application/sdp"

// response builds a response to req as RFC 3261 §8.2.6 wants it. The tag goes
// into To unless it is empty or To has one.
func (c *Carrier) response(req *sip.Request, code int, tag string) *sip.Response {
	res := sip.NewResponse(code, reasonPhrase(code))
	sip.CopyHeaders("Via", req, res)
	sip.CopyHeaders("Record-Route", req, res)
	res.AppendHeader(sip.HeaderClone(req.From()))
	to := sip.HeaderClone(req.To()).(*sip.ToHeader)
	if _, has := to.Params.Get("tag"); !has && tag != "" {
		to.Params = to.Params.Clone()
		to.Params.Add("tag", tag)
	}
	res.AppendHeader(to)
	res.AppendHeader(sip.HeaderClone(req.CallID()))
	res.AppendHeader(sip.HeaderClone(req.CSeq()))
	res.AppendHeader(sip.NewHeader("Server", "carrier"))
	return res
}

// stampVia notes in the topmost Via where the request really came from
// (RFC 3261 §18.2.1, RFC 3581 §4) and returns where responses to it go.
func stampVia(req *sip.Request, peer netip.AddrPort) netip.AddrPort {
	via := req.Via()
	if _, wants := via.Params.Get("rport"); wants {
		via.Params.Add("rport", strconv.Itoa(int(peer.Port())))
		via.Params.Add("received", peer.Addr().String())
		return peer
	}
	if via.Host != peer.Addr().String() {
		via.Params.Add("received", peer.Addr().String())
	}
	port := via.Port
	if port <= 0 || port > 65535 {
		port = sip.DefaultUdpPort
	}
	return netip.AddrPortFrom(peer.Addr(), uint16(port))
}

// via is the Via header of a request of ours, with a new branch.
func (c *Carrier) via() *sip.ViaHeader {
	return &sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: "UDP",
		Host: c.addr.Addr().String(), Port: int(c.addr.Port()),
		Params: sip.HeaderParams{{K: "branch", V: sip.RFC3261BranchMagicCookie + token()}, {K: "rport"}},
	}
}

// contact is where requests inside a call reach us.
func (c *Carrier) contact(user string) *sip.ContactHeader {
	return &sip.ContactHeader{Address: c.uri(user)}
}

// uri is a user of ours.
func (c *Carrier) uri(user string) sip.Uri {
	return sip.Uri{Scheme: "sip", User: user, Host: c.addr.Addr().String(), Port: int(c.addr.Port())}
}

// setSDP gives msg a session description for a body.
func setSDP(msg sip.Message, body []byte) {
	setBody(msg, sdpType, body)
}

func setBody(msg sip.Message, contentType string, body []byte) {
	if body != nil {
		h := sip.ContentTypeHeader(contentType)
		msg.AppendHeader(&h)
	}
	msg.SetBody(body)
}

// sdpOf returns the session description that msg carries, if any.
func sdpOf(msg sip.Message) []byte {
	if len(msg.Body()) == 0 || !isType(msg, sdpType) {
		return nil
	}
	return msg.Body()
}

// isType reports whether the body of msg is of a media type, parameters aside.
func isType(msg sip.Message, want string) bool {
	hs := msg.GetHeaders("Content-Type")
	if len(hs) == 0 {
		return false
	}
	media, _, _ := strings.Cut(hs[0].Value(), ";")
	return strings.EqualFold(strings.TrimSpace(media), want)
}

func tagOf(params sip.HeaderParams) string {
	tag, _ := params.Get("tag")
	return tag
}

// token is a word that nobody else will say: for tags, branches and Call-IDs.
func token() string { return strings.ToLower(rand.Text()) }

// reasonPhrase is the text beside a status code (RFC 3261 §21).
func reasonPhrase(code int) string {
	if phrase, ok := reasonPhrases[code]; ok {
		return phrase
	}
	return "Status " + strconv.Itoa(code)
}

var reasonPhrases = map[int]string{
	100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress",
	200: "OK", 302: "Moved Temporarily",
	400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone",
	415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension",
	480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected",
	483: "Too Many Hops", 484: "Address Incomplete", 486: "Busy Here", 487: "Request Terminated",
	488: "Not Acceptable Here", 491: "Request Pending",
	500: "Server Internal Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
	504: "Server Time-out", 505: "Version Not Supported",
	600: "Busy Everywhere", 603: "Decline", 604: "Does Not Exist Anywhere", 606: "Not Acceptable",
}
