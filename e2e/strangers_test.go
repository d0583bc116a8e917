//go:build e2e

package e2e

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestStrangersFindNobody: the tools that look for SIP servers and for
// extensions on them find nothing at the gateway, which does not say a word,
// while its carrier's calls go on.
func TestStrangersFindNobody(t *testing.T) {
	t.Parallel()
	ctx := limited(t)
	answers := answering(t, calledHost, 1) // not where the strangers are
	r := towards(t, carrierAt("carrier", answers.addr), nil)
	at := r.telephones.Addr()
	made := r.callNumber(ctx, "+15550100200")
	wantTalk(t, ctx, made)
	sent := func() uint64 { return r.telephones.Stats().Sent }
	before := sent()

	for name, c := range map[string]struct {
		cmd   *exec.Cmd
		finds string // what it writes when it finds something
	}{
		"sipsak": {exec.Command("sipsak", "-vv", "-D", "1", "-s", "sip:+15550100200@"+at.String()), "SIP/2.0 200"},
		"svmap":  {exec.Command("svmap", "-p", portOf(at), at.Addr().String()), "Webtrunk"},
		"svwar":  {exec.Command("svwar", "-p", portOf(at), "-e", "100-120", at.Addr().String()), "reqauth"},
	} {
		out := finished(t, c.cmd)
		if strings.Contains(out, c.finds) {
			t.Errorf("%s finds the gateway:\n%s", name, out)
		}
	}
	if more := sent() - before; more > 0 {
		t.Errorf("the gateway has sent %d datagrams meanwhile", more)
	}
	if r.telephones.Stats().Strangers == 0 {
		t.Error("no stranger has knocked")
	}
	_, err := made.Hangup(ctx)
	check(t, err)
	answers.wantAllSuccessful(1)
	r.close()
}

// finished runs a program to its end, whatever it ends with, and returns what
// it wrote.
func finished(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	check(t, cmd.Start())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		<-ended
		t.Errorf("%s does not end", cmd.Path)
	}
	return out.String()
}
