package signaling

import (
	"strings"
	"testing"

	"github.com/pion/sdp/v3"

	"webtrunk/signaling/lean"
)

var ours = lean.Local{
	Ufrag: "ours1234", Password: "OURPASSWORDOURPASSWORDOURP", Fingerprint: "sha-256 " + strings.TrimSuffix(strings.Repeat("AB:", 32), ":"),
	SSRC: 4711, CNAME: "us", Candidates: []string{
		"candidate:u1 1 udp 2130706431 192.0.2.1 4000 typ host", "candidate:t1 1 tcp 1516240895 192.0.2.1 4000 typ host tcptype passive",
	},
}

// What we answer without a PeerConnection is what browsers expect of one: a
// lite, passive, bundled transport, our fmtp, and the page's other sections
// rejected in their places.
func TestTheLeanAnswer(t *testing.T) {
	for _, name := range []string{"chromium", "firefox"} {
		o, bad := parseOffer(browser(t, name), all)
		if bad != nil {
			t.Fatal(bad)
		}
		text := o.answer(o.lean(ours, 99, 2))
		var answer sdp.SessionDescription
		if err := answer.UnmarshalString(text); err != nil {
			t.Fatalf("%s: %v in\n%s", name, err, text)
		}
		if answer.Origin.SessionID != 99 || answer.Origin.SessionVersion != 2 || len(answer.MediaDescriptions) != len(o.sections) {
			t.Errorf("%s: answered\n%s", name, text)
		}
		if _, lite := answer.Attribute("ice-lite"); !lite {
			t.Errorf("%s: not lite", name)
		}
		if group, _ := answer.Attribute("group"); group != "BUNDLE "+o.sections[o.audio].mid {
			t.Errorf("%s: bundled as %q", name, group)
		}
		for i, m := range answer.MediaDescriptions {
			if i != o.audio {
				if m.MediaName.Port.Value != 0 {
					t.Errorf("%s: section %d is not rejected", name, i)
				}
				continue
			}
			for key, want := range map[string]string{
				"setup": "passive", "mid": o.sections[i].mid, "ice-ufrag": ours.Ufrag, "ice-pwd": ours.Password, "sendrecv": "", "rtcp-mux": "",
				"ssrc": "4711 cname:us", "candidate": strings.TrimPrefix(ours.Candidates[0], "candidate:"), "end-of-candidates": "",
			} {
				if got, has := m.Attribute(key); !has || got != want {
					t.Errorf("%s: a=%s is %q, want %q", name, key, got, want)
				}
			}
		}
		if got := candidatesOf(text); len(got) != 2 || got[1] != ours.Candidates[1] {
			t.Errorf("%s: trickles %q", name, got)
		}
		if !strings.Contains(text, "a=fmtp:") || !strings.Contains(text, "useinbandfec=1") || strings.Count(text, "\r\n\r\n") != 0 {
			t.Errorf("%s: answered\n%s", name, text)
		}
	}
}

// A page that only sends is answered so, and hears nothing of a track of ours.
func TestTheLeanAnswerToAPageThatOnlySends(t *testing.T) {
	o, bad := parseOffer(strings.ReplaceAll(browser(t, "firefox"), "a=sendrecv", "a=sendonly"), all)
	if bad != nil {
		t.Fatal(bad)
	}
	text := o.lean(ours, 1, 1)
	if !strings.Contains(text, "a=recvonly\r\n") || strings.Contains(text, "a=ssrc") || strings.Contains(text, "a=msid") {
		t.Errorf("answered\n%s", text)
	}
}

// One certificate a week is made, and both kinds of peer show the same.
func TestTheIdentityIsOne(t *testing.T) {
	i := &identity{}
	one, err := i.certificate()
	if err != nil {
		t.Fatal(err)
	}
	two, _ := i.certificate()
	if string(one.Certificate[0]) != string(two.Certificate[0]) {
		t.Error("each call has a certificate")
	}
	full, err := i.forPeerConnection()
	if err != nil {
		t.Fatal(err)
	}
	prints, err := full[0].GetFingerprints()
	if err != nil || len(prints) != 1 {
		t.Fatalf("%v %v", prints, err)
	}
	i.made = i.made.AddDate(0, 0, -8)
	if later, _ := i.certificate(); string(later.Certificate[0]) == string(one.Certificate[0]) {
		t.Error("a certificate is shown for ever")
	}
}
