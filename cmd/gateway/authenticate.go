package main

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/policy"
	"webtrunk/signaling"
)

// An authenticator tells signaling what a page may do, from the directory.
type authenticator struct {
	directory *directory.Directory
	policy    *policy.Guard
}

// originTime bounds a handshake's question: the page waits for it.
const originTime = 3 * time.Second

// OriginAllowed reports whether any widget lists an origin. While that cannot
// be found out the page is let in, for Authorize to tell it so.
func (a authenticator) OriginAllowed(origin string) bool {
	ctx, done := context.WithTimeout(context.Background(), originTime)
	defer done()
	served, err := a.directory.Serves(ctx, origin)
	return served || err != nil
}

// Authorize checks a page's key against its origin, and what else it shows: who
// its visitor is, a token of its site's server, or one of a person who receives
// calls.
func (a authenticator) Authorize(ctx context.Context, h signaling.Hello) (signaling.Grant, error) {
	if h.Key == directory.AgentKey {
		return a.agent(ctx, h)
	}
	w, err := a.widget(ctx, h)
	if err != nil {
		return signaling.Grant{}, err
	}
	grant := signaling.Grant{
		Account: w.Account, Test: w.Test, Via: w.Key, Metadata: w.Metadata,
		MayCall: a.mayCall(w.Account, w.Test, always(w.Permit)),
		Valid:   func(ctx context.Context) error { _, err := a.widget(ctx, h); return err },
	}
	if w.Hosted {
		return grant, nil // a link's page shows nothing else
	}
	for _, step := range []func(context.Context, directory.Widget, signaling.Hello, *signaling.Grant) error{a.receive, a.identify, a.take} {
		if err := step(ctx, w, h, &grant); err != nil {
			return signaling.Grant{}, because(signaling.ErrBadToken, err)
		}
	}
	if len(grant.Context) > 0 { // it is known who asks to be called back
		grant.MayBeCalled = a.mayCall(w.Account, w.Test, a.accounts(w.Account, w.Test))
	}
	return grant, nil
}

// accounts is the permission of whoever may call whom their account may.
func (a authenticator) accounts(account webtrunk.AccountID, test bool) func(context.Context, webtrunk.Address) error {
	return func(ctx context.Context, to webtrunk.Address) error {
		return a.directory.PermitCall(ctx, account, test, to)
	}
}

// agent lets somebody who is logged in take and make calls in a page of ours.
func (a authenticator) agent(ctx context.Context, h signaling.Hello) (signaling.Grant, error) {
	if !h.OwnPage() {
		return signaling.Grant{}, because(signaling.ErrBadOrigin, &webtrunk.Error{Op: "origin", Kind: webtrunk.Forbidden,
			Message: fmt.Sprintf("Pages of %s may not take an agent's calls. Open the gateway's own page, /console.", h.Origin)})
	}
	p, err := a.directory.AgentPage(ctx, h.Token)
	if err != nil {
		return signaling.Grant{}, because(signaling.ErrBadToken, err)
	}
	return signaling.Grant{
		Account: p.Account, Test: p.Test, Via: p.Person, Receives: p.Receives, Hands: true, Context: p.Identity().Context(),
		MayCall: a.mayCall(p.Account, p.Test, a.accounts(p.Account, p.Test)),
		Valid:   func(ctx context.Context) error { return a.directory.StillAtWork(ctx, p) },
	}, nil
}

// widget returns the widget of a key, for a page of an origin that it lists, or
// that of a link, for our own page.
func (a authenticator) widget(ctx context.Context, h signaling.Hello) (directory.Widget, error) {
	w, err := a.directory.Publishable(ctx, h.Key)
	if err != nil {
		return w, because(signaling.ErrBadKey, err)
	}
	switch {
	case w.Hosted && !h.OwnPage():
		return w, because(signaling.ErrBadOrigin, &webtrunk.Error{Op: "origin", Kind: webtrunk.Forbidden,
			Message: fmt.Sprintf("Pages of %s may not use a link's key. Open the link itself, or make a widget for the site.", h.Origin)})
	case !w.Hosted && !w.Serves(h.Origin):
		return w, because(signaling.ErrBadOrigin, &webtrunk.Error{Op: "origin", Kind: webtrunk.Forbidden,
			Message: fmt.Sprintf("Pages of %s may not use this key. Add the origin to the key in the gateway's configuration.", h.Origin)})
	}
	return w, nil
}

// receive lets a page be called that shows a receiver's token.
func (a authenticator) receive(ctx context.Context, w directory.Widget, h signaling.Hello, g *signaling.Grant) (err error) {
	if h.Token == "" {
		return nil
	}
	g.Receives, err = a.directory.Receiver(ctx, w.Account, w.Test, h.Token)
	return err
}

// identify notes who the visitor is, if the site signed it.
func (a authenticator) identify(ctx context.Context, w directory.Widget, h signaling.Hello, g *signaling.Grant) error {
	if h.Identity == "" {
		return nil
	}
	visitor, err := a.directory.Visitor(ctx, w, h.Identity, h.Page)
	if err == nil {
		g.Context = visitor.Context()
	}
	return err
}

// take replaces what the widget allows by what the site's server granted.
func (a authenticator) take(ctx context.Context, w directory.Widget, h signaling.Hello, g *signaling.Grant) error {
	if h.ClientToken == "" {
		return nil
	}
	token, err := a.directory.ClientToken(ctx, w, h.ClientToken, h.Page)
	if err != nil {
		return err
	}
	page := g.Valid
	g.Via, g.MayCall = token.ID, a.mayCall(w.Account, w.Test, always(token.Permit))
	if len(token.Metadata) > 0 {
		g.Metadata = token.Metadata
	}
	if !token.Receives.IsZero() {
		g.Receives = token.Receives
	}
	if who := token.Identity.Context(); len(who) > 0 {
		g.Context = who
	}
	g.Valid = func(ctx context.Context) error {
		if err := page(ctx); err != nil {
			return err
		}
		_, err := a.directory.Granted(ctx, token.ID)
		return err
	}
	return nil
}

// mayCall asks before a call begins what Admit will ask again.
func (a authenticator) mayCall(account webtrunk.AccountID, test bool, permit func(context.Context, webtrunk.Address) error) func(context.Context, webtrunk.Address) error {
	return func(ctx context.Context, to webtrunk.Address) error {
		q := policy.Question{Account: account, Test: test, Asked: to}
		if err := a.policy.Help(ctx, q); err != nil {
			return err
		}
		if err := permit(ctx, to); err != nil {
			return err
		}
		contact, err := a.directory.Resolve(ctx, directory.Query{Account: account, Test: test, To: to})
		if err != nil {
			return err
		}
		q.Contact = contact.Address
		return a.policy.Ask(ctx, q)
	}
}

// always is a permission that nobody has to be asked about.
func always(permit func(webtrunk.Address) error) func(context.Context, webtrunk.Address) error {
	return func(_ context.Context, to webtrunk.Address) error { return permit(to) }
}

// because gives a refusal the reason that signaling knows, and keeps its
// sentence and kind.
func because(reason, refusal error) error {
	kind := webtrunk.KindOf(refusal)
	if kind == webtrunk.Unavailable {
		return refusal // nothing is wrong with the page
	}
	return &webtrunk.Error{Op: "authorize", Kind: kind, Message: webtrunk.MessageOf(refusal, ""), Err: reason}
}
