package event

import (
	"errors"
	"fmt"
)

// ErrResync means that a subscription ended before its subscriber wanted. The
// error is a *Resync, which says from where to go on.
var ErrResync = errors.New("resync")

// A Resync ends a subscription rather than leave anything out.
type Resync struct {
	Reason Reason

	// Place is from where to subscribe again. Everything up to it was received,
	// unless the Reason is TooOld: then it is the place before the oldest record
	// that is kept, and what was between is to be fetched from what the records
	// were about.
	Place int64
}

// A Reason says why a subscription ended.
type Reason string

// The reasons.
const (
	TooSlow  Reason = "too_slow" // the subscriber left more unread than a Hub holds for it
	TooOld   Reason = "too_old"  // the place is older than what is kept
	Stopping Reason = "stopping" // the gateway stops
)

// Error says what happened and what to do.
func (r *Resync) Error() string {
	switch r.Reason {
	case TooOld:
		return fmt.Sprintf("resync: events before %d are no longer kept: fetch the present state, then follow after %d", r.Place+1, r.Place)
	case Stopping:
		return fmt.Sprintf("resync: the gateway stops: connect again and follow after %d", r.Place)
	}
	return fmt.Sprintf("resync: the events were read too slowly: follow again after %d", r.Place)
}

// Is makes errors.Is(err, ErrResync) true.
func (r *Resync) Is(target error) bool { return target == ErrResync }
