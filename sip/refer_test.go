package sip

import (
	"testing"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/trunk"
)

// TestReplacesIsRead: both tags are there once, and nothing gets into our own
// header that could end it. RFC 3891 §6.1.
func TestReplacesIsRead(t *testing.T) {
	for value, want := range map[string]string{
		"98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff": "98732@sip.example.com;to-tag=ff87ff;from-tag=r33th4x0r",
		"12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only": "12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only",
		"a@b ; TO-TAG = 1 ; From-Tag = 2 ; other=3":              "a@b;to-tag=1;from-tag=2",
		"a@b;to-tag=1":                                     "",
		"a@b;to-tag=1;from-tag=2;from-tag=3":               "",
		"a@b;to-tag=;from-tag=2":                           "",
		";to-tag=1;from-tag=2":                             "",
		"a@b;to-tag=1;from-tag=2, c@d;to-tag=1;from-tag=2": "",
		"a@b;to-tag=1\r\nX: y;from-tag=2":                  "",
		"a b;to-tag=1;from-tag=2":                          "",
		"a\"b;to-tag=1;from-tag=2":                         "",
		"a@b;to-tag=1>;from-tag=2":                         "",
		"é@b;to-tag=1;from-tag=2":                          "",
		"":                                                 "",
	} {
		r, ok := parseReplaces(value)
		if got := r.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q is read as %q, %v", value, got, ok)
		}
		if again, ok := parseReplaces(r.String()); ok && again != r {
			t.Errorf("%q is read again as %+v, want %+v", r, again, r)
		}
	}
}

// TestFragmentsAreRead: of what a NOTIFY brings, the status line alone counts.
// RFC 3515 §2.4.5.
func TestFragmentsAreRead(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		want       int
	}{
		{"message/sipfrag;version=2.0", "SIP/2.0 200 OK\r\n", 200},
		{"Message/SipFrag", "SIP/2.0 486 Busy Here\r\nTo: x\r\n", 486},
		{"message/sipfrag", "SIP/2.0 100", 100},
		{"message/sipfrag", "SIP/2.0 099 Low", 0},
		{"message/sipfrag", "SIP/2.0 700 High", 0},
		{"message/sipfrag", "SIP/3.0 200 OK", 0},
		{"message/sipfrag", "INVITE sip:a@b SIP/2.0", 0},
		{"message/sipfrag", "", 0},
		{"application/sdp", "SIP/2.0 200 OK", 0},
		{"", "SIP/2.0 200 OK", 0},
	} {
		req := sip.NewRequest(sip.NOTIFY, sip.Uri{Host: "a"})
		if c.kind != "" {
			kind := sip.ContentTypeHeader(c.kind)
			req.AppendHeader(&kind)
		}
		req.SetBody([]byte(c.body))
		if got, ok := readFragment(req); ok != (c.want != 0) || ok && got != c.want {
			t.Errorf("%s %q is %d, %v", c.kind, c.body, got, ok)
		}
	}
	if got := string(fragment(299)); got != "SIP/2.0 299 Not Reached\r\n" {
		t.Errorf("%q", got)
	}
}

// TestWhereAReferenceMayLead: to us, to the trunk, to the operator's list, and to
// numbers without a host.
func TestWhereAReferenceMayLead(t *testing.T) {
	e := &Edge{host: "192.0.2.1"}
	n := e.newLine(trunk.Trunk{Proxy: "sip.carrier.example:5070", Domain: "carrier.example:5060", Redirects: []string{"pbx.example", "2001:db8::1"}})
	for text, want := range map[string]bool{
		"sip:1@192.0.2.1": true, "sip:1@SIP.Carrier.example:9": true, "sip:1@carrier.example": true, "sips:1@pbx.example": true,
		"sip:1@[2001:db8::1]": true, "tel:+1555": true,
		"sip:1@192.0.2.2": false, "sip:1@evil.example": false, "sip:1@pbx.example.evil.example": false, "sip:1@xpbx.example": false,
	} {
		var uri sip.Uri
		if err := sip.ParseUri(text, &uri); err != nil {
			t.Fatal(text, err)
		}
		if n.mayLeadTo(&uri) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}

// TestReferNeedsATrunkThatTransfers: asked of another trunk, or for what is no
// number, a leg says what to do instead.
func TestReferNeedsATrunkThatTransfers(t *testing.T) {
	e := &Edge{}
	number := webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100300"}
	for _, c := range []struct {
		refer bool
		to    webtrunk.Address
		can   bool
	}{
		{true, number, true}, {false, number, false}, {true, webtrunk.Address{Scheme: webtrunk.SIP, Value: "a@b"}, false},
	} {
		err := e.newLine(trunk.Trunk{Refer: c.refer}).canRefer(c.to)
		if (err == nil) != c.can || err != nil && (webtrunk.KindOf(err) != webtrunk.Unsupported || webtrunk.MessageOf(err, "") == "") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if statusFor(call.Busy, 0) != 486 || statusFor(call.Failed, 604) != 604 || statusFor(call.NotFound, 200) != 404 {
		t.Error("the status of a failure is chosen wrongly")
	}
}
