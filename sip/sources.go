package sip

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// Sources are how much each trusted address has sent of late. A trunk may
// trust a whole network, and addresses in datagrams can be forged, so that no
// more than most are remembered: the one that was quiet longest makes room.
type sources struct {
	rate, burst float64
	most        int

	mu     sync.Mutex
	recent *list.List // of *source, the last that spoke in front
	known  map[netip.Addr]*list.Element
}

type source struct {
	addr   netip.Addr
	bucket bucket
}

func newSources(b Bounds) *sources {
	return &sources{rate: b.Rate, burst: b.Burst, most: b.Sources, recent: list.New(), known: make(map[netip.Addr]*list.Element)}
}

// take reports whether one more message from an address may be read now.
func (s *sources) take(a netip.Addr, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	el := s.known[a]
	if el == nil {
		if s.recent.Len() >= s.most {
			oldest := s.recent.Back()
			delete(s.known, s.recent.Remove(oldest).(*source).addr)
		}
		el = s.recent.PushFront(&source{a, newBucket(s.rate, s.burst)})
		el.Value.(*source).bucket.at = now
		s.known[a] = el
	}
	s.recent.MoveToFront(el)
	return el.Value.(*source).bucket.take(now)
}
