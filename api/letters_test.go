package api

import (
	"context"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/archive/letters"
	"webtrunk/directory"
)

func init() {
	features = append(features, func(w *world) Feature { return Letters{&letters.Box{DB: w.db}} })
	makers["offline_message"] = func(w *world, t tenant) string { return w.letter(t, "support") }
}

// letter leaves an offline message for a queue.
func (w *world) letter(t tenant, queue string) string {
	w.Helper()
	box := &letters.Box{DB: w.db}
	err := box.Leave(context.Background(), letters.Letter{Account: t.account, Test: t.test, Queue: queue, Op: webtrunk.NewID("op"), ReplyTo: "ann@example.com", Text: "Open on Sunday?"})
	if err != nil {
		return made(w)("", err)
	}
	all, err := box.List(context.Background(), t.account, t.test, []string{queue}, 1, "")
	if err != nil || len(all) == 0 {
		return made(w)("", err)
	}
	return made(w)(all[0].ID, nil)
}

// An offline message is listed by its queue, told without what it says, and gone when it
// was deleted; an agent reads none of queues that are not theirs.
func TestOfflineMessages(t *testing.T) {
	w := newWorld(t)
	w.key("sk_agent", shop, directory.Agent.Rights()...)
	w.key("sk_supervisor", shop, directory.Supervisor.Rights()...)
	id := makers["offline_message"](w, shop)
	makers["offline_message"](w, other)
	path := "/v1/offline_messages/" + id
	has := func(text string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in %s", want, text)
			}
		}
	}
	has(w.ask("sk_shop", "GET", "/v1/offline_messages?queue=support", "").is(t, 200, "").text, id, `"reply_to":"ann@example.com"`, `"done_at":null`, `"has_more":false`)
	has(w.ask("sk_shop", "GET", "/v1/offline_messages?queue=sales", "").is(t, 200, "").text, `"data":[]`)
	told := w.ask("sk_shop", "GET", "/v1/events?types=message.created", "").is(t, 200, "").text
	has(told, id, `"offline":true`, `"queue":"support"`)
	if strings.Contains(told, "Sunday") || strings.Contains(told, "ann@") {
		t.Errorf("the event tells what was written, or by whom: %s", told)
	}
	w.ask("sk_agent", "GET", path, "").is(t, 403, "right_missing")
	w.ask("sk_supervisor", "GET", path, "").is(t, 200, "")
	w.ask("sk_supervisor", "DELETE", path, "").is(t, 403, "right_missing")
	w.ask("sk_shop", "DELETE", path, "").is(t, 204, "")
	w.ask("sk_shop", "GET", path, "").is(t, 404, "")
}

// An agent is given the offline messages of their own queues, and marks them as done.
func TestAnAgentSeesToTheirQueuesOfflineMessages(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	sales, support := makers["queue"](w, shop), makers["queue"](w, shop)
	const path = "/v1/session/offline_messages"
	mine, others := w.letter(shop, sales), w.letter(shop, support)
	w.letter(tenant{shop.account, true}, sales)
	none := w.as("ada", "GET", path, "").is(t, 200, "")
	if len(none.ids()) != 0 || none.body["waiting"] != 0.0 {
		t.Errorf("of no queue she sees %s", none.text)
	}
	w.ask("sk_shop", "POST", "/v1/agents/"+directory.AgentName(ada.ID), `{"queues": ["`+sales+`"]}`).is(t, 200, "")
	list := w.as("ada", "GET", path, "").is(t, 200, "")
	if got := list.ids(); len(got) != 1 || got[0] != mine || list.body["waiting"] != 1.0 || !strings.Contains(list.text, `"queue_name":"Sales"`) {
		t.Errorf("she sees %s", list.text)
	}
	if done := w.as("ada", "POST", path+"/"+mine+"/done", `{"done": true}`).is(t, 200, ""); done.body["done_at"] == nil || done.str("done_by") != ada.ID {
		t.Errorf("done is %s", done.text)
	}
	if list := w.as("ada", "GET", path, "").is(t, 200, ""); list.body["waiting"] != 0.0 {
		t.Errorf("after it was done: %s", list.text)
	}
	w.as("ada", "POST", path+"/"+mine+"/done", `{"done": false}`).is(t, 200, "")
	if list := w.as("ada", "GET", path, "").is(t, 200, ""); list.body["waiting"] != 1.0 {
		t.Errorf("after it waits again: %s", list.text)
	}
	never := w.as("ada", "POST", path+"/om_none/done", `{"done": true}`).is(t, 404, "")
	if got := w.as("ada", "POST", path+"/"+others+"/done", `{"done": true}`).is(t, 404, ""); got.str("message") != never.str("message") {
		t.Errorf("another queue's is told from none: %s", got.text)
	}
}
