package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
)

// An office is a gateway whose trunk may hand calls on, with two lines of the
// operator's that are telephones of the carrier, and one of a tenant's.
type office struct {
	*operated
	box    *carrier.Carrier
	demo   *demo
	theirs string // the tenant's reference
}

const (
	echoLine   = "+15550100003"
	toneLine   = "+15550100004"
	tenantLine = "+15550100009"
)

func newOffice(t *testing.T) *office {
	t.Helper()
	box := newCarrier(t, "127.0.0.1:0")
	o := operate(t, box, openToTheBox)
	o.gateway.stop()
	o.file += "numbers: [{number: " + echoLine + ", reference: ref_echo}, {number: " + toneLine + ", reference: ref_tone}]\n"
	o.file = replaceOnce(t, o.file, "identity: {caller_id: +15550100001}}]", "refer: true, identity: {caller_id: +15550100001}}]")
	o.file = replaceOnce(t, o.file, "references: [", "references: [{reference: ref_echo, target: tel:+15550100101}, {reference: ref_tone, target: tel:+15550100103}, ")
	o.start()
	box.SetGateway(o.telephones.Addr())
	e := &office{operated: o, box: box, demo: &demo{gateway: o.gateway, carrier: box}}
	e.theirs = e.tenant()
	return e
}

// tenant gives a second account a line that leads to the carrier's echo too.
func (e *office) tenant() string {
	e.Helper()
	to, err := directory.ParseDestination("+155501001")
	if err != nil {
		e.Fatal(err)
	}
	a, err := e.directory.CreateAccount(e.Context(), directory.NewAccount{Name: "Tenant", Destinations: []directory.Destination{to}})
	if err != nil {
		e.Fatal(err)
	}
	by := directory.Principal{Account: a.ID, ID: directory.CommandLine, Rights: directory.AllRights()}
	ref, err := e.directory.CreateReference(e.Context(), by, directory.NewReference{Target: address(e.T, "+15550100101")})
	if err != nil {
		e.Fatal(err)
	}
	if _, err := e.directory.CreateNumber(e.Context(), by, directory.NewNumber{Number: tenantLine, Account: a.ID, Reference: ref.ID}); err != nil {
		e.Fatal(err)
	}
	return ref.ID
}

// up calls a line of ours and waits until it is answered.
func (e *office) up(line string) *carrier.Call {
	e.Helper()
	phone := dial(e.T, e.demo, line)
	reaches(e.T, phone, carrier.Reached(carrier.Confirmed))
	return phone
}

// refer hands a call on, and returns how that ended: the response to the REFER, or
// the status that the last NOTIFY told.
func (e *office) refer(phone *carrier.Call, to string) int {
	e.Helper()
	before := len(phone.Referred())
	ctx, cancel := context.WithTimeout(e.Context(), 30*time.Second)
	defer cancel()
	code, err := phone.Refer(ctx, to)
	if err != nil {
		e.Fatal(err)
	}
	if code != 202 {
		return code
	}
	last := 0
	reaches(e.T, phone, func(c *carrier.Call) bool {
		if told := c.Referred()[before:]; len(told) > 0 {
			last = told[len(told)-1]
		}
		return last >= 200
	})
	return last
}

// TestAReferReachesOurNumbersOnly: a trunk that may hand calls on is no way out.
// Its REFER reaches what a call over it reaches, numbers of the account that the
// call belongs to; nobody else is dialled, whatever it says.
func TestAReferReachesOurNumbersOnly(t *testing.T) {
	e := newOffice(t)
	phone := e.up(echoLine)
	here := e.telephones.Addr().Addr().String()
	calls := len(e.box.Calls())
	for what, to := range map[string]string{
		"a number abroad":                 "sip:+4930123456@" + here,
		"a premium number":                "sip:+19005550100@" + here,
		"a satellite":                     "tel:+881612345678",
		"an open number that is not ours": "sip:+15550100102@" + here,
		"what has no owner":               "sip:+15550100008@" + here,
		"a number of another account's":   "sip:" + tenantLine + "@" + here,
		"a reference of another account":  "sip:" + e.theirs + "@" + here,
		"a host elsewhere":                "sip:" + toneLine + "@203.0.113.9",
		"a name elsewhere":                "sip:" + toneLine + "@evil.example",
		"another method":                  "sip:" + toneLine + "@" + here + ";method=BYE",
		"an emergency number":             "sip:112@" + here,
		"no telephone":                    "http://" + here + "/",
		"headers beside a foreign number": "sip:+4930123456@" + here + "?P-Asserted-Identity=%3Csip%3A1%40x%3E",
	} {
		if code := e.refer(phone, "<"+to+">"); code < 400 {
			t.Errorf("%s: %d", what, code)
		}
	}
	if n := len(e.box.Calls()); n != calls {
		t.Errorf("%d calls went out on a REFER's account", n-calls)
	}
	if phone.State() != carrier.Confirmed {
		t.Errorf("the call is %v", phone.State())
	}
	if code := e.refer(phone, "<sip:"+toneLine+"@"+here+">"); code != 200 {
		t.Fatalf("a transfer to a number of ours: %d", code)
	}
	phone.Hangup(t.Context())
	if n := len(e.box.Calls()); n != calls+1 {
		t.Errorf("the carrier has %d calls, want %d", n, calls+1)
	}
}

// other finds the telephone of the carrier's that a line of ours leads to, in the
// call that came last.
func (e *office) other(number string) *carrier.Call {
	e.Helper()
	ctx, cancel := context.WithTimeout(e.Context(), 30*time.Second)
	defer cancel()
	c, err := e.box.WaitCall(ctx, carrier.To(number), carrier.Reached(carrier.Confirmed), carrier.Up)
	if err != nil {
		e.Fatal(err)
	}
	return c
}

// TestATelephoneJoinsItsCalls: it talks to two telephones through us and hands one
// over to the other. They hear each other, its own calls end, and each of ours
// ends once, when one of the two hangs up.
func TestATelephoneJoinsItsCalls(t *testing.T) {
	e := newOffice(t)
	one, two := e.up(echoLine), e.up(toneLine)
	echo, tone := e.other("+15550100101"), e.other("+15550100103")
	if code := e.refer(one, fmt.Sprintf("<sip:%s@%s?Replaces=%s>", toneLine, e.telephones.Addr().Addr(), two.Replaces())); code != 200 {
		t.Fatalf("told %d", code)
	}
	reaches(t, two, carrier.Ended)
	if !two.End().HungUp() {
		t.Errorf("the second call ended %+v", two.End())
	}
	one.Hangup(t.Context())
	for _, c := range []*carrier.Call{echo, tone} { // the tone goes round
		reaches(t, c, carrier.HeardPackets(c.RTP().In+50))
	}
	tone.Hangup(t.Context())
	reaches(t, echo, carrier.Ended)
	if n := len(e.box.Calls()); n != 4 {
		t.Errorf("the carrier has %d calls, want 4: nobody was dialled", n)
	}
	completed := func() int { // as the records say, which follow
		return strings.Count(fmt.Sprint(e.ask("GET", "/v1/calls", "", 200)), "status:completed")
	}
	comesTrue(t, "both calls are completed", func() bool { return completed() == 2 })
	if n := e.board.Running(); n != 0 {
		t.Errorf("%d calls run on", n)
	}
}

// TestCallsOfTwoAccountsAreNotJoined: both have come over the same trunk, and yet
// the tenant's party is not for the operator's.
func TestCallsOfTwoAccountsAreNotJoined(t *testing.T) {
	e := newOffice(t)
	one, two := e.up(echoLine), e.up(tenantLine)
	if code := e.refer(one, fmt.Sprintf("<sip:%s@%s?Replaces=%s>", tenantLine, e.telephones.Addr().Addr(), two.Replaces())); code != 403 {
		t.Errorf("told %d", code)
	}
	if one.State() != carrier.Confirmed || two.State() != carrier.Confirmed {
		t.Errorf("the calls are %v and %v", one.State(), two.State())
	}
}
