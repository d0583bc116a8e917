package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

type soundCommand struct {
	Seeds int `default:"3" help:"How many courses of each network are taken."`
}

// Run has the media package's tests print what a telephone hears of a browser
// over networks that lose, delay and swap packets, in simulated time, beside
// plain concealment and beside libopus, with and without redundancy (by opusdec and
// python3, where they are installed).
func (c soundCommand) Run(ctx context.Context) error {
	const tests = "TheTableOfSound|LossesBesideLibopus"
	var said bytes.Buffer
	judge := exec.CommandContext(ctx, "go", "test", "-count", "1", "-parallel", "1", "-v", "-run", tests, "./media")
	judge.Env = append(os.Environ(), "WEBTRUNK_SOUND_SEEDS="+strconv.Itoa(c.Seeds))
	judge.Stdout, judge.Stderr = &said, os.Stderr
	err := judge.Run()
	rows := soundRows(said.String())
	fmt.Println(strings.Join(rows, "\n"))
	if err != nil {
		return fmt.Errorf("go test -run '%s' ./media: %w: a row is not what it should be", tests, err)
	}
	fmt.Printf("\nrows=%d\n", len(rows))
	return nil
}

var logged = regexp.MustCompile(`(?m)^ +\w+_test\.go:\d+: (.*)$`)

// soundRows are the lines that the tests logged.
func soundRows(text string) (rows []string) {
	for _, m := range logged.FindAllStringSubmatch(text, -1) {
		rows = append(rows, m[1])
	}
	return rows
}
