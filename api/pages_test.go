package api

import (
	"encoding/json"
	"testing"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/room"
)

// What was shown in a call is read by those who read its chat, and to others there is no
// such call.
func TestWhoReadsWhatWasShownInACall(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	id := w.talkWith(shop, ada)
	path := "/v1/calls/" + id + "/pages"
	w.recorded(shop, id, func(r archive.Record) bool { return r.Had(directory.AgentName(ada.ID)) })
	w.write(shop, id, room.Member{Leg: 1, Role: room.Visitor}, `{"id": "1", "kind": "message", "text": "Which ones?"}`)
	w.write(shop, id, room.Member{Leg: 2, Role: room.Agent, Name: "Ada"}, `{"id": "1", "kind": "page", "url": "https://shop.example/offers", "title": "Our offers"}`)
	var got PushedPages
	first := w.as("ada", "GET", path, "").is(t, 200, "").text
	if err := json.Unmarshal([]byte(first), &got); err != nil || len(got.Pages) != 1 {
		t.Fatal(first, err)
	}
	if p := got.Pages[0]; p.Seq != 2 || p.Leg != call.LegID(2).Public(webtrunk.CallID(id)) || p.Role != room.Agent || p.URL != "https://shop.example/offers" || p.Title != "Our offers" ||
		p.From != "browser:"+directory.AgentName(ada.ID)+".shop" || p.CreatedAt.IsZero() {
		t.Errorf("shown was %s", first)
	}
	if again := w.ask("sk_shop", "GET", path, "").is(t, 200, "").text; again != first {
		t.Errorf("the account reads %s", again)
	}
	if chat := w.as("ada", "GET", "/v1/calls/"+id+"/chat", "").is(t, 200, ""); len(chat.body["messages"].([]any)) != 1 {
		t.Errorf("the chat is %s", chat.text)
	}
	w.as("bob", "GET", path, "").is(t, 404, "")
	for _, key := range []string{"sk_other", "sk_shop_test"} {
		w.ask(key, "GET", path, "").is(t, 404, "")
	}
	if told := w.ask("sk_shop", "GET", "/v1/events?types=page_push.created", "").is(t, 200, ""); len(told.ids()) != 1 {
		t.Errorf("told is %s", told.text)
	}
}

func TestPagesToShow(t *testing.T) {
	w := newWorld(t)
	w.house()
	made := w.ask("sk_shop", "POST", "/v1/shared_pages", `{"name": "Our offers", "url": "https://Shop.example/offers", "beside": true}`).is(t, 201, "")
	path := "/v1/shared_pages/" + made.str("id")
	if made.str("url") != "https://shop.example/offers" || made.body["beside"] != true || made.body["whole_site"] != false {
		t.Errorf("made was %s", made.text)
	}
	changed := w.ask("sk_shop", "POST", path, `{"whole_site": true, "position": 2}`).is(t, 200, "")
	if changed.str("name") != "Our offers" || changed.body["whole_site"] != true || changed.body["position"] != 2.0 {
		t.Errorf("changed is %s", changed.text)
	}
	for _, url := range []string{"javascript:alert(1)", "http://shop.example/", "https://user:word@shop.example/", "offers"} {
		w.ask("sk_shop", "POST", "/v1/shared_pages", `{"name": "x", "url": "`+url+`"}`).is(t, 400, "")
	}
	w.ask("sk_other", "GET", path, "").is(t, 404, "")
	if all := w.ask("sk_shop", "GET", "/v1/shared_pages", "").is(t, 200, ""); len(all.ids()) != 1 {
		t.Errorf("listed is %s", all.text)
	}
	w.ask("sk_shop", "DELETE", path, "").is(t, 204, "")
	w.ask("sk_shop", "GET", path, "").is(t, 404, "")
}
