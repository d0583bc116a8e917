package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"webtrunk/bench/studio"
)

// kept returns which promises were broken: every packet came that the machine had
// time for, no phase's calls were later than ten times the others', each recording
// that is not whole says why, what was written before can be played, and nothing
// is left behind. Below ten times least, nothing is late.
func (s *session) kept(least time.Duration) (err error) {
	broken := func(format string, args ...any) { err = errors.Join(err, fmt.Errorf(format, args...)) }
	sent, came := s.warm.sent, len(s.warm.transit)
	for _, p := range s.phases {
		sent, came = sent+p.sound.sent, came+len(p.sound.transit)
	}
	if lost := 2*sent - came; sent == 0 || lost < 0 || lost > 2*int(s.after.Stale) {
		broken("%d packets made %d of %d ways, and %d were dropped because they were late", sent, came, 2*sent, s.after.Stale)
	}
	fast := spreadOf(s.phases[0].sound.transit)
	for _, p := range s.phases {
		way, bare := spreadOf(p.sound.transit), spreadOf(p.sound.bare)
		if most := 10 * max(fast.p99, bare.p99, least); way.p99 > most {
			broken("while the disk was %s, packets took %v (p99), while it was fast %v, and without a gateway %v", p.name, way.p99, fast.p99, bare.p99)
		}
	}
	for _, f := range []func() error{s.keptSmall, s.keptFull, s.keptLeft, s.keptPlayed} {
		err = errors.Join(err, f())
	}
	return err
}

// heldBack is what a process may hold more, in bytes.
const heldBack = 2 << 20

// keptSmall: what waits for a disk is bounded, and nothing is left behind.
func (s *session) keptSmall() (err error) {
	fast := s.during[0].Heap
	for i, w := range s.during {
		if w.Heap > fast+heldBack {
			err = errors.Join(err, fmt.Errorf("while the disk was %s, %d KiB were held, while it was fast %d", s.phases[i].name, w.Heap>>10, fast>>10))
		}
	}
	if s.after.Heap > s.before.Heap+heldBack || s.after.Goroutines > s.before.Goroutines {
		err = errors.Join(err, fmt.Errorf("%d KiB and %d goroutines are left at the end, %d and %d were there before", s.after.Heap>>10, s.after.Goroutines, s.before.Heap>>10, s.before.Goroutines))
	}
	return err
}

// keptFull: who records on a full disk says so, and what was written can be played.
func (s *session) keptFull() (err error) {
	for _, t := range s.full {
		if !strings.Contains(t.Said, "no space left") || !strings.Contains(t.Said, "can be played") {
			err = errors.Join(err, fmt.Errorf("on the full disk, the recording of call %d said %q", t.Call, t.Said))
		}
	}
	return err
}

// keptLeft: who ends a recording whose disk hangs is told so.
func (s *session) keptLeft() (err error) {
	for _, t := range s.left {
		if !strings.Contains(t.Said, "does not answer") {
			err = errors.Join(err, fmt.Errorf("while its disk hung, the recording of call %d said %q", t.Call, t.Said))
		}
	}
	return err
}

// keptPlayed: each recording can be played, to within its last page, and to its
// end where it is whole.
func (s *session) keptPlayed() (err error) {
	const page = time.Second
	for _, t := range s.played {
		missing := t.Length - t.Playable
		if cut := t.Said != "" && !t.Stuck; t.Silent || t.Late > 0 || t.Playable == 0 || cut && missing > 2*page || !cut && missing > 100*time.Millisecond {
			err = errors.Join(err, fmt.Errorf("of %v that were recorded of call %d, %v can be played (%v late, silent: %v)", t.Length, t.Call, t.Playable, t.Late, t.Silent))
		}
	}
	return err
}

// print adds what was seen to a sheet.
func (s *session) print(to *sheet) {
	to.head("the disk", "packets", "ways made", "transit p50", "p99", "longest", "longest gap", "without a gateway p50", "p99", "longest", "heap", "goroutines")
	for i, p := range s.phases {
		way, bare := spreadOf(p.sound.transit), spreadOf(p.sound.bare)
		to.row(p.name, p.sound.sent, way.count, way.p50, way.p99, way.longest, p.sound.gap.Round(time.Millisecond), bare.p50, bare.p99, bare.longest,
			fmt.Sprintf("%d KiB", s.during[i].Heap>>10), s.during[i].Goroutines)
		to.pair("transit_p50_ms_"+p.name, "%.3f", ms(way.p50))
		to.pair("transit_p99_ms_"+p.name, "%.3f", ms(way.p99))
		to.pair("bare_p99_ms_"+p.name, "%.3f", ms(bare.p99))
	}
	for what, takes := range map[string][]studio.Take{"full": s.full, "hanging": s.left} {
		if len(takes) > 0 {
			to.say("%s: %d recordings ended, the first with: %s", what, len(takes), takes[0].Said)
		}
	}
	var length, playable, lost time.Duration
	for _, t := range s.played {
		length, playable, lost = length+t.Length, playable+t.Playable, lost+t.Lost
	}
	to.say("%d recordings: %v recorded, %v can be played; %v found no room while disks hung", len(s.played), length, playable.Round(time.Millisecond), lost)
	to.pair("recorded_s", "%.1f", length.Seconds())
	to.pair("playable_s", "%.1f", playable.Seconds())
	to.pair("lost_s", "%.1f", lost.Seconds())
}
