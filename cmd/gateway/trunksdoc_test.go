package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Each configuration that doc/trunks.md shows is in order, and so is what it
// tells of the commands and the API.
func TestTheTrunksOfTheManualAreInOrder(t *testing.T) {
	manual, err := os.ReadFile("../../doc/trunks.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certificate, key := writePair(t, dir, "sip.secure.example", time.Now())
	for name, file := range map[string]string{"sip.pem": certificate, "sip.key": key, "carrier-ca.pem": certificate} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(manual), -1)
	if len(blocks) < 5 {
		t.Fatalf("the manual shows %d configurations", len(blocks))
	}
	for i, b := range blocks {
		c, err := parseConfig([]byte(strings.ReplaceAll(b[1], "/etc/webtrunk", dir)))
		if err != nil {
			t.Errorf("configuration %d: %v\n%s", i+1, err, b[1])
		} else if len(c.Trunks) == 0 {
			t.Errorf("configuration %d has no trunk", i+1)
		}
	}
}

// The settings that its table of carriers' words names exist.
func TestTheManualsWordsForTrunksExist(t *testing.T) {
	manual, err := os.ReadFile("../../doc/trunks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(manual), "| the carrier's portal says | here |")
	table, _, _ = strings.Cut(table, "\n\n")
	known := map[string]bool{}
	for _, name := range everySetting() {
		known[name] = true
	}
	words := regexp.MustCompile("`([a-z_.]+)(: [a-z]+)?`").FindAllStringSubmatch(table, -1)
	for _, w := range words {
		for part := range strings.SplitSeq(w[1], ".") {
			if !known[part] {
				t.Errorf("there is no setting %s", w[1])
			}
		}
	}
	if len(words) < 10 {
		t.Errorf("the table names %d settings", len(words))
	}
}
