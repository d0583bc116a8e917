package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// documented is a command line of ours in the Makefile or in a page for people.
var documented = regexp.MustCompile("go run \\./bench( [^`\n&|]*)")

// Every command that is documented is one, with its flags.
func TestCommands(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../doc/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in ../doc: %v", err)
	}
	lines := 0
	for _, page := range append(pages, "../Makefile", "../CHANGELOG.md", "../README.md", "main.go") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range documented.FindAllStringSubmatch(string(text), -1) {
			lines++
			understood(t, page, m[1])
		}
	}
	if lines < 40 {
		t.Errorf("%d command lines were found in the manuals", lines)
	}
	understood(t, "here", "--realtime delay --seconds 2 --cores 1")
}

// understood fails where a line is no command with flags of its own. The files that
// it names need not be there.
func understood(t *testing.T, page, line string) {
	t.Helper()
	var cli commands
	parser, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(strings.Fields(line)); err != nil {
		t.Errorf("%s: bench%s: %v", page, line, err)
	}
}
