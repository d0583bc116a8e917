package webtrunk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNothingIsBegunAlone: the packages that make race leaves out begin no
// goroutine, neither themselves nor in their tests.
func TestNothingIsBegunAlone(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^ALONE = (.*)$`).FindSubmatch(makefile)
	if line == nil {
		t.Fatal("the Makefile names no packages that are alone")
	}
	alone := regexp.MustCompile(strings.ReplaceAll(string(line[1]), "$$", "$"))
	files, err := filepath.Glob("*/*.go")
	deeper, err2 := filepath.Glob("*/*/*.go")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	looked := map[string]bool{}
	for _, name := range append(files, deeper...) {
		folder := filepath.ToSlash(filepath.Dir(name))
		if !alone.MatchString("webtrunk/" + folder) {
			continue
		}
		looked[folder] = true
		for _, place := range begun(t, name) {
			t.Errorf("%s begins a goroutine: take its package out of ALONE in the Makefile", place)
		}
	}
	if len(looked) < 8 {
		t.Errorf("only %v were looked at", looked)
	}
}

// begun is where a file begins goroutines: go statements, and Go of a WaitGroup.
func begun(t *testing.T, name string) (places []string) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		begins := false
		switch n := n.(type) {
		case *ast.GoStmt:
			begins = true
		case *ast.CallExpr:
			f, ok := n.Fun.(*ast.SelectorExpr)
			begins = ok && f.Sel.Name == "Go"
		}
		if begins {
			places = append(places, files.Position(n.Pos()).String())
		}
		return true
	})
	return places
}
