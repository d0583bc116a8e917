//go:build e2e

package e2e

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"webtrunk/e2e/program"
	"webtrunk/signaling/visitor"
)

// secret is the password that Kamailio asks for.
const secret = "secret"

// A kamailio is a carrier's proxy; it decides by the number that is dialled, as
// testdata/kamailio.cfg says.
type kamailio struct {
	*program.Program
	t    *testing.T
	addr netip.AddrPort
}

// startKamailio puts the proxy in front of a callee and, for calls from
// callersHost, in front of a gateway.
func startKamailio(t *testing.T, called, gateway netip.AddrPort) *kamailio {
	t.Helper()
	k := &kamailio{addr: netip.AddrPortFrom(proxyHost, program.FreePort(t, proxyHost))}
	text, err := os.ReadFile("testdata/kamailio.cfg")
	check(t, err)
	dir := t.TempDir()
	file := filepath.Join(dir, "kamailio.cfg")
	config := strings.NewReplacer("{listen}", k.addr.String(), "{called}", called.String(), "{caller}", callersHost.String(),
		"{gateway}", gateway.String(), "{gatewayhost}", gateway.Addr().String(), "{gatewayport}", portOf(gateway)).Replace(string(text))
	check(t, os.WriteFile(file, []byte(config), 0o600))
	// -DD: it stays in the foreground, with its children. Kamailio's shared
	// memory is far smaller than its default for the few calls here.
	k.Program, k.t = program.Run(t, exec.Command("kamailio", "-f", file, "-DD", "-E", "-m", "32", "-M", "8", "-Y", dir, "-P", filepath.Join(dir, "pid"))), t
	k.alive()
	return k
}

func portOf(a netip.AddrPort) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

// alive asks OPTIONS until the proxy answers.
func (k *kamailio) alive() {
	k.t.Helper()
	conn, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(foreignHost, 0)), net.UDPAddrFromAddrPort(k.addr))
	check(k.t, err)
	defer conn.Close()
	options := strings.Join([]string{
		"OPTIONS sip:" + k.addr.String() + " SIP/2.0",
		"Via: SIP/2.0/UDP " + conn.LocalAddr().String() + ";branch=z9hG4bKalive;rport",
		"From: <sip:test@" + conn.LocalAddr().String() + ">;tag=1", "To: <sip:" + k.addr.String() + ">",
		"Call-ID: alive", "CSeq: 1 OPTIONS", "Max-Forwards: 70", "Content-Length: 0", "", "",
	}, "\r\n")
	for late := time.Now().Add(patience); time.Now().Before(late); {
		_, _ = conn.Write([]byte(options)) // refused as long as nobody listens
		check(k.t, conn.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
		if n, err := conn.Read(make([]byte, 2048)); err == nil && n > 0 {
			return
		}
		select {
		case <-k.Ended():
			k.t.Fatalf("kamailio ended: %v", k.Err())
		default:
		}
	}
	k.t.Fatal("kamailio does not answer")
}

// TestKamailioAsCarrier: pages call through a carrier's proxy that challenges,
// refuses, redirects and swallows.
func TestKamailioAsCarrier(t *testing.T) {
	t.Parallel()
	ctx := limited(t)
	answers := startSIPp(t, 2)
	proxy := startKamailio(t, answers.addr, netip.AddrPortFrom(loopback, 1))
	line := carrierAt("carrier", proxy.addr)
	line.Username, line.Password = "alice", secret
	line.NoAnswerAfter = time.Second
	r := towards(t, line, nil)

	for _, number := range []string{"+15550100407", "+15550100200"} {
		made := r.callNumber(ctx, number)
		wantTalk(t, ctx, made)
		_, err := made.Hangup(ctx)
		check(t, err)
	}
	for _, c := range []struct {
		number, reason string
		code           int
	}{
		{"+15550100486", "busy", 486},
		{"+15550100303", "failed", 302},    // to a host that is not on the list
		{"+15550100900", "unreachable", 0}, // swallowed
		{"+15550100503", "unreachable", 503},
	} {
		wantEnd(t, ctx, r.callNumber(ctx, c.number), c.reason, c.code)
	}
	// The 503 asked for a pause, so nobody is asked again at once.
	invites := r.telephones.Stats().Trunks[0].Invites
	made, err := r.visit(ctx, visitor.Config{}).Call(ctx, "tel:+15550100200", nil)
	if err == nil { // else the end came before the answer to the page's offer
		_, err = made.Wait(ctx, "answered")
	}
	if err == nil || !strings.Contains(err.Error(), "unreachable") {
		t.Errorf("within Retry-After a call ends with %v", err)
	}
	if more := r.telephones.Stats().Trunks[0].Invites - invites; more > 0 {
		t.Errorf("%d INVITEs are sent within Retry-After", more)
	}
	answers.wantAllSuccessful(2)
	r.close()
}

// TestSIPpBranchesThroughKamailio: SIPp's branching caller registers with the
// proxy and calls the gateway through it, by a name that the proxy turns into
// a number of ours; its ACK and BYE are addressed to that name, not to us.
func TestSIPpBranchesThroughKamailio(t *testing.T) {
	t.Parallel()
	answers := startSIPp(t, 1)
	r := between(t, carrierAt("proxy", netip.AddrPortFrom(proxyHost, 5060)), carrierAt("called", answers.addr))
	proxy := startKamailio(t, answers.addr, r.telephones.Addr())
	caller := sippAt(t, callersHost, 1, "-sn", "branchc", "-s", "+15550100200", proxy.addr.String())
	caller.wantAllSuccessful(1)
	answers.wantAllSuccessful(1)
	r.close()
}
