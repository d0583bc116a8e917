package main

import (
	"bytes"
	"compress/gzip"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// build makes dist afresh, in memory.
func build(t *testing.T) Files {
	t.Helper()
	files, err := Build("..")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestDistIsWhatAFreshBuildGives(t *testing.T) {
	fresh := build(t)
	committed, err := read(filepath.Join("..", "dist"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range fresh {
		if !bytes.Equal(committed[name], content) {
			t.Errorf("dist/%s is not what the sources give; run: go run ./static/build", name)
		}
	}
	for name := range committed {
		if _, made := fresh[name]; !made {
			t.Errorf("dist/%s has no source; run: go run ./static/build", name)
		}
	}
}

func TestTwoBuildsAreEqual(t *testing.T) {
	first, second := build(t), build(t)
	for name, content := range first {
		if !bytes.Equal(content, second[name]) {
			t.Errorf("%s differs from one build to the next", name)
		}
	}
}

// Every visitor of a site pays for the launcher, and whoever calls for the core.
func TestBudgets(t *testing.T) {
	files := build(t)
	for name := range files {
		budget := 0
		switch {
		case name == "v1/widget.js":
			budget = 4 << 10
		case strings.HasPrefix(name, "v1/core-"):
			budget = 20 << 10
		case strings.HasPrefix(name, "v1/words-"):
			budget = 6 << 10 // with the core, half as much again at most
		case strings.HasPrefix(name, "v1/pages-"):
			budget = 4 << 10
		case strings.HasPrefix(name, "v1/popout-"):
			budget = 4 << 10
		case strings.HasPrefix(name, "v1/chat-"):
			budget = 9 << 10 // with files
		case strings.HasPrefix(name, "v1/care-"):
			budget = 3 << 10
		case strings.HasPrefix(name, "v1/bill-"), strings.HasPrefix(name, "v1/charge-"):
			budget = 6 << 10
		case strings.HasPrefix(name, "v1/cost-"):
			budget = 7 << 10 // with the words of a bill
		case strings.HasPrefix(name, "v1/record-"):
			budget = 2 << 10
		case strings.HasPrefix(name, "v1/check-"):
			budget = 10 << 10
		case strings.HasPrefix(name, "v1/board-"), strings.HasPrefix(name, "console/whiteboard-"):
			budget = 15 << 10
		case name == "monitor/monitor.js" || name == "member/member.js":
			budget = 30 << 10 // half of what the console may have
		case name == "console/console.js" || name == "admin/admin.js":
			budget = 60 << 10
		case strings.HasPrefix(name, "admin/wallets-"):
			budget = 5 << 10
		case strings.HasPrefix(name, "console/offer-"):
			budget = 3 << 10
		case strings.HasPrefix(name, "console/bill-"), strings.HasPrefix(name, "console/charge-"):
			budget = 6 << 10
		case strings.HasPrefix(name, "console/board-"):
			budget = 20 << 10
		case strings.HasPrefix(name, "console/story-"):
			budget = 6 << 10
		default:
			continue
		}
		size := 0
		for _, part := range loadedWith(files, name) {
			size += compressed(files[part])
		}
		t.Logf("%s and what it loads: %d bytes compressed", name, size)
		if size > budget {
			t.Errorf("%s has %d bytes compressed, the budget is %d", name, size, budget)
		}
	}
}

func compressed(content []byte) int {
	var zipped bytes.Buffer
	w, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	_, _ = w.Write(content)
	_ = w.Close()
	return zipped.Len()
}

// imported are the parts that a script loads at once; import("…") is for later.
var imported = regexp.MustCompile(`(?:from|import)"\./([^"]+)"`)

// later are the parts of the console and of the set-up that they load when they are first opened.
var later = []string{"admin/wallets-", "console/bill-", "console/board-", "console/charge-", "console/offer-", "console/story-", "console/whiteboard-"}

func isLater(name string) bool {
	return slices.ContainsFunc(later, func(part string) bool { return strings.HasPrefix(name, part) })
}

// loadedWith are a script and all that it loads at once. What a later part needs has
// the page that opens it loaded already.
func loadedWith(files Files, name string) []string {
	all := []string{name}
	if isLater(name) {
		return all
	}
	for i := 0; i < len(all); i++ {
		for _, m := range imported.FindAllSubmatch(files[all[i]], -1) {
			if part := path.Join(path.Dir(name), string(m[1])); !slices.Contains(all, part) {
				all = append(all, part)
			}
		}
	}
	return all
}

// TestTheBoardIsLoadedLater: who only takes calls does not load it, nor what is told of
// calls that were.
func TestTheBoardIsLoadedLater(t *testing.T) {
	files := build(t)
	for _, part := range later {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(files)), func(name string) bool { return strings.HasPrefix(name, part) }) {
			t.Fatalf("%s is no file of its own", part)
		}
	}
	with := loadedWith(files, "console/console.js")
	if slices.ContainsFunc(with, isLater) || len(with) < 2 {
		t.Errorf("with the console come %q", with)
	}
}

func TestTheLauncherNamesTheCore(t *testing.T) {
	files := build(t)
	for name := range files {
		if core, ok := strings.CutPrefix(name, "v1/core-"); ok {
			if !bytes.Contains(files["v1/widget.js"], []byte(core)) {
				t.Errorf("widget.js does not load %s", name)
			}
			return
		}
	}
	t.Error("there is no core")
}

func TestTheCoreNamesTheLanguages(t *testing.T) {
	files := build(t)
	var core []byte
	named := 0
	for name, content := range files {
		if strings.HasPrefix(name, "v1/core-") {
			core = content
		}
	}
	for name := range files {
		if words, ok := strings.CutPrefix(name, "v1/words-"); ok {
			named++
			if !bytes.Contains(core, []byte("words-"+words)) {
				t.Errorf("the core does not load %s", name)
			}
		}
	}
	if named != len(languages) {
		t.Errorf("there are %d languages besides English, want %d", named, len(languages))
	}
}

func TestWriteLeavesExactlyTheBuiltFiles(t *testing.T) {
	root := t.TempDir()
	if err := write(root, Files{"v1/widget.js": []byte("old"), "v1/core-old.js": []byte("old")}); err != nil {
		t.Fatal(err)
	}
	if err := write(root, Files{"v1/widget.js": []byte("new")}); err != nil {
		t.Fatal(err)
	}
	present, err := read(filepath.Join(root, "dist"))
	if err != nil {
		t.Fatal(err)
	}
	if len(present) != 1 || string(present["v1/widget.js"]) != "new" {
		t.Errorf("dist holds %q", present)
	}
}

func TestAMistakeInASourceIsToldWithItsPlace(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "src"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"core.ts": "const = 1;", "sentences-ar.ts": "", "sentences-zh.ts": "", "chatpane.ts": "", "pagepane.ts": "", "boardpane.ts": "", "check.ts": "", "popout.ts": "", "care.ts": "", "record.ts": "", "billpane.ts": "", "chargepane.ts": "", "costpane.ts": "", "film.ts": "", "letter.ts": ""} {
		if err := os.WriteFile(filepath.Join(root, "src", name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Build(root)
	if err == nil || !strings.Contains(err.Error(), "core.ts:1:6") {
		t.Errorf("the error is %v", err)
	}
}

func TestNewestSeesAChange(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "src"), 0o755); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(root, "src", "a.ts")
	if err := os.WriteFile(source, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	before := newest(root)
	later := before.Add(1e9)
	if err := os.Chtimes(source, later, later); err != nil {
		t.Fatal(err)
	}
	if !newest(root).After(before) {
		t.Error("a changed source is not seen")
	}
}
