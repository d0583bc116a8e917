package api

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestTheManualsExamplesWork runs each command of doc/api.md as it stands.
func TestTheManualsExamplesWork(t *testing.T) {
	text, err := os.ReadFile("../doc/api.md")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t).claim()
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 4 {
		t.Fatalf("the manual has %d examples", len(blocks))
	}
	for _, block := range blocks {
		script := "set -e\n" + strings.ReplaceAll(block[1], "curl ", "curl -sS --fail-with-body ")
		cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
		cmd.Env = append(os.Environ(), "GATEWAY="+w.http.URL, "KEY=sk_shop", "no_proxy=127.0.0.1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", block[1], err, out)
		}
	}
}

// TestTheDocumentationsExamplesAreValid makes of each route's curl command what
// a reader would: none is refused for what its body is.
func TestTheDocumentationsExamplesAreValid(t *testing.T) {
	w := all(t)
	w.eachRoute(func(w *world, rt Route) {
		if !rt.Writes() || !hasBody(rt) {
			return
		}
		r := sent{path: regexp.MustCompile(`\{\w+\}`).ReplaceAllString(rt.Path, "x_1")}
		w.example(rt, bodyOf(w, rt), &r.body)
		if got := w.send("sk_shop", rt, r); strings.Contains(got.text, "expected ") || strings.Contains(got.text, "is missing.") || strings.Contains(got.text, "no field of this request") {
			w.Errorf("the example %v is refused: %s", r.body, got.text)
		}
	})
}
