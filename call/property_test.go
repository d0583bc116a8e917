package call

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webtrunk"
)

// TestAnyInputs throws random inputs at a call: it never panics, ends at most
// once and with nothing after, orders nothing of a leg that has left, replays
// to the same state, and can always be ended.
func TestAnyInputs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var (
			c      Call
			p      promises
			events []Event
			orders []Order
		)
		take := func(in Input) {
			o := c.Step(in)
			p.check(t, &c, o)
			events, orders = append(events, o.Events...), append(orders, o.Orders...)
		}
		take(first(t))
		for range rapid.IntRange(0, 60).Draw(t, "length") {
			take(anyInput(t, orders))
		}
		if replayed := Replay(events); !reflect.DeepEqual(*replayed, c) {
			t.Fatalf("replay gives another state:\n%+v\nwant\n%+v", *replayed, c)
		}
		take(NodeDied{})
		if p.ended != 1 {
			t.Fatalf("%d call.ended, want exactly one", p.ended)
		}
		checkTimers(t, orders)
		checkTones(t, orders)
	})
}

// checkTimers: once a call has ended, none of its timers runs.
func checkTimers(t *rapid.T, orders []Order) {
	running := map[Timer]bool{}
	for _, o := range orders {
		switch o := o.(type) {
		case StartTimer:
			running[o.Timer] = true
		case StopTimer:
			delete(running, o.Timer)
		}
	}
	if len(running) > 0 {
		t.Fatalf("timers %v still run after the end", running)
	}
}

// checkTones: nobody is played to while the bridge holds them, and a phrase is
// stopped before the next begins.
func checkTones(t *rapid.T, orders []Order) {
	playing, bridge := map[LegID]bool{}, []LegID(nil)
	for _, o := range orders {
		switch o := o.(type) {
		case Play:
			if playing[o.Leg] {
				t.Fatalf("leg %v is played two things", o.Leg)
			}
			playing[o.Leg] = true
			if slices.Contains(bridge, o.Leg) {
				t.Fatalf("leg %v is played to while it is in the bridge", o.Leg)
			}
		case StopPlay:
			delete(playing, o.Leg)
		case HangUpLeg:
			delete(playing, o.Leg)
		case Bridge:
			bridge = o.Legs
		}
	}
}

func first(t *rapid.T) Input {
	from := rapid.SampledFrom([]webtrunk.Address{{Scheme: webtrunk.Browser, Value: "visitor"}, {Scheme: webtrunk.Tel, Value: "+15550100101"}}).Draw(t, "from")
	if rapid.Bool().Draw(t, "callback") {
		var to webtrunk.Address
		if !rapid.Bool().Draw(t, "alone") {
			to = address(t)
		}
		return Requested{ID: "call_1", Caller: Target{Address: from, Trunk: "acme"}, To: to, Phrase: rapid.SampledFrom([]string{"", "hold"}).Draw(t, "phrase")}
	}
	return Arrived{ID: "call_1", From: from, To: address(t), Staff: rapid.Bool().Draw(t, "staff"), Written: from.Scheme == webtrunk.Browser && rapid.Bool().Draw(t, "written")}
}

func part(t *rapid.T) Part {
	return rapid.SampledFrom([]Part{Talks, Listens, Whispers, "other"}).Draw(t, "part")
}

func anyQuality(t *rapid.T) Quality {
	return Quality{MOS: rapid.SampledFrom([]float64{0, 2, 4}).Draw(t, "mos"), Loss: rapid.SampledFrom([]float64{0, 0.025, 0.1}).Draw(t, "loss")}
}

func address(t *rapid.T) webtrunk.Address {
	return rapid.SampledFrom([]webtrunk.Address{
		{Scheme: webtrunk.Tel, Value: "+15550100102"}, {Scheme: webtrunk.Browser, Value: "desk"}, {Scheme: webtrunk.SIP, Value: "a@example.com"},
	}).Draw(t, "address")
}

func recordingPolicy(t *rapid.T) *RecordingPolicy {
	if rapid.Bool().Draw(t, "as before") {
		return nil
	}
	return &RecordingPolicy{Consent: rapid.SampledFrom([]ConsentBy{"", ByAsking, ByAnnouncing, "other"}).Draw(t, "consent"), OnDemand: rapid.Bool().Draw(t, "on demand")}
}

func plan(t *rapid.T) Plan {
	if rapid.IntRange(0, 9).Draw(t, "closed") == 0 {
		return Plan{Goodbye: Goodbye{Phrase: rapid.SampledFrom([]string{"", "closed"}).Draw(t, "phrase"), Message: "closed"}, Context: map[string]string{"rule.name": "night"}}
	}
	if rapid.IntRange(0, 5).Draw(t, "queue") == 0 {
		return Plan{Queue: "support", Recording: recordingPolicy(t), Greeting: rapid.SampledFrom([]string{"", "welcome"}).Draw(t, "greeting"), Waiting: Waiting{
			Box: rapid.SampledFrom([]string{"", "support"}).Draw(t, "box"), Music: rapid.SampledFrom([]string{"", "music:jazz"}).Draw(t, "music"), Callback: rapid.Bool().Draw(t, "offered"),
		}}
	}
	p := Plan{Recording: recordingPolicy(t), Voicemail: rapid.SampledFrom([]string{"", "", "sales"}).Draw(t, "voicemail")}
	for range rapid.IntRange(0, 3).Draw(t, "stages") {
		var s Stage
		for range rapid.IntRange(0, 3).Draw(t, "targets") {
			s.Targets = append(s.Targets, Target{Address: address(t), Staff: rapid.Bool().Draw(t, "staff")})
		}
		p.Stages = append(p.Stages, s)
	}
	return p
}

// anyInput draws an input; most of the time one that a real edge could report.
func anyInput(t *rapid.T, orders []Order) Input {
	leg := LegID(rapid.IntRange(-1, 6).Draw(t, "leg"))
	purpose := rapid.SampledFrom([]Purpose{ForCall, ForCall, ForTransfer, ForInvite, "other"}).Draw(t, "purpose")
	cause := rapid.SampledFrom([]Cause{"", Hangup, Busy, Canceled, ConnectionLost}).Draw(t, "cause")
	inputs := []Input{
		Admitted{Terms{Credit: time.Minute}}, Admitted{}, Refused{Cause: Forbidden},
		Routed{For: purpose, To: address(t), Plan: plan(t)}, Routed{For: ForCall, Plan: plan(t)}, Routed{For: ForTransfer, Plan: plan(t)}, NoRoute{For: purpose, To: address(t), Cause: NotFound},
		LegRinging{leg}, LegProgress{leg}, LegAnswered{leg}, LegAnswered{leg}, LegHeld{leg}, LegResumed{leg}, LegLost{leg}, LegReturned{leg}, LegSpeaks{leg}, WriteOn{leg},
		LegDigit{leg, rapid.SampledFrom([]string{"1", "#", "", "12", "x"}).Draw(t, "digit")},
		LegEnded{Leg: leg, Cause: cause, SIPCode: rapid.SampledFrom([]int{0, 200, 404, 486, 503}).Draw(t, "code")}, PromptEnded{leg},
		Hold{leg}, Resume{leg}, Transfer{By: leg, To: address(t), Consult: rapid.Bool().Draw(t, "consult"), Refer: rapid.Bool().Draw(t, "refer"), Tell: rapid.Bool().Draw(t, "tell")}, CompleteTransfer{}, CancelTransfer{},
		LegDialog{leg, []byte(rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "dialog"))}, Annotate{map[string]string{"k": rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "value")}},
		LegMeasured{leg, anyQuality(t), anyQuality(t), rapid.Bool().Draw(t, "held")}, LegReferred{Leg: leg, SIPCode: rapid.SampledFrom([]int{0, 100, 180, 200, 486}).Draw(t, "referred")},
		Invite{By: leg, To: address(t)}, Invite{To: address(t), Part: part(t), HeardBy: LegID(rapid.IntRange(0, 3).Draw(t, "heard by"))}, ChangePart{Leg: leg, Part: part(t), HeardBy: LegID(rapid.IntRange(0, 3).Draw(t, "heard by"))}, SendDigits{leg, "12"}, Extend{time.Minute},
		Ask{Leg: leg, Phrase: "p", Digits: rapid.IntRange(0, 2).Draw(t, "digits"), Sensitive: rapid.Bool().Draw(t, "sensitive")},
		TimerFired{Timer{rapid.SampledFrom([]TimerName{RingTimer, GraceTimer, CreditTimer, LongestTimer, PromptTimer, WaitTimer, PromiseTimer, MessageTimer, SaveTimer, "other"}).Draw(t, "timer"), leg}},
		HangUp{By: leg, Cause: cause}, first(t),
		Consent{Leg: leg, Granted: rapid.IntRange(0, 3).Draw(t, "granted") > 0}, Consent{Leg: 1, Granted: true}, RecordingBroke{Number: rapid.IntRange(0, 2).Draw(t, "number")},
		ControlRecording{By: rapid.SampledFrom([]LegID{0, leg}).Draw(t, "by"), Wish: rapid.SampledFrom([]RecordingWish{StartIt, StartIt, StopIt, PauseIt, ResumeIt, "other"}).Draw(t, "wish")},
		LeaveMessage{leg}, MessageSilent{}, Recorded{Recording: rapid.SampledFrom([]string{"", "vm_1"}).Draw(t, "recording")}, RecordFailed{},
		CallMeBack{By: leg, Number: address(t)}, CallbackSettled{}, CallbackSettled{Promised: true}, Rescind{}, Rescind{To: address(t), Cause: cause}, Goodbye{Phrase: rapid.SampledFrom([]string{"", "goodbye"}).Draw(t, "goodbye")},
		Place{Position: rapid.IntRange(0, 2).Draw(t, "place"), Say: rapid.Bool().Draw(t, "say")},
	}
	if len(orders) > 0 {
		inputs = append(inputs, OrderFailed{Order: rapid.SampledFrom(orders).Draw(t, "order")})
	}
	// An end among so many inputs would come too early: draw it rarely.
	i := rapid.IntRange(0, len(inputs)-1).Draw(t, "input")
	if _, end := inputs[i].(HangUp); end && rapid.IntRange(0, 4).Draw(t, "really") > 0 {
		return LegAnswered{leg}
	}
	return inputs[i]
}
