package trunk

import (
	"net/netip"
	"time"
)

// A State is how a trunk fares, as whoever carries it out sees it.
type State struct {
	Status Status
	Reason string    // a sentence: why, and what to do where something is to be done
	Since  time.Time // of the status; zero while it is Unproven

	Calls      int              // up now, both directions
	RetryAt    time.Time        // when a trunk that is down, or told to wait, is tried again; zero for now
	RoundTrip  time.Duration    // of the last OPTIONS; 0 for none
	Peers      []netip.AddrPort // where the proxy's name leads, best first
	Registered time.Time        // until when the binding stands; zero for none
}

// A Status says whether calls are sent over a trunk.
type Status string

const (
	Unproven Status = "unproven" // nothing was heard yet: it is tried
	Up       Status = "up"
	Down     Status = "down" // passed over until it is heard again, or for a time
)

// A Change is that a trunk went down or came back.
type Change struct {
	Trunk  string
	Up     bool
	Reason string // a sentence
	At     time.Time
}
