package main

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

type eventsCommand struct {
	Databases   []string `default:"sqlite,postgres" help:"Which to measure."`
	Seconds     int      `default:"20" help:"How long to measure the delay, and a quarter of it for each figure of pace."`
	Rate        float64  `default:"10" help:"Calls a second while the delay is measured."`
	Telephones  int      `default:"16" help:"How many telephones call at once for the pace of call set-ups."`
	Subscribers int      `default:"1000" help:"How many follow the events at once."`
	CrowdRate   float64  `default:"4" help:"Calls a second while they do."`
	Memory      string   `default:"/dev/shm" help:"A folder in memory, for a database that no disk slows."`
}

// Run measures what the log of events takes, from the bare database to what a
// client sees.
func (c eventsCommand) Run(ctx context.Context) error {
	s := newSheet()
	for _, part := range []func(context.Context, *sheet) error{c.appends, c.setups, c.delays, c.crowd} {
		if err := part(ctx, s); err != nil {
			return err
		}
	}
	s.print()
	return nil
}

func (c eventsCommand) pace() time.Duration {
	return time.Duration(c.Seconds) * time.Second / 4
}

// appends measures the database alone.
func (c eventsCommand) appends(ctx context.Context, s *sheet) error {
	perSecond, err := forced(c.pace() / 4)
	if err != nil {
		return err
	}
	s.head("events appended, durable", "a second", "in a commit", "append p50", "p99")
	s.row("(the disk forced, 4 KiB each)", fmt.Sprintf("%.0f", perSecond))
	s.pair("disk_forced_per_s", "%.0f", perSecond)
	for _, kind := range c.Databases {
		db, err := newDatabase(kind)
		if err != nil {
			return err
		}
		err = c.appendTo(ctx, s, kind, db.url)
		db.end()
		if err != nil {
			return err
		}
	}
	return nil
}

func (c eventsCommand) appendTo(ctx context.Context, s *sheet, kind, url string) error {
	for _, writers := range []int{1, 16, 128} {
		p, err := appends(ctx, url, writers, c.pace())
		if err != nil {
			return err
		}
		name := strconv.Itoa(writers)
		if writers == 1 {
			name = "single"
		}
		s.row(kind+", writers: "+name, fmt.Sprintf("%.0f", p.perSecond), fmt.Sprintf("%.1f", p.perCommit), p.took.p50, p.took.p99)
		s.pair(kind+"_"+name+"_per_s", "%.0f", p.perSecond)
	}
	return nil
}

// setups measures calls, by a gateway on each database and on one in memory,
// whose commits wait for nothing: the difference is what durability takes.
func (c eventsCommand) setups(ctx context.Context, s *sheet) error {
	s.head(fmt.Sprintf("calls set up, %d telephones", c.Telephones), "a second", "p50", "p99")
	rates := map[string]float64{}
	for _, kind := range append([]string{"memory"}, c.Databases...) {
		db, err := newSQLite(c.Memory)
		if kind != "memory" {
			db, err = newDatabase(kind)
		}
		if err != nil {
			return err
		}
		err = with(ctx, setting{database: db.url}, func(r *rig) error {
			perSecond, took, err := r.setups(ctx, c.Telephones, c.pace())
			s.row(kind, fmt.Sprintf("%.1f", perSecond), took.p50, took.p99)
			s.pair("setups_"+kind+"_per_s", "%.1f", perSecond)
			s.pair("setups_"+kind+"_p50_ms", "%.1f", ms(took.p50))
			rates[kind] = perSecond
			return err
		})
		db.end()
		if err != nil {
			return err
		}
	}
	for _, kind := range c.Databases {
		s.pair("setups_"+kind+"_of_memory", "%.2f", rates[kind]/rates["memory"])
	}
	return nil
}

// delays measures how late a webhook's receiver and a subscriber are told.
func (c eventsCommand) delays(ctx context.Context, s *sheet) error {
	s.head(fmt.Sprintf("from event to client, %v calls a second for %d s", c.Rate, c.Seconds), "events", "p50", "p99", "longest")
	for _, kind := range c.Databases {
		db, err := newDatabase(kind)
		if err != nil {
			return err
		}
		err = with(ctx, setting{database: db.url}, func(r *rig) error {
			d, err := r.delays(ctx, c.Rate, time.Duration(c.Seconds)*time.Second)
			for _, way := range []struct {
				name string
				spread
			}{{"webhook", d.webhook}, {"sse", d.sse}} {
				s.row(way.name+", "+kind, way.count, way.p50, way.p99, way.longest)
				prefix := way.name + "_"
				if kind != "sqlite" {
					prefix += kind + "_"
				}
				s.pair(prefix+"p50_ms", "%.2f", ms(way.p50))
				s.pair(prefix+"p99_ms", "%.2f", ms(way.p99))
			}
			return err
		})
		db.end()
		if err != nil {
			return err
		}
	}
	return nil
}

// crowd measures many subscribers at once.
func (c eventsCommand) crowd(ctx context.Context, s *sheet) error {
	db, err := newDatabase("sqlite")
	if err != nil {
		return err
	}
	defer db.end()
	return with(ctx, setting{database: db.url}, func(r *rig) error {
		m, err := r.crowd(ctx, c.Subscribers, c.CrowdRate, time.Duration(c.Seconds)*time.Second/2)
		if err != nil {
			return err
		}
		s.head(fmt.Sprintf("%d SSE subscribers of %d accounts, %v calls a second", c.Subscribers, m.accounts, c.CrowdRate), "")
		s.row("events told, of those expected", fmt.Sprintf("%d of %d", m.late.count, m.expected))
		s.row("from event to subscriber, p50, p99, longest", fmt.Sprintf("%v, %v, %v", m.late.p50, m.late.p99, m.late.longest))
		s.row("gateway's memory for each subscriber", fmt.Sprintf("%.1f kB", m.kilobytes))
		s.row("gateway's CPU, cores: the calls alone, and with subscribers", fmt.Sprintf("%.2f, %.2f", m.alone, m.crowded))
		s.row("this process's CPU, cores", fmt.Sprintf("%.2f", m.generator))
		s.pair("crowd_subscribers", "%d", c.Subscribers)
		s.pair("crowd_kb_each", "%.1f", m.kilobytes)
		s.pair("crowd_p50_ms", "%.2f", ms(m.late.p50))
		s.pair("crowd_p99_ms", "%.2f", ms(m.late.p99))
		s.pair("crowd_cpu_cores", "%.2f", m.crowded)
		s.pair("crowd_cpu_cores_without", "%.2f", m.alone)
		return nil
	})
}
