package switchboard

import (
	"time"

	"webtrunk"
	"webtrunk/call"
)

// relapse is how soon a conference must fail again for its parties to be too many
// for it: a fault that comes back at once is not mended by beginning anew.
const relapse = time.Minute

// roomFailed is the input that the mixing of a conference has panicked.
type roomFailed struct {
	call.Input
	why error
}

// rebuild lets those whose conference has failed hear each other anew. Where
// that fails, too, the call is told that they cannot be bridged: it lets the
// newest go, and two who are left need no conference.
func (a *actor) rebuild(why error) {
	a.log.Error("a conference's sound failed", "error", why)
	err := error(&webtrunk.Error{Op: "bridge", Message: "the sound of this conversation has failed twice within a minute", Err: why})
	if a.rebuilt.IsZero() || time.Since(a.rebuilt) > relapse {
		a.rebuilt = time.Now()
		err = a.bridge(a.bridged)
	}
	if err != nil {
		a.failed(a.bridged, err)
	}
}
