package main

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"webtrunk/carrier"
	"webtrunk/signaling/visitor"
)

type setupCommand struct {
	Calls int `default:"100" help:"How many calls to set up, one after another."`
}

// moments are when the carrier saw an INVITE and sent its 200.
type moments struct{ invite, ok chan time.Time }

// saw notes what the carrier says and hears.
func (m moments) saw(dir carrier.Direction, _ netip.AddrPort, raw []byte) {
	now := time.Now()
	switch {
	case dir == carrier.In && bytes.HasPrefix(raw, []byte("INVITE ")):
		offer(m.invite, now)
	case dir == carrier.Out && bytes.HasPrefix(raw, []byte("SIP/2.0 200 ")) && bytes.Contains(raw, []byte(" INVITE\r\n")):
		offer(m.ok, now)
	}
}

// offer never blocks the carrier: of a repetition nobody takes notice.
func offer(to chan time.Time, at time.Time) {
	select {
	case to <- at:
	default:
	}
}

// Run sets up calls one at a time, so that each is measured alone.
func (c setupCommand) Run(ctx context.Context) error {
	m := moments{make(chan time.Time, 1), make(chan time.Time, 1)}
	return with(ctx, setting{carrier: carrier.Config{OnMessage: m.saw}}, func(r *rig) error { return c.run(ctx, r, m) })
}

func (c setupCommand) run(ctx context.Context, r *rig, m moments) error {
	names := []string{"page's offer → page has the answer", "page's offer → INVITE at the carrier", "carrier's 200 → page is told", "page's offer → sound can flow"}
	took := make([][]time.Duration, len(names))
	for range c.Calls {
		times, err := r.measure(ctx, m)
		if err != nil {
			return err
		}
		for i, d := range times {
			took[i] = append(took[i], d)
		}
	}
	report(names, took)
	return nil
}

// measure sets up one call and ends it.
func (r *rig) measure(ctx context.Context, m moments) ([]time.Duration, error) {
	ctx, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	v, err := r.visitor(ctx, visitor.Config{})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	begin := time.Now()
	c, err := v.Call(ctx, echo, nil) // returns with the answer
	if err != nil {
		return nil, err
	}
	defer c.Close()
	answer := time.Since(begin)
	if _, err := c.Wait(ctx, "answered"); err != nil {
		return nil, err
	}
	told := time.Now()
	if err := c.Connected(ctx); err != nil {
		return nil, err
	}
	flows := time.Since(begin)
	invite, ok := <-m.invite, <-m.ok
	if _, err := c.Hangup(ctx); err != nil {
		return nil, err
	}
	return []time.Duration{answer, invite.Sub(begin), told.Sub(ok), flows}, nil
}

// report prints medians and 99th percentiles.
func report(names []string, took [][]time.Duration) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "step\tp50\tp99\tlongest")
	for i, name := range names {
		slices.Sort(took[i])
		fmt.Fprintf(table, "%s\t%v\t%v\t%v\n", name, at(took[i], 50), at(took[i], 99), at(took[i], 100))
	}
	table.Flush()
	for i, k := range []string{"answer", "invite", "told", "flow"} {
		fmt.Printf("%s_p50_ms=%.2f %s_p99_ms=%.2f\n", k, ms(at(took[i], 50)), k, ms(at(took[i], 99)))
	}
}

// at returns a percentile of sorted durations, rounded for reading.
func at(sorted []time.Duration, percentile int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)*percentile/100].Round(10 * time.Microsecond)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
