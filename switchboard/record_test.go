package switchboard

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// A shelf is a Recorder that notes what it is asked, and keeps what it is told to.
type shelf struct {
	mu     sync.Mutex
	asked  []string
	full   error
	report func(call.Input)
}

func (s *shelf) Record(_ call.View, o call.Record, _ *media.Port, report func(call.Input)) (func(bool), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full != nil {
		return nil, s.full
	}
	s.asked, s.report = append(s.asked, "record "+o.Box), report
	return func(keep bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, map[bool]string{true: "keep", false: "drop"}[keep])
	}, nil
}

// leaves lets a telephone call whose call goes to a box, up to the beep's end.
func leaves(t *testing.T, s Recorder) queueing {
	q := waits(t, phone1, call.Plan{Voicemail: "support", Greeting: "closed"}, s)
	time.Sleep(2200 * time.Millisecond) // greeting and beep
	synctest.Wait()
	return q
}

// A message is recorded after the beep, kept when the caller hangs up, and only
// then is the call over.
func TestAMessageIsKeptBeforeTheCallEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		q := leaves(t, s)
		q.hears("closed", "beep")
		q.report(call.LegEnded{})
		synctest.Wait()
		if q.Running() != 1 {
			t.Error("the call is over before its message is kept")
		}
		s.report(call.Recorded{Recording: "vm_1", Length: 3 * time.Second})
		if end := q.ended(); end.Reason != call.Voicemail || end.By != 1 {
			t.Errorf("the call ended %+v", end)
		}
		if want := []string{"record support", "keep", "drop"}; !slices.Equal(s.asked, want) { // what is over drops what may still be there
			t.Errorf("asked %q, want %q", s.asked, want)
		}
		if types := q.journal.types(); !slices.Contains(types, "voicemail.left") {
			t.Errorf("told are %q", types)
		}
	})
}

// Where nothing can be recorded, the caller is told in a sentence.
func TestAMessageThatCannotBeRecorded(t *testing.T) {
	full := &shelf{full: &webtrunk.Error{Op: "shelf", Kind: webtrunk.Unavailable, Message: "the disk is full"}}
	for name, s := range map[string]Recorder{"full": full, "none": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := leaves(t, s)
				q.hears("closed", "beep", "cannot_record,goodbye")
				time.Sleep(2 * time.Second)
				if end := q.ended(); end.Reason != call.Failed || end.Message == "" {
					t.Errorf("the call ended %+v", end)
				}
				if types := q.journal.types(); !slices.Contains(types, "voicemail.failed") || slices.Contains(types, "voicemail.left") {
					t.Errorf("told are %q", types)
				}
			})
		})
	}
}

// A disk that hangs keeps the call for ten seconds, and not what it may still write.
func TestAMessageThatIsNeverKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		q := leaves(t, s)
		q.report(call.LegEnded{})
		time.Sleep(9 * time.Second)
		synctest.Wait()
		if q.Running() != 1 {
			t.Error("the call did not wait for its message")
		}
		time.Sleep(2 * time.Second)
		if end := q.ended(); end.Reason != call.Failed {
			t.Errorf("the call ended %+v", end)
		}
		if want := []string{"record support", "keep", "drop", "drop"}; !slices.Equal(s.asked, want) {
			t.Errorf("asked %q, want %q", s.asked, want)
		}
	})
}
