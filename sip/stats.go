package sip

import (
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// Stats are counters since the edge began, and two states of now.
type Stats struct {
	Legs        int    // legs that are not finished
	Known       int    // legs still known, with those kept for late answers
	Connections int    // connections over TCP and TLS that are up
	Received    uint64 // messages from trusted addresses
	Sent        uint64
	Strangers   uint64 // datagrams dropped and connections ended: no trunk trusts their source
	Throttled   uint64 // datagrams dropped: their source sends too many
	Crowded     uint64 // connections ended: their source has too many
	Oversize    uint64 // datagrams dropped: over 16 KiB; connections ended: a message over 64 KiB
	Malformed   uint64 // messages dropped: control characters, too many headers, or not SIP
	Stray       uint64 // responses that belong to no request of ours
	Panics      uint64

	Rescued   uint64 // BYEs begun for legs that a process before us left
	Confirmed uint64 // of those, which the far side has confirmed: that call is over
	Lost      uint64 // legs that could not be hung up, for their state cannot be read
	Ghosts    uint64 // INVITEs of a process before us that were answered or rang, and were hung up

	Trunks []TrunkStats // in the order of the configuration
}

// TrunkStats are what one trunk has carried since the edge began.
type TrunkStats struct {
	Name      string
	Arrived   uint64 // calls that it brought
	Dialled   uint64 // calls that were sent over it
	Invites   uint64 // INVITEs of those, with those repeated for a challenge or at another address
	Answered  uint64 // of those
	Refused   uint64 // by the called party or its network: 3xx, 4xx and 6xx, challenges left out
	Failed    uint64 // by the trunk: 5xx, or no response at all
	Silent    uint64 // of those that failed, without any response
	Limited   uint64 // calls, either way, that it did not carry because it was at its limit
	LastHeard time.Time
	LastFault time.Time // of Failed
	State     trunk.State
}

// trunkCounters are TrunkStats as they are counted.
type trunkCounters struct {
	arrived, dialled, invites, answered, refused, failed, silent, limited atomic.Uint64
	heard, fault                                                          atomic.Int64 // nanoseconds since 1970
}

// outcome counts the final response to an INVITE that opened a call; nil where
// there was none.
func (c *trunkCounters) outcome(res *sip.Response) {
	switch {
	case res == nil:
		c.silent.Add(1)
		fallthrough
	case res.StatusCode >= 500 && res.StatusCode < 600:
		c.failed.Add(1)
		c.fault.Store(time.Now().UnixNano())
	case res.IsSuccess():
		c.answered.Add(1)
	default:
		c.refused.Add(1)
	}
}

func (c *trunkCounters) stats(name string) TrunkStats {
	return TrunkStats{
		Name: name, Arrived: c.arrived.Load(), Dialled: c.dialled.Load(), Invites: c.invites.Load(), Answered: c.answered.Load(),
		Refused: c.refused.Load(), Failed: c.failed.Load(), Silent: c.silent.Load(), Limited: c.limited.Load(),
		LastHeard: moment(c.heard.Load()), LastFault: moment(c.fault.Load()),
	}
}

// moment is the time of a count of nanoseconds, zero for none.
func moment(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos)
}

// counters are Stats as they are counted.
type counters struct {
	received, sent, strangers, oversize, malformed, stray, panics atomic.Uint64
	throttled, crowded                                            atomic.Uint64
	rescued, confirmed, lost, ghosts                              atomic.Uint64
}

// Stats returns the counters as they are now.
func (e *Edge) Stats() Stats {
	e.mu.Lock()
	legs, known := len(e.open), len(e.legs)
	e.mu.Unlock()
	c := &e.counters
	lines := e.lines()
	trunks := make([]TrunkStats, len(lines))
	for i, n := range lines {
		trunks[i] = n.counters.stats(n.Name)
		trunks[i].State = n.state(time.Now())
	}
	return Stats{
		Trunks: trunks,
		Legs:   legs, Known: known,
		Received: c.received.Load(), Sent: c.sent.Load(),
		Strangers: c.strangers.Load(), Oversize: c.oversize.Load(),
		Throttled: c.throttled.Load(), Crowded: c.crowded.Load(),
		Connections: len(e.connections.which(func(*connection) bool { return true })),
		Malformed:   c.malformed.Load(), Stray: c.stray.Load(), Panics: c.panics.Load(),
		Rescued: c.rescued.Load(), Confirmed: c.confirmed.Load(), Lost: c.lost.Load(), Ghosts: c.ghosts.Load(),
	}
}
