//go:build e2e

package e2e

import (
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A process is a program that a test has started. What it writes is shown when
// the test fails.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // after ended

	mu      sync.Mutex
	written strings.Builder
	more    chan struct{}
}

// run starts a program. If it still runs when the test ends, it is killed.
func run(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, ended: make(chan struct{}), more: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p, p
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its children end with it
	check(t, cmd.Start())
	go func() {
		defer close(p.ended)
		p.err = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may have ended
		<-p.ended
		if t.Failed() {
			t.Logf("%s wrote:\n%s", cmd.Path, p.output())
		}
	})
	return p
}

// Write takes the program's output.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.more)
	p.more = make(chan struct{})
	return p.written.Write(b)
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written.String()
}

// wait waits until the program has written a text.
func (p *process) wait(text string) {
	p.t.Helper()
	late := time.After(patience)
	for {
		p.mu.Lock()
		found, more := strings.Contains(p.written.String(), text), p.more
		p.mu.Unlock()
		if found {
			return
		}
		select {
		case <-more:
		case <-p.ended:
			p.t.Fatalf("%s ended (%v) without writing %q", p.cmd.Path, p.err, text)
		case <-late:
			p.t.Fatalf("%s does not write %q", p.cmd.Path, text)
		}
	}
}

// stop asks the program to stop, and fails the test if it does not, or not with
// success.
func (p *process) stop() {
	p.t.Helper()
	check(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.ended:
		if p.err != nil {
			p.t.Errorf("%s: %v", p.cmd.Path, p.err)
		}
	case <-time.After(patience):
		p.t.Fatalf("%s does not stop", p.cmd.Path)
	}
}
