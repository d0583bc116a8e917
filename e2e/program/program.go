package program

import (
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Patience is how long anything may take that is waited for.
const Patience = 30 * time.Second

// A Program is one that a test has started.
type Program struct {
	t     testing.TB
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // after ended

	mu      sync.Mutex
	written strings.Builder
	more    chan struct{}
}

// Run starts a program. If it still runs when the test ends, it is killed.
func Run(t testing.TB, cmd *exec.Cmd) *Program {
	t.Helper()
	p := &Program{t: t, cmd: cmd, ended: make(chan struct{}), more: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p, p
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its children end with it
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.err = cmd.Wait()
	}()
	t.Cleanup(p.kill)
	return p
}

func (p *Program) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // it may have ended
	<-p.ended
	if p.t.Failed() {
		p.t.Logf("%s wrote:\n%s", p.cmd.Path, p.Output())
	}
}

// Write takes the program's output.
func (p *Program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.more)
	p.more = make(chan struct{})
	return p.written.Write(b)
}

// Output is what the program has written so far.
func (p *Program) Output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written.String()
}

// Ended is closed when the program has ended.
func (p *Program) Ended() <-chan struct{} { return p.ended }

// Err is how the program ended; it may be asked once it has.
func (p *Program) Err() error { return p.err }

// Wait waits until the program has written a text.
func (p *Program) Wait(text string) {
	p.t.Helper()
	late := time.After(Patience)
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

// Stop asks the program to stop, and fails the test if it does not, or not with
// success.
func (p *Program) Stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.ended:
		if p.err != nil {
			p.t.Errorf("%s: %v", p.cmd.Path, p.err)
		}
	case <-time.After(Patience):
		p.t.Fatalf("%s does not stop", p.cmd.Path)
	}
}
