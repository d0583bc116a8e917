package sip

import (
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/trunk"
)

// Bounds on the metadata that travels with a call.
const (
	contextPrefix   = "X-Webtrunk-"
	maxContext      = 21  // entries: 16 of whoever calls, the language, and four of who was signed
	maxContextKey   = 32  // bytes
	maxContextValue = 256 // bytes
)

// contextHeaders turns what of a call's metadata travels over a trunk into headers,
// one a key. What cannot be written safely is refused, never repaired.
func contextHeaders(context map[string]string, over trunk.Trunk) ([]sip.Header, error) {
	context = maps.Clone(context)
	maps.DeleteFunc(context, func(key, _ string) bool { return !over.Travels(key) })
	if len(context) > maxContext {
		return nil, refused("call metadata has %d entries: at most %d can travel over a trunk", len(context), maxContext)
	}
	var headers []sip.Header
	for _, key := range slices.Sorted(maps.Keys(context)) {
		value := context[key]
		switch {
		case len(key) > maxContextKey || !isToken(key):
			return nil, refused("call metadata has the key %q: use up to %d letters, digits, '-', '.' and '_'", clip(key), maxContextKey)
		case len(value) > maxContextValue:
			return nil, refused("call metadata %q is %d bytes long: at most %d can travel over a trunk", key, len(value), maxContextValue)
		}
		if err := checkText("call metadata "+key, value); err != nil {
			return nil, err
		}
		headers = append(headers, sip.NewHeader(contextPrefix+key, value))
	}
	return headers, nil
}

// checkText refuses what must never stand in a header of ours.
func checkText(what, s string) error {
	switch {
	case hasControl(s):
		return refused("%s holds a control character", what)
	case !utf8.ValidString(s):
		return refused("%s is not UTF-8", what)
	}
	return nil
}

// hasControl reports whether s could end a header line or hide in one.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' || r == 0x7f || r == '\u0085' || r == '\u2028' || r == '\u2029'
	})
}

// isToken reports whether s may be (part of) a header's name (§25.1), in the
// characters that every peer takes.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_':
		default:
			return false
		}
	}
	return s != ""
}

// seal is the last look at a message before it goes out: no line of it holds
// what would split it, and it is within bounds. It is the second of two checks
// on purpose; the library's serialiser makes none.
func seal(msg sip.Message) error {
	var start string
	var headers []sip.Header
	own := true // what a response repeats is as the request had it, and may be no UTF-8
	switch m := msg.(type) {
	case *sip.Request:
		start, headers = m.StartLine(), m.Headers()
	case *sip.Response:
		start, headers, own = m.StartLine(), m.Headers(), false
	}
	if hasControl(start) || own && !utf8.ValidString(start) {
		return refused("a start line holds a control character")
	}
	for _, h := range headers {
		name, value := h.Name(), h.Value()
		switch {
		case !isToken(name):
			return refused("a header has the name %q", clip(name))
		case hasControl(value) || own && !utf8.ValidString(value):
			return refused("header %s holds what would split the message", name)
		}
	}
	if n := len(msg.String()); n > maxMessage {
		return refused("a message would be %d bytes long", n)
	}
	return nil
}

func refused(format string, args ...any) error {
	return &webtrunk.Error{Op: "sip", Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// token returns a random word: a tag, a branch, a Call-ID. It cannot be
// guessed, so that who did not see a dialog cannot speak in it (§19.3).
func token() string { return strings.ToLower(rand.Text()) }
