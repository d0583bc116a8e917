package archive

import (
	"context"
	"time"

	"webtrunk"
)

// A Keeper holds something of calls that the archive does not: recordings,
// transcripts, stored copies of payloads. The archive tells it when to erase.
// Both methods are idempotent, return how many things they erased, and count
// nothing twice; an error is repeated at the next sweep.
type Keeper interface {
	// Keeps says which part of a policy governs what it holds.
	Keeps() Class
	// Erase erases what it holds of one call.
	Erase(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (int, error)
	// Expire erases what it holds of an account's test or live calls that ended
	// before a time.
	Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error)
}

// A Class is a kind of data with its own time to live.
type Class string

const (
	Identity    Class = "identity"    // numbers, names and metadata
	Recordings  Class = "recordings"  // sound
	Transcripts Class = "transcripts" // what was said, as text
	Records     Class = "records"     // call records
	Events      Class = "events"      // what the log's records say
)
