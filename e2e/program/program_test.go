package program

import (
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
)

// A program is waited for by what it writes, and stopped.
func TestAProgramWritesAndStops(t *testing.T) {
	t.Parallel()
	p := Run(t, exec.Command("sh", "-c", `trap 'echo leaving; exit 0' TERM; echo ready; while :; do sleep 0.1; done`))
	p.Wait("ready")
	p.Stop()
	<-p.Ended()
	if p.Err() != nil || !strings.Contains(p.Output(), "leaving") {
		t.Errorf("it ended with %v and wrote %q", p.Err(), p.Output())
	}
}

// What a test leaves running ends with it, children too.
func TestAProgramEndsWithItsTest(t *testing.T) {
	t.Parallel()
	var p *Program
	t.Run("leaves", func(t *testing.T) {
		p = Run(t, exec.Command("sh", "-c", "echo ready; sleep 600 & wait"))
		p.Wait("ready")
	})
	<-p.Ended()
	if p.Err() == nil {
		t.Error("it ended with success, want it killed")
	}
}

// A port that is taken is not offered, over neither protocol.
func TestAFreePort(t *testing.T) {
	t.Parallel()
	host := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	port := FreePort(t, host)
	if port%2 != 0 {
		t.Errorf("%d is odd", port)
	}
	taken, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, 0)))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if free(host, taken.LocalAddr().(*net.UDPAddr).AddrPort().Port()) {
		t.Error("a port that is taken counts as free")
	}
}
