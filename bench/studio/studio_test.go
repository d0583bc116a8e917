package studio

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A stuck disk takes nothing until it thaws, and then everything, in order.
func TestAStuckDiskTakesNothingUntilItThaws(t *testing.T) {
	s, err := newStuckDisk(t.TempDir(), 1)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Repeat("what is written meanwhile ", 1000)
	written := make(chan error, 1)
	go func() {
		_, err := s.in.WriteString(said)
		written <- errors.Join(err, s.in.Close())
	}()
	select {
	case <-written:
		t.Fatal("it takes what is written")
	case <-time.After(20 * time.Millisecond):
	}
	if err := s.thaw(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-written, s.wait()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(s.path); err != nil || string(got) != said {
		t.Errorf("%d bytes are there of %d, %v", len(got), len(said), err)
	}
}

func TestAnOrderThatIsNoneSaysSo(t *testing.T) {
	n := &node{}
	if r := n.report(Order{Do: "dance"}); !strings.Contains(r.Failed, "dance") {
		t.Errorf("%+v", r)
	}
	if r := n.report(Order{Do: Weigh}); r.Failed != "" || r.Weight.Heap == 0 || r.Weight.Goroutines == 0 {
		t.Errorf("%+v", r)
	}
}

// What is no recording cannot be played, and says of which call it is.
func TestWhatIsNoRecordingCannotBePlayed(t *testing.T) {
	path := t.TempDir() + "/noise"
	if err := os.WriteFile(path, []byte("no recording"), 0o600); err != nil {
		t.Fatal(err)
	}
	k := &take{Take: Take{Call: 7}, path: path}
	if err := k.play(); err == nil || !strings.Contains(err.Error(), "call 7") {
		t.Errorf("%v", err)
	}
}
