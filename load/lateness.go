package load

import (
	"slices"
	"sync"
	"time"
)

// lateness keeps how late the probe was over the last second.
type lateness struct {
	mu   sync.Mutex
	last [probesPerSecond]time.Duration
	next int
}

// add notes one probe.
func (l *lateness) add(late time.Duration) {
	l.mu.Lock()
	l.last[l.next] = max(0, late)
	l.next = (l.next + 1) % len(l.last)
	l.mu.Unlock()
}

// felt is the lateness that one probe in ten exceeds: a single long one is a
// garbage collection or a neighbour, five in a second are what is heard.
func (l *lateness) felt() time.Duration {
	l.mu.Lock()
	sorted := l.last
	l.mu.Unlock()
	slices.Sort(sorted[:])
	return sorted[len(sorted)-1-len(sorted)/10]
}
