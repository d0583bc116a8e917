package api

import (
	"context"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/letters"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

// The file's name puts it after waiting_test.go, whose book it needs.
func init() {
	features = append(features,
		func(w *world) Feature { return WrapUps{Archive: w.exchange.archive, Book: w.dispatch} },
		func(w *world) Feature {
			return OwnVoicemails{Voicemails{w.mailboxes, w.exchange.archive}, w.dispatch}
		},
		func(w *world) Feature { return OwnLetters{Letters{&letters.Box{DB: w.db}}, w.dispatch} })
}

// talkWith makes a call between a telephone and the pages of a person, who talk.
func (w *world) talkWith(t tenant, p directory.Person) string {
	w.Helper()
	w.claim()
	id := webtrunk.NewCallID()
	from := call.Target{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}}
	to := webtrunk.Address{Scheme: webtrunk.Browser, Value: directory.AgentName(p.ID) + ".shop"}
	if err := w.exchange.board.Request(call.Requested{ID: id, Account: t.account, Test: t.test, Caller: from, To: to, Via: "key_made"}); err != nil {
		w.Fatal(err)
	}
	w.answer(string(id))
	return string(id)
}

// staff are an agent, another agent and a supervisor, who are logged in.
func (w *world) staff() (ada, bob directory.Person) {
	w.Helper()
	ada, bob = w.colleague(shop, directory.Agent), w.colleague(shop, directory.Agent)
	for name, p := range map[string]directory.Person{"ada": ada, "bob": bob, "sue": w.colleague(shop, directory.Supervisor)} {
		w.loggedIn(name, p)
		w.ask("sk_shop", "POST", "/v1/agents", `{"person": "`+p.ID+`"}`).is(w, 201, "")
	}
	return ada, bob
}

// An agent notes while they talk and chooses afterwards what came of it. The record,
// the search and the file have it, also once the disposition is deleted.
func TestAnAgentWrapsUpACall(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	sold := makers["disposition"](w, shop)
	id := w.talkWith(shop, ada)
	path := "/v1/calls/" + id + "/wrap_up"
	during := w.as("ada", "POST", path, `{"notes": "Wants a harbour mug."}`).is(t, 200, "")
	if during.str("agent") != directory.AgentName(ada.ID) || during.str("object") != "wrap_up" || during.body["disposition"] != nil || during.body["updated_at"] == nil {
		t.Errorf("during the call: %s", during.text)
	}
	w.exchange.phone(w, id, 1).report(hangup)
	w.recorded(shop, id, func(r archive.Record) bool { return r.Ended != nil })
	after := w.as("ada", "POST", path, `{"disposition": "`+sold+`"}`).is(t, 200, "")
	if after.str("notes") != "Wants a harbour mug." || after.str("disposition_name") != "Sold" {
		t.Errorf("after the call: %s", after.text)
	}
	w.ask("sk_shop", "DELETE", "/v1/dispositions/"+sold, "").is(t, 204, "")
	w.as("ada", "POST", path, `{"notes": "Wants two."}`).is(t, 200, "") // and keeps what came of it

	for _, at := range []string{"/v1/records/" + id, "/v1/records?disposition=" + sold, "/v1/records?text=two"} {
		if got := w.ask("sk_shop", "GET", at, "").is(t, 200, ""); !strings.Contains(got.text, `"disposition_name":"Sold","notes":"Wants two."`) {
			t.Errorf("%s says %s", at, got.text)
		}
	}
	if got := w.as("ada", "GET", "/v1/session/calls", "").is(t, 200, ""); !strings.Contains(got.text, "Wants two.") {
		t.Errorf("her own calls are %s", got.text)
	}
	lines, err := csv.NewReader(strings.NewReader(w.ask("sk_shop", "GET", "/v1/records/export?disposition="+sold, "").is(t, 200, "").text)).ReadAll()
	if err != nil || len(lines) != 2 || !slices.Contains(lines[1], "Sold") || !slices.Contains(lines[1], "Wants two.") {
		t.Errorf("the file is %q, %v", lines, err)
	}
	told := w.ask("sk_shop", "GET", "/v1/events?types=call.wrapped_up", "").is(t, 200, "")
	if len(told.ids()) != 3 || strings.Contains(told.text, "Wants") || !strings.Contains(told.text, `"has_notes":true`) {
		t.Errorf("told is %s", told.text)
	}
}

// Who was not in the call learns nothing of it. A supervisor speaks for whoever was,
// or for themselves; a key for whom it names.
func TestWhoWrapsUpACall(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.staff()
	w.key("rk_calls", shop, directory.CallsWrite)
	path := "/v1/calls/" + w.talkWith(shop, ada) + "/wrap_up"
	hers, his := directory.AgentName(ada.ID), directory.AgentName(bob.ID)
	none := w.as("bob", "POST", "/v1/calls/call_none/wrap_up", `{"notes": "x"}`).is(t, 404, "")
	if got := w.as("bob", "POST", path, `{"notes": "x"}`).is(t, 404, ""); got.str("message") != none.str("message") {
		t.Errorf("a call that he was not in is told from one that never was: %s", got.text)
	}
	w.as("bob", "POST", path, `{"notes": "x", "agent": "`+hers+`"}`).is(t, 403, "")
	w.as("ada", "POST", path, `{"notes": "x", "agent": "`+his+`"}`).is(t, 403, "")
	w.ask("rk_calls", "POST", path, `{"notes": "x", "agent": "`+hers+`"}`).is(t, 403, "")
	w.ask("sk_shop", "POST", path, `{"notes": "x"}`).is(t, 400, "parameter_invalid")
	w.ask("sk_shop", "POST", path, `{"notes": "x", "agent": "`+his+`"}`).is(t, 409, "")
	w.ask("sk_shop", "POST", path, `{"notes": "x", "agent": "agent_none"}`).is(t, 404, "")
	w.ask("sk_other", "POST", path, `{"notes": "x", "agent": "`+hers+`"}`).is(t, 404, "")
	w.ask("sk_shop_test", "POST", path, `{"notes": "x", "agent": "`+hers+`"}`).is(t, 404, "")
	for as, body := range map[string]string{"sue": `{"notes": "x"}`, "ada": `{"notes": "y", "agent": "me"}`} {
		w.as(as, "POST", path, body).is(t, 200, "")
	}
	w.as("sue", "POST", path, `{"notes": "as she said", "agent": "`+hers+`"}`).is(t, 200, "")
	if got := w.ask("sk_shop", "POST", path, `{"disposition": "", "agent": "`+hers+`"}`).is(t, 200, ""); got.str("notes") != "as she said" {
		t.Errorf("hers is %s", got.text)
	}
	for body, status := range map[string]int{
		`{}`: 400, `{"notes": "` + strings.Repeat("é", 10_001) + `"}`: 400, `{"notes": "\u0000"}`: 400, `{"disposition": "disp_none"}`: 404,
		`{"disposition": "` + makers["disposition"](w, other) + `"}`: 404, `{"notes": "` + strings.Repeat("é", 10_000) + `"}`: 200,
	} {
		if got := w.as("ada", "POST", path, body); got.status != status {
			t.Errorf("%.40s is answered %d %s", body, got.status, got.text)
		}
	}
}

// An agent ends their wrap-up, and sees until when it would have lasted; a
// supervisor ends another's.
func TestAWrapUpIsEndedByHand(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	of, agent := dispatch.Tenant{Account: shop.account}, directory.AgentName(ada.ID)
	ends := time.Unix(1780000030, 0).UTC()
	busy := func() {
		w.desk.mu.Lock()
		defer w.desk.mu.Unlock()
		w.desk.now[of] = map[string]dispatch.Presence{agent: {State: dispatch.WrapUp, Call: "call_1", Until: ends}}
	}
	busy()
	if got := w.as("ada", "GET", "/v1/agents/me/presence", "").is(t, 200, ""); got.str("until") != ends.Format(time.RFC3339) || got.str("call") != "call_1" {
		t.Errorf("wrapping up: %s", got.text)
	}
	w.as("bob", "DELETE", "/v1/agents/"+agent+"/wrap_up", "").is(t, 403, "forbidden")
	for as, path := range map[string]string{"ada": "/v1/agents/me/wrap_up", "sue": "/v1/agents/" + agent + "/wrap_up"} {
		busy()
		if got := w.as(as, "DELETE", path, "").is(t, 200, ""); got.str("presence") != "available" || got.body["until"] != nil {
			t.Errorf("%s ended it, and it is %s", as, got.text)
		}
	}
	w.as("ada", "DELETE", "/v1/agents/me/wrap_up", "").is(t, 200, "") // and once more
}

// What is noted of a call goes with its identity.
func TestAnErasureTakesNotes(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	id := w.talkWith(shop, ada)
	w.as("ada", "POST", "/v1/calls/"+id+"/wrap_up", `{"notes": "lives at Kiln Street"}`).is(t, 200, "")
	w.exchange.phone(w, id, 1).report(hangup)
	w.recorded(shop, id, func(r archive.Record) bool { return r.Ended != nil })
	w.ask("sk_shop", "POST", "/v1/erasure_requests", `{"number": "+15550100101"}`).is(t, 201, "")
	eventually(t, "it is carried out", func() bool {
		waiting, err := w.exchange.archive.Erase(context.Background())
		return err == nil && waiting == 0
	})
	if got := w.ask("sk_shop", "GET", "/v1/records/"+id, "").is(t, 200, ""); strings.Contains(got.text, "Kiln") || got.body["identity_erased_at"] == nil {
		t.Errorf("the record is %s", got.text)
	}
	w.as("ada", "POST", "/v1/calls/"+id+"/wrap_up", `{"notes": "again"}`).is(t, 404, "") // nobody can say any more that it was she
	w.ask("sk_shop", "POST", "/v1/calls/"+id+"/wrap_up", `{"notes": "again", "agent": "`+directory.AgentName(ada.ID)+`"}`).is(t, 409, "")
}

// An agent is given the messages of their own queues, as long as these are theirs.
func TestAnAgentHearsTheirQueuesMessages(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	sales, support := makers["queue"](w, shop), makers["queue"](w, shop)
	agent := "/v1/agents/" + directory.AgentName(ada.ID)
	mine, others := w.voicemail(shop, sales), w.voicemail(shop, support)
	w.voicemail(other, sales)
	w.voicemail(tenant{shop.account, true}, sales)
	none := w.as("ada", "GET", "/v1/session/voicemails", "").is(t, 200, "")
	if len(none.ids()) != 0 || none.body["unheard"] != 0.0 {
		t.Errorf("of no queue she sees %s", none.text)
	}
	w.ask("sk_shop", "POST", agent, `{"queues": ["`+sales+`"]}`).is(t, 200, "")
	list := w.as("ada", "GET", "/v1/session/voicemails", "").is(t, 200, "")
	if got := list.ids(); len(got) != 1 || got[0] != mine || list.body["unheard"] != 1.0 || !strings.Contains(list.text, `"queue_name":"Sales"`) || !strings.Contains(list.text, `"heard_at":null`) {
		t.Errorf("she sees %s", list.text)
	}
	if part := w.as("ada", "GET", "/v1/session/voicemails/"+mine+"/audio", "").is(t, 200, ""); part.text != "0123456789" || part.header.Get("Content-Type") != "audio/ogg; codecs=opus" {
		t.Errorf("she hears %q as %v", part.text, part.header)
	}
	if list := w.as("ada", "GET", "/v1/session/voicemails", "").is(t, 200, ""); list.body["unheard"] != 0.0 || strings.Contains(list.text, `"heard_at":null`) {
		t.Errorf("after it was heard: %s", list.text)
	}
	never := w.as("ada", "GET", "/v1/session/voicemails/vm_none/audio", "").is(t, 404, "")
	if got := w.as("ada", "GET", "/v1/session/voicemails/"+others+"/audio", "").is(t, 404, ""); got.str("message") != never.str("message") {
		t.Errorf("another queue's is told from none: %s", got.text)
	}
	w.as("ada", "DELETE", "/v1/voicemails/"+mine, "").is(t, 403, "right_missing")
	w.ask("sk_shop", "POST", agent, `{"queues": []}`).is(t, 200, "")
	w.as("ada", "GET", "/v1/session/voicemails/"+mine+"/audio", "").is(t, 404, "")
	w.ask("sk_shop", "DELETE", agent, "").is(t, 204, "")
	w.as("ada", "GET", "/v1/session/voicemails", "").is(t, 404, "")
}
