package signaling

import (
	"net/netip"
	"sync"
	"time"
)

// How often networks may be probed. A check takes two probes, or three.
const (
	probeRefill    = 5 * time.Second // for one more of an address
	probesAddress  = 12              // of an address at once
	probesKey      = 60              // of a key at once
	probesKeyEvery = 200 * time.Millisecond
	mostProbers    = 10_000 // addresses and keys that are remembered
)

// probes count what the pages of a server probe.
type probes struct {
	most int

	mu      sync.Mutex
	running int
	address probers[netip.Prefix]
	key     probers[string]
}

func newProbes(most int) *probes {
	return &probes{
		most:    most,
		address: probers[netip.Prefix]{every: probeRefill, burst: probesAddress, known: map[netip.Prefix]*bucket{}},
		key:     probers[string]{every: probesKeyEvery, burst: probesKey, known: map[string]*bucket{}},
	}
}

// begin counts a probe; false means that there are too many, at once or lately.
func (p *probes) begin(from netip.Prefix, key string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running >= p.most || !p.address.take(from, now) || !p.key.take(key, now) {
		return false
	}
	p.running++
	return true
}

// end gives the place of a probe back.
func (p *probes) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
}

func (p *probes) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}

// probers are those who have probed lately.
type probers[K comparable] struct {
	every time.Duration // for one more
	burst float64
	known map[K]*bucket
	swept time.Time // when those were forgotten who may be
}

// take reports whether k may probe at now. Where too many are known to tell, nobody
// new may.
func (p *probers[K]) take(k K, now time.Time) bool {
	b := p.known[k]
	if b == nil {
		if len(p.known) >= mostProbers && now.Sub(p.swept) >= p.every {
			p.forget(now)
		}
		if len(p.known) >= mostProbers {
			return false
		}
		made := newBucket(1/p.every.Seconds(), p.burst)
		b = &made
		p.known[k] = b
	}
	return b.take(now)
}

// forget drops those whose buckets are full again.
func (p *probers[K]) forget(now time.Time) {
	p.swept = now
	full := time.Duration(p.burst * float64(p.every))
	for k, b := range p.known {
		if now.Sub(b.at) >= full {
			delete(p.known, k)
		}
	}
}
