package webtrunk_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the architecture: what each package may import of ours, besides
// the root. A subpackage has its parent's row. "*" may import anything. Tests
// of a package are held to the same, save that any test may use soundcheck, corpus
// and the simulated carrier, and a test of an edge the switchboard that it is for.
var mayImport = map[string][]string{
	// 0: vocabulary
	".":          {},
	"call":       {},
	"transcode":  {},
	"static":     {},
	"soundcheck": {},
	"corpus":     {},
	"event":      {},
	"install":    {},
	// 1
	"load":    {},
	"store":   {"event"},
	"media":   {"transcode"},
	"carrier": {"transcode"},
	"trunk":   {"call", "event", "store"},
	// 2
	"directory":   {"event", "store"},
	"switchboard": {"call", "event", "media"},
	"archive":     {"call", "event", "store", "media"},
	"webhook":     {"event", "store"},
	"room":        {"call", "event", "store"},
	"policy":      {"call", "event", "store", "directory", "trunk"},
	"billing":     {"call", "event", "store", "directory"},
	"member":      {"call", "directory"},
	"dispatch":    {"call", "event", "store", "directory", "trunk"},
	// 3: the outside world
	"sip":       {"call", "event", "media", "switchboard", "transcode", "trunk"},
	"signaling": {"call", "event", "media", "switchboard", "transcode"},
	"api":       {"call", "event", "load", "store", "switchboard", "directory", "trunk", "archive", "webhook", "policy", "billing", "dispatch", "member", "room", "install"},
	// 4: wiring
	"cmd":   {"*"},
	"bench": {"*"},
	"e2e":   {"*"},
}

// reasons explains the rows that a newcomer may want to widen.
var reasons = map[string]string{
	".":           "the vocabulary is standard library only, so that everything can import it",
	"call":        "a call is pure: it decides, and leaves acting to the switchboard",
	"media":       "media moves sound and knows nothing of calls",
	"carrier":     "the simulated carrier must be able to disagree with our SIP",
	"switchboard": "features attach to a call by its seams; it never imports one",
	"event":       "the log is for everything that happens; it knows nothing that happens",
	"load":        "the load is of a process, whatever it does: it knows calls by their number alone",
	"store":       "features own their SQL; the store owns none of theirs",
	"billing":     "money speaks to a call as an Admitter and a Commander, and hears of it as everybody does: it needs nothing of whoever runs calls",
	"webhook":     "webhooks deliver records, whatever they are about",
	"room":        "a room knows who is in a call, and not how they came there: the edges and the archive reach it through cmd/gateway",
	"sip":         "the two edges do not know each other",
	"signaling":   "the two edges do not know each other",
}

// inTests are what tests may import beside their package's row; of e2e, that is
// the driver of a real browser.
var inTests = []string{"soundcheck", "corpus", "carrier", "e2e", "transcode", "media", "call", "switchboard", "store"}

// What the compiler does not check has one place each.
const (
	assembled = "transcode/silk"
	unchecked = "media/datagram/call_linux.go"
)

func TestArchitecture(t *testing.T) {
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".s") && filepath.ToSlash(filepath.Dir(path)) != assembled {
			t.Errorf("%s: assembly is for %s alone: say why there is more, there and in ARCHITECTURE.md", path, assembled)
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		tree, err := parser.ParseFile(files, path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range tree.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, path, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkImport holds one import against the table.
func checkImport(t *testing.T, file, imported string) {
	t.Helper()
	from := top(filepath.ToSlash(filepath.Dir(file)))
	allowed, listed := mayImport[from]
	if !listed {
		t.Errorf("%s: package %s has no row in arch_test.go: say what it may import, there and in ARCHITECTURE.md", file, from)
		return
	}
	if imported == "unsafe" && filepath.ToSlash(file) != unchecked && !strings.HasSuffix(file, "_test.go") {
		t.Errorf("%s imports unsafe, which is for %s alone: say why there is more, there and in ARCHITECTURE.md", file, unchecked)
	}
	rest, ours := strings.CutPrefix(imported, "webtrunk/")
	if !ours {
		outside := from == "." && imported != "webtrunk" && strings.Contains(imported, ".")
		if outside && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s imports %s: %s", file, imported, reasons["."])
		}
		return
	}
	to := top(rest)
	test := strings.HasSuffix(file, "_test.go") && slices.Contains(inTests, to)
	if to != from && !test && !slices.Contains(allowed, to) && !slices.Contains(allowed, "*") {
		t.Errorf("%s imports %s, which package %s may not: %s", file, imported, from, reasons[from])
	}
}

// top is the first folder of a path.
func top(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}
