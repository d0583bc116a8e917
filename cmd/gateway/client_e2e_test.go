//go:build e2e

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/call"
	"webtrunk/carrier"
)

// clientTools is where npm has put the validator and the generator.
const clientTools = "../../api/testdata/client"

// TestAGeneratedClientCalls takes the gateway's description of itself at its
// word: a public validator accepts it, a generator makes a client of it, and
// that client calls two telephones.
func TestAGeneratedClientCalls(t *testing.T) {
	r := rehearse(t, carrier.Config{})
	dir := clientCopy(t)
	description := filepath.Join(dir, "openapi.json")
	download(t, r.urls()[0]+"/v1/openapi.json", description)
	npx(t, dir, "validate-api", description) // exits with 1 for what is not valid
	npx(t, dir, "openapi-typescript", description, "-o", "schema.d.ts")
	types, err := os.ReadFile(filepath.Join(dir, "schema.d.ts"))
	if err != nil || !strings.Contains(string(types), `"/v1/calls/{call}/hangup"`) {
		t.Errorf("the types are %.200s, %v", types, err)
	}
	npx(t, dir, "tsc", "-p", "tsconfig.json", "--outDir", "out")

	out := inFolder(t, dir, "node", "out/call.js", r.urls()[0], r.account.key, "+15550100101", "+15550100101")
	id := strings.TrimSpace(out)
	if !strings.HasPrefix(id, "call_") {
		t.Fatalf("the client says %q", out)
	}
	if ended := r.record(webtrunk.CallID(id)); ended.Status != call.Completed || ended.Metadata["order"] != "1" {
		t.Errorf("the client's call is on record as %+v", ended)
	}
}

// record waits until a call's record is complete.
func (r *rehearsal) record(id webtrunk.CallID) (rec archive.Record) {
	r.t.Helper()
	operator, err := r.directory.Operator(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	if !eventually(func() bool {
		rec, err = r.archive.Get(r.t.Context(), operator.ID, true, id)
		return err == nil && rec.Ended != nil
	}) {
		r.t.Fatalf("the record of %s is not complete: %+v, %v", id, rec, err)
	}
	return rec
}

// clientCopy is the client's source beside its tools.
func clientCopy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	tools, err := filepath.Abs(filepath.Join(clientTools, "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(tools); err != nil {
		t.Fatalf("the client's tools are missing, run `make tools`: %v", err)
	}
	if err := os.Symlink(tools, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"call.ts", "tsconfig.json", "package.json"} {
		text, err := os.ReadFile(filepath.Join(clientTools, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func download(t *testing.T, url, file string) {
	t.Helper()
	status, body, _ := get(t, client(nil), url)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", url, status, body)
	}
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

// npx runs one of the client's tools.
func npx(t *testing.T, dir, tool string, args ...string) {
	t.Helper()
	inFolder(t, dir, filepath.Join("node_modules", ".bin", tool), args...)
}

func inFolder(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
	return string(out)
}
