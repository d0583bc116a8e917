package main

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Where SIPp is: the gateway knows its trunks apart by their addresses.
var (
	callersHost = netip.MustParseAddr("127.0.0.11")
	calledHost  = netip.MustParseAddr("127.0.0.12")
)

// answers is SIPp's callee: it takes what a slow machine makes of a call, the
// INVITE that is repeated and the ACK that is.
//
//go:embed answers.xml
var answers string

// A sipp is a SIPp process with a scenario.
type sipp struct {
	cmd   *exec.Cmd
	dir   string
	addr  netip.AddrPort
	said  strings.Builder
	ended chan error
	began time.Time
}

// startAnswering runs SIPp as the callee of so many calls.
func startAnswering(at netip.AddrPort, calls int) (*sipp, error) {
	dir, err := os.MkdirTemp("", "webtrunk-sipp-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "answers.xml")
	if err := os.WriteFile(file, []byte(answers), 0o600); err != nil {
		return nil, err
	}
	s, err := startSIPp(at, calls, "-sf", file)
	if err != nil {
		return nil, err
	}
	return s, s.listening()
}

// listening waits until SIPp has its port, and so has read its scenario.
func (s *sipp) listening() error {
	for range 500 {
		c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(s.addr))
		if err != nil {
			return nil
		}
		c.Close()
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("sipp does not listen at %s:\n%s", s.addr, s.said.String())
}

// startSIPp runs SIPp at an address of this machine. It ends by itself after so
// many calls, and in any case after two minutes.
func startSIPp(at netip.AddrPort, calls int, args ...string) (*sipp, error) {
	dir, err := os.MkdirTemp("", "webtrunk-sipp-")
	if err != nil {
		return nil, err
	}
	s := &sipp{dir: dir, addr: at, ended: make(chan error, 1), began: time.Now()}
	s.cmd = exec.Command("sipp", append([]string{
		"-i", at.Addr().String(), "-p", strconv.Itoa(int(at.Port())), "-mi", at.Addr().String(), "-m", strconv.Itoa(calls),
		"-nostdin", "-trace_stat", "-fd", "1", "-stf", filepath.Join(dir, "stat.csv"), "-timeout", "120s", "-timeout_error",
		"-buff_size", "4000000", "-trace_err", "-error_file", filepath.Join(dir, "errors.log"),
	}, args...)...)
	s.cmd.Dir = dir
	s.cmd.Env = append(os.Environ(), "TERM=dumb")
	s.cmd.Stdout, s.cmd.Stderr = &s.said, &s.said
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("sipp cannot be started, install the package sip-tester: %w", err)
	}
	go func() { s.ended <- s.cmd.Wait() }()
	return s, nil
}

// A tally is what SIPp has counted.
type tally struct {
	created, successful, failed, retransmitted int
	took                                       time.Duration
	cpu                                        time.Duration // of SIPp itself
	trouble                                    string        // the first that it has said of calls that failed
}

// finish waits for the end and reads SIPp's books. Calls that failed are no
// error: they are counted.
func (s *sipp) finish(ctx context.Context) (tally, error) {
	select {
	case <-s.ended:
	case <-ctx.Done():
		s.close()
		return tally{}, ctx.Err()
	}
	t := tally{took: time.Since(s.began), cpu: s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()}
	file, err := os.Open(filepath.Join(s.dir, "stat.csv"))
	if err != nil {
		return t, fmt.Errorf("%w\nsipp has said:\n%s", err, s.said.String())
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.FieldsPerRecord = ';', -1
	rows, err := reader.ReadAll()
	if err != nil || len(rows) < 2 {
		return t, fmt.Errorf("sipp's books cannot be read: %w", err)
	}
	for name, to := range map[string]*int{
		"TotalCallCreated": &t.created, "SuccessfulCall(C)": &t.successful, "FailedCall(C)": &t.failed, "Retransmissions(C)": &t.retransmitted,
	} {
		if *to, err = strconv.Atoi(rows[len(rows)-1][slices.Index(rows[0], name)]); err != nil {
			return t, fmt.Errorf("sipp's books cannot be read: %w", err)
		}
	}
	t.trouble = s.trouble()
	return t, os.RemoveAll(s.dir)
}

// trouble is the beginning of what SIPp has said of calls that failed.
func (s *sipp) trouble() string {
	said, _ := os.ReadFile(filepath.Join(s.dir, "errors.log")) // is there only if there was any
	return string(said[:min(len(said), 1500)])
}

// close ends SIPp where it has not ended by itself.
func (s *sipp) close() {
	_ = s.cmd.Process.Kill() // it may have ended
	_ = os.RemoveAll(s.dir)
}
