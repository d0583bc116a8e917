package main

import (
	"errors"
	"fmt"
	"strings"
)

type checkConfigCommand struct {
	File string `arg:"" help:"The configuration to check." placeholder:"FILE"`
}

// Run explains every mistake in the file, with its line.
func (c checkConfigCommand) Run(t *terminal) error {
	if _, err := readConfig(c.File); err != nil {
		return explain(c.File, err)
	}
	_, err := fmt.Fprintf(t.out, "%s is in order.\n", c.File)
	return err
}

// explain writes each problem as compilers do: the file, the line, the words.
func explain(file string, err error) error {
	var ps Problems
	if !errors.As(err, &ps) {
		return err
	}
	var lines mistakes
	for _, p := range ps {
		at := file
		if p.Line > 0 {
			at = fmt.Sprintf("%s:%d", file, p.Line)
		}
		lines = append(lines, fmt.Sprintf("%s: %v", at, p))
	}
	return lines
}

// mistakes are problems, each with its place in the file.
type mistakes []string

func (m mistakes) Error() string { return strings.Join(m, "\n") }
