package sip

import "strings"

// elements splits a header's value at sep where that stands outside quotes and
// angle brackets (RFC 3261 §7.3.1, §20.10). What is empty is left out.
func elements(value string, sep byte) []string {
	var all []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	quoted, bracketed, start := false, false, 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"' && !bracketed:
			quoted = !quoted
		case quoted:
		case c == '<':
			bracketed = true
		case c == '>':
			bracketed = false
		case c == sep && !bracketed:
			add(value[start:i])
			start = i + 1
		}
	}
	add(value[start:])
	return all
}

// parameter returns a parameter's value without its quotes.
func parameter(params []string, name string) (value string, found bool) {
	for _, p := range params {
		key, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			value, _ = quotedOrToken(strings.TrimSpace(value))
			return value, true
		}
	}
	return "", false
}
