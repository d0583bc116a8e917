package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"webtrunk/event"
)

// lacking says what a call's story lacks that has been told whole: each number
// once, the beginning, the answer, and one end, last.
func lacking(events []event.Envelope) string {
	if len(events) == 0 {
		return "no event at all"
	}
	var types []string
	for i, e := range events {
		if e.CallSeq != int64(i+1) {
			return fmt.Sprintf("event %d has call_seq %d", i+1, e.CallSeq)
		}
		types = append(types, e.Type)
	}
	story := strings.Join(types, " ")
	switch {
	case types[0] != "call.created":
		return "its beginning: " + story
	case strings.Count(story, "call.answered") != 1:
		return "one answer: " + story
	case strings.Count(story, "call.ended") != 1 || types[len(types)-1] != "call.ended":
		return "one end, last: " + story
	}
	return ""
}

// kept returns which promises were broken. How late sound was is for people to
// judge, who know what else the machine did; that it went on is not.
func (d *disturbance) kept() (err error) {
	broken := func(format string, args ...any) {
		err = errors.Join(err, fmt.Errorf(d.kind+": "+format, args...))
	}
	for _, p := range d.phases {
		if back := len(p.sound.transit); p.sound.sent == 0 || back < p.sound.sent*2*9/10 {
			broken("while the database was %s, %d packets made %d of %d ways", p.name, p.sound.sent, back, 2*p.sound.sent)
		}
	}
	for _, r := range d.refused {
		if len(strings.Fields(r.text)) < 4 {
			broken("%s was refused without a sentence: %q", r.who, r.text)
		}
	}
	for _, l := range d.lacking {
		broken("%s", l)
	}
	return err
}

// print adds what was seen to a sheet.
func (d *disturbance) print(s *sheet, prefix string) {
	s.head(d.kind, "commit", "packets", "ways made", "transit p50", "p99", "longest", "longest gap", "without a gateway p50", "p99", "longest", "new call p50")
	for _, p := range d.phases {
		way, bare := spreadOf(p.sound.transit), spreadOf(p.sound.bare)
		commit, setup := any(p.commit.Round(100*time.Microsecond)), any(p.setup.p50)
		if p.name == "stopped" {
			commit, setup = "never", "refused"
		}
		s.row(p.name, commit, p.sound.sent, fmt.Sprintf("%d of %d", way.count, 2*p.sound.sent), way.p50, way.p99, way.longest, p.sound.gap.Round(time.Millisecond), bare.p50, bare.p99, bare.longest, setup)
		s.pair(prefix+"transit_p50_ms_"+p.name, "%.2f", ms(way.p50))
		s.pair(prefix+"transit_p99_ms_"+p.name, "%.2f", ms(way.p99))
		s.pair(prefix+"bare_p99_ms_"+p.name, "%.2f", ms(bare.p99))
		s.pair(prefix+"bare_longest_ms_"+p.name, "%.2f", ms(bare.longest))
		s.pair(prefix+"gap_ms_"+p.name, "%.0f", ms(p.sound.gap))
	}
	for _, r := range d.refused {
		s.say("while it was stopped, %s was told after %v: %s", r.who, r.took.Round(time.Millisecond), r.text)
	}
	hung := spreadOf(d.hungUp)
	s.say("while it was stopped, hanging up took %v at most (%d calls); after its return new calls were taken in %v", hung.longest, hung.count, d.back.Round(time.Millisecond))
	s.say("events of %d calls looked at, %d incomplete", d.calls, len(d.lacking))
	s.pair(prefix+"hangup_longest_ms_stopped", "%.2f", ms(hung.longest))
	s.pair(prefix+"back_ms", "%.0f", ms(d.back))
	s.pair(prefix+"incomplete", "%d", len(d.lacking))
}
