package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type ledgerCommand struct {
	Databases []string      `default:"sqlite,postgres" help:"Which to measure."`
	Calls     int           `default:"1000" help:"How many metered calls there are, and how many payers where they have one each."`
	AtOnce    int           `default:"256" help:"How many of them tick at once."`
	Seconds   int           `default:"5" help:"How long for each figure, and three times as long for each turn of the media loop."`
	Every     time.Duration `default:"6s" help:"How often a metered call ticks."`
	Speaking  int           `default:"20" help:"How many calls speak, and how many callers hear music, beside the ledger."`
	Rate      float64       `default:"45" help:"How many entries a second the gateway posts meanwhile."`
	Slices    int           `default:"4" help:"How often the ledger rests, and works, in turn."`
	Cores     int           `default:"1" help:"How many cores the gateway has."`
}

// Run measures how many ticks of metered calls each database takes for good, of one payer and
// of many, beside the same one after the other; and how late the gateway's clock of media is
// while its ledger works. It fails where the ledger then counts wrong.
func (c ledgerCommand) Run(ctx context.Context) error {
	if c.Calls < 1 || c.AtOnce < 1 || c.AtOnce > c.Calls || c.Seconds < 1 || c.Slices < 1 || c.Rate <= 0 || c.Every <= 0 {
		return fmt.Errorf("--calls, --at-once, --seconds, --every, --rate and --slices are more than nothing, and no more calls tick at once than there are")
	}
	s := newSheet()
	if err := errors.Join(c.paces(ctx, s), c.beside(ctx, s)); err != nil {
		return err
	}
	s.print()
	return nil
}

func (c ledgerCommand) lasting() time.Duration { return time.Duration(c.Seconds) * time.Second }

// paces measures each database.
func (c ledgerCommand) paces(ctx context.Context, s *sheet) error {
	perSecond, err := forced(c.lasting() / 4)
	if err != nil {
		return err
	}
	s.head("ticks, durable", "a second", "in a commit", "tick p50", "p99", "calls at a tick each "+c.Every.String())
	s.row("(the disk forced, 4 KiB each)", fmt.Sprintf("%.0f", perSecond))
	s.pair("disk_forced_per_s", "%.0f", perSecond)
	for _, kind := range c.Databases {
		if err := c.pacesOf(ctx, s, kind); err != nil {
			return err
		}
	}
	return nil
}

func (c ledgerCommand) pacesOf(ctx context.Context, s *sheet, kind string) error {
	paces := map[string]float64{}
	for _, way := range []struct {
		name, key      string
		payers, atOnce int
	}{
		{"one after the other", "single", c.Calls, 1},
		{"many payers", "many", c.Calls, c.AtOnce},
		{"one payer", "hot", 1, c.AtOnce},
	} {
		p, err := c.paceOf(ctx, kind, way.payers, way.atOnce)
		if err != nil {
			return err
		}
		carried := p.perSecond * c.Every.Seconds()
		s.row(kind+", "+way.name, fmt.Sprintf("%.0f", p.perSecond), fmt.Sprintf("%.1f", p.perCommit), p.took.p50, p.took.p99, fmt.Sprintf("%.0f", carried))
		s.pair(kind+"_"+way.key+"_ticks_per_s", "%.0f", p.perSecond)
		s.pair(kind+"_"+way.key+"_p99_ms", "%.2f", ms(p.took.p99))
		s.pair(kind+"_"+way.key+"_calls", "%.0f", carried)
		paces[way.key] = p.perSecond
	}
	s.pair(kind+"_many_of_single", "%.1f", paces["many"]/paces["single"])
	s.pair(kind+"_hot_of_many", "%.2f", paces["hot"]/paces["many"])
	return nil
}

// paceOf measures one way, on a database of its own.
func (c ledgerCommand) paceOf(ctx context.Context, kind string, payers, atOnce int) (p pace, err error) {
	db, err := newDatabase(kind)
	if err != nil {
		return p, err
	}
	defer db.end()
	k, err := openTill(ctx, db.url, c.Calls, payers)
	if err != nil {
		return p, err
	}
	defer k.close()
	if p, err = k.ticks(ctx, atOnce, c.lasting()); err != nil {
		return p, err
	}
	return p, k.right(ctx)
}

// beside measures the gateway's clock of media while its own ledger, in the same process and
// on the same cores, rests and works in turn. The entries are deposits over the interface, each
// of which takes a request besides.
func (c ledgerCommand) beside(ctx context.Context, s *sheet) error {
	var rests, works stretch
	posted := 0
	err := staging{pages: "narrowband", cores: c.Cores, rooms: 1}.onStage(ctx, func(l *load, g *gateway) (err error) {
		h := openHall(ctx, l, g)
		defer func() { err = errors.Join(err, h.close(ctx)) }()
		if err := errors.Join(h.listen(ctx, c.Speaking), h.grow(ctx, c.Speaking), h.fill(ctx, 1)); err != nil {
			return err
		}
		for range c.Slices {
			if err := h.look(ctx, &rests, 1, lively, 3*c.lasting()); err != nil {
				return err
			}
			n, err := c.whilePosting(ctx, g, func() error { return h.look(ctx, &works, 1, lively, 3*c.lasting()) })
			if posted += n; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.printBeside(s, &rests, &works, posted)
	return nil
}

// whilePosting has the gateway post while f runs.
func (c ledgerCommand) whilePosting(ctx context.Context, g *gateway, f func() error) (posted int, err error) {
	posting, stop := context.WithCancel(ctx)
	failed := make(chan error, 1)
	go func() {
		every := time.NewTicker(time.Duration(float64(time.Second) / c.Rate))
		defer every.Stop()
		for {
			select {
			case <-posting.Done():
				failed <- nil
				return
			case <-every.C:
			}
			if err := g.ask(ctx, g.secret, "POST", fmt.Sprintf("/v1/wallets/payer%d/deposits", posted%100), map[string]any{"amount": aTick, "currency": "EUR"}, &created{}); err != nil {
				failed <- err
				return
			}
			posted++
		}
	}()
	err = f()
	stop()
	return posted, errors.Join(err, <-failed)
}

func (c ledgerCommand) printBeside(s *sheet, rests, works *stretch, posted int) {
	headLateness(s, c.Speaking)
	rests.print(s, "the ledger rests", "resting_")
	works.print(s, "it posts", "posting_")
	s.pair("posted_per_s", "%.1f", float64(posted)/works.took.Seconds())
	s.pair("posted_as_calls", "%.0f", float64(posted)/works.took.Seconds()*c.Every.Seconds())
	pairLateness(s, works, rests)
}
