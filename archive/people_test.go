package archive

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
)

// tells appends a record to the shop's own stream.
func (w *world) tells(kind, data string) {
	w.Helper()
	r, err := event.New(shop, false, kind, json.RawMessage(data))
	if err != nil {
		w.Fatal(err)
	}
	if err := w.db.Append(context.Background(), r); err != nil {
		w.Fatal(err)
	}
}

// about are the lines of the log with a text.
func (w *world) about(text string) string {
	w.Helper()
	var lines []string
	for _, line := range strings.Split(w.log(), "\n") {
		if strings.Contains(line, text) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// offered tells of a call that waited, was offered to an agent, and left.
func (w *world) offered(id webtrunk.CallID, agent string) {
	w.Helper()
	w.tells("offer.created", `{"id":"offer_1","object":"offer","call":"`+string(id)+`","queue":"queue_1","agent":"`+agent+`","status":"pending"}`)
	w.tells("queue.entry_left", `{"object":"queue_entry","call":"`+string(id)+`","queue":"queue_1","agent":"`+agent+`","reason":"answered"}`)
}

// Whose identity goes with a call's is gone from what the account's own stream says
// of the call too, also where that is said after the erasure.
func TestErasureOfWhatTheAccountSaysOfACall(t *testing.T) {
	each(t, func(w *world) {
		s, kept := w.answered(shop, false).hangUp(), w.answered(shop, false).hangUp()
		w.offered(s.id, ada)
		w.offered(kept.id, ada)
		w.catchUp(100)
		s.note(ada, "", "Sold")
		w.catchUp(100)
		keptBefore := w.about(`"` + string(kept.id) + `"`)
		if !strings.Contains(keptBefore, ada) {
			t.Fatalf("the log says %s", keptBefore)
		}
		w.now = noon.Add(time.Hour)
		if e := w.ask(Subject{Call: s.id}); e.Status != Completed || e.Calls != 1 {
			t.Errorf("it came to %s", asJSON(t, e))
		}
		w.offered(s.id, ada)
		w.catchUp(100)
		who := s.get().Legs[1].Address
		said := w.about(`"` + string(s.id) + `"`)
		if containsAny(said, "_ada") || strings.Count(said, `"agent":"`+who+`"`) != 5 || !containsAny(said, `"queue":"queue_1"`) {
			t.Errorf("the log says %s", said)
		}
		if after := w.about(`"` + string(kept.id) + `"`); after != keptBefore {
			t.Errorf("of another call the log says %s", after)
		}
	})
}

// Somebody who worked here asks to be forgotten, by an ID or an address: nothing of
// them is left in the log, in records and under notes; colleagues are as they were.
// A visitor who is called as they are has nothing of theirs erased.
func TestErasureOfAnAgent(t *testing.T) {
	for _, by := range []string{"person_ada", "agent_ada", "browser:agent_ada.shop", "ADA@shop.example"} {
		t.Run(by, func(t *testing.T) {
			each(t, func(w *world) {
				s, foreign := w.answered(shop, false).hangUp(), w.call(shop, false, noon).begin("tel:+15550100199", "browser:agent_bob.shop", "trunk_1", `{}`).answer().hangUp()
				w.tells("person.created", `{"id":"person_ada","email":"ada@shop.example","name":"Ada Byron","role":"agent"}`)
				w.tells("agent.created", `{"id":"agent_ada","person":"person_ada","name":"Ada Byron","extension":"12"}`)
				w.tells("agent.created", `{"id":"agent_bob","person":"person_bob","name":"Bob","extension":"13"}`)
				w.tells("person.updated", `{"id":"person_ada","email":"ada@shop.example","name":"Ada King","role":"agent"}`)
				w.tells("agent.presence_changed", `{"object":"presence","agent":"agent_ada","presence":"away"}`)
				w.tells("session.started", `{"id":"sess_1","person":"person_ada"}`)
				w.offered(foreign.id, ada) // rang, and answered nothing
				w.offered(foreign.id, "agent_bob")
				w.tells("person.deleted", `{"id":"person_ada","email":"ada@shop.example","name":"Ada King","role":"agent"}`)
				w.catchUp(100)
				foreign.note(ada, "Bob knows more", "Sold")
				w.catchUp(100)

				w.now = noon.Add(time.Hour)
				before := w.log()
				if e := w.ask(Subject{Identity: "Ada King"}); e.Calls != 0 || !strings.HasPrefix(w.log(), before) {
					t.Errorf("by what a visitor may be called too, it came to %s", asJSON(t, e))
				}
				w.catchUp(100)
				e := w.ask(Subject{Identity: by})
				if e.Status != Completed {
					t.Errorf("it came to %s", asJSON(t, e))
				}
				if said := w.log(); containsAny(said, "_ada", "ada@", "Byron", "King", `"12"`) || !containsAny(said, `"name":"Bob"`, `"name": "Bob"`) || !containsAny(said, `"person_bob"`) {
					t.Errorf("the log says %s", said)
				}
				if said := asJSON(t, foreign.get()); containsAny(said, "_ada") || !containsAny(said, "agent_bob", "Bob knows more") {
					t.Errorf("the record of a colleague's call says %s", said)
				}
				if containsAny(asJSON(t, s.get()), "_ada") {
					t.Errorf("the record of their call says %s", asJSON(t, s.get()))
				}
			})
		})
	}
}
