package sip

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// maxFramed is the most bytes of a message over TCP or TLS.
const maxFramed = 64 << 10

var (
	errTooLong  = errors.New("a message is over 64 KiB long")
	errUnframed = errors.New("a message does not say where it ends")
)

// frame finds the first message in what a connection has brought: its length
// or, before its header section is complete, 0. A message over a stream ends where its
// Content-Length says (RFC 3261 §18.3); without one that can be believed, nobody
// knows where the next begins. The first seen bytes were looked through before
// and hold no end of a header section.
func frame(b []byte, seen int) (int, error) {
	from := max(0, seen-len("\r\n\r"))
	end := bytes.Index(b[from:], []byte("\r\n\r\n"))
	if end < 0 {
		if len(b) > maxFramed {
			return 0, errTooLong
		}
		return 0, nil
	}
	head := from + end + len("\r\n\r\n")
	body, err := bodyLength(b[:head])
	switch {
	case err != nil:
		return 0, err
	case head+body > maxFramed:
		return 0, errTooLong
	}
	return head + body, nil
}

// bodyLength reads the one Content-Length of a header section. Two, though
// they agree, are how a message is hidden in another's body.
func bodyLength(head []byte) (int, error) {
	length, found := 0, false
	for _, line := range unfolded(string(head)) {
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(strings.TrimRight(name, " \t")) {
		case "content-length", "l":
		default:
			continue
		}
		value = strings.Trim(value, " \t")
		if found || value == "" || len(value) > 9 || strings.Trim(value, "0123456789") != "" {
			return 0, errUnframed
		}
		length, _ = strconv.Atoi(value)
		found = true
	}
	if !found {
		return 0, errUnframed
	}
	return length, nil
}

// unfolded returns header lines with their continuations (§7.3.1).
func unfolded(head string) []string {
	var lines []string
	for line := range strings.SplitSeq(head, "\r\n") {
		if n := len(lines); n > 1 && line != "" && (line[0] == ' ' || line[0] == '\t') {
			lines[n-1] += " " + line
			continue
		}
		lines = append(lines, line)
	}
	return lines
}
