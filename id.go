package webtrunk

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"sync/atomic"
	"time"
)

// A CallID names one call for ever: "call_" and 26 characters that sort by the
// time at which the call began.
type CallID string

// A SessionID is the secret by which a browser takes up its session again
// after a lost connection: "sess_" and 26 characters, 80 of whose bits are random.
type SessionID string

// An AccountID names an account, the tenant that calls, numbers, references
// and people belong to: "acct_" and 26 characters.
type AccountID string

// NewAccountID returns an ID that no other account has.
func NewAccountID() AccountID { return AccountID(NewID("acct")) }

// NewID returns a new ID of a kind: the prefix, an underscore and 26
// characters that sort by time, 70 of whose bits are random. What one process
// makes sorts in the order in which it was made.
func NewID(prefix string) string { return newID(prefix+"_", turn()) }

// NewCallID returns an ID that no other call has.
func NewCallID() CallID { return CallID(newID("call_", turn())) }

// NewSessionID returns an ID that cannot be guessed.
func NewSessionID() SessionID {
	b := timed(instantOf(time.Now()))
	rand.Read(b[6:])
	return SessionID("sess_" + crockford.EncodeToString(b[:]))
}

// crockford is Crockford's base 32 in lower case: its order is ASCII's, so
// encoded IDs sort as their bytes do.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// An instant is a time in 1024ths of a millisecond, so that the milliseconds are
// the first 48 bits of an ID.
type instant uint64

func instantOf(t time.Time) instant {
	ms := t.UnixMilli()
	return instant(ms<<10 | (t.UnixMicro()-1000*ms)*1024/1000)
}

var latest atomic.Uint64

// turn returns an instant after all that it returned before: now, but for those
// who come at once, and after a clock that was set back.
func turn() instant {
	for {
		before := latest.Load()
		next := max(uint64(instantOf(time.Now())), before+1)
		if latest.CompareAndSwap(before, next) {
			return instant(next)
		}
	}
}

// newID joins 58 bits of time and 70 random bits.
func newID(prefix string, at instant) string {
	b := timed(at)
	last := b[7]
	rand.Read(b[7:])
	b[7] = last | b[7]&0x3f
	return prefix + crockford.EncodeToString(b[:])
}

// timed is an ID's time, with all that is random still to come.
func timed(at instant) (b [16]byte) {
	binary.BigEndian.PutUint64(b[:8], uint64(at)<<6)
	return b
}
