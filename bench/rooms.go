package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type roomsCommand struct {
	Rooms   int           `default:"500" help:"How many calls of two pages, which write to each other."`
	Every   time.Duration `default:"5s" help:"How often a message is written and a stroke drawn in each of them."`
	Calls   int           `default:"20" help:"How many calls speak, and how many callers hear music, beside them."`
	Slices  int           `default:"4" help:"How often all rooms are silent, and written in, in turn."`
	Seconds int           `default:"15" help:"How long each time."`
	Pages   string        `default:"narrowband" enum:"narrowband,hybrid,pcmu" help:"What the pages of calls that speak send."`
	Cores   int           `default:"1" help:"How many cores the gateway has."`
	Profile string        `help:"A file for a CPU profile of the gateway while all rooms are written in."`
}

// Run measures how long a message and a stroke take from one page of a call to the
// other, in one room and beside many; and how late the gateway's clock of media, and
// the packets of calls that speak, are while those many are written in and while they
// are silent, in turn. It fails if something that was written is refused or lost.
func (c roomsCommand) Run(ctx context.Context) error {
	if err := c.fits(); err != nil {
		return err
	}
	profiled = c.Profile != ""
	seen := &attended{}
	err := staging{pages: c.Pages, cores: c.Cores, rooms: c.Rooms}.onStage(ctx, func(l *load, g *gateway) (err error) {
		h := openHall(ctx, l, g)
		defer func() { err = errors.Join(err, h.close(ctx)) }()
		return c.watch(ctx, h, seen)
	})
	if err != nil {
		return err
	}
	s := newSheet()
	c.print(s, seen)
	s.print()
	return seen.kept()
}

// mostMessages is how many messages, and as many strokes, a room takes: its whiteboard
// is full first (room.Limits.DrawnBytes, of which a stroke has 319).
const mostMessages = 600

func (c roomsCommand) fits() error {
	if c.Rooms < 2 || c.Rooms > maxRooms {
		return fmt.Errorf("--rooms=%d: 2 to %d", c.Rooms, maxRooms)
	}
	// It is written in alone, beside silent rooms, and beside those that are written in.
	if n := 3 * time.Duration(c.Slices*c.Seconds) * time.Second / lively; c.Slices < 1 || c.Seconds < 1 || n > mostMessages {
		return fmt.Errorf("--slices=%d --seconds=%d: the room that is watched would have %d messages, and takes %d", c.Slices, c.Seconds, n, mostMessages)
	}
	if c.Every < lively {
		return fmt.Errorf("--every=%v: a page may not write so often; %v or more", c.Every, lively)
	}
	return nil
}

// An attended is what was seen of rooms.
type attended struct {
	alone           stretch // one room, and no other
	silent, writing stretch // one room, beside many that are silent; that are written in
}

// watch opens one room, and then all.
func (c roomsCommand) watch(ctx context.Context, h *hall, seen *attended) error {
	if err := h.listen(ctx, c.Calls); err != nil {
		return err
	}
	if err := errors.Join(h.grow(ctx, c.Calls), h.fill(ctx, 1)); err != nil {
		return err
	}
	lasting := time.Duration(c.Seconds) * time.Second
	for range c.Slices {
		if err := h.look(ctx, &seen.alone, 1, c.Every, lasting); err != nil {
			return err
		}
	}
	if err := h.fill(ctx, c.Rooms); err != nil {
		return err
	}
	for range c.Slices {
		if err := h.look(ctx, &seen.silent, 1, c.Every, lasting); err != nil {
			return err
		}
		profile := make(chan error, 1)
		go func() { profile <- h.profile(ctx, c.Profile, lasting) }()
		err := h.look(ctx, &seen.writing, c.Rooms, c.Every, lasting)
		if err = errors.Join(err, <-profile); err != nil {
			return err
		}
	}
	_, err := h.check(ctx, 8)
	return err
}

// kept returns what was refused or lost.
func (seen *attended) kept() (err error) {
	for _, s := range []*stretch{&seen.alone, &seen.silent, &seen.writing} {
		for _, d := range []*delivered{&s.watched, &s.others} {
			if d.lost > 0 {
				err = errors.Join(err, fmt.Errorf("%d of what was written did not come within %v", d.lost, patience))
			}
			if n := len(d.refused); n > 0 {
				err = errors.Join(err, fmt.Errorf("%d of what was written were refused, the first with %q", n, d.refused[0]))
			}
		}
	}
	return err
}

func (c roomsCommand) print(s *sheet, seen *attended) {
	among := fmt.Sprintf(", beside %d ", c.Rooms-1)
	s.head("from page to page", "messages", "p50", "p99", "longest", "strokes", "p50", "p99", "longest", "while it is drawn: p50", "p99", "longest")
	for _, r := range []struct {
		name, key string
		*delivered
	}{
		{"one room", "", &seen.alone.watched},
		{"the same" + among + "that are silent", "silent_", &seen.silent.watched},
		{"the same" + among + "that are written in", "beside_", &seen.writing.watched},
		{"those", "all_", &seen.writing.others},
	} {
		m, k, d := spreadOf(r.took["message"]), spreadOf(r.took["sketch"]), spreadOf(r.took["draw"])
		s.row(r.name, m.count, m.p50, m.p99, m.longest, d.count, d.p50, d.p99, d.longest, k.p50, k.p99, k.longest)
		for kind, of := range map[string]spread{"message": m, "stroke": d, "sketch": k} {
			s.pair(r.key+kind+"_p50_ms", "%.2f", ms(of.p50))
			s.pair(r.key+kind+"_p99_ms", "%.2f", ms(of.p99))
		}
	}
	c.printLateness(s, seen)
}

// printLateness tells of the gateway meanwhile.
func (c roomsCommand) printLateness(s *sheet, seen *attended) {
	headLateness(s, c.Calls)
	seen.alone.print(s, "one room", "")
	seen.silent.print(s, "all, silent", "silent_")
	seen.writing.print(s, "all, written in", "writing_")
	pairLateness(s, &seen.writing, &seen.silent)
	s.pair("written_per_second", "%.0f", float64(seen.writing.came())/seen.writing.took.Seconds())
}

// headLateness heads what stretches print.
func headLateness(s *sheet, calls int) {
	s.head(fmt.Sprintf("%d calls speak, %d hear music", calls, calls), "the clock is late", "over 1 ms", "the turns", "packets' transit p50", "p99", "late or lost", "the gateway's CPU", "others'")
}

// print tells how late a stretch was; the names of its figures begin with key.
func (r *stretch) print(s *sheet, name, key string) {
	l := r.lateness()
	s.row(name, fmt.Sprintf("%.0f µs", l.mean()), fmt.Sprintf("%.2f %%", l.late()), r.turns(), r.sound.Transit(50), r.sound.Transit(99),
		fmt.Sprintf("%.2f %%", r.sound.Bad()), r.share(r.theirs), r.share(r.beside))
	s.pair(key+"lateness_us", "%.0f", l.mean())
	s.pair(key+"late_slots_pct", "%.2f", l.late())
	s.pair(key+"transit_p99_ms", "%.2f", ms(r.sound.Transit(99)))
}

// pairLateness tells how late one stretch was beside another.
func pairLateness(s *sheet, one, than *stretch) {
	a, b := one.lateness(), than.lateness()
	s.pair("lateness_ratio", "%.2f", a.mean()/max(1, b.mean()))
	s.pair("transit_p99_ratio", "%.2f", float64(one.sound.Transit(99))/float64(max(time.Microsecond, than.sound.Transit(99))))
}

// turns is how late the clock was in each while.
func (s *stretch) turns() (text string) {
	for i, l := range s.slices {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%.0f", l.mean())
	}
	return text
}

// came is how much that was written has come.
func (s *stretch) came() (n int) {
	for _, d := range []*delivered{&s.watched, &s.others} {
		for _, took := range d.took {
			n += len(took)
		}
	}
	return n
}
