package api

import (
	"fmt"
	"testing"
)

// What the gateway adds to a call, of a signed visitor, of rules and of transfers, takes
// no room from the sixteen notes that pages and servers may make.
func TestOnlyNotesCountAsNotes(t *testing.T) {
	known := map[string]string{"identity.name": "Ada", "rule.name": "Gold", "transfer.by": "Kim", "caller.name": "A"}
	for i := range ofCalls.entries {
		known[fmt.Sprint("note", i)] = "x"
	}
	if n := notesIn(known); n != ofCalls.entries {
		t.Errorf("%d notes are counted, want %d", n, ofCalls.entries)
	}
}
