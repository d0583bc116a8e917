package call

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// machine are the files whose every statement must be told by a transcript.
var machine = []string{"step.go", "hunt.go", "transfer.go", "handed.go", "handtoqueue.go", "refer.go", "end.go", "apply.go", "wants.go", "part.go", "queue.go", "voicemail.go", "recording.go", "consent.go", "recordingtold.go", "warn.go", "verdict.go", "written.go"}

// TestEveryTransitionIsTold deletes each statement of the machine in turn and
// expects a transcript to fail: what no transcript tells could be lost without
// anybody noticing. All deletions are compiled into one test binary, each
// switched by a number in the environment.
//
//	go test -run EveryTransition -v ./call
func TestEveryTransitionIsTold(t *testing.T) {
	if testing.Short() {
		t.Skip("the binary that it builds has nothing to do with how this one is built")
	}
	dir := t.TempDir()
	deletions, overlay := mutants(t, dir)
	binary := filepath.Join(dir, "call.test")
	build := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the mutants: %v\n%s", err, out)
	}
	if out, err := transcripts(binary, -1); err != nil {
		t.Fatalf("with nothing deleted: %v\n%s", err, out)
	}
	missed := survivors(binary, len(deletions))
	for _, n := range missed {
		t.Errorf("no transcript misses %s", deletions[n])
	}
	t.Logf("%d of %d deletions fail a transcript", len(deletions)-len(missed), len(deletions))
}

// mutants writes the machine's files with every statement guarded, and the
// overlay that puts them in place; it returns what each number deletes.
func mutants(t *testing.T, dir string) (deletions []string, overlay string) {
	replace := map[string]string{}
	for _, file := range machine {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		guarded, texts := guard(t, file, src, len(deletions))
		deletions = append(deletions, texts...)
		replace[absolute(t, file)] = write(t, filepath.Join(dir, file), guarded)
	}
	selector := "package call\n\nimport (\n\t\"os\"\n\t\"strconv\"\n)\n\nvar deleted, _ = strconv.Atoi(os.Getenv(\"DELETED\"))\n"
	replace[absolute(t, "deleted.go")] = write(t, filepath.Join(dir, "deleted.go"), []byte(selector))
	table, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	return deletions, write(t, filepath.Join(dir, "overlay.json"), table)
}

// guard puts every statement that can be left out behind "if deleted != n".
func guard(t *testing.T, file string, src []byte, first int) (guarded []byte, deletions []string) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	insert := map[int]string{}
	for _, s := range deletable(tree) {
		from, to := fset.Position(s.Pos()), fset.Position(s.End())
		insert[from.Offset] += fmt.Sprintf("if deleted != %d { ", first+len(deletions))
		insert[to.Offset] = " }" + insert[to.Offset]
		deletions = append(deletions, fmt.Sprintf("%s:%d:\n\t%s", file, from.Line, src[from.Offset:to.Offset]))
	}
	var out bytes.Buffer
	for i, b := range append(src, '\n') {
		out.WriteString(insert[i])
		out.WriteByte(b)
	}
	return out.Bytes(), deletions
}

// deletable returns the statements that compile without: not declarations, and
// of the returns only those that some other statement follows.
func deletable(tree *ast.File) []ast.Stmt {
	var found []ast.Stmt
	keep := func(list []ast.Stmt, clause bool) {
		for _, s := range list {
			switch s := s.(type) {
			case *ast.AssignStmt:
				if s.Tok != token.DEFINE {
					found = append(found, s)
				}
			case *ast.ReturnStmt:
				if len(s.Results) == 0 || clause {
					found = append(found, s)
				}
			case *ast.ExprStmt, *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.IncDecStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt:
				found = append(found, s)
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			keep(n.List, false)
		case *ast.CaseClause:
			keep(n.Body, true)
		}
		return true
	})
	return found
}

// survivors returns the deletions that no transcript notices.
func survivors(binary string, n int) []int {
	var (
		mu     sync.Mutex
		missed []int
		wg     sync.WaitGroup
		slots  = make(chan struct{}, 4)
	)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if _, err := transcripts(binary, i); err == nil {
				mu.Lock()
				missed = append(missed, i)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(missed)
	return missed
}

// transcripts runs the transcripts with one deletion, -1 for none. A deletion
// that loops for ever fails by its time.
func transcripts(binary string, deletion int) (string, error) {
	cmd := exec.Command(binary, "-test.run", "^TestTranscripts$", "-test.failfast", "-test.timeout", (20 * time.Second).String())
	cmd.Env = append(os.Environ(), fmt.Sprintf("DELETED=%d", deletion), "GOMEMLIMIT=256MiB")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func absolute(t *testing.T, file string) string {
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t *testing.T, path string, content []byte) string {
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
