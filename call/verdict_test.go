package call

import (
	"strings"
	"testing"
)

// TestVerdicts: what is seen of a leg between two samples, and what it means.
func TestVerdicts(t *testing.T) {
	page, phone := Leg{Kind: WebRTC}, Leg{Kind: PSTN}
	lost := Leg{Kind: WebRTC, Lost: true}
	was := Quality{Codec: "opus", Received: 1000, Sent: 1000, Measured: 250, Foreign: 7, Unagreed: 7}
	now := func(change func(*Quality)) Quality { // five seconds later
		q := was
		q.Received, q.Sent, q.Measured = 1250, 1250, 312
		change(&q)
		return q
	}
	nothing := func(q *Quality) { q.Received, q.Measured = 1000, 250 }
	speech := func(q *Quality) { q.Audible = 60 }
	for _, c := range []struct {
		what  string
		leg   Leg
		now   Quality
		found Metric
	}{
		{"a browser that speaks", page, now(speech), ""},
		{"a telephone that speaks", phone, now(speech), ""},
		{"a telephone that is silent", phone, now(func(*Quality) {}), ""},
		{"a browser that is silent", page, now(func(*Quality) {}), SilentMicrophone},
		{"a browser of which little was measured", page, now(func(q *Quality) { q.Measured = 253 }), ""},
		{"a browser that sends nothing", page, now(nothing), NoPacketsFromBrowser},
		{"a browser that hardly sends", page, now(func(q *Quality) { nothing(q); q.Received++ }), ""},
		{"a lost browser", lost, now(nothing), PathLost},
		{"a lost browser that still sends", lost, now(speech), ""},
		{"a carrier that sends nothing", phone, now(nothing), CarrierSendsNothing},
		{"a carrier that said so", phone, now(func(q *Quality) { nothing(q); q.Resting = true }), ""},
		{"a carrier that sends from elsewhere", phone, now(func(q *Quality) { nothing(q); q.Foreign = 200 }), CarrierElsewhere},
		{"a stranger's few packets", phone, now(func(q *Quality) { nothing(q); q.Foreign += 4 }), CarrierSendsNothing},
		{"a carrier that sends, and a stranger", phone, now(func(q *Quality) { q.Foreign = 200 }), ""},
		{"a codec that was not agreed", phone, now(func(q *Quality) { q.Unagreed = 257 }), CodecNotAgreed},
		{"some packets of another codec", phone, now(func(q *Quality) { q.Unagreed = 100 }), ""},
		{"no codec at all", phone, now(func(q *Quality) { nothing(q); q.Codec = "" }), CodecNotAgreed},
		{"nothing measured", phone, Quality{}, ""},
	} {
		if got := verdict(c.leg, was, c.now, false); got != c.found {
			t.Errorf("%s: %q, want %q", c.what, got, c.found)
		}
		if got := verdict(c.leg, was, c.now, true); got != "" {
			t.Errorf("%s, on hold: %q", c.what, got)
		}
		muted := c.now
		muted.Muted = true
		if got := verdict(c.leg, was, muted, false); got != "" {
			t.Errorf("%s, muted by its person: %q", c.what, got)
		}
	}
}

func TestTheDeviceMutesTheMicrophone(t *testing.T) {
	for _, received := range []uint64{100, 350} {
		before, now := Quality{Codec: "opus", Received: 100, SystemMuted: true}, Quality{Codec: "opus", Received: received, SystemMuted: true}
		if got := verdict(Leg{Kind: WebRTC}, before, now, false); got != MicrophoneMuted {
			t.Errorf("all the time: %q", got)
		}
		before.SystemMuted = false
		if got := verdict(Leg{Kind: WebRTC}, before, now, false); got == MicrophoneMuted {
			t.Error("a moment ago, and it is told already")
		}
	}
}

func TestNothingThatIsSentArrives(t *testing.T) {
	before, now := Quality{Codec: "PCMU", Sent: 100, FarLoss: 1}, Quality{Codec: "PCMU", Sent: 350, Received: 250, FarLoss: 1}
	if got := verdict(Leg{Kind: PSTN}, before, now, false); got != PathLost {
		t.Errorf("by two reports: %q", got)
	}
	before.FarLoss = 0.2
	if got := verdict(Leg{Kind: PSTN}, before, now, false); got != "" {
		t.Errorf("by one: %q", got)
	}
}

func TestEachVerdictIsExplained(t *testing.T) {
	for _, v := range Verdicts {
		if s := Explain(v); !strings.HasSuffix(s, ".") || strings.Count(s, ". ") != 1 || strings.Count(s, ": ") > 1 {
			t.Errorf("%s: %q says what it is and what to do in two sentences", v, s)
		}
	}
	if Explain(JitterMS) != "" || Explain("") != "" {
		t.Error("a measure is no verdict")
	}
}
