package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"webtrunk/bench/choir"
)

type soakCommand struct {
	Minutes  float64 `default:"20" help:"How long."`
	Calls    int     `help:"How many calls at once. If it is not said, the gateway's capacity is measured first, and half of it taken."`
	Looks    int     `default:"20" help:"How often the gateway is looked at meanwhile."`
	Turnover int     `default:"10" help:"How many of a hundred calls are ended, and begun anew, between two looks."`
	Pages    string  `default:"narrowband" enum:"narrowband,hybrid,pcmu" help:"What the pages send."`
	Cores    int     `default:"1" help:"How many cores the gateway has."`
}

// A look is what was seen of the gateway at one time.
type look struct {
	at time.Duration
	footprint
	measured
}

// Run lets calls speak for long, while some end and others begin. It fails if
// goroutines or memory grow, or if sound is lost.
func (c soakCommand) Run(ctx context.Context) error {
	profiled = true // so that garbage can be told from what is in use
	s := newSheet()
	if err := c.half(ctx, s); err != nil {
		return err
	}
	var looks []look
	err := staging{pages: c.Pages, cores: c.Cores}.onStage(ctx, func(l *load, g *gateway) (err error) {
		looks, err = c.watch(ctx, l, g)
		return err
	})
	if len(looks) > 0 { // also what was seen before something failed
		c.print(s, looks)
		s.print()
	}
	if err != nil {
		return err
	}
	return flat(looks, c.Cores)
}

// half is how many calls are held, if it was not said.
func (c *soakCommand) half(ctx context.Context, s *sheet) error {
	if c.Calls > 0 {
		return nil
	}
	up, err := capacityCommand{Pages: c.Pages, From: 20, Step: 20, Calls: 400, Seconds: 4, Cores: c.Cores}.climb(ctx, c.Pages, 1)
	if err != nil {
		return err
	}
	up.print(s, "calls_per_core", c.Cores)
	held := up.held()
	if held == nil {
		return errors.New("not even the first 20 calls were good: say --calls")
	}
	c.Calls = held.calls / 2
	return nil
}

// watch looks at the gateway again and again, each time with as many calls.
func (c soakCommand) watch(ctx context.Context, l *load, g *gateway) (looks []look, err error) {
	begin := time.Now()
	every := time.Duration(c.Minutes * float64(time.Minute) / float64(max(1, c.Looks)))
	for n := range c.Looks {
		if err := l.shrink(ctx, len(l.calls)*(100-c.Turnover)/100); err != nil {
			return looks, err
		}
		if err := l.grow(ctx, c.Calls); err != nil {
			return looks, err
		}
		var now look
		if now.measured, err = l.measure(ctx, max(time.Second, time.Until(begin.Add(time.Duration(n+1)*every)))); err != nil {
			return looks, err
		}
		if now.footprint, err = g.footprint(ctx); err != nil {
			return looks, err
		}
		now.at = time.Since(begin)
		looks = append(looks, now)
	}
	_, err = l.check(ctx, 4)
	return looks, err
}

func (c soakCommand) print(s *sheet, looks []look) {
	s.head("after", "calls", "goroutines", "resident set", "heap", "lost", "late", "transit p99", "gateway's CPU", "others beside it")
	for i := range looks {
		k := &looks[i]
		all := choir.Both(k.ToPages, k.ToTelephones)
		s.row(k.at.Round(time.Second), k.calls, k.goroutines, fmt.Sprintf("%.0f KiB", k.resident), fmt.Sprintf("%.0f KiB", k.heap), percent(all.Lost(), all.Sent),
			percent(all.Late, all.Sent), all.Transit(99), fmt.Sprintf("%.0f %%", k.share(k.theirs)), fmt.Sprintf("%.0f %%", k.share(k.others)))
	}
	first, last := thirds(looks)
	s.pair("soak_calls", "%d", c.Calls)
	s.pair("goroutines_grown", "%.0f", last.goroutines-first.goroutines)
	s.pair("heap_grown_kib", "%.0f", last.heap-first.heap)
	s.pair("resident_grown_kib", "%.0f", last.resident-first.resident)
	s.pair("bad_pct_first_third", "%.2f", first.Bad())
	s.pair("bad_pct_last_third", "%.2f", last.Bad())
}

// thirds sums up the first and the last third of a soak: of goroutines and
// memory the least that was seen, for what is in use for a moment comes on top.
func thirds(looks []look) (first, last look) {
	n := (len(looks) + 2) / 3
	return sum(looks[:n]), sum(looks[len(looks)-n:])
}

func sum(looks []look) (s look) {
	for i := range looks {
		k := &looks[i]
		if i == 0 {
			s.footprint = k.footprint
		}
		s.goroutines, s.resident, s.heap = min(s.goroutines, k.goroutines), min(s.resident, k.resident), min(s.heap, k.heap)
		s.ToPages, s.ToTelephones = choir.Both(s.ToPages, k.ToPages), choir.Both(s.ToTelephones, k.ToTelephones)
	}
	return s
}

// flat returns what has grown. What is in use may grow by 16 MiB, for some of
// calls that have ended is kept for a while; the resident set has garbage in it,
// which the gateway lets lie up to 80 MiB, and may settle by an eighth. How late
// packets were is for people to judge, who know what else the machine did; which were
// lost while others had its cores tells nothing of the gateway either.
func flat(looks []look, cores int) (err error) {
	if len(looks) < 3 {
		return errors.New("three looks are the least that can show growth: say --looks=3")
	}
	first, last := thirds(looks)
	if last.goroutines > first.goroutines+20 {
		err = errors.Join(err, fmt.Errorf("goroutines have grown from %.0f to %.0f", first.goroutines, last.goroutines))
	}
	if last.heap > first.heap+16*1024 {
		err = errors.Join(err, fmt.Errorf("the heap has grown from %.0f to %.0f KiB", first.heap, last.heap))
	}
	if last.resident > first.resident*9/8+96*1024 {
		err = errors.Join(err, fmt.Errorf("the resident set has grown from %.0f to %.0f KiB", first.resident, last.resident))
	}
	if all := choir.Both(last.ToPages, last.ToTelephones); all.Sent == 0 {
		err = errors.Join(err, errors.New("no packet was sent in the last third"))
	}
	if both, most := withRoom(looks[len(looks)-(len(looks)+2)/3:], cores); both.Lost() > both.Sent/most {
		err = errors.Join(err, fmt.Errorf("of %d packets of the last third %d were lost", both.Sent, both.Lost()))
	}
	return err
}

// A twentieth of what a soak sends may be lost; half, where others had the cores all the
// time: a gateway that carries nothing is told from one that is kept from its work.
const (
	mostLost        = 20
	mostLostCrowded = 2
)

// withRoom sums up what went both ways while others left the gateway half of its
// cores, which is what a soak takes; of all looks, where they never did. Of so many one
// may be lost.
func withRoom(looks []look, cores int) (both choir.Tally, most int) {
	var all choir.Tally
	for i := range looks {
		k := &looks[i]
		all = choir.Both(all, choir.Both(k.ToPages, k.ToTelephones))
		if !(k.share(k.others) > 50*float64(cores)) {
			both = choir.Both(both, choir.Both(k.ToPages, k.ToTelephones))
		}
	}
	if both.Sent == 0 {
		return all, mostLostCrowded
	}
	return both, mostLost
}
