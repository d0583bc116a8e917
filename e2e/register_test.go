//go:build e2e

package e2e

import (
	"net/netip"
	"testing"
	"time"

	"webtrunk/trunk"
)

// TestRegistersWithKamailio: a registering trunk proves itself to a proxy that
// challenges, says how it does, calls over it, and takes its binding back when
// the gateway closes.
func TestRegistersWithKamailio(t *testing.T) {
	t.Parallel()
	ctx := limited(t)
	answers := startSIPp(t, 1)
	proxy := startKamailio(t, answers.addr, netip.AddrPortFrom(loopback, 1))
	line := carrierAt("carrier", proxy.addr)
	line.Username, line.Password, line.Domain = "alice", secret, "carrier.example"
	line.Register = &trunk.Registration{}
	r := towards(t, line, nil)
	registered(t, r)
	proxy.Wait("registered alice")
	made := r.callNumber(ctx, "+15550100407")
	wantTalk(t, ctx, made)
	_, err := made.Hangup(ctx)
	check(t, err)
	answers.wantAllSuccessful(1)
	r.close()
	proxy.Wait("expires 0")
}

// TestRegistersWithSIPp: SIPp's branching server takes a registration too, at
// once and without a password asked for.
func TestRegistersWithSIPp(t *testing.T) {
	t.Parallel()
	server := sippAt(t, calledHost, 1, "-sn", "branchs")
	line := carrierAt("carrier", server.addr)
	line.Username, line.Password = "alice", secret
	line.Register, line.Keepalive = &trunk.Registration{}, -1 // it knows no OPTIONS
	r := towards(t, line, nil)
	registered(t, r)
	r.close()
}

// registered waits until the rig's one trunk is registered, and up.
func registered(t *testing.T, r *rig) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for late := time.After(patience); ; {
		s := r.telephones.Stats().Trunks[0].State
		if s.Status == trunk.Up && time.Until(s.Registered) > 0 {
			return
		}
		select {
		case <-again.C:
		case <-late:
			t.Fatalf("the trunk is not registered: %+v", s)
		}
	}
}
