package api

import (
	"fmt"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

// legs are a call's, as the interface shows them.
func (a asked) legs() (legs []map[string]any) {
	for _, l := range a.body["legs"].([]any) {
		legs = append(legs, l.(map[string]any))
	}
	return legs
}

// TestASupervisorJoinsACall invites somebody who listens, then whispers to the
// callee, then talks with all; nobody else may be invited meanwhile.
func TestASupervisorJoinsACall(t *testing.T) {
	w := newWorld(t)
	id := w.talk(shop)
	path, leg := "/v1/calls/"+id, func(n int) string { return fmt.Sprintf("leg_%s_%d", id[5:], n) }
	w.ask("sk_shop", "POST", path+"/invite", `{"to":"+15550100103","part":"listen"}`).is(t, 200, "")
	third := w.exchange.phone(t, id, 3)
	w.ask("sk_shop", "POST", path+"/invite", `{"to":"+15550100104"}`).is(t, 409, "invite_running")
	third.report(call.LegAnswered{})
	eventually(t, "they have joined, and listen", func() bool {
		legs := w.ask("sk_shop", "GET", path, "").legs()
		return len(legs) == 3 && legs[2]["state"] == "connected" && legs[2]["part"] == "listen" && legs[2]["role"] == "invited"
	})
	whispering := w.ask("sk_shop", "POST", path+"/part", `{"leg":"`+leg(3)+`","part":"whisper","heard_by":"`+leg(2)+`"}`).is(t, 200, "")
	if l := whispering.legs()[2]; l["part"] != "whisper" || l["heard_by"] != leg(2) {
		t.Errorf("whispering, they are %v", l)
	}
	w.ask("sk_shop", "POST", path+"/invite", `{"to":"+15550100104","part":"whisper","heard_by":"`+leg(3)+`"}`).is(t, 400, "parameter_invalid")
	talking := w.ask("sk_shop", "POST", path+"/part", `{"leg":"`+leg(3)+`","part":"talk"}`).is(t, 200, "")
	if l := talking.legs()[2]; l["part"] != nil || l["heard_by"] != nil {
		t.Errorf("talking, they are %v", l)
	}
	w.ask("sk_shop", "POST", path+"/invite", `{"to":"+15550100104"}`).is(t, 200, "")
	w.exchange.phone(t, id, 4).report(call.LegEnded{Cause: call.Busy})
	eventually(t, "the fourth is busy", func() bool {
		return strings.Contains(w.ask("sk_shop", "GET", path+"/events?limit=100", "").text, "invite.failed")
	})
	w.ask("sk_shop", "POST", path+"/invite", `{"to":"+15550100105"}`).is(t, 200, "")
}

// TestWhoCannotBeInvited, nor given a part, is told why.
func TestWhoCannotBeInvited(t *testing.T) {
	w := newWorld(t)
	id := w.talk(shop)
	path, leg := "/v1/calls/"+id, func(n int) string { return fmt.Sprintf("leg_%s_%d", id[5:], n) }
	for _, no := range [][4]string{
		{"/invite", `{"to":"+19005550100"}`, "403 forbidden", "may not call"},
		{"/invite", `{"to":"0301234"}`, "400 address_invalid", "+15550100101"},
		{"/invite", `{"to":"+15550100103","part":"whisper"}`, "400 parameter_invalid", "say who hears it"},
		{"/invite", `{"to":"+15550100103","heard_by":"` + leg(2) + `"}`, "400 parameter_invalid", "Leave heard_by out"},
		{"/invite", `{"to":"+15550100103","part":"whisper","heard_by":"` + leg(9) + `"}`, "404 leg_not_found", leg(9)},
		{"/part", `{"leg":"` + leg(2) + `","part":"listen"}`, "409 not_invited", "always talk"},
		{"/part", `{"leg":"` + leg(9) + `","part":"talk"}`, "404 leg_not_found", leg(9)},
	} {
		got := w.ask("sk_shop", "POST", path+no[0], no[1])
		if what := fmt.Sprint(got.status, " ", got.str("code")); what != no[2] || !strings.Contains(got.text, no[3]) {
			t.Errorf("%s %s: %s", no[0], no[1], got.text)
		}
	}
	ringing := w.ask("sk_shop", "POST", "/v1/calls", `{"from":"+15550100101","to":"+15550100102"}`).is(t, 201, "")
	w.ask("sk_shop", "POST", "/v1/calls/"+ringing.str("id")+"/invite", `{"to":"+15550100103"}`).is(t, 409, "call_not_answered")
	w.ask("sk_other", "POST", path+"/invite", `{"to":"+15550100103"}`).is(t, 404, "call_not_found")
}

// TestAgentsDoNotListenToOneAnother: whoever only takes calls neither listens nor
// whispers nor joins uninvited, nor has calls of others handed to them, by a login or by
// a key; in their own call they have others join it.
func TestAgentsDoNotListenToOneAnother(t *testing.T) {
	w := newWorld(t)
	w.house()
	ada, grace, boss := w.colleague(shop, directory.Agent), w.colleague(shop, directory.Agent), w.colleague(shop, directory.Supervisor)
	w.loggedIn("ada", ada)
	w.loggedIn("grace", grace)
	w.loggedIn("boss", boss)
	page := func(p directory.Person) string { return `"browser:` + directory.AgentName(p.ID) + `"` }
	id := w.talkTo(shop, webtrunk.Address{Scheme: webtrunk.Browser, Value: directory.AgentName(ada.ID) + ".shop"})
	path, heard := "/v1/calls/"+id, `"heard_by":"leg_`+id[5:]+`_2"`
	for _, body := range []string{
		`{"to":` + page(grace) + `,"part":"listen"}`,
		`{"to":` + page(grace) + `,"part":"whisper",` + heard + `}`,
		`{"to":` + page(grace) + `,"part":"talk"}`,
		`{"to":` + page(grace) + `}`,
	} {
		w.as("grace", "POST", path+"/invite", body).is(t, 403, "right_missing")
	}
	for _, consult := range []string{"true", "false"} {
		w.as("grace", "POST", path+"/transfer", `{"to":`+page(grace)+`,"consult":`+consult+`}`).is(t, 403, "right_missing")
	}
	w.loggedIn("dev", w.colleague(shop, directory.Developer))
	for _, who := range []string{"grace", "dev"} {
		for name, body := range map[string]string{
			"/hangup": "", "/hold": "{}", "/resume": "{}", "/digits": `{"digits":"1"}`, "/prompt": `{"phrase":"goodbye"}`,
			"/transfer/complete": "", "/transfer/cancel": "", "": `{"metadata":{"order":"1"}}`,
		} {
			if got := w.as(who, "POST", path+name, body).is(t, 403, "right_missing"); !strings.Contains(got.text, "not in this call") {
				t.Errorf("%s is told %s", name, got.text)
			}
		}
	}
	w.as("ada", "POST", path+"/hold", "{}").is(t, 200, "")
	w.as("ada", "POST", path+"/resume", "{}").is(t, 200, "")
	// The one whose call it is may not have somebody listen either, of whom the caller knows nothing.
	w.as("ada", "POST", path+"/invite", `{"to":`+page(grace)+`,"part":"listen"}`).is(t, 403, "right_missing")
	w.as("ada", "POST", path+"/part", `{"part":"listen"}`).is(t, 403, "right_missing")
	w.key("rk_calls", shop, directory.CallsRead, directory.CallsWrite)
	w.ask("rk_calls", "POST", path+"/invite", `{"to":`+page(grace)+`,"part":"listen"}`).is(t, 403, "right_missing")
	if legs := w.ask("sk_shop", "GET", path, "").legs(); len(legs) != 2 {
		t.Fatalf("there are %d legs", len(legs))
	}

	w.as("boss", "POST", path+"/invite", `{"to":`+page(boss)+`,"part":"listen"}`).is(t, 200, "")
	w.exchange.phone(t, id, 3).report(call.LegAnswered{})
	eventually(t, "the supervisor listens", func() bool {
		legs := w.ask("sk_shop", "GET", path, "").legs()
		return legs[2]["state"] == "connected" && legs[2]["part"] == "listen"
	})
	w.as("boss", "POST", path+"/part", `{"part":"whisper",`+heard+`}`).is(t, 200, "")
	w.as("grace", "POST", path+"/part", `{"part":"talk"}`).is(t, 403, "right_missing")
	w.as("ada", "POST", path+"/invite", `{"to":`+page(grace)+`}`).is(t, 200, "")
	w.exchange.phone(t, id, 4).report(call.LegEnded{Cause: call.Busy})

	// When from and until when somebody listened is on record.
	w.exchange.phone(t, id, 3).report(call.LegEnded{Cause: call.Hangup})
	eventually(t, "the supervisor has left, and the call goes on", func() bool {
		now := w.ask("sk_shop", "GET", path, "")
		return now.legs()[2]["state"] == "ended" && now.str("status") == "in_progress"
	})
	events := w.ask("sk_shop", "GET", path+"/events?limit=100", "").text
	for _, want := range []string{`"part":"listen"`, `"part":"whisper"`, "leg.joined", "leg.part_changed", "leg.left"} {
		if !strings.Contains(strings.ReplaceAll(events, " ", ""), want) {
			t.Errorf("the events lack %s: %s", want, events)
		}
	}
}
