package sip

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/trunk"
)

// maxCallerName is how long a name may be that somebody gives for itself, in bytes:
// networks on land carry fifteen letters.
const maxCallerName = 64

// travels is what goes with a call of who its caller is: the name that it gives itself, and
// its number where a carrier that is believed vouches for that.
func travels(req *sip.Request, t *trunk.Trunk) map[string]string {
	known := calledItself(req, t)
	if number := vouchedFor(req, t); number.Scheme == webtrunk.Tel && !hides(req) {
		if known == nil {
			known = map[string]string{}
		}
		known[call.CallerNumber] = number.Value
	}
	return known
}

// calledItself is what travels with a call of what its caller says of itself: the
// display name (RFC 3261 §20.10) beside the address that says who calls. Nobody has
// checked it, and who hides has none (RFC 3323 §4.1.1.3).
func calledItself(req *sip.Request, t *trunk.Trunk) map[string]string {
	if hides(req) {
		return nil
	}
	if t.Identity.Believe {
		for _, c := range asserted(req) {
			if name := legible(c.name); name != "" {
				return map[string]string{call.CallerName: name}
			}
		}
	}
	from := req.From()
	if name := legible(from.DisplayName); name != "" && !anonymous(from.Address) {
		return map[string]string{call.CallerName: name}
	}
	return nil
}

// legible makes a line of text of a display name as it came: quoted pairs are what
// they stand for (§25.1), and what would break a line, turn the direction of what
// stands around it or hide in it is gone.
func legible(name string) string {
	var b strings.Builder
	for _, r := range unquoted(strings.ToValidUTF8(name, string(utf8.RuneError))) {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			r = ' '
		case unicode.Is(unicode.Cf, r) && r != joiner && r != nonJoiner, unicode.Is(unicode.Co, r):
			continue
		}
		if b.Len()+utf8.RuneLen(r) > maxCallerName {
			break
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Persian and the scripts of India write words with these.
const nonJoiner, joiner = '\u200c', '\u200d'

// unquoted undoes quoted pairs.
func unquoted(s string) string {
	var b strings.Builder
	escaped := false
	for _, r := range s {
		if escaped = r == '\\' && !escaped; !escaped {
			b.WriteRune(r)
		}
	}
	return b.String()
}
