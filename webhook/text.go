package webhook

import "strings"

// text makes a stranger's bytes fit to be stored and shown: valid UTF-8, at
// most max bytes, without control characters but tabs and line breaks.
// PostgreSQL refuses a NUL in TEXT.
func text(s string, max int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, s)
	if len(s) > max {
		s = strings.ToValidUTF8(s[:max], "")
	}
	return s
}
