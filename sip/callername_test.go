package sip

import (
	"slices"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
	"webtrunk/trunk"
)

// invited is an INVITE that says who calls, as it comes off the wire.
func invited(t *testing.T, from string, more ...string) *sip.Request {
	t.Helper()
	lines := append([]string{
		"INVITE sip:+15550100101@127.0.0.1 SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1",
		"From: " + from, "To: <sip:+15550100101@127.0.0.1>", "Call-ID: 1", "CSeq: 1 INVITE", "Content-Length: 0",
	}, more...)
	msg, err := sip.ParseMessage([]byte(strings.Join(lines, "\r\n") + "\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return msg.(*sip.Request)
}

// TestACallerSaysItsName: as a line that can be read, and nothing else; who hides
// says none, and what a carrier asserts goes first where it is believed.
func TestACallerSaysItsName(t *testing.T) {
	const number = " <sip:+15550100777@h;user=phone>;tag=1"
	for _, tc := range []struct{ from, more, want string }{
		{`"Ada Lovelace"` + number, "", "Ada Lovelace"},
		{`Ada` + number, "", "Ada"},
		{`"Ada \\ \"Byron\""` + number, "", `Ada \ "Byron"`},
		{"\"Jos\xe9\"" + number, "", "Jos\ufffd"}, // Latin-1, which SIP is not
		{"\"李雷\"" + number, "", "李雷"},
		{"\"\u202eecila\u2066 \u200fb\ufeff\"" + number, "", "ecila b"},
		{"\"می\u200cخواهم\"" + number, "", "می\u200cخواهم"},
		{"\"a\tb\x01\u2028c\"" + number, "", "a b c"},
		{`"<img src=x onerror=alert(1)>"` + number, "", "<img src=x onerror=alert(1)>"},
		{`"` + strings.Repeat("é", 90) + `"` + number, "", strings.Repeat("é", 32)},
		{`""` + number, "", ""},
		{`<sip:+15550100777@h>;tag=1`, "", ""},
		{`"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1`, "", ""},
		{`"Ada"` + number, "Privacy: id", ""},
		{`"Ada"` + number, `P-Asserted-Identity: "Shop Ltd" <sip:+15550100999@h>`, "Ada|Shop Ltd"},
		{`"Ada"` + number, `P-Asserted-Identity: <sip:+15550100999@h>`, "Ada"},
	} {
		req := invited(t, tc.from, slices.DeleteFunc([]string{tc.more}, func(s string) bool { return s == "" })...)
		for i, believe := range []bool{false, true} {
			both := strings.Split(tc.want, "|")
			want := both[min(i, len(both)-1)]
			if got := calledItself(req, &trunk.Trunk{Identity: trunk.Identity{Believe: believe}})[call.CallerName]; got != want {
				t.Errorf("%s, %s (believed: %v): it is called %q, want %q", tc.from, tc.more, believe, got, want)
			}
		}
	}
}

// TestANumberIsVouchedFor only by a carrier that is believed, in P-Asserted-Identity, of who
// does not hide.
func TestANumberIsVouchedFor(t *testing.T) {
	const from, asserted = `<sip:+15550100777@h>;tag=1`, "P-Asserted-Identity: <sip:+15550100999@h>"
	for _, tc := range []struct {
		believe bool
		more    []string
		want    string
	}{
		{true, []string{asserted}, "+15550100999"},
		{false, []string{asserted}, ""},
		{true, nil, ""},
		{true, []string{"P-Preferred-Identity: <sip:+15550100999@h>"}, ""},
		{true, []string{"P-Asserted-Identity: <sip:ada@h>"}, ""},
		{true, []string{asserted, "Privacy: id"}, ""},
	} {
		got := travels(invited(t, from, tc.more...), &trunk.Trunk{Identity: trunk.Identity{Believe: tc.believe}})[call.CallerNumber]
		if got != tc.want {
			t.Errorf("%q, believed: %v: vouched for is %q, want %q", tc.more, tc.believe, got, tc.want)
		}
	}
}
