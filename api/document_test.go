package api

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tools are the programs that package.json in testdata/client names.
const tools = "testdata/client/node_modules/.bin"

// tool runs one of them.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(tools, name)); err != nil {
		t.Skipf("%s is not installed: npm ci --prefix api/testdata/client", name)
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(tools, name), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestTheDocumentIsValid has public programs read it.
func TestTheDocumentIsValid(t *testing.T) {
	w := newWorld(t)
	got := w.ask("", "GET", "/v1/openapi.json", "").is(t, 200, "")
	file := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(file, []byte(got.text), 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "validate-api", file) // exits with 1 for what is not valid
	types := filepath.Join(t.TempDir(), "schema.d.ts")
	tool(t, "openapi-typescript", file, "-o", types)
	text, err := os.ReadFile(types)
	if err != nil || !strings.Contains(string(text), `"/v1/calls/{call}/hangup"`) {
		t.Errorf("the types are %.200s, %v", text, err)
	}
}

func TestTheDocumentTellsAll(t *testing.T) {
	w := newWorld(t)
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]json.RawMessage
		Webhooks   map[string]json.RawMessage
		Components struct {
			Schemas         map[string]json.RawMessage
			SecuritySchemes map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(w.ask("", "GET", "/v1/openapi.json", "").text), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || doc.Components.SecuritySchemes["key"] == nil || doc.Components.SecuritySchemes["session"] == nil || doc.Components.Schemas["Error"] == nil {
		t.Errorf("it is of version %s, with the schemas %v", doc.OpenAPI, doc.Components.Schemas)
	}
	for _, rt := range w.server.Routes() {
		operation := string(doc.Paths[rt.Path][strings.ToLower(rt.Method)])
		if operation == "" || rt.Right != "" && !strings.Contains(operation, string(rt.Right)) || !strings.Contains(operation, `"default"`) {
			t.Errorf("%s %s is described as %s", rt.Method, rt.Path, operation)
		}
	}
	for _, kind := range []string{"call.created", "call.answered", "call.ended", "transfer.failed", "leg.quality_warning_raised"} {
		if doc.Webhooks[kind] == nil {
			t.Errorf("no webhook %s is described", kind)
		}
	}
}
