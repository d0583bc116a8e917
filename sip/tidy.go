package sip

import (
	"bytes"
	"slices"
	"strings"
)

// structured are the headers whose white space means nothing (RFC 3261 §25.1:
// SEMI, EQUAL, COMMA and SLASH may have some around them), and whose values the
// library reads. In others it may be part of a text.
var structured = []string{"via", "from", "to", "contact", "route", "record-route", "cseq", "max-forwards", "content-length", "call-id", "content-type"}

// tidied returns a message in the form that the library reads: no folded lines,
// no space before a colon, none around separators. It is never longer than the
// message was; what has that form already is returned as it is.
func (h *head) tidied(b []byte) []byte {
	changed := false
	for i := range h.lines {
		f := &h.lines[i]
		if slices.Contains(structured, f.name) {
			if v := compact(f.value, f.name == "via"); v != f.value {
				f.value, f.plain = v, false
			}
		}
		changed = changed || !f.plain
	}
	if !changed {
		return b
	}
	clean := make([]byte, 0, len(b))
	clean = append(append(clean, h.start...), "\r\n"...)
	for _, f := range h.lines {
		clean = append(append(append(append(clean, f.as...), ':'), f.value...), "\r\n"...)
	}
	clean = append(clean, "\r\n"...)
	return append(clean, b[len(b)-h.body:]...)
}

// compact removes white space around separators, outside quotes and angle
// brackets, and makes one space of any other. In a Via, slashes and colons
// separate too.
func compact(value string, via bool) string {
	separators := ";,="
	if via {
		separators += "/:"
	}
	var b strings.Builder
	quoted, bracketed, space := false, false, false
	for i := 0; i < len(value); i++ {
		c := value[i]
		if !quoted && !bracketed && isSpace(c) {
			space = true
			continue
		}
		if space && b.Len() > 0 && !strings.ContainsRune(separators, rune(c)) && !endsIn(b.String(), separators) {
			b.WriteByte(' ')
		}
		space = false
		b.WriteByte(c)
		switch {
		case quoted && c == '\\' && i+1 < len(value):
			i++
			b.WriteByte(value[i])
		case c == '"' && !bracketed:
			quoted = !quoted
		case c == '<' && !quoted:
			bracketed = true
		case c == '>' && !quoted:
			bracketed = false
		}
	}
	return b.String()
}

func endsIn(s, characters string) bool {
	return strings.IndexByte(characters, s[len(s)-1]) >= 0
}

// disarmed returns a message whose quoted control characters are question
// marks. RFC 3261 §25.1 lets a quoted string hold any but CR and LF behind a
// backslash; no telephone shows them, and nothing of ours may repeat them.
func disarmed(b []byte) []byte {
	end := headLength(b)
	var out []byte
	for i := 0; i+1 < end; i++ {
		if b[i] != '\\' {
			continue
		}
		i++
		if c := b[i]; c < ' ' && c != '\r' && c != '\n' && c != '\t' || c == 0x7f {
			if out == nil {
				out = append(out, b...)
			}
			out[i] = '?'
		}
	}
	if out == nil {
		return b
	}
	return out
}

// headLength is how long the head of a message is, all of it where it does not end.
func headLength(b []byte) int {
	if i := bytes.Index(b, []byte("\r\n\r\n")); i >= 0 {
		return i
	}
	return len(b)
}
