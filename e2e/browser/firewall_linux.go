package browser

import (
	"os/exec"
	"strconv"
	"testing"
)

// Blocks has a firewall of the browser's network drop all that goes to a port of a
// protocol, tcp or udp, until the test has ended. Nothing tells the browser of it.
func (f *Firefox) Blocks(t testing.TB, protocol string, port uint16) {
	t.Helper()
	rule := func(do string) *exec.Cmd {
		return exec.Command("ip", "netns", "exec", f.place.name, "iptables", "-w", do, "OUTPUT",
			"-p", protocol, "--dport", strconv.Itoa(int(port)), "-j", "DROP")
	}
	if out, err := rule("-A").CombinedOutput(); err != nil {
		t.Fatalf("iptables (this needs root): %v: %s", err, out)
	}
	t.Cleanup(func() { _ = rule("-D").Run() }) // the place goes with its rules, and may have gone
}
