package sip

import (
	"fmt"
	"testing"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// TestReasonsAreRead reads Reason headers (RFC 3326 §2) as peers write them.
func TestReasonsAreRead(t *testing.T) {
	for value, want := range map[string]string{
		`Q.850;cause=16;text="Terminated"`:                  "[{Q.850 16}]",
		`SIP;cause=200;text="Call completed, there"`:        "[{SIP 200}]",
		`q.850 ; cause = 17`:                                "[{Q.850 17}]",
		`Q.850;text="a;cause=3, \"b";cause=1,SIP;cause=600`: "[{Q.850 1} {SIP 600}]",
		`Q.850`:              "[]",
		`Q.850;cause=-1`:     "[]",
		`Q.850;cause=777777`: "[]",
		`;cause=1`:           "[]",
		`;;,,;`:              "[]",
		``:                   "[]",
	} {
		if got := fmt.Sprint(reasonsOf(withReason(value))); got != want {
			t.Errorf("%q is %s, want %s", value, got, want)
		}
	}
}

func withReason(value string) *sip.Response {
	res := sip.NewResponse(480, "Temporarily Unavailable")
	res.AppendHeader(sip.NewHeader("Reason", value))
	return res
}

// TestCausesAreReadAsTheyAreWritten: a cause that we write as Q.850 is read as
// the same by ourselves, where it says anything.
func TestCausesAreReadAsTheyAreWritten(t *testing.T) {
	shared := map[call.Cause]call.Cause{ // one number for several causes of ours
		call.Forbidden: call.Rejected, call.Failed: call.Unreachable, call.NodeLost: call.Unreachable,
		call.Shutdown: call.Unreachable, call.ConnectionLost: call.Unreachable,
	}
	for cause, e := range endings {
		want := cause
		if s := shared[cause]; s != "" {
			want = s
		}
		if got := causes[e.q850]; got != want && e.q850 != 16 {
			t.Errorf("%s goes out as %d and is read as %q", cause, e.q850, got)
		}
	}
}

// TestRefusalsHaveTheirCause: which of status and Q.850 cause is believed
// (RFC 3398 §7.2.4.1, RFC 6432 §4).
func TestRefusalsHaveTheirCause(t *testing.T) {
	for _, c := range []struct {
		status, q850 int
		want         call.Cause
	}{
		{480, 17, call.Busy}, {480, 19, call.NoAnswer}, {480, 20, call.NoAnswer}, {480, 31, call.NoAnswer},
		{404, 1, call.NotFound}, {484, 28, call.NotFound}, {503, 34, call.Unreachable}, {503, 38, call.Unreachable},
		{500, 41, call.Unreachable}, {500, 42, call.Unreachable}, {500, 17, call.Busy}, {403, 21, call.Rejected},
		{403, 57, call.Forbidden}, {488, 88, call.NotAcceptable}, {500, 79, call.Unsupported}, {486, 17, call.Busy},
		{480, 127, call.NoAnswer}, {503, 16, call.Unreachable}, {480, 26, call.NoAnswer},
		{487, 17, call.Canceled}, {407, 17, call.Forbidden}, {600, 34, call.Busy}, {603, 1, call.Rejected},
	} {
		res := withReason(fmt.Sprintf("Q.850;cause=%d", c.q850))
		res.StatusCode = c.status
		if got := refusalCause(res); got != c.want {
			t.Errorf("%d with %d is %s, want %s", c.status, c.q850, got, c.want)
		}
	}
}

// FuzzReason: a header that a stranger wrote is read or skipped, and bounded.
func FuzzReason(f *testing.F) {
	f.Add(`Q.850;cause=16;text="Terminated", SIP;cause=200`)
	f.Add(`;;,"\`)
	f.Fuzz(func(t *testing.T, value string) {
		res := withReason(value)
		for _, r := range reasonsOf(res) {
			if r.cause < 0 || r.cause > 65535 || r.protocol == "" {
				t.Fatalf("%q is %+v", value, r)
			}
		}
		if refusalCause(res) == "" || len(reasonsOf(res)) > maxReasons {
			t.Fatalf("%q has no cause", value)
		}
	})
}
