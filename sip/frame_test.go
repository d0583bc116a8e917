package sip

import (
	"errors"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// TestFrame: a message over a stream ends where its one Content-Length says
// (RFC 3261 §18.3), and nowhere else.
func TestFrame(t *testing.T) {
	const start = "OPTIONS sip:a@b SIP/2.0\r\n"
	for _, c := range []struct {
		name, in string
		size     int
		err      error
	}{
		{"nothing yet", "", 0, nil},
		{"part of a line", "OPTI", 0, nil},
		{"no end of the header section", start + "Content-Length: 0\r\n", 0, nil},
		{"whole", start + "Content-Length: 0\r\n\r\n", len(start) + 21, nil},
		{"two in one read", start + "Content-Length: 0\r\n\r\n" + start, len(start) + 21, nil},
		{"body on its way", start + "Content-Length: 5\r\n\r\n1234", len(start) + 26, nil},
		{"body", start + "Content-Length: 5\r\n\r\n12345678", len(start) + 26, nil},
		{"short name", start + "l: 5\r\n\r\n12345", len(start) + 13, nil},
		{"space before the colon", start + "CONTENT-LENGTH \t : 5\r\n\r\n12345", len(start) + 29, nil},
		{"folded", start + "Content-Length:\r\n 5\r\n\r\n12345", len(start) + 28, nil},
		{"in a folded line of another", start + "Subject: a\r\n Content-Length: 9\r\nl: 0\r\n\r\n", len(start) + 40, nil},
		{"none", start + "Subject: a\r\n\r\n", 0, errUnframed},
		{"two that differ", start + "Content-Length: 5\r\nl: 6\r\n\r\n", 0, errUnframed},
		{"two that agree", start + "Content-Length: 5\r\nl: 5\r\n\r\n", 0, errUnframed},
		{"negative", start + "Content-Length: -5\r\n\r\n", 0, errUnframed},
		{"signed", start + "Content-Length: +5\r\n\r\n", 0, errUnframed},
		{"a list", start + "Content-Length: 5, 6\r\n\r\n", 0, errUnframed},
		{"empty", start + "Content-Length:\r\n\r\n", 0, errUnframed},
		{"a number that overflows", start + "Content-Length: 99999999999999999999\r\n\r\n", 0, errUnframed},
		{"too long a body", start + "Content-Length: 65536\r\n\r\n", 0, errTooLong},
		{"endless headers", start + strings.Repeat("X: y\r\n", maxFramed/6), 0, errTooLong},
		{"an endless line", strings.Repeat("x", maxFramed+1), 0, errTooLong},
	} {
		size, err := frame([]byte(c.in), 0)
		if size != c.size || !errors.Is(err, c.err) {
			t.Errorf("%s: %d and %v, want %d and %v", c.name, size, err, c.size, c.err)
		}
	}
}

// FuzzFrame: however a peer's bytes are cut, the same message comes of them,
// and what passes is exactly one message to the library too.
func FuzzFrame(f *testing.F) {
	f.Add([]byte("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nContent-Length: 3\r\n\r\nabcdef"), 9)
	f.Add([]byte("SIP/2.0 200 OK\r\nl:\r\n 0\r\nX: a\r\n Content-Length: 4\r\n\r\n"), 40)
	f.Add([]byte("A b SIP/2.0\r\nContent-Length : 1\r\n\r\n\r\n\r\n"), 3)
	e := &Edge{}
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		size, err := frame(b, 0)
		if size < 0 || size > maxFramed || err != nil && size != 0 {
			t.Fatalf("%d of %d bytes, %v", size, len(b), err)
		}
		if cut < 0 || cut > len(b) {
			return
		}
		if n, early := frame(b[:cut], 0); early != nil { // the connection has ended
			if err == nil {
				t.Fatalf("cut at %d: %v, else nothing", cut, early)
			}
		} else if n == 0 { // not there yet: the rest comes
			if again, _ := frame(b, cut); again != size {
				t.Fatalf("cut at %d it is %d bytes long, else %d", cut, again, size)
			}
		} else if n != size {
			t.Fatalf("cut at %d it is %d bytes long, else %d", cut, n, size)
		}
		c := &connection{e: e, parser: sip.NewParser()}
		if size == 0 || size > len(b) || !c.readable(b[:size]) {
			return
		}
		messages := 0
		if err := sip.NewParser().NewSIPStream().ParseSIPStream(b[:size], func(sip.Message) { messages++ }); err != nil || messages != 1 {
			t.Fatalf("the library reads %d messages and says %v in %q", messages, err, b[:size])
		}
	})
}
