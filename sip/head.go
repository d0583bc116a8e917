package sip

import (
	"bytes"
	"strings"
)

// A head is the start line and the header lines of a message as it came, with
// folded lines made one (RFC 3261 §7.3.1). The front door reads it before the
// library's parser does, which takes messages that nobody should, and refuses
// some that everybody must.
type head struct {
	start string
	lines []field
	body  int  // bytes behind it
	cut   bool // the message ends before its head does
}

// A field is one header line.
type field struct {
	as    string // the name as it stood there
	name  string // in its long form and lower case
	value string
	plain bool // it stood there as the library reads it
}

// longForms are the names behind the compact ones (§7.3.3 and the registry of
// header fields).
var longForms = map[string]string{
	"c": "content-type", "e": "content-encoding", "f": "from", "i": "call-id", "k": "supported",
	"l": "content-length", "m": "contact", "o": "event", "r": "refer-to", "s": "subject", "t": "to",
	"u": "allow-events", "v": "via", "b": "referred-by", "x": "session-expires", "d": "request-disposition",
}

// readHead reads the head of a message, and reports whether there is one: lines
// that have a name.
func readHead(b []byte) (h head, ok bool) {
	text, body, found := bytes.Cut(b, []byte("\r\n\r\n"))
	h.body, h.cut = len(body), !found
	var rest string
	h.start, rest, _ = strings.Cut(string(text), "\r\n")
	for line := range strings.SplitSeq(rest, "\r\n") {
		if line == "" {
			continue // at the end
		}
		if last := len(h.lines) - 1; isSpace(line[0]) {
			if last < 0 {
				return head{}, false
			}
			h.lines[last].value = strings.TrimRight(h.lines[last].value, " \t") + " " + strings.Trim(line, " \t")
			h.lines[last].plain = false
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if !found {
			return head{}, false
		}
		h.lines = append(h.lines, fieldOf(name, value))
	}
	return h, true
}

func fieldOf(name, value string) field {
	bare := strings.TrimRight(name, " \t")
	f := field{as: bare, name: strings.ToLower(bare), value: strings.Trim(value, " \t"), plain: bare == name}
	if long, found := longForms[f.name]; found {
		f.name = long
	}
	return f
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// all returns the values of a header.
func (h *head) all(name string) []string {
	var values []string
	for _, f := range h.lines {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

// first returns the first value of a header, "" where it has none.
func (h *head) first(name string) string {
	if all := h.all(name); len(all) > 0 {
		return all[0]
	}
	return ""
}
