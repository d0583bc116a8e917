package api

import (
	"fmt"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

func (a asked) str(field string) string { s, _ := a.body[field].(string); return s }

// TestACallFromTheFirstRequestToItsEnd tells what an application server sees of
// a call that it makes.
func TestACallFromTheFirstRequestToItsEnd(t *testing.T) {
	w := newWorld(t).claim()
	made := w.ask("sk_shop", "POST", "/v1/calls", `{"from":"+1 555 010 0101","to":"+15550100102","metadata":{"order":"4711"}}`).is(t, 201, "")
	id := made.str("id")
	if made.str("from") != "tel:+15550100101" || made.str("object") != "call" || made.body["livemode"] != true || made.body["callback"] != true || made.str("via") != "key_sk_shop" {
		t.Fatalf("the call is made as %s", made.text)
	}
	w.ask("sk_shop", "POST", "/v1/calls/"+id+"/hold", "{}").is(t, 409, "call_not_answered")
	w.answer(id)
	got := w.ask("sk_shop", "GET", "/v1/calls/"+id, "").is(t, 200, "")
	if got.str("status") != "in_progress" || len(got.body["legs"].([]any)) != 2 || got.body["answered_at"] == nil {
		t.Fatalf("the call is %s", got.text)
	}
	caller, callee := w.exchange.phone(t, id, 1), w.exchange.phone(t, id, 2)

	w.ask("sk_shop", "POST", "/v1/calls/"+id+"/digits", `{"digits":"12#"}`).is(t, 200, "")
	eventually(t, "both hear the digits", func() bool { return caller.heard("digits 12#") && callee.heard("digits 12#") })

	held := w.ask("sk_shop", "POST", "/v1/calls/"+id+"/hold", "").is(t, 200, "")
	if leg := held.body["legs"].([]any)[1].(map[string]any); leg["held"] != true {
		t.Errorf("the callee that holds is %v", leg)
	}
	eventually(t, "the caller is held", caller.was("hold"))
	w.ask("sk_shop", "POST", "/v1/calls/"+id+"/resume", "").is(t, 200, "")
	eventually(t, "the caller is resumed", caller.was("resume"))

	noted := w.ask("sk_shop", "POST", "/v1/calls/"+id, `{"metadata":{"order":"","note":"vip"}}`).is(t, 200, "")
	if fmt.Sprint(noted.body["metadata"]) != "map[note:vip]" {
		t.Errorf("metadata are %v", noted.body["metadata"])
	}

	ended := w.ask("sk_shop", "POST", "/v1/calls/"+id+"/hangup", `{"message":"The shop has closed."}`).is(t, 200, "")
	if ended.str("status") != "completed" || ended.str("end_reason") != "hangup" || ended.str("message") != "The shop has closed." || ended.body["ended_at"] == nil {
		t.Errorf("the call ended as %s", ended.text)
	}
	gone := w.ask("sk_shop", "POST", "/v1/calls/"+id+"/hangup", "{}").is(t, 409, "call_ended")
	if gone.body["remedies"] == nil || !strings.Contains(gone.str("message"), id) {
		t.Errorf("to do something to an ended call is answered %s", gone.text)
	}
	if events := w.ask("sk_shop", "GET", "/v1/calls/"+id+"/events?limit=100", "").types(); events[0] != "call.created" || events[len(events)-1] != "call.ended" {
		t.Errorf("its events are %v", events)
	}
}

// TestACallShowsANumberOfTheAccounts: telephones are shown a number that the
// account has, and nobody can be shown another's.
func TestACallShowsANumberOfTheAccounts(t *testing.T) {
	w := newWorld(t).claim()
	ask := func(id string) asked {
		return w.ask("sk_shop", "POST", "/v1/calls", `{"from":"+15550100101","to":"+15550100102","caller_id":"`+id+`"}`)
	}
	made := ask("+1 555 010 0001").is(t, 201, "")
	if got := w.exchange.phone(t, made.str("id"), 1).leg.From.String(); got != "tel:+15550100001" {
		t.Errorf("the telephone is shown %q", got)
	}
	for id, code := range map[string]string{"+15550100002": "forbidden", "0100002": "address_invalid"} {
		if no := ask(id); no.status < 400 || no.str("param") != "caller_id" || no.str("code") != code {
			t.Errorf("%s: %s", id, no.text)
		}
	}
}

func TestATransferTellsHowItEnded(t *testing.T) {
	w := newWorld(t)
	id := w.talk(shop)
	w.ask("sk_shop", "POST", "/v1/calls/"+id+"/transfer/complete", "{}").is(t, 409, "no_transfer")
	path := "/v1/calls/" + id + "/transfer"
	begun := w.ask("sk_shop", "POST", path, `{"to":"+15550100103","consult":true}`).is(t, 200, "")
	if got := fmt.Sprint(begun.body["transfers"]); !strings.Contains(got, "result:pending") || !strings.Contains(got, "state:requested") {
		t.Fatalf("transfers are %s", got)
	}
	is := func(state string) func() bool {
		return func() bool {
			return strings.Contains(fmt.Sprint(w.ask("sk_shop", "GET", "/v1/calls/"+id, "").body["transfers"]), "result:pending state:"+state)
		}
	}
	w.exchange.phone(t, id, 3).report(call.LegRinging{})
	eventually(t, "it rings", is("ringing"))
	w.ask("sk_shop", "POST", path, `{"to":"+15550100104"}`).is(t, 409, "transfer_running")
	canceled := w.ask("sk_shop", "POST", path+"/cancel", "{}").is(t, 200, "")
	if got := fmt.Sprint(canceled.body["transfers"]); !strings.Contains(got, "result:canceled") || strings.Contains(got, "state:") {
		t.Fatalf("transfers are %s", got)
	}
	w.ask("sk_shop", "POST", path, `{"to":"+15550100104","consult":true}`).is(t, 200, "")
	w.exchange.phone(t, id, 4).report(call.LegAnswered{})
	eventually(t, "they consult", is("consulting"))
	done := w.ask("sk_shop", "POST", path+"/complete", "{}").is(t, 200, "")
	if got := fmt.Sprint(done.body["transfers"]); !strings.Contains(got, "result:completed") {
		t.Fatalf("transfers are %s", got)
	}
}

// TestAHiddenContactAppearsNowhere calls a reference and reads all that the API
// says of the call.
func TestAHiddenContactAppearsNowhere(t *testing.T) {
	const secret = "5550100177"
	w := newWorld(t).claim()
	w.exchange.refer(shop, "ref_shop", "+1"+secret)
	id := w.ask("sk_shop", "POST", "/v1/calls", `{"from":"ref_shop","to":"ref_shop"}`).is(t, 201, "").str("id")
	w.answer(id)
	for _, path := range []string{"/v1/calls/" + id, "/v1/calls", "/v1/calls/" + id + "/legs", "/v1/legs/leg_" + id[5:] + "_2", "/v1/calls/" + id + "/events", "/v1/events", "/v1/live/calls"} {
		got := w.ask("sk_shop", "GET", path, "").is(t, 200, "")
		if strings.Contains(got.text, secret) {
			t.Errorf("%s shows the hidden contact: %s", path, got.text)
		}
	}
	if got := w.ask("sk_shop", "POST", "/v1/calls/"+id+"/hangup", "{}"); strings.Contains(got.text, secret) || !strings.Contains(got.text, "ref:ref_shop") {
		t.Errorf("hanging up shows %s", got.text)
	}
}

func TestCallsThatCannotBeMade(t *testing.T) {
	w := newWorld(t).claim()
	for body, want := range map[string]string{
		`{"from":"0301234","to":"+15550100102"}`:                                           "400 address_invalid from",
		`{"from":"+15550100101","to":"+19005550100"}`:                                      "403 forbidden to",
		`{"from":"ref_nobody","to":"+15550100102"}`:                                        "404 not_found from",
		`{"from":"+15550100101"}`:                                                          "400 parameter_invalid to",
		`{"from":"+15550100101","to":"+15550100102","colour":"red"}`:                       "400 parameter_invalid colour",
		`{"From":"+15550100101","to":"+15550100102"}`:                                      "400 parameter_invalid ",
		`{"from":"+15550100101","to":"+15550100102","metadata":{"a":"b\r\nX: y"}}`:         "400 parameter_invalid metadata.a",
		`{"from":"+15550100101","to":"+15550100102","metadata":{"a b":"c"}}`:               "400 parameter_invalid metadata.a b",
		`{"from":"+15550100101","to":"+15550100102","metadata":{"a":1}}`:                   "400 parameter_invalid metadata.a",
		`{"from":"+15550100101","to":"sip:alice@example.com;transport=udp"}`:               "400 address_invalid to",
		`{"from":"+15550100101","to":"+15550100102","metadata":` + notes(17, 1, 1) + `}`:   "400 parameter_invalid metadata",
		`{"from":"+15550100101","to":"+15550100102","metadata":` + notes(1, 33, 1) + `}`:   "400 parameter_invalid metadata." + strings.Repeat("n", 33),
		`{"from":"+15550100101","to":"+15550100102","metadata":` + notes(1, 32, 257) + `}`: "400 parameter_invalid metadata." + strings.Repeat("n", 32),
		`{"from":"+15550100101","to":"+15550100102","metadata":{"identity.sub":"7"}}`:      "400 parameter_invalid metadata.identity.sub",
		`{"from":"+15550100101",`:                                                          "400 parameter_invalid ",
		`[]`:                                                                               "400 parameter_invalid ",
	} {
		got := w.ask("sk_shop", "POST", "/v1/calls", body)
		if s := fmt.Sprintf("%d %s %s", got.status, got.str("code"), got.str("param")); !strings.HasPrefix(s, want) || want[len(want)-1] != ' ' && s != want {
			t.Errorf("%.90s: %s, want %s: %s", body, s, want, got.text)
		}
	}
	if n := w.exchange.board.Running(); n != 0 {
		t.Errorf("%d calls were begun", n)
	}
	w.ask("sk_shop", "POST", "/v1/calls", `{"from":"+15550100101","to":"+15550100102","metadata":`+notes(16, 32, 256)+`}`).is(t, 201, "")
}

// notes are n metadata with names and texts of a length.
func notes(n, name, text int) string {
	parts := make([]string, n)
	for i := range parts {
		key := fmt.Sprintf("%d", i)
		if name > 2 {
			key = fmt.Sprintf("%0*d", name, i)
			if n == 1 {
				key = strings.Repeat("n", name)
			}
		}
		parts[i] = fmt.Sprintf("%q:%q", key, strings.Repeat("t", text))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestEachModeSeesItsOwnCalls(t *testing.T) {
	w := newWorld(t)
	live, test := w.talk(shop), w.talk(tenant{shop.account, true})
	for key, see := range map[string]struct{ own, others string }{"sk_shop": {live, test}, "sk_shop_test": {test, live}} {
		w.ask(key, "GET", "/v1/calls/"+see.own, "").is(t, 200, "")
		w.ask(key, "GET", "/v1/calls/"+see.others, "").is(t, 404, "call_not_found")
		w.ask(key, "POST", "/v1/calls/"+see.others+"/hangup", "{}").is(t, 404, "call_not_found")
		for _, path := range []string{"/v1/live/calls", "/v1/events?limit=100", "/v1/calls?live=true"} {
			eventually(t, path+" has the call", func() bool { return strings.Contains(w.ask(key, "GET", path, "").text, see.own) })
			if got := w.ask(key, "GET", path, ""); strings.Contains(got.text, see.others) {
				t.Errorf("%s shows %s to %s", path, see.others, key)
			}
		}
	}
}

func TestTheOperatorSeesAllRunningCalls(t *testing.T) {
	w := newWorld(t)
	id := w.talk(other)
	w.ask("sk_shop", "GET", "/v1/live/calls?scope=gateway", "").is(t, 403, "operator_required")
	p := w.users.keys["sk_shop"]
	p.Operator = true
	w.users.keys["sk_shop"] = p
	got := w.ask("sk_shop", "GET", "/v1/live/calls?scope=gateway", "").is(t, 200, "")
	if !strings.Contains(got.text, id) {
		t.Errorf("the operator sees %s", got.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/live/calls", ""); strings.Contains(got.text, id) {
		t.Errorf("without scope the operator sees %s", got.text)
	}
}

func TestCallsAreListedByStatusTimeAndPage(t *testing.T) {
	w := newWorld(t)
	var ids []string
	for range 3 {
		ids = append(ids, w.talk(shop))
	}
	w.ask("sk_shop", "POST", "/v1/calls/"+ids[0]+"/hangup", "{}").is(t, 200, "")
	eventually(t, "the archive has all calls", func() bool {
		return len(w.ask("sk_shop", "GET", "/v1/calls?status=in_progress", "").body["data"].([]any)) == 2 &&
			len(w.ask("sk_shop", "GET", "/v1/calls?status=completed", "").body["data"].([]any)) == 1
	})
	first := w.ask("sk_shop", "GET", "/v1/calls?limit=2", "").is(t, 200, "")
	second := w.ask("sk_shop", "GET", "/v1/calls?limit=2&starting_after="+first.str("next_cursor"), "").is(t, 200, "")
	if !strings.Contains(first.text, ids[2]) || !strings.Contains(second.text, ids[0]) || second.body["has_more"] != false {
		t.Errorf("pages are\n%s\n%s", first.text, second.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/calls?created_from=2100-01-01T00:00:00Z", "").is(t, 200, ""); len(got.body["data"].([]any)) != 0 {
		t.Errorf("calls of the next century: %s", got.text)
	}
	w.ask("sk_shop", "GET", "/v1/calls?created_from=yesterday", "").is(t, 400, "parameter_invalid")
	w.ask("sk_shop", "GET", "/v1/calls?limit=101", "").is(t, 400, "parameter_invalid")
	w.ask("sk_shop", "GET", "/v1/calls?starting_after=call_none", "").is(t, 404, "")
	w.ask("sk_shop", "GET", "/v1/calls?colour=red", "").is(t, 400, "parameter_invalid")
}

// The other party's own network makes the next call: the call goes on until that
// has reached the target, and then ends here.
func TestATransferByTheOtherNetwork(t *testing.T) {
	w := newWorld(t)
	id := w.talk(shop)
	path := "/v1/calls/" + id + "/transfer"
	w.ask("sk_shop", "POST", path, `{"to":"+15550100103","method":"refer","consult":true}`).is(t, 400, "parameter_invalid")
	w.ask("sk_shop", "POST", path, `{"to":"+15550100103","method":"shout"}`).is(t, 400, "parameter_invalid")
	begun := w.ask("sk_shop", "POST", path, `{"to":"+15550100103","method":"refer"}`).is(t, 200, "")
	if got := fmt.Sprint(begun.body["transfers"]); !strings.Contains(got, "method:refer") {
		t.Fatalf("transfers are %s", got)
	}
	w.ask("sk_shop", "POST", path+"/cancel", "{}").is(t, 409, "transfer_elsewhere")
	caller := w.exchange.phone(t, id, 1)
	eventually(t, "the caller's network is asked", caller.was("refer tel:+15550100103"))
	caller.report(call.LegReferred{SIPCode: 486})
	eventually(t, "it failed", func() bool {
		got := fmt.Sprint(w.ask("sk_shop", "GET", "/v1/calls/"+id, "").body["transfers"])
		return strings.Contains(got, "result:failed") && strings.Contains(got, "sip_code:486")
	})
	w.ask("sk_shop", "POST", path, `{"to":"+15550100104","method":"refer"}`).is(t, 200, "")
	eventually(t, "it is asked again", caller.was("refer tel:+15550100104"))
	caller.report(call.LegReferred{SIPCode: 200})
	eventually(t, "the call has ended", func() bool {
		got := w.ask("sk_shop", "GET", "/v1/calls/"+id, "").body
		return got["status"] == "completed" && got["end_reason"] == "transferred"
	})
}

// What whoever takes the call reads is one line, from an interface as from a page, and
// says who handed it on by what they are called.
func TestWhatIsSaidOfACallThatIsHandedOver(t *testing.T) {
	w := newWorld(t)
	ada := w.colleague(shop, directory.Agent)
	id := w.talkTo(shop, webtrunk.Address{Scheme: webtrunk.Browser, Value: directory.AgentName(ada.ID) + ".shop"})
	path := "/v1/calls/" + id
	for _, note := range []string{`two\nlines`, `bell\u0007`, strings.Repeat("€", 86)} {
		if got := w.ask("sk_shop", "POST", path+"/transfer", `{"to":"+15550100103","note":"`+note+`"}`).is(t, 400, "parameter_invalid"); got.str("param") != "note" {
			t.Errorf("it is told %s", got.text)
		}
	}
	said := func(note, by, asks any) func() bool {
		return func() bool {
			got, _ := w.ask("sk_shop", "GET", path, "").body["metadata"].(map[string]any)
			return got["transfer.note"] == note && got["transfer.by"] == by && got["transfer.asked_by"] == asks
		}
	}
	w.ask("sk_shop", "POST", path+"/transfer", `{"to":"+15550100103","note":"has paid","consult":true}`).is(t, 200, "")
	eventually(t, "the note travels with the call, and who asks", said("has paid", nil, ada.Name))
	w.exchange.phone(t, id, 3)
	w.ask("sk_shop", "POST", path+"/transfer/cancel", "{}").is(t, 200, "")
	eventually(t, "nothing was handed over", said(nil, nil, nil))
	w.ask("sk_shop", "POST", path+"/transfer", `{"to":"+15550100103","note":"has paid","consult":true}`).is(t, 200, "")
	w.exchange.phone(t, id, 4).report(call.LegAnswered{})
	w.ask("sk_shop", "POST", path+"/transfer/complete", "{}").is(t, 200, "")
	eventually(t, "it was handed over", said("has paid", ada.Name, nil))
}
