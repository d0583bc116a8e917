package room

import (
	"testing"

	"webtrunk"
	"webtrunk/store/storetest"
)

// A file of whoever is in the room is told of. One of whoever has left while it was on its way
// is not, also where the call is over: nothing is written into a record that may be erased.
func TestWhoHasLeftSendsNoFile(t *testing.T) {
	rooms := open(t, storetest.Open(t, storetest.SQLite(t)), Options{})
	c := aCall()
	ann, ada := Member{Leg: 1, Role: Visitor}, Member{Leg: 2, Role: Agent}
	visitor, agent := rooms.enter(c, ann), rooms.enter(c, ada)
	send := func(m Member, file string) error {
		return rooms.Send(t.Context(), c, m, Filed{File: file, FileName: "a.txt", MediaType: "text/plain", Bytes: 1})
	}
	if err := send(ann, "file_1"); err != nil {
		t.Fatal(err)
	}
	agent.sees("the file is there", func() bool { return len(agent.told) == 1 && agent.told[0].File == "file_1" })
	visitor.seat.Leave()
	if err := send(ann, "file_2"); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("who has left sends a file: %v", err)
	}
	agent.seat.Leave()
	if err := send(ada, "file_3"); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("a file is sent in a call that is over: %v", err)
	}
	if log, err := rooms.Chat(t.Context(), c); err != nil || len(log) != 1 {
		t.Errorf("kept are %+v: %v", log, err)
	}
}
