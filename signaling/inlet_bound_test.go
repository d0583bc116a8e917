package signaling

import (
	"fmt"
	"testing"

	"github.com/pion/ice/v4"
)

// The address after the 200th cuts the page off, none before it does, and none
// after it is kept. How many checks are still answered meanwhile depends on how
// fast the connection closes; this does not.
func TestTheAddressAfterTheLastAllowedCutsOff(t *testing.T) {
	cuts := 0
	in := &inlet{full: func() { cuts++ }}
	for n := 1; n <= 1000; n++ {
		from, err := ice.NewCandidateHost(&ice.CandidateHostConfig{
			CandidateID: fmt.Sprint(n), Network: "udp", Address: "127.0.0.1", Port: 1024 + n, Component: 1,
		})
		check := func() {
			if in.checked(nil, nil, from, nil) {
				t.Fatal("a check asks for another pair")
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		check()
		check() // the same address again is no other
		if want := n > 200; (cuts == 1) != want || cuts > 1 {
			t.Fatalf("after %d addresses the page was cut off %d times", n, cuts)
		}
	}
	if len(in.addresses) != 201 {
		t.Errorf("%d addresses are kept, want the 200 and the one too many", len(in.addresses))
	}
}
