//go:build e2e

package e2e

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"webtrunk/e2e/program"
)

// TestSIPpThroughTheGateway: calls of SIPp's own caller reach SIPp's own callee
// through the gateway, each with an INVITE, an ACK and a BYE of its own on
// either side.
func TestSIPpThroughTheGateway(t *testing.T) {
	t.Parallel()
	const calls = 20
	called := sippAt(t, calledHost, calls, "-sn", "uas", "-rtp_echo")
	r := between(t, carrierAt("callers", netip.AddrPortFrom(callersHost, 5060)), carrierAt("called", called.addr))
	callers := sippAt(t, callersHost, calls, "-sn", "uac", "-s", "+15550100200", "-r", "10", "-l", "10", "-d", "300", r.telephones.Addr().String())
	callers.wantAllSuccessful(calls)
	called.wantAllSuccessful(calls)
	r.close()
}

// TestThirdPartyCallControl: SIPp controls a call between two parties that it
// reaches through the gateway (RFC 3725, flow I): an INVITE without an offer
// to the one, whose offer in the 200 goes to the other, and whose answer comes
// with the ACK.
func TestThirdPartyCallControl(t *testing.T) {
	t.Parallel()
	const calls = 3
	a, b := sippAt(t, calledHost, calls, "-sn", "3pcc-A"), sippAt(t, calledHost, calls, "-sn", "3pcc-B")
	first := between(t, carrierAt("controller", netip.AddrPortFrom(callersHost, 5060)), carrierAt("a", a.addr))
	second := between(t, carrierAt("controller", netip.AddrPortFrom(callersHost, 5060)), carrierAt("b", b.addr))
	twin := netip.AddrPortFrom(callersHost, program.FreePort(t, callersHost)).String()
	bSide := sippAt(t, callersHost, calls, "-sn", "3pcc-C-B", "-s", "+15550100202", "-3pcc", twin, second.telephones.Addr().String())
	listening(t, twin)
	aSide := sippAt(t, callersHost, calls, "-sn", "3pcc-C-A", "-s", "+15550100201", "-3pcc", twin, "-r", "1", first.telephones.Addr().String())
	for _, side := range []*sipp{aSide, bSide, a, b} {
		side.wantAllSuccessful(calls)
	}
	first.close()
	second.close()
}

// listening waits until a TCP address is listened on, without connecting: SIPp
// takes the first connection for its twin's.
func listening(t *testing.T, addr string) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for late := time.After(patience); ; {
		l, err := net.Listen("tcp", addr)
		if err != nil && strings.Contains(err.Error(), "in use") {
			return
		}
		if err == nil {
			l.Close()
		}
		select {
		case <-again.C:
		case <-late:
			t.Fatalf("nobody listens at %s", addr)
		}
	}
}
