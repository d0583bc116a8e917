package dispatch

import (
	"time"

	"webtrunk"
)

// A State is what an agent is doing.
type State string

// The states. An agent chooses the first three; the others follow from calls.
const (
	Offline      State = "offline"
	Available    State = "available"
	Away         State = "away"
	Offered      State = "offered"
	OnCall       State = "on_call"
	WrapUp       State = "wrap_up"
	Unresponsive State = "unresponsive" // let it ring, and is offered nothing until they say that they are there
)

// A Presence is what an agent is doing, and since when.
type Presence struct {
	State  State
	Reason string // for being away, in the account's words
	Since  time.Time
	Until  time.Time       // when a wrap-up ends by itself; zero for all else
	Call   webtrunk.CallID // that they are offered, on, or have just had
	Queue  string          // that the call waited in; empty for any other call
	Places int             // browsers in which they can be called
}

// A Live is a queue as it is now.
type Live struct {
	Queue   string
	Waiting int
	Longest time.Duration // that one of them has waited

	Available int // agents that would be offered a call
	Busy      int // agents that are offered one, on one, or wrapping up
	Away      int // agents that are logged in and take none

	Since     time.Time // from when on the following are counted
	Entered   int       // callers
	Answered  int
	InTime    int // of these, within the queue's service level
	Abandoned int // hung up while they waited
	Left      int // went to voicemail, were called back later, or were led elsewhere
}

// Level is the part of callers who were answered in time, of those who were
// answered or gave up; ok is false while there were none.
func (l Live) Level() (level float64, ok bool) {
	ended := l.Answered + l.Abandoned
	if ended == 0 {
		return 0, false
	}
	return float64(l.InTime) / float64(ended), true
}
