package sip

import (
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

func requestWith(headers ...string) *sip.Request {
	req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", Host: "127.0.0.1"})
	for i := 0; i < len(headers); i += 2 {
		req.AppendHeader(sip.NewHeader(headers[i], headers[i+1]))
	}
	return req
}

// TestGrantRefresher is table 2 of RFC 4028 §9: who refreshes, by what the
// asking side knows and wants.
func TestGrantRefresher(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ supported, expires, want string }{
		{"replaces", "1800", byAnswerer},
		{"replaces", "1800;refresher=uac", byAnswerer}, // the table has no such row: a proxy's invention
		{"timer", "1800", byAnswerer},
		{"timer", "1800;refresher=uac", byAsker},
		{"100rel, Timer", "1800 ; Refresher = UAC", byAsker},
		{"timer", "1800;refresher=uas", byAnswerer},
		{"timer", "1800;refresher=nobody", byAnswerer},
	} {
		got := grant(requestWith("Supported", c.supported, "Session-Expires", c.expires), trunk.SessionTimer{})
		if got.refresher != c.want || got.seconds != 1800 {
			t.Errorf("%s %s: got %+v, want %s", c.supported, c.expires, got, c.want)
		}
	}
}

// TestGrantInterval: never longer than asked, never shorter than either side's
// minimum (RFC 4028 §9).
func TestGrantInterval(t *testing.T) {
	t.Parallel()
	ours := trunk.SessionTimer{Expires: 600 * time.Second, MinSE: 120 * time.Second}
	for _, c := range []struct {
		expires, min string
		want         uint32
	}{
		{"", "", 600},
		{"", "900", 900},
		{"1800", "", 600},
		{"1800", "700", 700},
		{"300", "", 300},
		{"300", "200", 300},
		{"100", "", 100}, // who has no timers cannot be told that this is too short
		{"99999999999999", "", 600},
		{"-3", "", 600},
		{"soon", "", 600},
	} {
		var headers []string
		if c.expires != "" {
			headers = append(headers, "x", c.expires)
		}
		if c.min != "" {
			headers = append(headers, "Min-SE", c.min+";lr")
		}
		if got := grant(requestWith(headers...), ours); got.seconds != c.want {
			t.Errorf("Session-Expires %q, Min-SE %q: got %d, want %d", c.expires, c.min, got.seconds, c.want)
		}
	}
}

// TestPolicySeconds: a policy's durations become whole seconds, upwards.
func TestPolicySeconds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy          trunk.SessionTimer
		least, interval uint32
	}{
		{trunk.SessionTimer{}, 90, 1800},
		{trunk.SessionTimer{MinSE: 90*time.Second + 1}, 91, 1800},
		{trunk.SessionTimer{MinSE: time.Hour}, 3600, 3600},
		{trunk.SessionTimer{Expires: 100 * time.Second}, 90, 100},
		{trunk.SessionTimer{Expires: 1000 * time.Hour}, 90, maxSeconds},
	} {
		if l, i := shortest(c.policy), wished(c.policy); l != c.least || i != c.interval {
			t.Errorf("%+v: got %d and %d", c.policy, l, i)
		}
	}
}

// TestRetryAfter reads the forms of RFC 3261 §20.33.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]uint32{
		"18000;duration=3600": 18000, "120 (I'm in a meeting)": 120, " 5 ": 5, "(never)": 0, "": 0, ";": 0, "soon": 0, "-1": 0,
	} {
		res := sip.NewResponse(503, "Busy")
		res.AppendHeader(sip.NewHeader("Retry-After", value))
		if got := retryAfter(res); got != want {
			t.Errorf("%q: got %d, want %d", value, got, want)
		}
	}
	if got := retryAfter(sip.NewResponse(503, "Busy")); got != 0 {
		t.Errorf("without the header: %d", got)
	}
}

// wantBounded: whatever a request asks for, the session that it gets is one
// that its sender asked for or longer than both minimums, and of bounded length.
func wantBounded(t *testing.T, req *sip.Request) {
	t.Helper()
	policy := trunk.SessionTimer{}
	got := grant(req, policy)
	asked, found := expiryIn(req)
	switch {
	case got.seconds > maxSeconds, found && got.seconds > asked.seconds,
		!found && got.seconds < shortest(policy), got.refresher != byAsker && got.refresher != byAnswerer:
		t.Fatalf("asked %+v (%v), minimum %d: granted %+v", asked, found, minimumIn(req), got)
	}
	if again, ok := expiryIn(requestWith("Session-Expires", got.header().Value())); !ok || again != got {
		t.Fatalf("%+v is read back as %+v", got, again)
	}
	if acknowledges(req, 0, 0) && acknowledges(req, 1, 0) {
		t.Fatal("one RAck names two responses")
	}
}
