//go:build e2e

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// The parts of the widget that decide without a page are tested without one,
// by the tests in static/test under Node's own runner.
func TestTypeScript(t *testing.T) {
	sources, err := filepath.Glob(filepath.Join("..", "test", "*.test.ts"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("no tests: %v, %v", sources, err)
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: sources,
		Bundle:      true,
		Write:       true,
		Outdir:      t.TempDir(),
		Platform:    api.PlatformNode,
		Format:      api.FormatESModule,
		OutExtension: map[string]string{
			".js": ".mjs",
		},
		TsconfigRaw: "{}",
	})
	if len(result.Errors) > 0 {
		t.Fatal(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	arguments := []string{"--test"}
	for _, file := range result.OutputFiles {
		arguments = append(arguments, file.Path)
	}
	command := exec.Command("node", arguments...)
	command.Env = append(os.Environ(), "NO_COLOR=1")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	t.Logf("%s", output)
}
