package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"webtrunk/bench/studio"
)

type recordingCommand struct {
	Calls   int `default:"8" help:"How many calls speak, each of them recorded."`
	Seconds int `default:"8" help:"How long each phase lasts. A recorder holds 5 s while its disk hangs; what comes then is lost to the recording."`
	Cores   int `default:"1" help:"How many cores the process that records has; 0 lets the system choose."`
}

// Run takes the disks of recorded calls away, and holds the calls and the
// recordings to what is promised meanwhile.
func (c recordingCommand) Run(ctx context.Context) error {
	seen, err := c.observe(ctx)
	if err != nil {
		return err
	}
	s := newSheet()
	seen.print(s)
	s.print()
	return seen.kept(time.Millisecond)
}

// studioCommand is the process that records. It is not for people.
type studioCommand struct{}

func (studioCommand) Run() error { return studio.Serve(os.Stdin, os.Stdout) }

// A session is what was seen of recorded calls whose disks were taken away.
type session struct {
	warm   passage // what was said before the first phase
	phases []phase
	before studio.Weight   // of the process that records, when it does not yet
	during []studio.Weight // … after each phase
	after  studio.Weight   // … when all recordings and calls have ended
	full   []studio.Take   // recordings that ended because the disk was full
	left   []studio.Take   // … that were ended while their disks hung
	played []studio.Take   // all of them, once the disks were back
}

// observe records calls while all is well, while the disk is full, while disks
// hang, and when they are back.
func (c recordingCommand) observe(ctx context.Context) (seen *session, err error) {
	if c.Seconds < 2 || c.Calls < 2 || c.Calls > 200 {
		return nil, fmt.Errorf("--seconds=%d --calls=%d: a recording's page is a second, so a phase is 2 s or more, of 2 to 200 calls", c.Seconds, c.Calls)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(turns))
	m := newMeter()
	r, err := openStudio(ctx, c, m)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	beside, err := layBare(m, c.Calls)
	if err != nil {
		return nil, err
	}
	defer beside.close()
	seen = &session{}
	r.seen, r.lasting = seen, time.Duration(c.Seconds)*time.Second
	if seen.before, err = r.weigh(); err != nil {
		return nil, err
	}
	seen.warm = m.phase()
	for _, step := range []func(context.Context) error{r.fast, r.full, r.hanging, r.back, r.end} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	seen.after, err = r.weigh()
	return seen, err
}

func (r *recorded) fast(ctx context.Context) error {
	return r.phase(ctx, "fast", studio.Record)
}

func (r *recorded) full(ctx context.Context) error {
	if err := r.phase(ctx, "full", studio.Fill); err != nil {
		return err
	}
	report, err := r.order(studio.Order{Do: studio.Ended})
	r.seen.full = report.Takes
	return err
}

// hanging leaves half of the recordings to themselves, as the ends of their
// calls would.
func (r *recorded) hanging(ctx context.Context) error {
	if err := r.phase(ctx, "hanging", studio.Stick); err != nil {
		return err
	}
	report, err := r.order(studio.Order{Do: studio.Leave})
	r.seen.left = report.Takes
	return err
}

func (r *recorded) back(ctx context.Context) error {
	return r.phase(ctx, "back", studio.Mend)
}

// end ends the calls when all that was said has been heard.
func (r *recorded) end(ctx context.Context) error {
	for _, p := range r.pairs {
		p.hush()
	}
	r.settle(ctx)
	last := r.meter.phase()
	back := &r.seen.phases[len(r.seen.phases)-1].sound
	back.sent += last.sent
	back.transit = append(back.transit, last.transit...)
	report, err := r.order(studio.Order{Do: studio.End})
	r.seen.played = report.Takes
	return err
}

// settle waits for the packets that are under way. Those that are lost are
// missing in what the last phase counts.
func (r *recorded) settle(ctx context.Context) {
	ctx, done := context.WithTimeout(ctx, 5*time.Second)
	defer done()
	_ = until(ctx, "the last packets have come", func() (bool, error) { return r.meter.settled(), nil })
}

// phase has an order carried out and measures the sound for a while.
func (r *recorded) phase(ctx context.Context, name, order string) error {
	begin := time.Now()
	if _, err := r.order(studio.Order{Do: order}); err != nil {
		return err
	}
	select {
	case <-time.After(time.Until(begin.Add(r.lasting))):
	case <-ctx.Done():
		return ctx.Err()
	}
	r.seen.phases = append(r.seen.phases, phase{name: name, sound: r.meter.phase()})
	w, err := r.weigh()
	r.seen.during = append(r.seen.during, w)
	return err
}
