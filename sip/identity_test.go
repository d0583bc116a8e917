package sip

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/trunk"
)

// TestUserPartsAreEscaped: an account's name cannot become anything else of a
// URI (RFC 3261 §19.1.2, §25.1).
func TestUserPartsAreEscaped(t *testing.T) {
	for user, want := range map[string]string{
		"alice": "alice", "+49-30_5.5~": "+49-30_5.5~", "a@b:c;d?e": "a%40b%3Ac%3Bd%3Fe",
		"a\r\nb": "a%0D%0Ab", "é<>\"": "%C3%A9%3C%3E%22", "%41": "%2541",
	} {
		if got := escape(user); got != want {
			t.Errorf("%q is written %q, want %q", user, got, want)
		}
	}
}

// FuzzCaller: whatever a carrier says of who calls, it is a proper address or
// nobody, called by one short line or by nothing, and one who hides is nobody.
func FuzzCaller(f *testing.F) {
	f.Add(`"Ada" <sip:+15550100777@h;user=phone>;tag=1`, `"Doe, J" <sip:j@h>, <tel:+15550100777>`, "id; critical")
	f.Add(`sip:anonymous@anonymous.invalid;tag=1`, `<sip:%2B1555@h>`, "none")
	f.Add(`<tel:0301234;phone-context=+49>;tag=1`, `"`, "user")
	f.Fuzz(func(t *testing.T, from, assertion, privacy string) {
		req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "x", Host: "h"})
		h := &sip.FromHeader{}
		name, err := sip.ParseAddressValue(from, &h.Address, &h.Params)
		if err != nil {
			return
		}
		h.DisplayName = name
		req.AppendHeader(h)
		req.AppendHeader(sip.NewHeader("P-Asserted-Identity", assertion))
		req.AppendHeader(sip.NewHeader("Privacy", privacy))
		for _, believe := range []bool{false, true} {
			carrier := &trunk.Trunk{Identity: trunk.Identity{Believe: believe}, Inbound: bare("+49")}
			name := calledItself(req, carrier)[call.CallerName]
			if len(name) > maxCallerName || !utf8.ValidString(name) || hasControl(name) || strings.TrimSpace(name) != name {
				t.Fatalf("%q and %q are called %q", from, assertion, name)
			}
			a := callerOf(req, carrier)
			if a.IsZero() {
				continue
			}
			again, err := webtrunk.ParseAddress(a.String())
			if err != nil || again != a || strings.ContainsAny(a.String(), "\r\n\x00 \"<>") {
				t.Fatalf("%q and %q give %q (%v)", from, assertion, a, err)
			}
			if strings.EqualFold(privacy, "id") {
				t.Fatalf("%q is shown", a)
			}
		}
	})
}
