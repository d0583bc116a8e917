package signaling

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"strings"

	"webtrunk"
)

// An Authenticator decides which pages may speak to the gateway. Its errors
// are *webtrunk.Error whose messages are sentences for a person.
type Authenticator interface {
	// OriginAllowed reports whether any key lists an origin, which is given in
	// the form that browsers send: "https://shop.example" or with ":8443". It is
	// not asked about the gateway's own pages, which Authorize tells apart.
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
	Host   string // that the page opened its WebSocket to

	// What the site's own server has signed for its visitor, as the page
	// passed it on; empty where it did not. The gateway reads neither.
	ClientToken string // what the page may do
	Identity    string // who the visitor is

	// Page is a secret that the page made up, by which it is known again; empty where
	// it has none.
	Page string

	Addr netip.Addr // the page's, as far as trusted proxies tell
}

// A Grant is what a page may do.
type Grant struct {
	Account  webtrunk.AccountID // whose calls its calls are
	Test     bool               // its calls reach only the simulated carrier
	Via      string             // the widget or key, for the call's record
	From     webtrunk.Address   // who its calls come from; zero means Receives, or a visitor
	Receives webtrunk.Address   // the browser address at which it rings; zero: none
	Metadata []string           // the keys it may send along with a call
	// Hands says that the page may hand its calls over and have others join: it
	// is of somebody who works for the account. Whom they reach is for the
	// switchboard's router to say.
	Hands bool
	// Context are facts that were checked, such as who the visitor is. They
	// travel with each call of the page beside its metadata, which is only what
	// the page says. Their keys begin with "identity.", so that no page can
	// make them up.
	Context map[string]string
	// MayCall says whether the page may call an address. It is asked before a
	// call begins; an error of kind NotFound means an unknown reference.
	// A nil MayCall allows nothing.
	MayCall func(ctx context.Context, to webtrunk.Address) error
	// MayBeCalled says whether a queue may call the page's person back at a number
	// that the page names; nil is MayCall. Anybody can name any number: it must not
	// reach further than the page itself does, unless it is known whose it is.
	MayBeCalled func(ctx context.Context, number webtrunk.Address) error
	// Valid says whether the grant still holds. It is asked every 3 s and by
	// Server.Recheck while the page has a session: a key that was revoked ends
	// it, a token that merely expired since need not. An error ends the session
	// and its call, unless its kind says that nobody knows (Internal,
	// Unavailable, Exhausted): then it is asked again. A page that returns to
	// its session with what it showed before is asked of here, not by Authorize.
	// A nil Valid holds for the session's life.
	Valid func(ctx context.Context) error
}

// OwnPage reports whether the page is one of the host that it speaks to: of the
// gateway itself.
func (h Hello) OwnPage() bool {
	_, host, _ := strings.Cut(h.Origin, "://")
	return host != "" && strings.EqualFold(host, h.Host)
}

// sameAs reports whether a page shows what another has shown.
func (h Hello) sameAs(other Hello) bool {
	h.Addr = other.Addr // networks change
	return h == other
}

// sameAs reports whether two grants are to the same party for the same calls.
func (g Grant) sameAs(other Grant) bool {
	return g.Account == other.Account && g.Test == other.Test && g.Receives == other.Receives && g.Hands == other.Hands &&
		maps.Equal(g.Context, other.Context)
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

// mayBeCalled asks the grant about a number at which to be called back.
func (g Grant) mayBeCalled(ctx context.Context, number webtrunk.Address) *refusal {
	if g.MayBeCalled != nil {
		g.MayCall = g.MayBeCalled
	}
	return g.mayCall(ctx, number)
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
