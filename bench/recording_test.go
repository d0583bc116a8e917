package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/bench/studio"
)

// kept finds each promise that is broken, and nothing where all is well.
func TestWhatRecordedCallsArePromised(t *testing.T) {
	passing := func(name string, took time.Duration) phase {
		return phase{name: name, sound: passage{sent: 10, transit: slices.Repeat([]time.Duration{took}, 20), bare: []time.Duration{time.Millisecond}}}
	}
	const ms = time.Millisecond
	full := "the recording ended before the call did; what was written until then can be played: no space left on device"
	for want, change := range map[string]func(*session){
		"":                        func(*session) {},
		"packets made":            func(s *session) { s.phases[1].sound.sent++ },
		"(p99)":                   func(s *session) { s.phases[1] = passing("hanging", 11*ms) },
		"KiB were held":           func(s *session) { s.during[1].Heap += 2*heldBack + 1 },
		"goroutines are left":     func(s *session) { s.after.Goroutines++ },
		"on the full disk":        func(s *session) { s.full[0].Said = "something else" },
		"while its disk hung":     func(s *session) { s.left[0].Said = "" },
		"0s can be played":        func(s *session) { s.played[0].Playable = 0 },
		"silent: true":            func(s *session) { s.played[1].Silent = true },
		"100ms late":              func(s *session) { s.played[1].Late = 100 * ms },
		"of call 2, 2.5s can be ": func(s *session) { s.played[1].Playable -= 500 * ms },
	} {
		s := &session{
			phases: []phase{passing("fast", ms), passing("hanging", ms)},
			during: make([]studio.Weight, 2),
			full:   []studio.Take{{Call: 1, Said: full}},
			left:   []studio.Take{{Call: 2, Said: "its disk does not answer"}},
			played: []studio.Take{{Call: 1, Said: full, Length: 3 * time.Second, Playable: 2 * time.Second}, {Call: 2, Stuck: true, Said: "its disk does not answer", Length: 3 * time.Second, Playable: 3 * time.Second}},
		}
		change(s)
		err := s.kept(ms)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
