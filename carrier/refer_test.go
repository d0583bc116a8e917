package carrier

import (
	"slices"
	"testing"
)

// TestNotifiesAreRead: what a NOTIFY tells of a transfer is kept in order; one that
// tells nothing is refused.
func TestNotifiesAreRead(t *testing.T) {
	call := &Call{}
	for body, want := range map[string]bool{
		"SIP/2.0 100 Trying\r\n": false, "SIP/2.0 200 OK\r\n": true, "": false,
	} {
		call.referred = nil
		if n := sipfrag(body); n != 0 {
			call.referred = append(call.referred, n)
		}
		if Told(200)(call) != want {
			t.Errorf("%q is %v", body, call.Referred())
		}
	}
	for _, body := range []string{"INVITE sip:a@b SIP/2.0", "SIP/2.0", "SIP/2.0 ok", "SIP/1.0 200 OK"} {
		if n := sipfrag(body); n != 0 {
			t.Errorf("%q is %d", body, n)
		}
	}
	if !slices.Equal((&Call{referred: []int{100, 180}}).Referred(), []int{100, 180}) {
		t.Error("they are not in order")
	}
}
