package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/directory"
)

// command runs a command line against the operated gateway.
func (o *operated) command(words ...string) (out, complaint string, code int) {
	o.Helper()
	o.Setenv("WEBTRUNK_URL", o.url())
	o.Setenv("WEBTRUNK_API_KEY", o.key)
	var said, complained bytes.Buffer
	code = run(words, &terminal{out: &said, err: &complained})
	return said.String(), complained.String(), code
}

// TestTrunksAreTestedFromTheTerminal: a number that answers, one that is busy, and
// one that may not be called.
func TestTrunksAreTestedFromTheTerminal(t *testing.T) {
	box := newCarrier(t, "127.0.0.1:0")
	o := operate(t, box, "voice_policy: {allow_prefixes: [\"+1555\"]}\n")
	o.probeTime = time.Second
	operator, err := o.directory.Operator(t.Context())
	must(t, err)
	to, err := directory.ParseDestination("+1555")
	must(t, err)
	all := []directory.Destination{to}
	_, err = o.directory.UpdateAccount(t.Context(), directory.Principal{Account: operator.ID, Operator: true, Rights: directory.AllRights()}, operator.ID, directory.AccountChange{Destinations: &all})
	must(t, err)
	out, complaint, code := o.command("trunk", "test", "box", "--to", "+15550100101")
	for _, want := range []string{"✓  The trunk box is at the address ", "✓  The call is answered (200), with audio ", "✓  The sound is PCM", "✓  The first sound came ", "✓  We hung up (BYE), and the carrier answered 200"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not told (%d, %s):\n%s", want, code, complaint, out)
		}
	}
	if code != 0 || strings.Contains(out, "✗") {
		t.Errorf("%d\n%s%s", code, out, complaint)
	}
	if out, complaint, code = o.command("trunk", "test", "box", "--to", "+15550100104"); code != exitFailed || !strings.Contains(out, "✗  The call was not answered (486): The number is busy.") || !strings.Contains(complaint, "see the lines with a cross") {
		t.Errorf("%d\n%s%s", code, out, complaint)
	}
	for _, c := range []struct{ name, to, want string }{
		{"box", "+88213123456", "may not call"}, {"box", "+1911", "emergency"}, {"none", "+15550100101", "no trunk"}, {"box", "bob", "bob"},
	} {
		if out, complaint, code := o.command("trunk", "test", c.name, "--to", c.to); code != exitFailed || out != "" || !strings.Contains(complaint, c.want) {
			t.Errorf("%+v: %d %s %s", c, code, out, complaint)
		}
	}
	o.key = "sk_live_wrong"
	if _, complaint, code := o.command("trunk", "test", "box", "--to", "+15550100101"); code != exitFailed || complaint == "" {
		t.Errorf("%d %s", code, complaint)
	}
}

// The test of a trunk is a call, and no way around what calls may not do: nobody
// calls for help by it, nor a country that is not open, whatever the operator's
// account may call; and a test key makes none that is billed.
func TestATrunksTestIsNoWayAround(t *testing.T) {
	box := newCarrier(t, "127.0.0.1:0")
	o := operate(t, box, "voice_policy: {allow_prefixes: [\"+1555010\"], home: DE}\n")
	operator, err := o.directory.Operator(t.Context())
	must(t, err)
	var wide []directory.Destination
	for _, to := range []string{"+1", "+4", "+8"} {
		one, err := directory.ParseDestination(to)
		must(t, err)
		wide = append(wide, one)
	}
	by := directory.Principal{Account: operator.ID, Operator: true, Rights: directory.AllRights()}
	_, err = o.directory.UpdateAccount(t.Context(), by, operator.ID, directory.AccountChange{Destinations: &wide})
	must(t, err)
	for to, want := range map[string]string{"+112": "emergency", "+49112": "emergency", "+1911": "emergency", "+442071838750": "not open", "+881612345678": "may not be called"} {
		if answer := o.ask("POST", "/v1/trunks/box/test", `{"to":"`+to+`"}`, 403); !strings.Contains(fmt.Sprint(answer), want) {
			t.Errorf("%s: %v", to, answer)
		}
	}
	by.Test = true
	if err := o.mayTest(t.Context(), by, "box", webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}); webtrunk.KindOf(err) != webtrunk.Forbidden {
		t.Errorf("a test key: %v", err)
	}
	if n := box.Stats().Received.Invites; n != 0 {
		t.Errorf("the carrier got %d INVITEs", n)
	}
}

// TestALadderIsShownInTheTerminal: what a carrier said in a call that came in, and
// what it was answered.
func TestALadderIsShownInTheTerminal(t *testing.T) {
	box := newCarrier(t, "127.0.0.1:0")
	o := operate(t, box, "numbers: [{number: +15550100001, reference: ref_desk}]\n")
	box.SetGateway(o.telephones.Addr())
	c, err := box.Call(t.Context(), stranger, "+15550100001", nil)
	must(t, err)
	reaches(t, c, carrier.Ended)
	var id string
	if !soon(func() bool { // the archive gathers for a moment
		calls := o.ask("GET", "/v1/calls", "", 200)["data"].([]any)
		if len(calls) == 1 {
			id = calls[0].(map[string]any)["id"].(string)
		}
		return id != ""
	}) {
		t.Fatal("the call is in no list")
	}
	short, _, _ := o.command("ladder", id)
	if !strings.Contains(short, "Leg a over the trunk box") || !strings.Contains(short, "webtrunk ← box  INVITE sip:+15550100001@") || !strings.Contains(short, "webtrunk → box  480 ") || strings.Contains(short, "Via:") {
		t.Errorf("%s:\n%s", id, short)
	}
	if long, _, _ := o.command("ladder", id, "--messages"); !strings.Contains(long, "Via: SIP/2.0/UDP ") || !strings.Contains(long, "m=audio ") {
		t.Error(long)
	}
	if _, complaint, code := o.command("ladder", "call_01m8c4v9k2x7r5t3qj6wz0ehnd"); code != exitFailed || !strings.Contains(complaint, "No SIP messages of the call") {
		t.Errorf("%d %s", code, complaint)
	}
	if out, complaint, code := (&operated{T: t, gateway: o.gateway}).command("ladder", id); code != exitFailed || out != "" || !strings.Contains(complaint, "WEBTRUNK_API_KEY") {
		t.Errorf("%d %s %s", code, out, complaint)
	}
}
