package webtrunk

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
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
// characters that sort by time, 80 of whose bits are random.
func NewID(prefix string) string { return newID(prefix+"_", time.Now()) }

// NewCallID returns an ID that no other call has.
func NewCallID() CallID { return CallID(newID("call_", time.Now())) }

// NewSessionID returns an ID that cannot be guessed.
func NewSessionID() SessionID { return SessionID(newID("sess_", time.Now())) }

// crockford is Crockford's base 32 in lower case: its order is ASCII's, so
// encoded IDs sort as their bytes do.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newID joins 48 bits of milliseconds and 80 random bits.
func newID(prefix string, now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	rand.Read(b[6:])
	return prefix + crockford.EncodeToString(b[:])
}
