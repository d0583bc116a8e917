package api

import (
	"context"
	"time"

	"webtrunk/directory"
)

func (f Directory) keyRoutes(s *Server) {
	const tag, one = "API keys", "/v1/keys/{key}"
	Register(s, Route{Method: "POST", Path: "/v1/keys", Summary: "Make an API key", Tag: tag, Right: directory.KeysWrite, Status: 201, Secret: true,
		Doc: "In the mode, test or live, of whoever asks. The answer shows the secret, this once. A key is given no right that whoever makes it lacks."}, f.createKey)
	Register(s, Route{Method: "GET", Path: "/v1/keys", Summary: "List API keys", Tag: tag, Right: directory.KeysRead}, f.keys)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get an API key", Tag: tag, Right: directory.KeysRead}, f.key)
	Register(s, Route{Method: "POST", Path: one + "/revoke", Summary: "Revoke an API key", Tag: tag, Right: directory.KeysWrite,
		Doc: "For good. What follows events with it is cut off within seconds."}, f.revokeKey)
}

// A Key lets an application server use the API.
type Key struct {
	ID         string            `json:"id" doc:"The key; not its secret." example:"key_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object     string            `json:"object" enum:"api_key" doc:"Always api_key."`
	Livemode   bool              `json:"livemode" doc:"Whether it is of live mode; otherwise it reaches test resources and the simulated carrier only."`
	Name       string            `json:"name" doc:"What it is for."`
	Kind       directory.KeyKind `json:"kind" enum:"secret,restricted" doc:"Secret keys may do everything, restricted ones what their rights say."`
	Rights     []string          `json:"rights" nullable:"false" doc:"What it may do."`
	Hint       string            `json:"hint" doc:"By which to recognise it." example:"sk_live_…4f2a"`
	Secret     string            `json:"secret,omitempty" doc:"The key itself, shown once."`
	CreatedBy  string            `json:"created_by" doc:"The person or key that made it."`
	CreatedAt  time.Time         `json:"created_at" doc:"When it was made."`
	ExpiresAt  *time.Time        `json:"expires_at,omitempty" doc:"Until when it works, if not for good."`
	RevokedAt  *time.Time        `json:"revoked_at,omitempty" doc:"When it was revoked."`
	LastUsedAt *time.Time        `json:"last_used_at,omitempty" doc:"When it was last used, to the minute."`
}

func keyShown(k directory.APIKey) Key {
	return Key{ID: k.ID, Object: "api_key", Livemode: !k.Test, Name: k.Name, Kind: k.Kind, Rights: wordsOf(k.Rights), Hint: k.Hint, CreatedBy: k.By,
		CreatedAt: k.Created, ExpiresAt: moment(k.Expires), RevokedAt: moment(k.Revoked), LastUsedAt: moment(k.Used)}
}

type newKey struct {
	Body struct {
		Name      string            `json:"name" maxLength:"200" doc:"What it is for." example:"shop server"`
		Kind      directory.KeyKind `json:"kind" enum:"secret,restricted" doc:"Secret keys may do everything, restricted ones what their rights say." example:"restricted"`
		Rights    []directory.Right `json:"rights,omitempty" maxItems:"50" nullable:"false" doc:"Of a restricted key." example:"[\"calls:write\"]"`
		ExpiresAt time.Time         `json:"expires_at,omitzero" doc:"Until when it is to work; for good if left out."`
	}
}

func (f Directory) createKey(ctx context.Context, p directory.Principal, in *newKey) (*Answer[Key], error) {
	b := in.Body
	k, secret, err := f.Directory.CreateKey(ctx, p, directory.NewKey{ID: NewID(ctx, "key"), Name: b.Name, Kind: b.Kind, Rights: b.Rights, Expires: b.ExpiresAt})
	if err != nil {
		return nil, err
	}
	shown := keyShown(k)
	shown.Secret = secret
	return answer(shown), nil
}

func (f Directory) keys(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Key]], error) {
	found, err := f.Directory.Keys(ctx, p, in.part())
	return listed(found, err, in.Limit, keyShown, func(k directory.APIKey) string { return k.ID })
}

type keyPath struct {
	ID string `path:"key" id:"key" maxLength:"64" doc:"The key's ID." example:"key_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Directory) key(ctx context.Context, p directory.Principal, in *keyPath) (*Answer[Key], error) {
	k, err := f.Directory.Key(ctx, p, in.ID)
	return answer(keyShown(k)), err
}

func (f Directory) revokeKey(ctx context.Context, p directory.Principal, in *keyPath) (*Answer[Key], error) {
	k, err := f.Directory.RevokeKey(ctx, p, in.ID)
	return answer(keyShown(k)), err
}
