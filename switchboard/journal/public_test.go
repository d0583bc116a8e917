package journal

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

var update = flag.Bool("update", false, "rewrite testdata/*.txt with what the outside reads")

// secrets stand in the course wherever something is hidden.
var secrets = []string{"15550100777", "15550100888", "4711", "dialog-of", "_internal"}

// course is a call in which everything happens that can be told, with contacts
// that are hidden, a PIN, and edges that are not discreet.
func course(d *desk, id webtrunk.CallID) {
	member := call.Target{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100777"}, Shown: webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_member"}, Trunk: "acme"}
	seller := call.Target{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100888"}, Shown: webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_seller"}}
	desk := call.Target{Address: webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}}
	bad, good := call.Quality{Jitter: 45 * time.Millisecond, MOS: 4}, call.Quality{Jitter: time.Millisecond, MOS: 4}
	worse, better := bad, good
	worse.Received, better.Received = 250, 250
	k := d.call(id)
	k.must(call.Requested{ID: id, Account: "acct_1", Test: true, Caller: member, To: shop, Via: "key_1", Context: map[string]string{"order": "12", "_internal": "x"}},
		call.Annotate{Context: map[string]string{"order": "13"}},
		call.Admitted{Terms: call.Terms{Credit: time.Minute}},
		call.Routed{For: call.ForCall, Plan: call.Plan{Queue: "support"}},
		call.LegRinging{Leg: 1}, call.LegDialog{Leg: 1, State: []byte("dialog-of-a")}, call.LegAnswered{Leg: 1},
		call.Routed{For: call.ForCall, Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{seller}}, {Targets: []call.Target{desk}}}}},
		call.LegEnded{Leg: 2, SIPCode: 486, Message: "The carrier says that +15550100888 (sip:15550100888@trunk) is busy."},
		call.LegProgress{Leg: 3}, call.LegAnswered{Leg: 3}, call.LegDigit{Leg: 1, Digit: "5"},
		call.Hold{By: 1}, call.Resume{By: 1}, call.LegLost{Leg: 3}, call.LegReturned{Leg: 3}, call.Extend{Credit: time.Hour},
		call.LegMeasured{Leg: 3, Before: bad, Now: worse}, call.LegMeasured{Leg: 3, Before: good, Now: better},
		call.Ask{Leg: 1, Phrase: "enter_pin", Digits: 4, Sensitive: true})
	for _, digit := range "4711" {
		k.must(call.LegDigit{Leg: 1, Digit: string(digit)})
	}
	k.must(call.Ask{Leg: 1, Phrase: "choose", Digits: 1}, call.LegDigit{Leg: 1, Digit: "9"})
	time.Sleep(90 * time.Second)
	consult := call.Transfer{By: 3, To: shop, Consult: true}
	k.must(consult, call.Routed{For: call.ForTransfer, To: shop, Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{seller}}}}},
		call.LegRinging{Leg: 4}, call.LegDialog{Leg: 4, State: []byte("dialog-of-d")}, call.LegAnswered{Leg: 4}, call.CancelTransfer{},
		consult, call.NoRoute{For: call.ForTransfer, To: shop, Cause: call.Unreachable, Message: "No way to +15550100777."},
		call.Transfer{By: 3, To: shop, Refer: true}, call.Routed{For: call.ForTransfer, To: shop, Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{seller}}}}},
		call.LegReferred{Leg: 1, SIPCode: 180}, call.LegReferred{Leg: 1, SIPCode: 486, Message: "+15550100777 is busy."},
		call.Invite{By: 3, To: shop}, call.NoRoute{For: call.ForInvite, To: shop, Cause: call.NotFound},
		call.OrderFailed{Order: call.AnswerLeg{Leg: 9}, Message: "The telephone 15550100777 did not take it."},
		call.Invite{To: shop, Part: call.Listens}, call.Routed{For: call.ForInvite, To: shop, Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{seller}}}}},
		call.LegAnswered{Leg: 5}, call.ChangePart{Leg: 5, Part: call.Whispers, HeardBy: 3}, call.LegEnded{Leg: 5},
		call.Transfer{By: 3, To: shop}, call.Routed{For: call.ForTransfer, To: shop, Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{desk}}}}}, call.LegAnswered{Leg: 6})
	out := k.c.Step(call.LegEnded{Leg: 6, Message: "+15550100777 heard nothing."})
	left := out.Events[0].(call.LegLeft)
	left.Quality = &call.Quality{Codec: "opus", Received: 4000, Lost: 40, Loss: 0.01, Jitter: 8 * time.Millisecond, RoundTrip: 61 * time.Millisecond, MOS: 4.2}
	out.Events[0] = left
	if err := d.Append(d.t.Context(), k.c.View(), out.Events); err != nil {
		d.t.Fatal(err)
	}
}

// patience is a caller who waits in a queue until he would rather be called back.
func patience(d *desk, id webtrunk.CallID) {
	offered := call.Plan{Queue: "support", Greeting: "welcome", Waiting: call.Waiting{Callback: true, Music: "music:none"}, Priority: 3, Needs: map[string]int{"german": 5}}
	k := d.call(id)
	k.must(call.Arrived{ID: id, Account: "acct_1", Test: true, From: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}, To: shop},
		call.Admitted{}, call.Routed{For: call.ForCall, Plan: offered}, call.PromptEnded{Leg: 1},
		call.OrderFailed{Order: call.Play{Leg: 1, Phrase: "music:none"}, Message: "There is no such music."},
		call.Place{Position: 2, Wait: time.Minute, Say: true}, call.LegDigit{Leg: 1, Digit: "1"}, call.CallbackSettled{},
		call.PromptEnded{Leg: 1}, call.LegDigit{Leg: 1, Digit: "1"}, call.CallbackSettled{Promised: true}, call.PromptEnded{Leg: 1})
}

// message is a caller who leaves one, and one whose message is lost.
func message(d *desk, id webtrunk.CallID, in call.Input) {
	k := d.call(id)
	k.must(call.Arrived{ID: id, Account: "acct_1", Test: true, From: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}, To: shop},
		call.Admitted{}, call.Routed{For: call.ForCall, Plan: call.Plan{Voicemail: "support"}}, call.PromptEnded{Leg: 1}, call.PromptEnded{Leg: 1},
		call.LegEnded{Leg: 1}, in)
}

// recorded is a call that is recorded, until the disk is full, of a caller who has agreed;
// who joins has not.
func recorded(d *desk, id webtrunk.CallID) {
	desk := call.Target{Address: webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}, Staff: true}
	k := d.call(id)
	k.must(call.Arrived{ID: id, Account: "acct_1", Test: true, From: webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}, To: shop},
		call.Admitted{}, call.Routed{For: call.ForCall, Plan: call.Plan{Recording: &call.RecordingPolicy{Consent: call.ByAsking, OnDemand: true}, Stages: []call.Stage{{Targets: []call.Target{desk}}}}},
		call.LegAnswered{Leg: 2}, call.ControlRecording{By: 2, Wish: call.StartIt}, call.Consent{Leg: 1, Granted: true, Language: "en"},
		call.ControlRecording{By: 2, Wish: call.PauseIt}, call.ControlRecording{By: 2, Wish: call.ResumeIt}, call.Consent{Leg: 1}, call.Consent{Leg: 1, Granted: true},
		call.ControlRecording{By: 2, Wish: call.StopIt}, call.ControlRecording{By: 2, Wish: call.StartIt},
		call.RecordingBroke{Number: 2, Message: "The disk is full."}, call.LegEnded{Leg: 1})
}

// inWriting is a call that begins in writing and goes on with sound.
func inWriting(d *desk, id webtrunk.CallID) {
	desk := call.Target{Address: webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}, Staff: true}
	k := d.call(id)
	k.must(call.Arrived{ID: id, Account: "acct_1", Test: true, From: webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}, To: shop, Written: true},
		call.Admitted{}, call.Routed{For: call.ForCall, Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{desk}}}}},
		call.LegAnswered{Leg: 2}, call.LegSpeaks{Leg: 2}, call.LegSpeaks{Leg: 1}, call.WriteOn{By: 1}, call.LegEnded{Leg: 1})
}

func told(recs []event.Record) []byte {
	var b bytes.Buffer
	for _, r := range recs {
		fmt.Fprintf(&b, "%d %s\n  %s\n", r.CallSeq, r.Type, r.Data)
	}
	return b.Bytes()
}

// TestTheOutsideReads holds what the outside reads of a call against
// testdata/course.txt: rewrite it with -update and read the difference.
func TestTheOutsideReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, func(c *Config) { c.Metadata = func(key string) bool { return key[0] != '_' } })
		course(d, "call_01h455vb4pex5vsknk084sn02q")
		patience(d, "call_01h455vb4pex5vsknk084sn02r")
		recs, more := d.log.of("call_01h455vb4pex5vsknk084sn02q"), d.log.of("call_01h455vb4pex5vsknk084sn02r")
		wellFormed(t, recs)
		wellFormed(t, more)
		recs = append(recs, more...)
		message(d, "call_01h455vb4pex5vsknk084sn02s", call.Recorded{Recording: "vm_1", Length: 7 * time.Second})
		message(d, "call_01h455vb4pex5vsknk084sn02t", call.RecordFailed{Message: "The disk is full."})
		recs = append(append(recs, d.log.of("call_01h455vb4pex5vsknk084sn02s")...), d.log.of("call_01h455vb4pex5vsknk084sn02t")...)
		recorded(d, "call_01h455vb4pex5vsknk084sn02v")
		recs = append(recs, d.log.of("call_01h455vb4pex5vsknk084sn02v")...)
		inWriting(d, "call_01h455vb4pex5vsknk084sn02w")
		recs = append(recs, d.log.of("call_01h455vb4pex5vsknk084sn02w")...)
		got := told(recs)
		if *update {
			if err := os.WriteFile("testdata/course.txt", got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile("testdata/course.txt")
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("the outside reads\n%s\nwant\n%s%v", got, want, err)
		}
		types := map[string]bool{}
		for _, r := range recs {
			types[r.Type] = true
			for _, secret := range secrets {
				if strings.Contains(string(r.Data), secret) {
					t.Errorf("%s tells %q: %s", r.Type, secret, r.Data)
				}
			}
			if !r.Test || r.Account != "acct_1" || !strings.Contains(string(r.Data), `"call":"`+string(r.Call)+`","status":"`) {
				t.Errorf("%s names too little: %s", r.Type, r.Data)
			}
			if r.Type != "prompt.started" && r.Type != "prompt.finished" && bytes.Contains(r.Private, []byte(`"Digit":"4"`)) {
				t.Errorf("%s keeps a digit of a PIN", r.Type)
			}
		}
		for name, typ := range kinds {
			e := reflect.New(typ).Elem().Interface().(call.Event)
			if _, saved := e.(call.DialogSaved); !types[name] && !saved && !internal(e, call.View{}) {
				t.Errorf("the course has no %s", name)
			}
		}
		d.close()
	})
}

// A call is read back as it was, and shown without what is hidden.
func TestCallsAreReadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		const id = "call_01h455vb4pex5vsknk084sn02q"
		began := time.Now()
		course(d, id)
		d.close()
		kept, err := Calls{Log: d.log}.View(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if !kept.Created.Equal(began) || !kept.Answered.Equal(began) || !kept.Ended.Equal(began.Add(90*time.Second)) || kept.End.By != 6 || kept.Quality[6].Codec != "opus" || kept.Seq == 0 {
			t.Errorf("read back as %+v", kept)
		}
		if string(kept.View.Legs[0].Dialog) != "dialog-of-a" || kept.View.Legs[1].Trunk != "" || kept.View.Caller.Trunk != "acme" {
			t.Errorf("the gateway's own part is read back as %+v", kept.View)
		}
		shown := kept.Show()
		if shown.DurationMS != 90_000 || shown.EndReason != call.Hangup || shown.EndedBy != "leg_01h455vb4pex5vsknk084sn02q_6" || shown.Livemode || !shown.Callback || shown.From != "ref:ref_member" {
			t.Errorf("shown as %+v", shown)
		}
		text, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets[:4] {
			if strings.Contains(string(text), secret) {
				t.Errorf("%q is shown: %s", secret, text)
			}
		}
		if len(shown.Legs) != 6 || shown.Legs[5].Quality == nil || shown.Legs[1].Address != "ref:ref_seller" || shown.Legs[0].Quality != nil {
			t.Errorf("the legs are shown as %+v", shown.Legs)
		}
	})
}

func TestRunningCallsAreReadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		k := d.call("call_1")
		k.must(arrived("call_1"))
		kept, err := Calls{Log: d.log}.View(t.Context(), "call_1")
		if err != nil {
			t.Fatal(err)
		}
		if shown := kept.Show(); shown.Status != call.Authorizing || shown.AnsweredAt != nil || shown.EndedAt != nil || !shown.Livemode || shown.EndReason != "" {
			t.Errorf("shown as %+v", shown)
		}
		if _, err := (Calls{Log: d.log}).View(t.Context(), "call_2"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("a call that never was: %v", err)
		}
		k.must(call.HangUp{})
		d.close()
	})
}
