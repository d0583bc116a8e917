package webtrunk_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// manuals are the pages that a person reads, as text without line breaks, so that a
// command which is broken over two lines is one.
func manuals(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("doc/*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages in doc: %v", err)
	}
	pages := map[string]string{}
	for _, name := range append(names, "README.md", "ARCHITECTURE.md", "CHANGELOG.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = strings.Join(strings.Fields(string(text)), " ")
	}
	return pages
}

var (
	command = regexp.MustCompile("`go test [^`]+`")
	asked   = regexp.MustCompile(`-(run|bench) ('[^']*'|\S+)`)
	where   = regexp.MustCompile(`\./\S*[a-z.]`)
	written = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark|Example)[A-Za-z0-9_]*)`)
)

// tests are the names of the tests and benchmarks of a folder, and with "..." of
// all beneath it.
func tests(t *testing.T, pattern string) (names []string) {
	t.Helper()
	folder, all := strings.CutSuffix(pattern, "...")
	folder = filepath.Clean(folder)
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != folder && (!all || d.Name() == "node_modules" || d.Name()[0] == '.'):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range written.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
		return err
	})
	if err != nil {
		t.Errorf("%s: %v", pattern, err)
	}
	return names
}

// runs reports whether a pattern for go test, after -run or -bench, fits anything.
// What follows a slash is within a test and is not looked for.
func runs(flag, pattern string, names []string) bool {
	first, _, _ := strings.Cut(strings.Trim(pattern, "'`"), "/")
	return slices.ContainsFunc(names, func(name string) bool {
		return strings.HasPrefix(name, "Benchmark") == (flag == "bench") && regexp.MustCompile(first).MatchString(name)
	})
}

// A figure in a manual names the command that makes it. go test is content with a
// pattern that fits nothing, so nobody would miss a test that got another name.
func TestWhatTheManualsHaveRunExists(t *testing.T) {
	commands := 0
	for page, text := range manuals(t) {
		for _, line := range command.FindAllString(text, -1) {
			commands++
			names := tests(t, where.FindString(line))
			for _, m := range asked.FindAllStringSubmatch(line, -1) {
				if flag, pattern := m[1], m[2]; pattern != "'^$'" && !runs(flag, pattern, names) { // '^$': benchmarks alone
					t.Errorf("%s: in %s nothing is called %s", page, line, pattern)
				}
			}
		}
	}
	if commands < 10 {
		t.Errorf("%d commands were found in the manuals", commands)
	}
}

// A test that a manual names by its whole name is there.
func TestTheTestsThatTheManualsNameExist(t *testing.T) {
	all := tests(t, "./...")
	name := regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9_]*)`")
	for page, text := range manuals(t) {
		for _, m := range name.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(all, m[1]) {
				t.Errorf("%s names %s, which no package has", page, m[1])
			}
		}
	}
}
