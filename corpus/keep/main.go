// Command keep picks, of what a long run of the fuzz targets has found, what is
// worth checking in: the shortest inputs that reach statements of ours which no
// input of the target has reached before them.
//
//	./fuzz.sh 5m /tmp/found && go run ./corpus/keep /tmp/found
//
// It is run at the root of the repository, and leaves the inputs in the packages'
// testdata/fuzz, at most --most for each target.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	most := flag.Int("most", 25, "how many inputs of a target to keep")
	tries := flag.Int("tries", 150, "how many of a target's shortest inputs to look at")
	flag.Parse()
	targets, err := filepath.Glob(filepath.Join(flag.Arg(0), "*", "Fuzz*"))
	if err == nil {
		var deeper []string
		if deeper, err = filepath.Glob(filepath.Join(flag.Arg(0), "*", "*", "Fuzz*")); err == nil {
			targets = append(targets, deeper...)
		}
	}
	for _, dir := range targets {
		if err == nil {
			err = keep(flag.Arg(0), dir, *most, *tries)
		}
	}
	if err != nil || len(targets) == 0 {
		fmt.Fprintln(os.Stderr, "keep: nothing was found in", flag.Arg(0), err)
		os.Exit(1)
	}
}

// A target is one whose inputs are looked at.
type target struct {
	pkg, name, binary string
}

// keep looks at what was found for one target.
func keep(root, dir string, most, tries int) error {
	pkg, err := filepath.Rel(root, filepath.Dir(dir))
	if err != nil {
		return err
	}
	made, err := os.MkdirTemp("", "webtrunk-keep-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	t := target{pkg, filepath.Base(dir), filepath.Join(made, "test")}
	compile := exec.Command("go", "test", "-c", "-cover", "-coverpkg=webtrunk/...", "-o", t.binary, "./"+pkg)
	if out, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	reached := map[string]bool{}
	if _, err := t.reaches("", reached); err != nil {
		return err
	}
	kept := 0
	for _, file := range shortest(dir, tries) {
		if kept == most {
			break
		}
		more, err := t.try(file, reached)
		if err != nil {
			return err
		}
		if more {
			kept++
		}
	}
	fmt.Printf("%s %s: %d kept\n", pkg, t.name, kept)
	return nil
}

// shortest are so many of a folder's files.
func shortest(dir string, n int) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	size := func(file string) int64 {
		info, err := os.Stat(file)
		if err != nil {
			return 0
		}
		return info.Size()
	}
	slices.SortFunc(files, func(a, b string) int { return int(size(a) - size(b)) })
	return files[:min(n, len(files))]
}

// try puts an input beside the others, and takes it away again if it is of no use.
func (t *target) try(file string, reached map[string]bool) (more bool, err error) {
	input, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	name := filepath.Base(file)
	place := filepath.Join(t.pkg, "testdata", "fuzz", t.name, name)
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return false, err
	}
	if err := os.WriteFile(place, input, 0o644); err != nil {
		return false, err
	}
	if more, err = t.reaches("/^"+name+"$", reached); !more || err != nil {
		return false, os.Remove(place)
	}
	return true, nil
}

// reaches runs inputs, and adds the statements that they reach.
func (t *target) reaches(which string, reached map[string]bool) (more bool, err error) {
	profile := t.binary + ".cover"
	run := exec.Command(t.binary, "-test.run", "^"+t.name+"$"+which, "-test.coverprofile", profile, "-test.timeout", "1m")
	run.Dir = t.pkg
	if out, err := run.CombinedOutput(); err != nil {
		return false, fmt.Errorf("%s %s: %w: %s", t.pkg, t.name, err, out)
	}
	text, err := os.ReadFile(profile)
	if err != nil {
		return false, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		at, count, _ := strings.Cut(lines.Text(), " ")
		if strings.HasSuffix(count, " 0") || reached[at] || strings.HasPrefix(at, "mode:") {
			continue
		}
		reached[at], more = true, true
	}
	return more, nil
}
