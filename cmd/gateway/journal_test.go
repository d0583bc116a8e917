package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// written returns the log lines of events, without their times.
func written(t *testing.T, c call.View, events ...call.Event) []string {
	t.Helper()
	var b bytes.Buffer
	if err := (journal{newLogger(&b, LogConfig{Format: "text", Level: "info"})}).Append(t.Context(), c, events); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for i, line := range lines {
		_, lines[i], _ = strings.Cut(line, " level=INFO msg=")
	}
	return lines
}

func TestTheLogTellsACall(t *testing.T) {
	v := visit(t, "ref_shop")
	got := written(t, v,
		call.CallCreated{ID: v.ID, From: v.From, To: v.To, Via: v.Via, Context: map[string]string{"email": "ann@example.com"}},
		call.LegAdded{Leg: call.Leg{ID: 2, Kind: call.PSTN, Role: call.Callee, Address: address(t, "+447700900123")}},
		call.LegRang{Leg: 2, Early: true},
		call.CallAnswered{Leg: 2},
		call.LegPressed{Leg: 1, Digit: "7"},
		call.LegLeft{Leg: 2, Cause: call.Hangup},
		call.CallEnded{Status: call.StatusBusy, Reason: call.Busy, By: 2, SIPCode: 486, Message: "The line is busy."},
	)
	want := []string{
		`call.created call=call_1 from=browser:visitor to=ref:ref_shop via=pk_shop1`,
		`leg.added call=call_1 leg=b kind=pstn role=callee address=tel:+447700900123`,
		`leg.ringing call=call_1 leg=b early=true`,
		`call.answered call=call_1 leg=b`,
		`leg.dtmf_received call=call_1 leg=a`, // the digit may be a PIN
		`leg.left call=call_1 leg=b reason=hangup`,
		`call.ended call=call_1 by=b reason=busy status=busy sip_code=486 message="The line is busy."`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestEveryEventIsALineWithTheCall(t *testing.T) {
	secret := "4711"
	events := []call.Event{
		call.CallCreated{Context: map[string]string{"note": secret}}, call.CallAdmitted{}, call.CallRouted{}, call.CallQueued{},
		call.CallRinging{}, call.CallAnswered{}, call.CallHeld{}, call.CallResumed{}, call.CallReconnecting{},
		call.CallReconnected{}, call.OrderRefused{}, call.CreditExtended{}, call.CallEnded{}, call.LegAdded{Leg: call.Leg{Context: map[string]string{"note": secret}}},
		call.StageTried{}, call.LegRang{}, call.LegJoined{}, call.LegPressed{Digit: secret}, call.LegLeft{},
		call.TransferRequested{}, call.TransferRinging{}, call.TransferConsulting{}, call.TransferCompleted{},
		call.TransferFailed{}, call.TransferCanceled{}, call.InviteRequested{}, call.InviteFailed{},
		call.PromptStarted{}, call.DigitTaken{Digit: secret}, call.PromptFinished{Digits: secret},
	}
	lines := written(t, call.View{ID: "call_9"}, events...)
	for i, e := range events {
		if !strings.HasPrefix(lines[i], e.Type()+" call=call_9") {
			t.Errorf("%T is written as %q", e, lines[i])
		}
		if strings.Contains(lines[i], secret) {
			t.Errorf("%T writes what may be secret: %q", e, lines[i])
		}
	}
}

func TestOneCallTooMany(t *testing.T) {
	running := 0
	l := lines{LimitsConfig{Calls: 2, RingTime: time.Second, LongestCall: time.Hour}, func() int { return running }}
	for running = 1; running <= 2; running++ {
		terms, err := l.Admit(t.Context(), call.View{})
		if err != nil || terms.RingTime != time.Second || terms.Longest != time.Hour {
			t.Fatalf("call %d: %+v, %v", running, terms, err)
		}
	}
	_, err := l.Admit(t.Context(), call.View{})
	if webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(err.Error(), "All lines are busy") {
		t.Errorf("a third call: %v", err)
	}
}
