package floor

import (
	"time"

	"webtrunk"
)

// An Output is an order to be carried out, or a fact to be recorded.
type Output interface{ output() }

// Orders.
type (
	// Ring rings agents for a caller, all at once.
	Ring struct {
		Offer    int
		Entry    webtrunk.CallID
		Queue    string
		Agents   []string
		For      time.Duration
		Callback bool // the agent comes first, then the caller is called
	}
	// Rescind stops the ringing of agents.
	Rescind struct {
		Offer  int
		Entry  webtrunk.CallID
		Agents []string
		Why    Why
	}
	// Tell tells a caller how they stand.
	Tell struct {
		Entry webtrunk.CallID
		Queue string
		Place int           // 1 is next
		Wait  time.Duration // in full minutes; 0 is unknown
		Say   bool          // also aloud, to a telephone
	}
	// Promise has a caller ask to be called back, who has waited for too long.
	Promise struct{ Entry webtrunk.CallID }
	// Promised and Refused tell who asked whether they are called back. A promise
	// ends their call; who is refused waits on.
	Promised struct{ Entry webtrunk.CallID }
	Refused  struct{ Entry webtrunk.CallID }
	// GiveUp ends a caller's waiting: Left follows.
	GiveUp struct {
		Entry webtrunk.CallID
		Queue string
		Why   Why
		Then  Last // LastHangup or LastVoicemail
	}
	// Next asks for a Tick. It replaces the one before; a zero time wants none.
	Next struct{ At time.Time }
)

// Facts.
type (
	Joined struct {
		Entry webtrunk.CallID
		Queue string
		Place int
	}
	Moved struct {
		Entry       webtrunk.CallID
		From, Queue string
		Place       int
	}
	Left struct {
		Entry  webtrunk.CallID
		Queue  string
		Agent  string        // who answered
		Waited time.Duration // since they first began to
		Place  int           // at which they stood
		Why    Why
	}
	// Settled is how an offer ended for one of its agents.
	Settled struct {
		Offer int
		Entry webtrunk.CallID
		Agent string
		How   Result
		Why   Why
	}
	Became struct {
		Agent    string
		Presence Presence
		Reason   string
	}
)

// A Result is how an offer ended for an agent.
type Result string

const (
	WasAccepted  Result = "accepted"
	WasDeclined  Result = "declined"
	WasTimedOut  Result = "timed_out"
	WasRescinded Result = "rescinded"
)

func (Ring) output()     {}
func (Rescind) output()  {}
func (Tell) output()     {}
func (Promise) output()  {}
func (Promised) output() {}
func (Refused) output()  {}
func (GiveUp) output()   {}
func (Next) output()     {}
func (Joined) output()   {}
func (Moved) output()    {}
func (Left) output()     {}
func (Settled) output()  {}
func (Became) output()   {}
