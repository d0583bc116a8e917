package sip

import (
	"strconv"
	"strings"
)

// What of a message may be kept for diagnosis. All else loses its value and keeps
// its name, so that whoever reads sees that it was there: a header that we do
// not know may hold anything.
var shownHeaders = listOf("Accept", "Allow", "Allow-Events", "Call-ID", "Contact", "Content-Length", "Content-Type", "CSeq",
	"Diversion", "Event", "Expires", "From", "Max-Forwards", "Min-Expires", "Min-SE", "P-Asserted-Identity", "Privacy", "RAck", "Reason",
	"Record-Route", "Refer-Sub", "Refer-To", "Referred-By", "Replaces", "Require", "Retry-After", "Route", "RSeq", "Server",
	"Session-Expires", "Subscription-State", "Supported", "To", "Unsupported", "User-Agent", "Via", "Warning",
	"c", "f", "i", "k", "l", "m", "r", "t", "v", "x", "o", "b")

// Digest headers are shown without what was computed from the password, and
// without the nonces that it was computed over.
var (
	digestHeaders = listOf("Authorization", "Proxy-Authorization", "WWW-Authenticate", "Proxy-Authenticate")
	shownInDigest = listOf("realm", "username", "algorithm", "qop", "stale", "uri", "nc")
)

func listOf(names ...string) map[string]bool {
	list := make(map[string]bool, len(names))
	for _, n := range names {
		list[strings.ToLower(n)] = true
	}
	return list
}

// leftOut stands where something was.
const leftOut = "…"

// redact returns a message without secrets and without the keys that people
// press: credentials, the keys of SRTP, the bodies of INFO, and whatever is not
// known to be harmless. What it returns may be kept and shown to the operator.
func redact(message string) string {
	head, body, _ := strings.Cut(message, "\r\n\r\n")
	var kept strings.Builder
	kept.Grow(len(message))
	kind, first := "", true
	for line := range strings.SplitSeq(head, "\r\n") {
		name, value, header := strings.Cut(line, ":")
		lower := strings.ToLower(strings.TrimSpace(name))
		switch {
		case first || header && shownHeaders[lower]:
			hidePasswords(&kept, line)
		case digestHeaders[lower]:
			kept.WriteString(name + ": " + redactDigest(strings.TrimSpace(value)))
		default:
			kept.WriteString(name + ": " + leftOut)
		}
		kept.WriteByte('\n')
		if lower == "content-type" || lower == "c" {
			kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(value)), ";")
		}
		first = false
	}
	kept.WriteByte('\n')
	kept.WriteString(redactBody(strings.TrimSpace(kind), body))
	return kept.String()
}

// hidePasswords writes a line without the passwords in its SIP addresses, as in
// sip:user:password@host. Every message passes here: it reads the line once.
func hidePasswords(to *strings.Builder, line string) {
	for i := 0; i < len(line); {
		colon := strings.IndexByte(line[i:], ':')
		if colon < 0 {
			break
		}
		colon += i
		i = colon + 1
		if !isSIP(line[:colon]) {
			continue
		}
		end := i + run(line[i:], "@:;<>\t\n\f\r ")
		if end == len(line) || line[end] != ':' {
			continue
		}
		at := end + 1 + run(line[end+1:], "@<>\t\n\f\r ")
		if at < len(line) && line[at] == '@' {
			to.WriteString(line[:end+1])
			to.WriteString(leftOut)
			line, i = line[at:], 0
		}
	}
	to.WriteString(line)
}

// isSIP reports whether a text ends in the name of SIP's scheme.
func isSIP(text string) bool {
	text = strings.TrimSuffix(text[max(0, len(text)-4):], "s")
	text = strings.TrimSuffix(text, "S")
	return len(text) >= 3 && strings.EqualFold(text[len(text)-3:], "sip")
}

// run is how many bytes come before one of some.
func run(text, end string) int {
	if i := strings.IndexAny(text, end); i >= 0 {
		return i
	}
	return len(text)
}

// redactDigest keeps who proves himself to whom, and how.
func redactDigest(value string) string {
	scheme, rest, _ := strings.Cut(value, " ")
	var kept []string
	for _, p := range elements(rest, ',') {
		name, _, _ := strings.Cut(p, "=")
		if shownInDigest[strings.ToLower(strings.TrimSpace(name))] {
			kept = append(kept, strings.TrimSpace(p))
		}
	}
	return scheme + " " + strings.Join(append(kept, leftOut), ", ")
}

func redactBody(kind, body string) string {
	switch {
	case body == "":
		return ""
	case kind == "message/sipfrag":
		status, _, _ := strings.Cut(body, "\r\n")
		return status + "\n"
	case kind != "application/sdp":
		return "[" + strconv.Itoa(len(body)) + " bytes " + leftOut + "]\n"
	}
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	for i, line := range lines {
		switch name, _, _ := strings.Cut(line, ":"); strings.ToLower(name) {
		case "a=crypto": // the tag and the suite, but no key (RFC 4568 §9.1)
			fields := strings.Fields(line)
			lines[i] = strings.Join(fields[:min(2, len(fields))], " ") + " " + leftOut
		case "k=base64", "k=clear", "k=uri", "a=key-mgmt", "a=ice-pwd":
			lines[i] = name + ":" + leftOut
		}
	}
	return strings.Join(lines, "\n")
}
