package signaling

import (
	"encoding/json"
	"strings"
	"testing"
)

// Who comes to a room that is full, and reads nothing yet, is told all of it and not cut
// off: else they would come again, and be cut off again.
func TestAFullRoomIsToldAtOnce(t *testing.T) {
	s := &session{sock: &socket{out: make(chan [][]byte, Limits{}.withDefaults().Queue)}}
	c := &pageCall{session: s, leg: &leg{}, id: "c1"}
	full := make([]json.RawMessage, 3000) // 1,000 of the chat, 2,000 of the whiteboard
	for i := range full {
		full[i] = json.RawMessage(`{"text":"` + strings.Repeat("x", 400) + `"}`)
	}
	c.news(RoomNews{Others: 1, Operations: func() ([]json.RawMessage, error) { return full, nil }})
	told := 0
	for len(s.sock.out) > 0 {
		for _, message := range <-s.sock.out {
			var n roomNotice
			if err := json.Unmarshal(message, &n); err != nil || n.Others != 1 {
				t.Fatalf("a page is told %.80s, %v", message, err)
			}
			told += len(n.Operations)
		}
	}
	if told != len(full) {
		t.Errorf("a page is told %d of %d operations", told, len(full))
	}
}
