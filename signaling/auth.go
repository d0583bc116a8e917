package signaling

import (
	"context"
	"errors"
	"net/netip"

	"webtrunk"
)

// An Authenticator decides which pages may speak to the gateway. Its errors
// are *webtrunk.Error whose messages are sentences for a person.
type Authenticator interface {
	// OriginAllowed reports whether any key lists an origin, which is given in
	// the form that browsers send: "https://shop.example" or with ":8443".
	OriginAllowed(origin string) bool
	// Authorize says what a page may do. An error should wrap ErrBadKey,
	// ErrBadOrigin or ErrBadToken.
	Authorize(ctx context.Context, h Hello) (Grant, error)
}

// What is wrong with a hello, for the error's code.
var (
	ErrBadKey    = errors.New("unknown widget key")
	ErrBadOrigin = errors.New("origin not listed for the widget key")
	ErrBadToken  = errors.New("token not valid")
)

// A Hello is what a page shows about itself.
type Hello struct {
	Key    string
	Token  string
	Origin string
	Addr   netip.Addr // the page's, as far as trusted proxies tell
}

// A Grant is what a page may do.
type Grant struct {
	Via      string           // the widget or key, for the call's record
	From     webtrunk.Address // who its calls come from; zero means Receives, or a visitor
	Receives webtrunk.Address // the browser address at which it rings; zero: none
	Metadata []string         // the keys it may send along with a call
	// MayCall says whether the page may call an address. It is asked before a
	// call begins; an error of kind NotFound means an unknown reference.
	// A nil MayCall allows nothing.
	MayCall func(ctx context.Context, to webtrunk.Address) error
}

// from is who calls of this page come from.
func (g Grant) from() webtrunk.Address {
	switch {
	case !g.From.IsZero():
		return g.From
	case !g.Receives.IsZero():
		return g.Receives
	}
	return webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}
}

// refuseHello turns an Authenticator's error into the page's.
func refuseHello(err error) *refusal {
	c := codeBadKey
	switch kind := webtrunk.KindOf(err); {
	case errors.Is(err, ErrBadKey):
	case errors.Is(err, ErrBadOrigin):
		c = codeBadOrigin
	case errors.Is(err, ErrBadToken):
		c = codeBadToken
	case kind == webtrunk.Internal:
		c = codeInternal
	case kind == webtrunk.Unavailable, kind == webtrunk.Exhausted:
		c = codeBusyGateway
	}
	return refuse(c, webtrunk.MessageOf(err, "The gateway cannot check this page at the moment."))
}

// mayCall asks the grant about a destination, before anything is started.
func (g Grant) mayCall(ctx context.Context, to webtrunk.Address) *refusal {
	if g.MayCall == nil {
		return refuse(codeNotAllowed, "This page may not call "+to.Value+".")
	}
	err := g.MayCall(ctx, to)
	if err == nil {
		return nil
	}
	c := codeInternal
	switch webtrunk.KindOf(err) {
	case webtrunk.NotFound:
		c = codeUnknownReference
	case webtrunk.Forbidden, webtrunk.Unsupported:
		c = codeNotAllowed
	case webtrunk.Invalid:
		c = codeBadNumber
	case webtrunk.Unavailable, webtrunk.Exhausted, webtrunk.Conflict:
		c = codeBusyGateway
	}
	return refuse(c, webtrunk.MessageOf(err, "The gateway cannot check this destination at the moment."))
}
