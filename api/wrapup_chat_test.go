package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/files"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/room"
)

// The file's name puts it after wrapup_test.go, whose archive it needs.
func init() {
	features = append(features, func(w *world) Feature {
		w.rooms = room.New(w.db, room.Options{Pages: func(context.Context, room.Call, string) (room.Listing, error) { return room.Listing{Beside: true}, nil }})
		w.Cleanup(w.rooms.Close)
		var err error
		if w.files, err = files.Open(context.Background(), w.db, files.Options{Directory: w.TempDir()}); err != nil {
			w.Fatal(err)
		}
		return Chats{Rooms: w.rooms, Archive: w.exchange.archive, Files: w.files}
	})
	makers["file"] = func(w *world, t tenant) string { return w.sends(t, w.talk(t)) }
}

// sends has a leg of a call send a file.
func (w *world) sends(t tenant, of string) string {
	w.Helper()
	in := files.Call{ID: webtrunk.CallID(of), Account: t.account, Test: t.test}
	by := room.Member{Leg: 1, Role: room.Visitor}
	seat := w.rooms.Enter(room.Call(in), by, func(room.News) {})
	defer seat.Leave()
	ticket, err := w.files.Offer(context.Background(), files.Wish{Call: in, Leg: 1, Name: "note.txt", Bytes: 4}, func(ctx context.Context, f files.File) error {
		return w.rooms.Send(ctx, room.Call(in), by, room.Filed{File: f.ID, FileName: f.Name, MediaType: f.MediaType, Bytes: f.Bytes})
	})
	if err == nil {
		_, err = w.files.Receive(context.Background(), ticket.ID, ticket.Secret, strings.NewReader("blue"))
	}
	return made(w)(ticket.ID, err)
}

// write has a leg of a call ask for operations, and waits until they are done.
func (w *world) write(t tenant, id string, m room.Member, drafts ...string) {
	w.Helper()
	done := make(chan room.Operation, 16)
	seat := w.rooms.Enter(room.Call{ID: webtrunk.CallID(id), Account: t.account, Test: t.test}, m, func(n room.News) {
		for _, o := range n.Operations {
			if o.By.Leg == m.Leg {
				done <- o
			}
		}
	})
	defer seat.Leave()
	for _, d := range drafts {
		seat.Post([]byte(d), func(id string, err error) { w.Errorf("%s was refused: %v", id, err); done <- room.Operation{} })
		<-done
	}
}

// Two write to each other; whoever was in the call reads it, while it runs and later,
// and so does who may read records. To others there is no such call.
func TestWhoReadsWhatWasWrittenInACall(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	w.key("rk_calls", shop, directory.CallsRead)
	id := w.talkWith(shop, ada)
	path := "/v1/calls/" + id + "/chat"
	w.recorded(shop, id, func(r archive.Record) bool { return r.Had(directory.AgentName(ada.ID)) })
	if got := w.as("ada", "GET", path, "").is(t, 200, ""); got.str("object") != "chat" || fmt.Sprint(got.body["messages"], got.body["read"]) != "[] []" {
		t.Errorf("before anybody wrote: %s", got.text)
	}
	w.write(shop, id, room.Member{Leg: 1, Role: room.Visitor}, `{"id": "1", "kind": "message", "text": "<b>The red one</b>"}`)
	w.write(shop, id, room.Member{Leg: 2, Role: room.Agent, Name: "Ada"}, `{"id": "r1", "kind": "read", "upto": 1}`, `{"id": "1", "kind": "message", "text": "With pleasure"}`)

	var got Chat
	whole := func(r asked) string {
		t.Helper()
		if err := json.Unmarshal([]byte(r.is(t, 200, "").text), &got); err != nil {
			t.Fatal(err)
		}
		return r.text
	}
	first := whole(w.as("ada", "GET", path, ""))
	if len(got.Messages) != 2 || len(got.Read) != 1 || !got.Livemode || string(got.Call) != id {
		t.Fatalf("the chat is %s", first)
	}
	one, two, read := got.Messages[0], got.Messages[1], got.Read[0]
	legs := []string{call.LegID(1).Public(got.Call), call.LegID(2).Public(got.Call)}
	if one.Text != "<b>The red one</b>" || one.Role != room.Visitor || one.Leg != legs[0] || one.Seq != 1 || one.From != "tel:+15550100101" ||
		two.Text != "With pleasure" || two.Role != room.Agent || two.Leg != legs[1] || two.Seq != 3 || two.From != "browser:"+directory.AgentName(ada.ID)+".shop" ||
		read.Upto != 1 || read.Leg != legs[1] || one.CreatedAt.IsZero() || read.At.IsZero() {
		t.Errorf("the chat is %s", first)
	}
	for _, key := range []string{"sk_shop"} {
		if again := whole(w.ask(key, "GET", path, "")); again != first {
			t.Errorf("%s reads %s", key, again)
		}
	}
	whole(w.as("sue", "GET", path, ""))

	none := w.as("bob", "GET", "/v1/calls/call_none/chat", "").is(t, 404, "")
	if got := w.as("bob", "GET", path, "").is(t, 404, ""); got.str("message") != none.str("message") {
		t.Errorf("a call that he was not in is told from one that never was: %s", got.text)
	}
	for _, key := range []string{"sk_other", "sk_shop_test", "rk_calls"} {
		w.ask(key, "GET", path, "").is(t, 404, "")
	}
	w.exchange.phone(w, id, 1).report(hangup)
	w.recorded(shop, id, func(r archive.Record) bool { return r.Ended != nil })
	if after := whole(w.as("ada", "GET", path, "")); after != first {
		t.Errorf("after the call it is %s", after)
	}
	if told := w.ask("sk_shop", "GET", "/v1/events?types=message.created", "").is(t, 200, ""); len(told.ids()) != 2 {
		t.Errorf("told is %s", told.text)
	}
}

// A file is among what was written, and is read by whoever may read that, and by nobody else.
func TestAFileOfACall(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.staff()
	w.key("rk_calls", shop, directory.CallsRead)
	id := w.talkWith(shop, ada)
	w.recorded(shop, id, func(r archive.Record) bool { return r.Had(directory.AgentName(ada.ID)) })
	file := w.sends(shop, id)
	path := "/v1/call_files/" + file
	if got := w.ask("sk_shop", "GET", path, "").is(t, 200, ""); got.text != "blue" {
		t.Errorf("it is %q", got.text)
	}
	w.as("ada", "GET", path, "").is(t, 200, "")
	w.ask("rk_calls", "GET", path, "").is(t, 404, "")
	w.ask("sk_other", "GET", path, "").is(t, 404, "")
	chat := w.ask("sk_shop", "GET", "/v1/calls/"+id+"/chat", "").is(t, 200, "").text
	for _, want := range []string{`"id":"` + file + `"`, `"name":"note.txt"`, `"media_type":"text/plain"`, `"bytes":4`} {
		if !strings.Contains(chat, want) {
			t.Errorf("%s lacks %s", chat, want)
		}
	}
	if told := w.ask("sk_shop", "GET", "/v1/events?types=message.created", "").is(t, 200, "").text; !strings.Contains(told, file) || strings.Contains(told, "note.txt") {
		t.Errorf("told is %s", told)
	}
}
