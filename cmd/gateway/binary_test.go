package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// build makes the binary as it is released: static, without cgo.
func build(t *testing.T, tags ...string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "gateway")
	cmd := exec.Command("go", "build", "-tags", strings.Join(tags, ","), "-ldflags", "-s -w -X main.version=1.2.3-test", "-o", binary, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// TestTheBinary runs it as a newcomer does.
func TestTheBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("the binary that it builds has nothing to do with how this one is built")
	}
	binary := build(t)
	t.Run("demo", func(t *testing.T) { demonstrate(t, binary) })
	t.Run("commands", func(t *testing.T) { command(t, binary) })
}

func demonstrate(t *testing.T, binary string) {
	cmd := exec.Command(binary, "demo", "--http", "127.0.0.1:0")
	var log bytes.Buffer
	cmd.Stderr = &log
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	defer watchdog.Stop()

	url := printedURL(t, stdout)
	if status, body, _ := get(t, client(nil), url); status != 200 || !strings.Contains(body, "webtrunk-call") {
		t.Errorf("the printed page: %d", status)
	}
	told := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, stdout)
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, &log)
	}
	if took := time.Since(told); took > 20*time.Second {
		t.Errorf("it took %v to stop", took)
	}
}

func printedURL(t *testing.T, r io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if url := regexp.MustCompile(`http://[^ ]+/`).FindString(lines.Text()); url != "" {
			return url
		}
	}
	t.Fatal("no URL is printed")
	return ""
}

func command(t *testing.T, binary string) {
	busy := open(t, HTTPConfig{Listen: "127.0.0.1:0"}, nil, http.NotFoundHandler())
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	os.WriteFile(bad, []byte("trunks:\n- name: a\n  proxy: sip:here\n  identity: {caller_id: +15550100001}\nlgo: {}\n"), 0o600)
	for _, c := range []struct {
		args string
		code int
		says []string
	}{
		{"version", 0, []string{"webtrunk gateway 1.2.3-test", "go1."}},
		{"--help", 0, []string{"demo", "serve", "check-config", "version"}},
		{"check-config " + sampleFile, 0, []string{"is in order"}},
		{"check-config " + bad, 1, []string{"bad.yaml:3: trunks[0].proxy", "bad.yaml:5: lgo", `did you mean "log"?`}},
		{"serve --config " + bad, 1, []string{"bad.yaml:3: trunks[0].proxy", "bad.yaml:5: lgo"}},
		{"serve", 2, []string{"--config"}},
		{"demo --http nowhere", 2, []string{"127.0.0.1:8080"}},
		{"demo --http " + busy.addr().String(), 1, []string{"already taken", "--http 127.0.0.1:8081"}},
		{"dmeo", 2, []string{"demo"}},
	} {
		out, err := exec.Command(binary, strings.Fields(c.args)...).CombinedOutput()
		code := 0
		if exit, ok := err.(*exec.ExitError); ok {
			code = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s", c.args, code, c.code, out)
		}
		for _, w := range c.says {
			if !strings.Contains(string(out), w) {
				t.Errorf("%s does not say %q:\n%s", c.args, w, out)
			}
		}
	}
}
