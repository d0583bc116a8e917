package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"webtrunk/bench/choir"
)

type costCommand struct {
	Calls   int    `default:"12" help:"How many calls at once. The peer must hold them, too."`
	Seconds int    `default:"8" help:"How long each slice is measured."`
	Slices  int    `default:"3" help:"How many slices each has; they alternate."`
	Pages   string `default:"narrowband,hybrid" help:"What the pages send, one after the other: narrowband, hybrid, pcmu (passed through)."`
	Against string `default:"" enum:",rtpengine" help:"Measure this peer in the same run: rtpengine."`
	Beside  string `help:"Another gateway's binary to measure in the same run, such as that of the commit before."`
	Cores   int    `default:"1" help:"How many cores the gateway has, and the peer in its turn."`
	Profile string `help:"A file for a CPU profile of the gateway; what a packet costs is then told line by line."`
}

// A contender is one of those whose cost is compared, with what was measured of it.
type contender struct {
	name   string
	key    string // how its pairs begin
	slices []measured
	heard  []choir.Heard
}

// Run has calls speak through the gateway and, in turn, through a peer that
// does the same work on the same cores. A gateway that loses or spoils sound is
// not cheap but broken: the sound of each call is looked at.
func (c costCommand) Run(ctx context.Context) error {
	profiled = c.Profile != ""
	s := newSheet()
	speed, err := calibrate()
	if err != nil {
		return err
	}
	speed.print(s)
	for i, pages := range strings.Split(c.Pages, ",") {
		all, err := c.compare(ctx, pages)
		if err != nil {
			return err
		}
		prefix := ""
		if i > 0 {
			prefix = pages + "_"
		}
		c.print(s, prefix, pages, all)
		if c.Profile != "" {
			if err := all[0].printLines(ctx, s, c.Profile); err != nil {
				return err
			}
		}
	}
	s.print()
	return nil
}

// compare gives each contender its slices, in turn.
func (c costCommand) compare(ctx context.Context, pages string) ([]*contender, error) {
	gateway := &contender{name: "gateway, DTLS-SRTP"}
	all := []*contender{gateway}
	turns := []func(context.Context) error{func(ctx context.Context) error { return c.gateway(ctx, pages, "", gateway) }}
	if c.Beside != "" {
		other := &contender{name: "the other gateway", key: "beside_"}
		all = append(all, other)
		turns = append(turns, func(ctx context.Context) error { return c.gateway(ctx, pages, c.Beside, other) })
	}
	if c.Against == "rtpengine" {
		for _, plain := range []bool{true, false} {
			peer := &contender{name: "rtpengine, DTLS-SRTP", key: "rtpengine_srtp_"}
			if plain {
				peer = &contender{name: "rtpengine, RTP", key: "rtpengine_"}
			}
			all = append(all, peer)
			turns = append(turns, func(ctx context.Context) error { return c.peer(ctx, pages, plain, peer) })
		}
	}
	for range c.Slices {
		for i, turn := range turns {
			if err := turn(ctx); err != nil {
				return all, fmt.Errorf("%s: %w", all[i].name, err)
			}
		}
	}
	return all, nil
}

// gateway measures a slice of a gateway: of this source, or of a binary.
func (c costCommand) gateway(ctx context.Context, pages, binary string, to *contender) error {
	return staging{pages: pages, cores: c.Cores, binary: binary, unlocked: c.Profile != ""}.onStage(ctx, func(l *load, g *gateway) error {
		return c.slice(ctx, l, to, func(ctx context.Context) error {
			if binary != "" {
				return nil
			}
			return g.profile(ctx, c.Profile, c.lasting())
		})
	})
}

func (c costCommand) peer(ctx context.Context, pages string, plain bool, to *contender) error {
	d, err := divide(c.Cores)
	if err != nil {
		return err
	}
	sound, err := staging{pages: pages}.choir()
	if err != nil {
		return err
	}
	defer sound.Close()
	e, err := startRTPEngine(ctx, d)
	if err != nil {
		return err
	}
	defer e.close()
	l := &load{choir: sound, exchange: e, division: d, plain: plain}
	err = c.slice(ctx, l, to, func(context.Context) error { return nil })
	return errors.Join(err, l.shrink(ctx, 0))
}

func (c costCommand) lasting() time.Duration { return time.Duration(c.Seconds) * time.Second }

// slice measures one while of one contender. Whatever is to be done beside it
// ends with it.
func (c costCommand) slice(ctx context.Context, l *load, to *contender, beside func(context.Context) error) error {
	if err := l.grow(ctx, c.Calls); err != nil {
		return err
	}
	m, err := l.measureBeside(ctx, c.lasting(), beside)
	if err != nil {
		return err
	}
	heard, err := l.check(ctx, 4)
	to.slices, to.heard = append(to.slices, m), append(to.heard, heard...)
	return err
}

// cost is the median of the slices, in milliseconds for each call and second:
// what disturbs one of them does not count.
func (k *contender) cost() float64 {
	var each []float64
	for i := range k.slices {
		each = append(each, k.slices[i].perCallSecond(k.slices[i].theirs))
	}
	slices.Sort(each)
	if len(each) == 0 {
		return 0
	}
	return each[len(each)/2]
}

func (c costCommand) print(s *sheet, prefix, pages string, all []*contender) {
	s.head(fmt.Sprintf("%s ↔ pcmu, %d calls", pages, c.Calls), "CPU per call-second", "slices", "a packet", "of it the kernel", "sleeps a packet", "lost", "late", "transit p50", "p99", "sound", "generator's CPU", "others beside it")
	for _, k := range all {
		var each []string
		var sum choir.Tally
		own, others := 0.0, 0.0
		for i := range k.slices {
			m := &k.slices[i]
			each = append(each, fmt.Sprintf("%.2f", m.perCallSecond(m.theirs)))
			sum = choir.Both(sum, choir.Both(m.ToPages, m.ToTelephones))
			own, others = max(own, m.share(m.own)), max(others, m.share(m.others))
		}
		a := k.packet()
		s.row(k.name, fmt.Sprintf("%.2f ms", k.cost()), fmt.Sprint(each), fmt.Sprintf("%.1f µs", a.cost), fmt.Sprintf("%.1f µs", a.kernel), fmt.Sprintf("%.2f", a.sleeps), percent(sum.Lost(), sum.Sent), percent(sum.Late, sum.Sent), sum.Transit(50), sum.Transit(99), fmt.Sprintf("≥ %.2f", k.worst()), fmt.Sprintf("%.0f %%", own), fmt.Sprintf("%.0f %%", others))
	}
	for _, k := range all {
		s.pair(prefix+k.key+"packet_us", "%.1f", k.packet().cost)
		s.pair(prefix+k.key+"cost_ms", "%.2f", k.cost())
	}
	for _, k := range all[1:] {
		name := strings.TrimSuffix("cost_ratio_"+strings.TrimPrefix(k.key, "rtpengine_"), "_")
		s.pair(prefix+name, "%.3f", all[0].cost()/k.cost())
	}
}

// A packet is what taking one and passing it on has cost, in microseconds: in
// all, and the kernel's part; and how often a thread went to sleep for it.
type packet struct{ cost, kernel, sleeps float64 }

// packet is the mean of the slices.
func (k *contender) packet() packet {
	var sum measured
	for i := range k.slices {
		m := &k.slices[i]
		sum.theirs, sum.kernel, sum.sleeps = sum.theirs+m.theirs, sum.kernel+m.kernel, sum.sleeps+m.sleeps
		sum.ToPages.Sent += m.ToPages.Sent
		sum.ToTelephones.Sent += m.ToTelephones.Sent
	}
	return sum.packet()
}

func (m *measured) packet() packet {
	packets := float64(max(1, m.ToPages.Sent+m.ToTelephones.Sent))
	us := func(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) / packets }
	return packet{us(m.theirs), us(m.kernel), float64(m.sleeps) / packets}
}

// worst is how like what was said the least alike call was.
func (k *contender) worst() float64 {
	least := 1.0
	for _, h := range k.heard {
		least = min(least, h.Median)
	}
	return least
}

// percent is all at most: of what was under way when a phase began, more may
// come than was sent.
func percent(part, of int) string {
	return fmt.Sprintf("%.2f %%", min(100, 100*float64(part)/float64(max(1, of))))
}
