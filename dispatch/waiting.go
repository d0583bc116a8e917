package dispatch

import (
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A Waiting is a caller who waits in a queue.
type Waiting struct {
	Call     webtrunk.CallID
	Queue    string
	Place    int       // in the queue; 1 is next
	Since    time.Time // began to wait
	Joined   time.Time // this queue
	Priority int
	Needs    map[string]int // the least level of each skill
	Callback bool           // has hung up and is to be called
	Offered  []string       // agents at whom it rings

	View   call.View        // of the call; zero of one that nobody remembers
	Number webtrunk.Address // at which they are called back
}
