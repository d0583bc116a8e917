package signaling

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func prefixOf(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), 32)
}

// A key that is on many people's pages may be probed by all of them, not by a flood.
func TestAKeyProbesSoOften(t *testing.T) {
	p, now := newProbes(1000), time.Now()
	made := 0
	for n := range 100 {
		if p.begin(prefixOf(n), "pk_shop", now) {
			made++
			p.end()
		}
	}
	if made != probesKey {
		t.Errorf("%d probes of one key at once, want %d", made, probesKey)
	}
	if !p.begin(prefixOf(200), "pk_other", now) {
		t.Error("another key's pages have to wait, too")
	}
	if !p.begin(prefixOf(201), "pk_shop", now.Add(time.Second)) {
		t.Error("a second later there is still none more")
	}
}

// An address that has waited may probe again, and one that has not may not.
func TestAnAddressIsLetInAgain(t *testing.T) {
	p, now := newProbes(1000), time.Now()
	for range probesAddress {
		if !p.begin(prefixOf(1), "pk_shop", now) {
			t.Fatal("refused within its share")
		}
	}
	if p.begin(prefixOf(1), "pk_shop", now.Add(probeRefill/2)) {
		t.Error("let in before its time")
	}
	if !p.begin(prefixOf(1), "pk_shop", now.Add(2*probeRefill)) {
		t.Error("refused after its time")
	}
}

// Strangers with many addresses cost a bounded memory, and those who come when it is
// free again are known again.
func TestWhatIsRememberedOfProbersIsBounded(t *testing.T) {
	p, now := newProbes(1<<30), time.Now()
	for n := range 2 * mostProbers {
		p.begin(prefixOf(n), fmt.Sprint("pk_", n), now)
	}
	if n := len(p.address.known); n != mostProbers {
		t.Errorf("%d addresses are remembered, want %d", n, mostProbers)
	}
	later := now.Add(time.Duration(probesAddress)*probeRefill + time.Second)
	if !p.begin(prefixOf(3*mostProbers), "pk_new", later) {
		t.Error("a new address is refused when the others are forgotten")
	}
	if n := len(p.address.known); n > 1 {
		t.Errorf("%d addresses are still remembered", n)
	}
}
