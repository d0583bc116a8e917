package pay

import (
	"errors"

	"webtrunk"
)

// A Kind says what a caller of a Provider does next.
type Kind uint8

const (
	Unknown           Kind = iota // it may have happened: ask again with the same key
	CardDeclined                  // tell the payer, who may pay by something else
	NeedsConfirmation             // send the payer to URL
	Invalid                       // the request is wrong: it has not happened, and will not
	Missing                       // there is no such thing
	Refused                       // the provider does not know us, or we do not know the sender
)

var kinds = [...]string{"unknown", "declined", "needs_confirmation", "invalid", "missing", "refused"}

func (k Kind) String() string { return kinds[k] }

// fits is what a kind is to the edges, which know nothing of payments.
var fits = [...]webtrunk.Kind{webtrunk.Unavailable, webtrunk.Conflict, webtrunk.Conflict, webtrunk.Invalid, webtrunk.NotFound, webtrunk.Forbidden}

// An Error is how a Provider fails. Message is a sentence for a person, for the payer where
// the card was declined. It holds no secret and nothing of a card.
type Error struct {
	Op      string
	Kind    Kind
	Message string
	URL     string // where a payment is confirmed
	Err     error
}

// Fail returns an Error.
func Fail(op string, k Kind, message string, cause error) *Error {
	return &Error{Op: op, Kind: k, Message: message, Err: cause}
}

func (e *Error) Error() string { return e.Unwrap().Error() }

// Unwrap is the error as everybody else reads errors.
func (e *Error) Unwrap() error {
	return &webtrunk.Error{Op: "pay " + e.Op, Kind: fits[e.Kind], Message: e.Message, Err: e.Err}
}

// KindOf is the Kind of an error, and Unknown where it has none: who cannot tell asks again.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unknown
}
