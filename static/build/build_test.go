package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
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
	for name, content := range files {
		budget := 0
		switch {
		case name == "v1/widget.js":
			budget = 4 << 10
		case strings.HasPrefix(name, "v1/core-"):
			budget = 20 << 10
		case name == "monitor/monitor.js":
			budget = 30 << 10 // half of what the console may have
		default:
			continue
		}
		var zipped bytes.Buffer
		w, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
		_, _ = w.Write(content)
		_ = w.Close()
		t.Logf("%s: %d bytes, %d compressed", name, len(content), zipped.Len())
		if zipped.Len() > budget {
			t.Errorf("%s has %d bytes compressed, the budget is %d", name, zipped.Len(), budget)
		}
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
	if err := os.WriteFile(filepath.Join(root, "src", "core.ts"), []byte("const = 1;"), 0o644); err != nil {
		t.Fatal(err)
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
