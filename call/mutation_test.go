//go:build mutation

package call

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var mutate = flag.String("mutate", "step.go,hunt.go,transfer.go,end.go,apply.go,wants.go", "files whose statements are deleted one by one")

// TestEveryTransitionIsTold deletes each statement of the machine in turn and
// expects a transcript to fail: what no transcript tells could be lost without
// anybody noticing. A deletion that does not compile proves nothing and is
// passed over.
//
//	go test -tags mutation -run EveryTransition ./call
func TestEveryTransitionIsTold(t *testing.T) {
	for _, file := range strings.Split(*mutate, ",") {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, file, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		told, compiled := 0, 0
		for _, s := range statements(tree) {
			from, to := fset.Position(s.Pos()), fset.Position(s.End())
			switch outcome(t, file, blank(src, from.Offset, to.Offset)) {
			case survived:
				compiled++
				t.Errorf("%s:%d: no transcript misses\n%s", file, from.Line, src[from.Offset:to.Offset])
			case killed:
				compiled++
				told++
			}
		}
		t.Logf("%s: %d of %d deletions fail a transcript", file, told, compiled)
	}
}

// statements returns all that can be deleted from function bodies.
func statements(tree *ast.File) []ast.Stmt {
	var found []ast.Stmt
	keep := func(list []ast.Stmt) {
		for _, s := range list {
			if _, clause := s.(*ast.CaseClause); !clause {
				found = append(found, s)
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			keep(n.List)
		case *ast.CaseClause:
			keep(n.Body)
		}
		return true
	})
	return found
}

// blank returns src with a stretch turned into white space, lines kept.
func blank(src []byte, from, to int) []byte {
	out := append([]byte(nil), src...)
	for i := from; i < to; i++ {
		if out[i] != '\n' {
			out[i] = ' '
		}
	}
	return out
}

type result int

const (
	survived result = iota
	killed
	broken
)

// outcome runs the transcripts with one file replaced.
func outcome(t *testing.T, file string, src []byte) result {
	dir := t.TempDir()
	mutant, overlay, binary := filepath.Join(dir, file), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "call.test")
	if err := os.WriteFile(mutant, src, 0o644); err != nil {
		t.Fatal(err)
	}
	original, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{original: mutant}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, replace, 0o644); err != nil {
		t.Fatal(err)
	}
	if exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, ".").Run() != nil {
		return broken
	}
	if exec.Command(binary, "-test.run", "^TestTranscripts$", "-test.timeout", "20s").Run() != nil {
		return killed
	}
	return survived
}
