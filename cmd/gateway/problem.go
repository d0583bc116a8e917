package main

import (
	"fmt"
	"slices"
	"strings"
)

// A Problem is one mistake in a configuration.
type Problem struct {
	Path    string // the setting: "trunk.proxy", "keys[0].origins[1]"; empty means the file
	Line    int    // 0 where the configuration came from no file
	Message string // what is wrong and what to write instead
	Excuses string // a setting whose absence this explains
}

func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// Problems are all the mistakes of a configuration.
type Problems []Problem

// Error is all problems, one a line.
func (ps Problems) Error() string {
	var lines []string
	for _, p := range ps {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// add notes a problem, unless a mistake was already found in the same setting:
// what does not even parse need not be told that it is also missing.
func (ps *Problems) add(path, format string, args ...any) {
	known := func(p Problem) bool {
		return path == p.Path || path == p.Excuses || within(p.Path, path) || within(path, p.Path)
	}
	if !slices.ContainsFunc(*ps, known) {
		*ps = append(*ps, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
	}
}

// within reports whether path names a part of the setting outer.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && outer != "" && rest != "" && (rest[0] == '.' || rest[0] == '[')
}
