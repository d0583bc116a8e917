package carrier

import (
	"math/rand/v2"
	"sync"
	"time"
)

// A spoiler decides the fate of packets on a bad network. It may be used from
// several goroutines.
type spoiler struct {
	mu  sync.Mutex
	imp Impairment
	rng *rand.Rand
}

func newSpoiler(imp Impairment) *spoiler {
	s := &spoiler{}
	s.set(imp)
	return s
}

func (s *spoiler) set(imp Impairment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seed := imp.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	s.imp, s.rng = imp, rand.New(rand.NewPCG(seed, 0))
}

// fate says whether the next packet is lost, and if not how late it is.
func (s *spoiler) fate() (lost bool, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.imp.DropPercent > 0 && 100*s.rng.Float64() < s.imp.DropPercent {
		return true, 0
	}
	delay = s.imp.Delay
	if s.imp.Jitter > 0 {
		delay += time.Duration(s.rng.Int64N(int64(s.imp.Jitter)))
	}
	return false, delay
}

// mislabel gives a packet the payload type that it is to have instead of its own.
func (s *spoiler) mislabel(packet []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pt := s.imp.PayloadType; pt != 0 {
		packet[1] = packet[1]&0x80 | pt&0x7f
	}
}
