package sip

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)

// testsOfTheTree returns the names of all test functions of the module and of
// all transcripts of this package.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	there := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case strings.HasSuffix(path, "_test.go"):
			b, err := os.ReadFile(path)
			for _, m := range testFunction.FindAllSubmatch(b, -1) {
				there[string(m[1])] = true
			}
			return err
		case filepath.Dir(path) == filepath.Join("..", "sip", "testdata") && strings.HasSuffix(path, ".txt"):
			there[d.Name()] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}

// TestConformanceIsShown holds doc/sip-conformance.md to the tree: each
// requirement has a section of a standard and tests that exist.
func TestConformanceIsShown(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../doc/sip-conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	there := testsOfTheTree(t)
	rows, seen := 0, map[string]bool{}
	for n, line := range strings.Split(string(b), "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| requirement") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if len(cells) != 3 || strings.Contains(line, "|  |") {
			t.Errorf("line %d: want a requirement, its section and its tests: %s", n+1, line)
			continue
		}
		if rows++; seen[cells[0]] {
			t.Errorf("line %d: %q stands there twice", n+1, cells[0])
		}
		seen[cells[0]] = true
		for name := range strings.SplitSeq(cells[2], ", ") {
			if !there[strings.Trim(name, "` ")] {
				t.Errorf("line %d: there is no %s", n+1, name)
			}
		}
	}
	if rows < 50 {
		t.Errorf("%d requirements", rows)
	}
}
