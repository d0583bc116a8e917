package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"webtrunk/bench/choir"
)

type capacityCommand struct {
	Pages   string `default:"narrowband" enum:"narrowband,hybrid" help:"What the pages send: SILK narrowband, as browsers do when asked to, or hybrid fullband."`
	From    int    `default:"40" help:"With how many calls to begin."`
	Step    int    `default:"20" help:"How many more each time."`
	Calls   int    `default:"400" help:"The most calls to try; four times as many are tried without transcoding."`
	Seconds int    `default:"8" help:"How long each number of calls is measured."`
	Cores   int    `default:"1" help:"How many cores the gateway has. The generator has the others."`
	Through bool   `default:"true" negatable:"" help:"Measure G.711 on both sides, too."`
	CSV     string `help:"A file for the steps, as a table."`
	Profile string `help:"A file for a CPU profile of the gateway at the last step that was climbed."`
}

// enough is how many of a hundred packets may be late or lost.
const enough = 1.0

// A staircase is the steps that were climbed with one kind of call.
type staircase struct {
	kind  string
	steps []measured
	ended string // why it was
}

// Run adds calls until the gateway's cores are full: more than one packet in a
// hundred is late or lost.
func (c capacityCommand) Run(ctx context.Context) error {
	profiled = c.Profile != ""
	s := newSheet()
	speed, err := calibrate()
	if err != nil {
		return err
	}
	speed.print(s)
	transcoded, err := c.climb(ctx, c.Pages, 1)
	if err != nil {
		return err
	}
	stairs := []*staircase{transcoded}
	transcoded.print(s, "calls_per_core", c.Cores)
	if c.Through {
		through, err := c.climb(ctx, choir.PCMU, 4)
		if err != nil {
			return err
		}
		stairs = append(stairs, through)
		through.print(s, "passthrough_calls_per_core", c.Cores)
		if held := through.held(); held != nil {
			s.pair("passthrough_cost_ms", "%.2f", held.perCallSecond(held.theirs))
			s.pair("passthrough_packet_us", "%.1f", held.packet().cost)
			s.pair("passthrough_sleeps_per_packet", "%.2f", held.packet().sleeps)
			s.pair("passthrough_generator_load_pct", "%.0f", held.share(held.own))
		}
	}
	if held := transcoded.held(); held != nil {
		s.pair("cost_ms", "%.2f", held.perCallSecond(held.theirs))
		s.pair("generator_load_pct", "%.0f", held.share(held.own))
	}
	s.print()
	return writeSteps(c.CSV, stairs)
}

// climb goes up the stairs with one kind of call; the steps are so many times
// as high.
func (c capacityCommand) climb(ctx context.Context, pages string, times int) (*staircase, error) {
	up := &staircase{kind: pages}
	err := staging{pages: pages, cores: c.Cores, unlocked: c.Profile != ""}.onStage(ctx, func(l *load, o *gateway) error {
		for n := c.From * times; ; n += c.Step * times {
			if n > c.Calls*times {
				up.ended = "no more were tried"
				return nil
			}
			m, err := c.step(ctx, l, o, n)
			if told := (*fullness)(nil); errors.As(err, &told) {
				up.ended = told.Error()
				return nil
			}
			if err != nil {
				return fmt.Errorf("with %d calls: %w", n, err)
			}
			up.steps = append(up.steps, m)
			if m.Bad() > enough {
				up.ended = "late or lost packets"
				return nil
			}
		}
	})
	return up, err
}

// A fullness is why no more calls could be set up.
type fullness struct{ why error }

func (f *fullness) Error() string { return "no more calls were taken: " + f.why.Error() }

// step has n calls and measures them. That a call is refused, or cannot be
// understood once others are up, ends the stairs as late packets do.
func (c capacityCommand) step(ctx context.Context, l *load, g *gateway, n int) (measured, error) {
	if err := l.grow(ctx, n); err != nil {
		if _, told := sentence(err); len(l.calls) > c.From && ctx.Err() == nil || told {
			return measured{}, &fullness{err}
		}
		return measured{}, err
	}
	lasting := time.Duration(c.Seconds) * time.Second
	m, err := l.measureBeside(ctx, lasting, func(ctx context.Context) error { return g.profile(ctx, c.Profile, lasting) })
	if err != nil || m.Bad() > enough {
		return m, err
	}
	_, err = l.check(ctx, 4)
	return m, err
}

// held is the largest step at which the calls were still good.
func (s *staircase) held() *measured {
	for i := len(s.steps) - 1; i >= 0; i-- {
		if s.steps[i].Bad() <= enough {
			return &s.steps[i]
		}
	}
	return nil
}

func (s *staircase) print(sheet *sheet, key string, cores int) {
	sheet.head(s.kind+" ↔ pcmu, calls", "late or lost", "of them lost", "transit p50", "p99", "gateway's CPU", "per call-second", "others beside it", "generator's CPU", "sent late at most")
	for i := range s.steps {
		m := &s.steps[i]
		all := choir.Both(m.ToPages, m.ToTelephones)
		sheet.row(m.calls, fmt.Sprintf("%.2f %%", m.Bad()), all.Lost(), all.Transit(50), all.Transit(99), fmt.Sprintf("%.0f %%", m.share(m.theirs)),
			fmt.Sprintf("%.2f ms", m.perCallSecond(m.theirs)), fmt.Sprintf("%.0f %%", m.share(m.others)), fmt.Sprintf("%.0f %%", m.share(m.own)), m.Behind.Round(10*time.Microsecond))
	}
	sheet.say("ended: %s", s.ended)
	calls := 0
	if held := s.held(); held != nil {
		calls = held.calls / cores
	}
	sheet.pair(key, "%d", calls)
}
