package trunk

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A story is a trunk's health over the seconds since it began.
type story struct {
	*testing.T
	h     *Health
	turns []string
}

var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func at(seconds float64) time.Time {
	return began.Add(time.Duration(seconds * float64(time.Second)))
}

// is checks how the trunk fares at a moment.
func (s *story) is(seconds float64, want Status, allows bool) {
	s.Helper()
	now := at(seconds)
	if got := s.h.State(now).Status; got != want || s.h.Allows(now) != allows {
		s.Errorf("after %v s it is %s and allows calls: %v; want %s and %v", seconds, got, s.h.Allows(now), want, allows)
	}
	if c, turned := s.h.Turned(now); turned {
		s.turns = append(s.turns, map[bool]string{true: "up", false: "down"}[c.Up])
	}
}

func (s *story) turned(want string) {
	s.Helper()
	if got := strings.Join(s.turns, " "); got != want {
		s.Errorf("told %q, want %q", got, want)
	}
}

var (
	silence = Fault{}
	failing = Fault{Status: 503}
)

// TestHealthOfATrunk tells the stories that a trunk can have.
func TestHealthOfATrunk(t *testing.T) {
	for name, tell := range map[string]func(*story){
		"silent calls take it down, OPTIONS brings it back": func(s *story) {
			s.is(0, Unproven, true)
			s.h.Heard(at(0), ByProbe)
			s.is(0, Up, true)
			s.h.Failed(at(1), ByCall, silence)
			s.h.Failed(at(2), ByCall, silence)
			s.is(2, Up, true)
			s.h.Failed(at(3), ByProbe, silence)
			s.is(3, Down, false)
			s.is(3000, Down, false) // only OPTIONS tells
			s.h.Heard(at(3001), ByProbe)
			s.is(3001, Up, true)
			s.turned("down up")
		},
		"without OPTIONS one call a pause tries it": func(s *story) {
			for i := range 3 {
				s.h.Failed(at(float64(i)), ByCall, silence)
			}
			s.is(2, Down, false)
			s.is(7, Down, true)
			s.h.Tried(at(7))
			s.is(7, Down, false) // that one
			s.h.Failed(at(8), ByCall, silence)
			s.is(17, Down, false) // the pause has doubled
			s.is(18, Down, true)
			s.h.Tried(at(18))
			s.h.Heard(at(19), ByCall)
			s.is(19, Up, true)
			s.turned("down up")
		},
		"pauses have an end": func(s *story) {
			now := 0.0
			for range 40 {
				s.h.Failed(at(now), ByCall, silence)
				now += 301
			}
			s.is(now-302, Down, false)
			s.is(now, Down, true)
		},
		"calls refused while OPTIONS is answered": func(s *story) {
			s.h.Heard(at(0), ByProbe)
			for range 3 {
				s.h.Failed(at(1), ByCall, failing)
			}
			s.is(1, Down, false)
			s.h.Heard(at(2), ByProbe)
			s.is(2, Down, false) // it is the calls that fail
			if !s.h.Answers(at(2)) {
				s.Error("it answers, and where there is no other it may be tried")
			}
			s.h.Heard(at(6.5), ByProbe)
			s.is(6.5, Up, true)
			for range 3 {
				s.h.Failed(at(7), ByCall, failing)
			}
			s.h.Heard(at(16), ByProbe)
			s.is(16, Down, false) // twice the pause
			s.h.Heard(at(16), ByCall)
			s.is(16, Up, true)
			s.turned("down up down up")
		},
		"other responses count as life": func(s *story) {
			s.h.Failed(at(0), ByCall, silence)
			s.h.Failed(at(1), ByCall, silence)
			s.h.Heard(at(2), ByOther)
			s.h.Failed(at(3), ByCall, silence)
			s.h.Failed(at(4), ByCall, silence)
			s.is(4, Up, true)
			s.turned("")
		},
		"Retry-After is kept, whatever is heard": func(s *story) {
			s.h.Failed(at(0), ByCall, Fault{Status: 503, RetryAfter: 20 * time.Second})
			s.is(0, Unproven, false)
			s.h.Heard(at(1), ByProbe)
			s.is(1, Up, false)
			if got := s.h.State(at(1)); !got.RetryAt.Equal(at(20)) || got.Reason == "" || s.h.Answers(at(1)) {
				s.Errorf("%+v", got)
			}
			s.is(20, Up, true)
			s.h.Failed(at(30), ByCall, Fault{Status: 503, RetryAfter: 24 * time.Hour})
			s.is(30+600, Up, true) // nobody is kept away for a day
			s.turned("")
		},
		"a carrier that ignores OPTIONS but takes calls is up": func(s *story) {
			s.h.Heard(at(0), ByCall)
			for i := range 9 {
				s.h.Failed(at(float64(i)), ByProbe, silence)
			}
			s.is(10, Up, true)
			s.h.Heard(at(11), ByProbe)
			for i := range 3 {
				s.h.Failed(at(12+float64(i)), ByProbe, silence)
			}
			s.is(15, Down, false) // it had answered them
			s.turned("down")
		},
		"without a binding it is down": func(s *story) {
			s.h.Registers = true
			s.is(0, Down, false)
			s.turned("") // nobody is alarmed by a beginning
			s.h.Heard(at(1), ByOther)
			s.h.Registered(at(1), at(61))
			s.is(1, Up, true)
			if got := s.h.State(at(2)).Registered; !got.Equal(at(61)) {
				s.Error("registered until", got)
			}
			s.h.Unregistered(at(40), "The registrar does not respond.")
			s.is(60, Up, true) // it stands
			s.is(61, Down, false)
			if got := s.h.State(at(61)).Reason; got != "The registrar does not respond." {
				s.Error(got)
			}
			s.h.Registered(at(70), at(130))
			s.is(70, Up, true)
			s.turned("down up")
		},
		"a binding that is refused at once": func(s *story) {
			s.h.Registers = true
			s.h.Heard(at(0), ByOther)
			s.h.Unregistered(at(0), "The password is wrong.")
			s.is(0, Down, false)
			s.turned("down")
		},
		"a successor tells that its trunk is back": func(s *story) {
			old := &Health{}
			for range 3 {
				old.Failed(at(0), ByCall, silence)
			}
			old.Turned(at(0))
			s.h.Follows(old, false)
			s.is(1, Unproven, true)
			s.h.Heard(at(2), ByProbe)
			s.is(2, Up, true)
			s.turned("up")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &story{T: t, h: &Health{}}
			tell(s)
		})
	}
}

// TestHealthSaysWhatToDo: each fault has a sentence of its own.
func TestHealthSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		to   Asked
		f    Fault
		says string
	}{
		{ByCall, silence, "firewall"}, {ByProbe, silence, "keepalive"}, {ByOther, silence, "firewall"},
		{ByCall, failing, "calls with status 503"}, {ByProbe, failing, "status 503"},
	} {
		h := Health{}
		for range Tolerated {
			h.Failed(began, c.to, c.f)
		}
		if got := h.State(began); got.Status != Down || !strings.Contains(got.Reason, c.says) || !got.Since.Equal(began) {
			t.Errorf("%+v", got)
		}
	}
}

// TestHealthNeverLies: whatever happens in whatever order, these hold.
func TestHealthNeverLies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &Health{Registers: rapid.Bool().Draw(t, "registers")}
		now, waiting := began, time.Time{}
		inRow, down := 0, false
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(2*time.Minute)).Draw(t, "pause")))
			to := Asked(rapid.IntRange(int(ByCall), int(ByOther)).Draw(t, "to"))
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				h.Heard(now, to)
				inRow = 0
				if s := h.State(now).Status; to == ByCall && s != Up && !h.Registers {
					t.Fatalf("a call was taken, and the trunk is %s", s)
				}
			case 1:
				f := Fault{Status: rapid.SampledFrom([]int{0, 408, 500, 503}).Draw(t, "status")}
				if f.Status == 503 {
					f.RetryAfter = time.Duration(rapid.IntRange(0, 3000).Draw(t, "after")) * time.Second
				}
				h.Failed(now, to, f)
				inRow++
				if f.RetryAfter > 0 {
					waiting = now.Add(min(f.RetryAfter, longestWait))
				}
			case 2:
				h.Registered(now, now.Add(time.Minute))
			case 3:
				h.Unregistered(now, "refused")
			case 4:
				if h.Allows(now) {
					h.Tried(now)
				}
			}
			s := h.State(now)
			if now.Before(waiting) && (h.Allows(now) || h.Answers(now)) {
				t.Fatal("a call is allowed that the carrier asked not to send")
			}
			if s.Status == Down && !h.Registers && h.status == Down && inRow == 0 && !h.refusing {
				t.Fatal("down, and heard last")
			}
			if s.Status != Down && !h.Allows(now) && !now.Before(waiting) {
				t.Fatal("not down, not waiting, and no call is allowed")
			}
			if (s.Status == Down) && s.Reason == "" {
				t.Fatal("down without a reason")
			}
			if !h.probed && !h.Registers && !h.Allows(now.Add(longestWait)) {
				t.Fatal("nobody will ever try it again")
			}
			if c, turned := h.Turned(now); turned {
				if c.Up != down || c.Up != (s.Status == Up) || c.Reason == "" {
					t.Fatalf("told %+v, being %s", c, s.Status)
				}
				down = !c.Up
			}
			if _, again := h.Turned(now); again {
				t.Fatal("told twice")
			}
		}
	})
}
