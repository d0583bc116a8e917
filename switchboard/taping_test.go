package switchboard

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// tapes are Recordings that note what they are asked.
type tapes struct {
	mu     sync.Mutex
	asked  []string
	full   error
	failed func(string)
}

func (s *tapes) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, what)
}

func (s *tapes) Begin(v call.View, o call.StartRecording, p *media.Port, failed func(string)) (Recording, error) {
	if s.full != nil {
		return nil, s.full
	}
	s.note("begin " + string(v.Recording))
	s.failed = failed
	return tape{s}, nil
}

type tape struct{ of *tapes }

func (t tape) Pause()  { t.of.note("pause") }
func (t tape) Resume() { t.of.note("resume") }
func (t tape) End()    { t.of.note("end") }

func (s *tapes) wants(t *testing.T, asked ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.asked, asked) {
		t.Errorf("asked %q, want %q", s.asked, asked)
	}
}

// onTape starts a visitor's call that is recorded once the visitor consents, to a
// telephone of the account's own.
func onTape(t *testing.T, s Recordings, set func(*Config)) *exchange {
	t.Helper()
	plan := to(phone1)
	plan.Stages[0].Targets[0].Staff = true
	plan.Recording = &call.RecordingPolicy{Consent: call.ByAsking}
	return arrive(t, func(c *Config) {
		c.Router, c.Recordings = routes{plan: plan}, s
		if set != nil {
			set(c)
		}
	})
}

func (x *exchange) does(in call.Input) {
	x.t.Helper()
	x.report(in)
	synctest.Wait()
}

func TestACallIsRecordedOnceAllAgree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tapes{}
		x := onTape(t, s, nil)
		x.says(0, call.LegAnswered{})
		s.wants(t)
		x.does(call.Consent{Granted: true})
		s.wants(t, "begin on")
		x.says(0, call.ControlRecording{Wish: call.PauseIt})
		x.says(0, call.ControlRecording{Wish: call.ResumeIt})
		s.wants(t, "begin on", "pause", "resume")
		x.does(call.LegEnded{})
		x.ended()
		s.wants(t, "begin on", "pause", "resume", "end")
	})
}

// Nothing is recorded before its beginning is on record; what has become of it in the
// meantime counts: a pause, the end.
func TestARecordingWaitsForTheRecord(t *testing.T) {
	for name, want := range map[string]struct {
		meanwhile call.Input
		asked     []string
	}{
		"nothing":                 {call.LegHeld{}, []string{"begin on"}},
		"consent is taken back":   {call.Consent{}, []string{"begin paused"}},
		"the call ends meanwhile": {call.HangUp{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, kept := &tapes{}, make(chan struct{})
				x := onTape(t, s, func(c *Config) {
					c.Journal.(*journal).fail = func(e call.Event) error {
						if _, starts := e.(call.RecordingStarted); starts {
							<-kept
						}
						return nil
					}
				})
				x.says(0, call.LegAnswered{})
				x.does(call.Consent{Granted: true})
				s.wants(t)
				x.does(want.meanwhile)
				close(kept)
				synctest.Wait()
				s.wants(t, want.asked...)
				x.does(call.HangUp{})
				x.ended()
			})
		})
	}
}

// A recording that breaks, or cannot begin, leaves the call as it is.
func TestARecordingThatCannotBe(t *testing.T) {
	full := &webtrunk.Error{Op: "tapes", Kind: webtrunk.Unavailable, Message: "the disk is full"}
	breaks := &tapes{}
	for name, s := range map[string]Recordings{"breaks": breaks, "does not begin": &tapes{full: full}, "is none": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := onTape(t, s, nil)
				x.says(0, call.LegAnswered{})
				x.does(call.Consent{Granted: true})
				if breaks.failed != nil && s == Recordings(breaks) {
					breaks.failed("the disk is full")
					synctest.Wait()
				}
				if types := x.journal.types(); !slices.Contains(types, "recording.failed") || slices.Contains(types, "call.ended") {
					t.Errorf("told are %q", types)
				}
				x.does(call.LegEnded{})
				x.ended()
			})
		})
	}
}
