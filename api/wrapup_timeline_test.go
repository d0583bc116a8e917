package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"webtrunk/archive"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/room"
)

// The file's name puts it after wrapup_chat_test.go, whose rooms it needs.
func init() {
	features = append(features, func(w *world) Feature {
		return Timelines{Rooms: w.rooms, Archive: w.exchange.archive, Store: w.db}
	})
}

// A call is read as one story, in the order of time, by whoever may read its chat.
func TestACallIsReadAsOneStory(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	w.key("rk_calls", shop, directory.CallsRead)
	id := w.talkWith(shop, ada)
	path := "/v1/calls/" + id + "/timeline"
	w.recorded(shop, id, func(r archive.Record) bool { return r.Had(directory.AgentName(ada.ID)) })
	w.write(shop, id, room.Member{Leg: 1, Role: room.Visitor}, `{"id": "1", "kind": "message", "text": "The red one"}`)
	w.write(shop, id, room.Member{Leg: 2, Role: room.Agent}, `{"id": "r", "kind": "read", "upto": 1}`, `{"id": "1", "kind": "page", "url": "https://shop.example/red", "title": "Red"}`,
		`{"id": "d", "kind": "draw", "tool": "text", "points": "1,2", "ink": "red", "size": 1, "text": "Here"}`, `{"id": "e", "kind": "draw", "tool": "line", "points": "1,2 3,4", "ink": "red", "size": 1}`)
	w.exchange.phone(w, id, 1).report(hangup)
	w.recorded(shop, id, func(r archive.Record) bool { return r.Ended != nil })
	w.as("ada", "POST", "/v1/calls/"+id+"/wrap_up", `{"notes": "Wants the red one"}`).is(t, 200, "")

	var got Timeline
	read := func(a asked) string {
		t.Helper()
		got = Timeline{}
		if err := json.Unmarshal([]byte(a.is(t, 200, "").text), &got); err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, m := range got.Moments {
			all = append(all, strings.TrimSpace(fmt.Sprint(m.Kind, " ", m.Role, " ", m.Text, m.URL)))
		}
		return strings.Join(all, "\n")
	}
	story := read(w.as("ada", "GET", path, ""))
	at := 0
	for _, next := range []string{"call.created", "leg.joined", "call.answered", "message.created visitor The red one", "page_push.created agent https://shop.example/red", "whiteboard.updated agent", "call.ended", "wrap_up agent Wants the red one"} {
		i := strings.Index(story[at:], next)
		if i < 0 {
			t.Fatalf("%q is missing, or too late, in\n%s", next, story)
		}
		at += i
	}
	if strings.Contains(story, "leg.dialog_saved") || strings.Contains(story, "read") || strings.Count(story, "whiteboard.updated") != 1 {
		t.Errorf("nobody notices all of\n%s", story)
	}
	if !slices.IsSortedFunc(got.Moments, func(a, b Moment) int { return int(a.OffsetMS - b.OffsetMS) }) || got.Moments[0].OffsetMS != 0 || !got.Livemode || string(got.Call) != id {
		t.Errorf("the story is %+v", got)
	}
	for _, m := range got.Moments {
		if m.Kind == "message.created" && (m.Address != "tel:+15550100101" || m.Seq != 1 || m.Leg == "") || m.Kind == "call.ended" && m.Reason != "hangup" {
			t.Errorf("a moment is %+v", m)
		}
	}
	if again := read(w.ask("sk_shop", "GET", path, "")); again != story {
		t.Errorf("the account reads\n%s", again)
	}

	var board Whiteboard
	if err := json.Unmarshal([]byte(w.as("ada", "GET", "/v1/calls/"+id+"/whiteboard", "").is(t, 200, "").text), &board); err != nil {
		t.Fatal(err)
	}
	if of := board.Operations; len(of) != 2 || of[0].Text != "Here" || of[0].Tool != room.Label || !of[0].Shown || of[1].Points != "1,2 3,4" || of[1].Role != room.Agent || of[1].From == "" || board.Width != 1600 {
		t.Errorf("the whiteboard is %+v", board)
	}
	for _, key := range []string{"sk_other", "sk_shop_test", "rk_calls"} {
		w.ask(key, "GET", "/v1/calls/"+id+"/whiteboard", "").is(t, 404, "")
	}

	none := w.as("bob", "GET", "/v1/calls/call_none/timeline", "").is(t, 404, "")
	if got := w.as("bob", "GET", path, "").is(t, 404, ""); got.str("message") != none.str("message") {
		t.Errorf("a call that he was not in is told from one that never was: %s", got.text)
	}
	for _, key := range []string{"sk_other", "sk_shop_test", "rk_calls"} {
		w.ask(key, "GET", path, "").is(t, 404, "")
	}
}

// Where the log no longer has a call's events, its record tells how it began and ended.
func TestAStoryWithoutEvents(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	id := w.talkWith(shop, ada)
	w.exchange.phone(w, id, 1).report(hangup)
	var r archive.Record
	w.recorded(shop, id, func(now archive.Record) bool { r = now; return now.Ended != nil })
	all := happened(&r, nil)
	if len(all) != 3 || all[0].Kind != "call.created" || all[1].Kind != "call.answered" || all[2].Kind != "call.ended" || all[2].Reason != "hangup" {
		t.Errorf("the record tells %+v", all)
	}
	if odd := happened(&r, []event.Record{{Type: "call.ended", Data: []byte("{")}}); len(odd) != 0 {
		t.Errorf("what cannot be read is told as %+v", odd)
	}
}
