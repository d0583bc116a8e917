package call

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"webtrunk"
)

// TestAnyRecordedCall has anything happen to a call that is recorded: whoever is heard
// while it records has consented before (see promises), and it replays to the same state.
func TestAnyRecordedCall(t *testing.T) {
	histories, recorded := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		histories++
		var (
			c      Call
			p      promises
			events []Event
		)
		take := func(in Input) {
			o := c.Step(in)
			p.check(t, &c, o)
			events = append(events, o.Events...)
			for _, o := range o.Orders {
				if _, starts := o.(StartRecording); starts {
					recorded++
				}
			}
		}
		policy := &RecordingPolicy{Consent: rapid.SampledFrom([]ConsentBy{ByAsking, ByAnnouncing}).Draw(t, "consent"), OnDemand: rapid.IntRange(0, 3).Draw(t, "on demand") == 0}
		take(first(t))
		take(Admitted{})
		take(Routed{For: ForCall, Plan: Plan{Recording: policy, Stages: []Stage{{Targets: []Target{{Address: address(t), Staff: rapid.Bool().Draw(t, "staff")}}}}}})
		take(LegAnswered{1})
		take(LegAnswered{2})
		if rapid.IntRange(0, 3).Draw(t, "agree") > 0 {
			for _, in := range []Input{
				ControlRecording{Wish: StartIt}, Consent{Leg: 1, Granted: true}, Consent{Leg: 2, Granted: true},
				PromptEnded{1}, PromptEnded{2}, LegDigit{1, "1"}, LegDigit{2, "1"},
			} {
				take(in)
			}
		}
		for range rapid.IntRange(0, 40).Draw(t, "length") {
			take(anyOfRecorded(t, &c))
		}
		if replayed := Replay(events); !reflect.DeepEqual(*replayed, c) {
			t.Fatalf("replay gives another state:\n%+v\nwant\n%+v", *replayed, c)
		}
	})
	if recorded < histories/5 {
		t.Errorf("only %d recordings have begun in %d calls: this shows nothing", recorded, histories)
	}
}

// anyOfRecorded draws what may happen to a call that is up.
func anyOfRecorded(t *rapid.T, c *Call) Input {
	leg := LegID(rapid.IntRange(1, len(c.legs)+1).Draw(t, "leg"))
	guest := webtrunk.Address{Scheme: webtrunk.Browser, Value: "guest"}
	to := Plan{Stages: []Stage{{Targets: []Target{{Address: rapid.SampledFrom([]webtrunk.Address{guest, {Scheme: webtrunk.Tel, Value: "+15550100103"}}).Draw(t, "who"), Staff: rapid.Bool().Draw(t, "staff")}}}}}
	inputs := []Input{
		Consent{Leg: leg, Granted: true}, Consent{Leg: leg, Granted: true}, Consent{Leg: leg},
		LegDigit{leg, rapid.SampledFrom([]string{"1", "1", "1", "2", "#"}).Draw(t, "digit")}, PromptEnded{leg}, PromptEnded{leg}, TimerFired{Timer{PromptTimer, leg}},
		ControlRecording{Wish: rapid.SampledFrom([]RecordingWish{StartIt, StartIt, StopIt, PauseIt, ResumeIt}).Draw(t, "wish")}, RecordingBroke{Number: c.recording.count},
		Invite{By: leg, To: guest, Part: rapid.SampledFrom([]Part{Talks, Talks, Listens}).Draw(t, "part")}, Invite{To: guest, Part: Whispers, HeardBy: leg},
		ChangePart{Leg: leg, Part: rapid.SampledFrom([]Part{Talks, Listens}).Draw(t, "other part")},
		Transfer{By: leg, To: guest, Consult: rapid.Bool().Draw(t, "consult")}, CompleteTransfer{}, CancelTransfer{},
		Routed{For: ForInvite, To: guest, Plan: to}, Routed{For: ForInvite, To: guest, Plan: to}, Routed{For: ForTransfer, To: guest, Plan: to}, Routed{For: ForTransfer, To: guest, Plan: plan(t)},
		LegAnswered{leg}, LegAnswered{LegID(len(c.legs))}, Hold{leg}, Resume{leg}, LegLost{leg}, LegReturned{leg}, LegSpeaks{leg}, WriteOn{leg},
		Ask{Leg: leg, Phrase: "p", Digits: 4, Sensitive: true},
	}
	if rapid.IntRange(0, 9).Draw(t, "somebody leaves") == 0 {
		return LegEnded{Leg: leg}
	}
	return rapid.SampledFrom(inputs).Draw(t, "input")
}
