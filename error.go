package webtrunk

import (
	"errors"
	"strings"
	"time"
)

// A Kind says what a caller can do about an error. SIP and HTTP codes are
// chosen from it at the edges, nowhere else.
type Kind uint8

const (
	Internal    Kind = iota // our fault: nothing the caller can change
	Invalid                 // the request is wrong: change it
	Forbidden               // not allowed: ask for the right
	NotFound                // no such thing: name another
	Conflict                // not in this state: look again
	Exhausted               // a limit is reached: wait or ask for less
	Unavailable             // something we need is down: try later
	Unsupported             // we cannot do that: choose another way
)

var kindNames = [...]string{"internal", "invalid", "forbidden", "not_found", "conflict", "exhausted", "unavailable", "unsupported"}

func (k Kind) String() string { return kindNames[k] }

// An Error carries the operation that failed, what can be done about it and
// the cause. Message is a sentence for the person who meets it: what happened
// and what to do; it holds no secret.
type Error struct {
	Op      string
	Kind    Kind
	Message string
	Retry   time.Duration // when it is worth to try again; 0 where nobody can say
	Err     error
}

// Error joins operation, message and cause, leaving out what is empty.
func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	for _, s := range []string{e.Op, e.Message} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost Error in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// RetryOf returns when err says that it is worth to try again, 0 where it does not.
func RetryOf(err error) time.Duration {
	for e := (*Error)(nil); errors.As(err, &e); err = e.Err {
		if e.Retry > 0 {
			return e.Retry
		}
	}
	return 0
}

// MessageOf returns the sentence for a person in err's chain, or fallback.
func MessageOf(err error, fallback string) string {
	for e := (*Error)(nil); errors.As(err, &e); err = e.Err {
		if e.Message != "" {
			return e.Message
		}
	}
	return fallback
}
