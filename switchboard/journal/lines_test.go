package journal

import (
	"bytes"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
)

// written returns the log lines of events, without their times.
func written(t *testing.T, c call.View, events ...call.Event) []string {
	t.Helper()
	var b bytes.Buffer
	if err := (Lines{slog.New(slog.NewTextHandler(&b, nil))}).Append(t.Context(), c, events); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for i, line := range lines {
		_, lines[i], _ = strings.Cut(line, " level=INFO msg=")
	}
	return lines
}

func TestTheLogTellsACall(t *testing.T) {
	v := call.View{ID: "call_1", From: address(t, "browser:visitor"), To: address(t, "ref_shop"), Via: "pk_shop1"}
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
	var events []call.Event
	for _, typ := range kinds {
		e := reflect.New(typ).Elem()
		fill(e, secret)
		events = append(events, e.Interface().(call.Event))
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

// fill puts a secret wherever one may stand in an event.
func fill(v reflect.Value, secret string) {
	for i := range v.NumField() {
		switch f := v.Field(i); v.Type().Field(i).Name {
		case "Context":
			f.Set(reflect.ValueOf(map[string]string{"note": secret}))
		case "Digit":
			f.SetString(secret)
		case "Digits":
			if f.Kind() == reflect.String {
				f.SetString(secret)
			}
		case "Dialog", "State":
			if f.Kind() == reflect.Slice {
				f.SetBytes([]byte(secret))
			}
		case "Leg":
			if f.Kind() == reflect.Struct {
				fill(f, secret)
			}
		}
	}
}

func address(t *testing.T, s string) webtrunk.Address {
	t.Helper()
	a, err := webtrunk.ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
