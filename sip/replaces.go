package sip

import (
	"strings"
)

// A replaced is the dialog that a Replaces header names (RFC 3891 §6.1), from
// the point of view of whoever receives it.
type replaced struct {
	callID    string
	toTag     string // the receiver's own
	fromTag   string
	earlyOnly bool
}

// parseReplaces reads a Replaces header's value. Both tags must be there, and
// nothing in it may hold what would end the header that it becomes part of.
func parseReplaces(value string) (r replaced, ok bool) {
	if hasControl(value) || len(value) > 512 || strings.Contains(value, ",") {
		return r, false
	}
	parts := strings.Split(value, ";")
	r.callID = strings.TrimSpace(parts[0])
	for _, p := range parts[1:] {
		name, v, _ := strings.Cut(strings.TrimSpace(p), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "to-tag":
			ok = r.toTag == ""
			r.toTag = strings.TrimSpace(v)
		case "from-tag":
			ok = r.fromTag == ""
			r.fromTag = strings.TrimSpace(v)
		case "early-only":
			r.earlyOnly = true
			continue
		default:
			continue
		}
		if !ok {
			return r, false
		}
	}
	return r, isCallID(r.callID) && isToken(r.toTag) && isToken(r.fromTag)
}

// isCallID reports whether s is one (§25.1: callid), in characters that split
// no header and no parameter.
func isCallID(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~()<>:/[]?{}@") == ""
}

// String writes the header's value.
func (r replaced) String() string {
	if r.callID == "" {
		return ""
	}
	s := r.callID + ";to-tag=" + r.toTag + ";from-tag=" + r.fromTag
	if r.earlyOnly {
		s += ";early-only"
	}
	return s
}
