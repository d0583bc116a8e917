//go:build e2e

package carrier

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sipp runs SIPp, which nobody here wrote, with one of its built-in scenarios.
func sipp(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "sipp", append([]string{"-i", "127.0.0.1", "-nostdin", "-timeout", "40s"}, args...)...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "TERM=dumb")
	return cmd
}

func TestSIPpCallsTheEchoNumber(t *testing.T) {
	c := start(t, Config{})
	out, err := sipp(t, "-sn", "uac", "-s", "15550100101", "-m", "20", "-r", "20", "-l", "10", "-d", "200",
		c.Addr().String()).CombinedOutput()
	if err != nil {
		t.Fatalf("sipp: %v\n%s", err, out)
	}
	if _, err := c.WaitStats(limit(t), func(s Stats) bool { return s.CallsOpen == 0 }); err != nil {
		t.Fatal("a call was left open")
	}
	s := c.Stats()
	if s.CallsTotal != 20 || s.Received.Invites != 20 || s.Received.Acks != 20 || s.Received.Byes != 20 {
		t.Errorf("%+v", s)
	}
	for _, call := range c.Calls() {
		wantTranscript(t, call, "→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 200 INVITE", "→ ACK", "→ BYE", "← 200 BYE")
	}
}

func TestTheCarrierCallsSIPp(t *testing.T) {
	free, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	gateway := free.LocalAddr().(*net.UDPAddr).AddrPort()
	free.Close()
	cmd := sipp(t, "-sn", "uas", "-m", "5", "-p", strconv.Itoa(int(gateway.Port())))
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, cmd.Start())

	c := start(t, Config{Gateway: gateway})
	for range 5 {
		call, err := c.Call(t.Context(), "+15550100190", "+15550100177", nil)
		must(t, err)
		await(t, call, Reached(Confirmed))
		must(t, call.Hangup(limit(t)))
		wantEnd(t, call, Us, 0)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("sipp: %v\n%s", err, out.String())
	}
}
