package corpus

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Bounds of what is checked in: every go test reads all of it.
const (
	mostFiles = 100
	mostBytes = 16 << 10
)

// Inputs are a target's, by their names; each has the target's arguments.
type Inputs map[string][]any

// Of makes inputs of packets, for a target that takes one and, perhaps, more.
func Of(packets map[string][]byte, more ...any) Inputs {
	in := Inputs{}
	for name, p := range packets {
		in[name] = append([]any{p}, more...)
	}
	return in
}

// Hold holds the files of a target's named inputs to what they are to be, and
// all of its files to their bounds. With CORPUS=write it writes them.
func Hold(t testing.TB, target string, in Inputs) {
	t.Helper()
	for name, args := range in {
		want := File(args...)
		path := filepath.Join("testdata", "fuzz", target, name)
		if os.Getenv("CORPUS") == "write" {
			if err := write(path, want); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the test makes it (%v): CORPUS=write go test -run Corpus . writes it", path, err)
		}
	}
	bound(t, target)
}

// Note is Hold for what the encoder of another machine may make otherwise: the
// files have to be there.
func Note(t testing.TB, target string, in Inputs) {
	t.Helper()
	for name, args := range in {
		path := filepath.Join("testdata", "fuzz", target, name)
		if os.Getenv("CORPUS") == "write" {
			if err := write(path, File(args...)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%v: CORPUS=write go test -run Corpus . writes it", err)
		}
	}
	bound(t, target)
}

func write(path string, file []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, file, 0o644)
}

func bound(t testing.TB, target string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join("testdata", "fuzz", target))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) > mostFiles {
		t.Errorf("%s has %d inputs, of which every go test runs all: keep at most %d", target, len(files), mostFiles)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Size() > mostBytes {
			t.Errorf("%s/%s: over %d bytes, or %v", target, f.Name(), mostBytes, err)
		}
	}
}

// File is an input as go test keeps it.
func File(args ...any) []byte {
	b := []byte("go test fuzz v1\n")
	for _, a := range args {
		switch a := a.(type) {
		case []byte:
			b = fmt.Appendf(b, "[]byte(%q)\n", a)
		case byte:
			b = fmt.Appendf(b, "byte(%q)\n", rune(a))
		case string, bool:
			b = fmt.Appendf(b, "%T(%#v)\n", a, a)
		default:
			panic(fmt.Sprintf("corpus: no target takes a %T yet", a))
		}
	}
	return b
}
