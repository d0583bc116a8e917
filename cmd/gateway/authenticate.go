package main

import (
	"context"
	"fmt"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/signaling"
)

// An authenticator tells signaling what a page may do, from the directory.
type authenticator struct{ directory *directory.Directory }

// OriginAllowed reports whether any key lists an origin.
func (a authenticator) OriginAllowed(origin string) bool { return a.directory.Serves(origin) }

// Authorize checks a page's key against its origin, and its token if it shows
// one. A page may be called only if it shows a token.
func (a authenticator) Authorize(_ context.Context, h signaling.Hello) (signaling.Grant, error) {
	key, err := a.directory.Key(h.Key)
	if err != nil {
		return signaling.Grant{}, because(signaling.ErrBadKey, err)
	}
	if !key.Serves(h.Origin) {
		return signaling.Grant{}, because(signaling.ErrBadOrigin, &webtrunk.Error{Op: "origin", Kind: webtrunk.Forbidden,
			Message: fmt.Sprintf("Pages of %s may not use this key. Add the origin to the key in the gateway's configuration.", h.Origin)})
	}
	grant := signaling.Grant{Via: key.Name, Metadata: key.Metadata, MayCall: mayCall(a.directory, key)}
	if h.Token != "" {
		if grant.Receives, err = a.directory.Receiver(h.Token); err != nil {
			return signaling.Grant{}, because(signaling.ErrBadToken, err)
		}
	}
	return grant, nil
}

// mayCall asks before a call begins what Admit will ask again.
func mayCall(d *directory.Directory, key directory.Key) func(context.Context, webtrunk.Address) error {
	return func(_ context.Context, to webtrunk.Address) error {
		if err := key.Permit(to); err != nil {
			return err
		}
		_, err := d.Resolve(to)
		return err
	}
}

// because gives a refusal the reason that signaling knows, and keeps its
// sentence and kind.
func because(reason, refusal error) error {
	return &webtrunk.Error{Op: "authorize", Kind: webtrunk.KindOf(refusal),
		Message: webtrunk.MessageOf(refusal, ""), Err: reason}
}
