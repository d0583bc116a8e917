package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"webtrunk/bench/choir"
)

type memoryCommand struct {
	Calls int `default:"50" help:"How many calls are up while memory is read."`
	Cores int `default:"1" help:"How many cores the gateway has."`
}

// Run compares the gateway's memory without and with calls that speak. The
// first call is not counted: what it makes, others share.
func (c memoryCommand) Run(ctx context.Context) error {
	profiled = true // so that garbage can be told from what is in use
	s := newSheet()
	s.head("calls that speak", "resident set a call", "heap a call", "goroutines a call")
	for _, pages := range []string{choir.Narrowband, choir.PCMU} {
		var one, all footprint
		err := staging{pages: pages, cores: c.Cores}.onStage(ctx, func(l *load, g *gateway) (err error) {
			if err = l.grow(ctx, 1); err != nil {
				return err
			}
			if one, err = g.footprint(ctx); err != nil {
				return err
			}
			if err = l.grow(ctx, 1+c.Calls); err != nil {
				return err
			}
			all, err = g.footprint(ctx)
			return err
		})
		if err != nil {
			return err
		}
		per := all.per(one, c.Calls)
		s.row(fmt.Sprintf("%s ↔ pcmu, %d", pages, c.Calls), fmt.Sprintf("%.0f KiB", per.resident), fmt.Sprintf("%.0f KiB", per.heap), fmt.Sprintf("%.1f", per.goroutines))
		prefix := map[string]string{choir.Narrowband: "", choir.PCMU: "passthrough_"}[pages]
		s.pair(prefix+"memory_kib_per_call", "%.0f", per.resident)
		s.pair(prefix+"heap_kib_per_call", "%.0f", per.heap)
		s.pair(prefix+"goroutines_per_call", "%.1f", per.goroutines)
	}
	s.print()
	return nil
}

// A footprint is what the gateway's process has, in KiB, and how many
// goroutines.
type footprint struct{ resident, heap, goroutines float64 }

func (f footprint) per(before footprint, calls int) footprint {
	n := float64(max(1, calls))
	return footprint{(f.resident - before.resident) / n, (f.heap - before.heap) / n, (f.goroutines - before.goroutines) / n}
}

// footprint asks the process and its metrics. Its heap is without garbage.
func (g *gateway) footprint(ctx context.Context) (f footprint, err error) {
	if err := g.tidy(ctx); err != nil {
		return f, err
	}
	resident, err := memory(g.pid())
	if err != nil {
		return f, err
	}
	f.resident = float64(resident) / 1024
	text, err := g.readMetrics(ctx)
	if err != nil {
		return f, err
	}
	if f.heap, err = metric(text, "go_memstats_heap_alloc_bytes"); err == nil {
		f.heap /= 1024
		f.goroutines, err = metric(text, "go_goroutines")
	}
	return f, err
}

func (r *rig) readMetrics(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.metrics, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return string(text), err
}

// metric finds one that has no labels.
func metric(text, name string) (float64, error) {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("the gateway's metrics have no %s", name)
}
