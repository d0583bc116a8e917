//go:build e2e

package e2e

import (
	"encoding/csv"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"webtrunk/e2e/program"
)

// A sipp is a SIPp process, which calls or is called.
type sipp struct {
	t     *testing.T
	addr  netip.AddrPort
	dir   string
	out   *strings.Builder
	ended chan error
}

// startSIPp answers so many calls and then ends.
func startSIPp(t *testing.T, calls int) *sipp {
	t.Helper()
	return answering(t, loopback, calls)
}

// answering is startSIPp at another of this machine's addresses.
func answering(t *testing.T, host netip.Addr, calls int) *sipp {
	t.Helper()
	scenario, err := filepath.Abs("../bench/answers.xml")
	check(t, err)
	return sippAt(t, host, calls, "-sf", scenario, "-rtp_echo")
}

// sippAt runs SIPp at an address of this machine for so many calls.
func sippAt(t *testing.T, host netip.Addr, calls int, args ...string) *sipp {
	t.Helper()
	s := &sipp{t: t, dir: t.TempDir(), out: &strings.Builder{}, ended: make(chan error, 1)}
	port, sound := program.FreePort(t, host), program.FreePort(t, host)
	s.addr = netip.AddrPortFrom(host, port)
	cmd := exec.Command("sipp", append([]string{"-m", strconv.Itoa(calls),
		"-i", host.String(), "-p", strconv.Itoa(int(port)), "-mi", host.String(), "-mp", strconv.Itoa(int(sound)),
		"-nostdin", "-trace_stat", "-fd", "1", "-stf", filepath.Join(s.dir, "stat.csv"), "-trace_err", "-error_file", filepath.Join(s.dir, "errors.log")},
		args...)...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "TERM=dumb")
	cmd.Stdout, cmd.Stderr = s.out, s.out
	check(t, cmd.Start())
	go func() { s.ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		if t.Failed() {
			trouble, _ := os.ReadFile(filepath.Join(s.dir, "errors.log")) // is there only if there was any
			t.Logf("sipp wrote:\n%s\n%s", s.out, trouble)
		}
	})
	return s
}

// wantAllSuccessful waits for the end of SIPp and reads its books.
func (s *sipp) wantAllSuccessful(calls int) {
	s.t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			s.t.Errorf("sipp: %v", err)
		}
	case <-time.After(patience):
		s.t.Errorf("sipp waits for more: not every call was ended")
	}
	file, err := os.Open(filepath.Join(s.dir, "stat.csv"))
	check(s.t, err)
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.FieldsPerRecord = ';', -1
	rows, err := reader.ReadAll()
	check(s.t, err)
	last := rows[len(rows)-1]
	for name, want := range map[string]int{
		"TotalCallCreated": calls, "SuccessfulCall(C)": calls, "FailedCall(C)": 0, "CurrentCall": 0,
	} {
		if got := last[slices.Index(rows[0], name)]; got != strconv.Itoa(want) {
			s.t.Errorf("sipp counts %s %s, want %d", name, got, want)
		}
	}
}
