package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

type microCommand struct {
	Count int    `default:"1" help:"How often each is measured: ten for benchstat."`
	Time  string `default:"200ms" help:"How long each is measured."`
	Bench string `default:"." help:"Which, as a regular expression."`
}

// hot are the packages in which a packet's way is measured step by step.
var hot = []string{"./transcode/...", "./media/...", "./signaling/...", "./bench/choir"}

// Run has Go measure each step by itself, with what it allocates. What it
// prints is benchstat's format: keep it, and compare two with
// `go run golang.org/x/perf/cmd/benchstat@latest OLD NEW`.
func (c microCommand) Run(ctx context.Context) error {
	var said bytes.Buffer
	args := []string{"test", "-run", "^$", "-bench", c.Bench, "-benchmem", "-benchtime", c.Time, "-count", strconv.Itoa(c.Count), "-timeout", "15m"}
	measure := exec.CommandContext(ctx, "go", append(args, hot...)...)
	measure.Stdout, measure.Stderr = io.MultiWriter(os.Stdout, &said), os.Stderr
	if err := measure.Run(); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	steps, allocating := tallyMicro(said.String())
	if steps == 0 {
		return fmt.Errorf("no step is called %q", c.Bench)
	}
	fmt.Printf("\nsteps=%d allocating=%d\n", steps, allocating)
	return nil
}

var benchmarkLine = regexp.MustCompile(`(?m)^Benchmark\S+\s.*\s(\d+) allocs/op$`)

// tallyMicro counts what was measured, and what of it allocates.
func tallyMicro(text string) (steps, allocating int) {
	for _, m := range benchmarkLine.FindAllStringSubmatch(text, -1) {
		steps++
		if m[1] != "0" {
			allocating++
		}
	}
	return steps, allocating
}
