package sip

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A verdict is what becomes of a message that was read at the front door: a
// status to refuse a request by, or one of these.
type verdict int

const (
	pass    verdict = 0
	discard verdict = -1 // nothing can be answered, or nobody would want it
)

// onlyOnce are the headers that a message has once (RFC 3261 §7.3.1): of two,
// each hop would believe another.
var onlyOnce = []string{"from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type"}

// judge says whether the library may have a message. It refuses what RFC 3261
// forbids and the library takes, so that what one reads as a call to here, no
// other on the way has read as something else (RFC 4475 §3.1.2).
func (h *head) judge() verdict {
	first, rest, _ := strings.Cut(h.start, " ")
	if strings.EqualFold(first, "SIP/2.0") {
		return h.judgeResponse(rest)
	}
	parts := strings.Split(h.start, " ")
	version := parts[len(parts)-1]
	if fields := strings.Fields(h.start); len(fields) > 1 {
		version = fields[len(fields)-1]
	}
	switch {
	case len(version) < len("SIP/x") || !strings.EqualFold(version[:4], "SIP/"), !h.answerable(), parts[0] == "ACK" && h.judgeRequest(parts) != pass:
		return discard // it is no SIP request, or none that has an answer
	case !strings.EqualFold(version, "SIP/2.0"):
		return sip.StatusVersionNotSupported
	}
	return h.judgeRequest(parts)
}

// judgeResponse drops responses whose numbers nobody can hold (§7.2, §8.1.1.5).
func (h *head) judgeResponse(rest string) verdict {
	code, _, _ := strings.Cut(rest, " ")
	if len(code) != 3 || code < "100" || code > "699" || strings.Trim(code, "0123456789") != "" {
		return discard
	}
	if _, _, ok := cseqOf(h.first("cseq")); !ok {
		return discard
	}
	return pass
}

// answerable reports whether a response would find its way: its Via can be read.
func (h *head) answerable() bool {
	v := elements(h.first("via"), ',')
	return len(v) > 0 && strings.HasPrefix(strings.ToUpper(compact(v[0], true)), "SIP/")
}

// judgeRequest looks at a request line in its three parts (§7.1), then at the
// headers, then at what is asked.
func (h *head) judgeRequest(parts []string) verdict {
	switch {
	case len(parts) != 3 || !isMethod(parts[0]) || h.cut:
		return sip.StatusBadRequest
	case !h.complete(parts[0]) || !h.numbersFit() || !h.addressesHold() || !h.viaHolds() || !h.dateHolds():
		return sip.StatusBadRequest
	case !known[sip.RequestMethod(parts[0])]: // a method is case-sensitive (§7.1)
		return sip.StatusNotImplemented
	}
	return judgeTarget(parts[1])
}

// judgeTarget looks at a Request-URI. Headers in it have no meaning there
// (§19.1.1), and a scheme that is none of ours has its own answer (§8.2.2.1).
func judgeTarget(uri string) verdict {
	scheme, rest, found := strings.Cut(uri, ":")
	switch strings.ToLower(scheme) {
	case "sip", "sips":
		if strings.Contains(rest[strings.LastIndexByte(rest, '@')+1:], "?") {
			return sip.StatusBadRequest
		}
		return pass
	case "tel":
		return pass
	}
	if !found || !isScheme(scheme) {
		return sip.StatusBadRequest
	}
	return statusUnsupportedScheme
}

// complete reports whether the headers that every request needs are there
// (§8.1.1), none of them twice, and CSeq is about the same method (§8.1.1.5).
func (h *head) complete(method string) bool {
	for _, name := range onlyOnce {
		n := len(h.all(name))
		if n > 1 || n == 0 && slices.Contains(onlyOnce[:4], name) {
			return false
		}
	}
	_, of, ok := cseqOf(h.first("cseq"))
	return ok && of == method && h.first("call-id") != "" && hasTag(h.first("from"))
}

// hasTag reports whether an address has a tag behind it (§8.1.1.3).
func hasTag(value string) bool {
	tag, found := parameter(elements(value, ';'), "tag")
	return found && tag != ""
}

// cseqOf reads a CSeq, whose number is below 2^31 (§8.1.1.5).
func cseqOf(value string) (seq uint32, method string, ok bool) {
	f := strings.Fields(value)
	if len(f) != 2 {
		return 0, "", false
	}
	n, err := strconv.ParseUint(f[0], 10, 31)
	return uint32(n), f[1], err == nil
}

// numbersFit reports whether Max-Forwards is one of 0 to 255 (§20.22), and the
// body is as long as it is said to be: a datagram's end ends it too (§18.3).
func (h *head) numbersFit() bool {
	if v := h.first("max-forwards"); v != "" {
		if _, err := strconv.ParseUint(v, 10, 8); err != nil {
			return false
		}
	}
	if v := h.first("content-length"); v != "" {
		n, err := strconv.ParseUint(v, 10, 31)
		return err == nil && int(n) <= h.body
	}
	return true
}

// addressesHold reports whether every address can be read in one way only.
func (h *head) addressesHold() bool {
	for _, name := range []string{"from", "to"} {
		if !isNameAddr(h.first(name)) {
			return false
		}
	}
	for _, name := range []string{"contact", "route", "record-route"} {
		for _, value := range h.all(name) {
			if value != "*" && slices.ContainsFunc(elements(value, ','), func(a string) bool { return !isNameAddr(a) }) {
				return false
			}
		}
	}
	return true
}

// isNameAddr reports whether a value is one address (§20.10): a URI between
// angle brackets, behind a name whose quotes are closed and that has no comma
// outside of them, or a URI alone, which then has no question mark nor comma.
func isNameAddr(value string) bool {
	value = compact(value, false)
	name, rest := "", value
	if strings.HasPrefix(value, `"`) {
		end := quotedEnd(value)
		if end < 0 {
			return false
		}
		name, rest = value[:end], strings.TrimLeft(value[end:], " ")
	}
	before, after, bracketed := strings.Cut(rest, "<")
	if !bracketed {
		uri, _, _ := strings.Cut(rest, ";")
		return name == "" && isAbsolute(uri) && !strings.ContainsAny(uri, " ?,\"")
	}
	uri, params, closed := strings.Cut(after, ">")
	return closed && isAbsolute(uri) && !strings.ContainsAny(uri, " \t<") &&
		!strings.ContainsAny(before, `",`) && (name == "" || before == "") &&
		(params == "" || params[0] == ';')
}

// quotedEnd returns where the quoted string at the beginning of s ends, -1 if it does not.
func quotedEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// isAbsolute reports whether s begins with a scheme.
func isAbsolute(s string) bool {
	scheme, _, found := strings.Cut(s, ":")
	return found && isScheme(scheme)
}

// isScheme reports whether s is the scheme of a URI (RFC 3986 §3.1).
func isScheme(s string) bool {
	return s != "" && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z') && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789+-.") == ""
}

// isMethod reports whether s is a token (RFC 3261 §25.1).
func isMethod(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~") == ""
}

// viaHolds reports whether each Via names a protocol, a transport and who sent
// it, and has no empty parameter (§20.42).
func (h *head) viaHolds() bool {
	for _, value := range h.all("via") {
		value = compact(value, true)
		if strings.HasSuffix(value, ",") || strings.Contains(value, ",,") {
			return false
		}
		for _, v := range elements(value, ',') {
			protocol, sentBy, _ := strings.Cut(v, " ")
			if strings.Count(protocol, "/") != 2 || sentBy == "" || sentBy[0] == ';' || strings.Contains(sentBy, ";;") || strings.HasSuffix(sentBy, ";") {
				return false
			}
		}
	}
	return true
}

// dateHolds reports whether a Date is one, in GMT (§20.17).
func (h *head) dateHolds() bool {
	for _, v := range h.all("date") {
		if _, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", v); err != nil {
			return false
		}
	}
	return true
}
