package main

import (
	"sync"
	"time"

	"webtrunk/carrier"
)

// A meter follows marked packets: from a page to the carrier, and back. It
// stands outside the gateway, at both of its ends.
type meter struct {
	mu     sync.Mutex
	under  map[mark]*journey
	passed passage
	last   map[arrival]time.Time
}

// A journey is where a packet was.
type journey struct {
	said, came, returned time.Time // by the page, at the carrier, by the carrier
}

// An arrival is one call's end at which packets come.
type arrival struct {
	call   int
	atPage bool
}

// A passage is how packets passed the gateway during a phase.
type passage struct {
	transit []time.Duration // of each packet, each way
	bare    []time.Duration // … of packets of the same size that pass no gateway
	sent    int
	gap     time.Duration // the longest time between two packets of a call that came
}

// Marks are numbered by call and packet, from 1.
const perCall = 1 << 16

func markFor(call, packet int) mark { return mark(call*perCall + packet%perCall) }

func newMeter() *meter {
	return &meter{under: map[mark]*journey{}, last: map[arrival]time.Time{}}
}

// page is told of packets by visitors.
func (m *meter) page(sent bool, payload []byte) {
	now := time.Now()
	k, ok := markOf(payload)
	if !ok {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if sent {
		m.under[k] = &journey{said: now}
		m.passed.sent++
		return
	}
	m.arrive(arrival{int(k / perCall), true}, now)
	if j := m.under[k]; j != nil && !j.returned.IsZero() {
		m.passed.transit = append(m.passed.transit, now.Sub(j.returned))
		delete(m.under, k)
	}
}

// carrier is told of RTP by the carrier.
func (m *meter) carrier(dir carrier.Direction, raw []byte) {
	now := time.Now()
	if len(raw) < 12 {
		return
	}
	k, ok := markOf(raw[12:])
	if !ok {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	j := m.under[k]
	switch {
	case dir == carrier.In:
		m.arrive(arrival{int(k / perCall), false}, now)
		if j != nil {
			j.came = now
			m.passed.transit = append(m.passed.transit, now.Sub(j.said))
		}
	case j != nil:
		j.returned = now
	}
}

// arrive keeps the longest gap.
func (m *meter) arrive(at arrival, now time.Time) {
	if before, ok := m.last[at]; ok {
		m.passed.gap = max(m.passed.gap, now.Sub(before))
	}
	m.last[at] = now
}

// bare is told of a packet that went by no gateway.
func (m *meter) bare(took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.passed.bare = append(m.passed.bare, took)
}

// gone forgets a call, whose silence from now on is no gap.
func (m *meter) gone(call int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.last, arrival{call, true})
	delete(m.last, arrival{call, false})
}

// settled reports whether no packet is under way.
func (m *meter) settled() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.under) == 0
}

// phase returns what passed since the last phase.
func (m *meter) phase() passage {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.passed
	m.passed = passage{}
	return p
}
