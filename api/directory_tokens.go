package api

import (
	"context"
	"time"

	"webtrunk/directory"
)

func (f Directory) tokenRoutes(s *Server) {
	const tag = "Client tokens"
	Register(s, Route{Method: "POST", Path: "/v1/client_tokens", Summary: "Make a client token", Tag: tag, Right: directory.ClientTokensWrite, Status: 201, Secret: true,
		Doc: "A JWT for one page, for at most an hour. The page shows it beside its widget's key, and may then do what the token says instead of what the widget allows."}, f.createToken)
	Register(s, Route{Method: "DELETE", Path: "/v1/client_tokens/{client_token}", Summary: "Withdraw a client token", Tag: tag, Right: directory.ClientTokensWrite,
		Doc: "A page that shows it is cut off within seconds."}, f.revokeToken)
}

// A ClientToken is what a site's server lets one page do.
type ClientToken struct {
	ID            string    `json:"id" doc:"The token's ID; not the token." example:"token_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object        string    `json:"object" enum:"client_token" doc:"Always client_token."`
	Livemode      bool      `json:"livemode" doc:"Whether its calls are live."`
	Token         string    `json:"token" doc:"The token, for the page; shown once."`
	Destinations  []string  `json:"destinations" nullable:"false" doc:"Where the page may call."`
	Receives      string    `json:"receives,omitempty" doc:"The name under which the page is called: a reference to browser:NAME reaches it."`
	Identity      Identity  `json:"identity" doc:"Who the page's visitor is."`
	MetadataNames []string  `json:"metadata_names" nullable:"false" doc:"What the page may say about a call."`
	OnePage       bool      `json:"one_page" doc:"Whether it counts for one page alone."`
	ExpiresAt     time.Time `json:"expires_at" doc:"Until when it begins sessions and calls."`
}

// An Identity is who a visitor is, as the site's server says; agents see it as
// checked.
type Identity struct {
	Subject string `json:"sub,omitempty" maxLength:"200" doc:"The site's own ID of the visitor." example:"customer-4711"`
	Name    string `json:"name,omitempty" maxLength:"200" doc:"What they are called." example:"Ada"`
	Email   string `json:"email,omitempty" maxLength:"200" doc:"Their email address." example:"ada@example.com"`
	Phone   string `json:"phone_number,omitempty" maxLength:"200" doc:"Their telephone number." example:"+15550100101"`
}

type newToken struct {
	Body struct {
		Destinations  []string `json:"destinations,omitempty" id:"reference" maxItems:"100" nullable:"false" doc:"Where the page may call: references, and the beginnings of numbers." example:"[\"+1555\"]"`
		Receives      string   `json:"receives,omitempty" maxLength:"32" doc:"The name under which the page is called." example:"desk"`
		Identity      Identity `json:"identity,omitempty" doc:"Who the page's visitor is."`
		MetadataNames []string `json:"metadata_names,omitempty" maxItems:"50" nullable:"false" doc:"What the page may say about a call, if not what its widget allows."`
		OnePage       bool     `json:"one_page,omitempty" doc:"Whether it counts for one page alone: the one that shows it first, also when that reconnects or is loaded again. Any other page is refused."`
		ExpiresIn     int      `json:"expires_in,omitempty" minimum:"1" maximum:"3600" default:"3600" doc:"How many seconds it counts."`
	}
}

func (f Directory) createToken(ctx context.Context, p directory.Principal, in *newToken) (*Answer[ClientToken], error) {
	b := in.Body
	to, err := destinationsOf(b.Destinations)
	if err != nil {
		return nil, err
	}
	t, token, err := f.Directory.CreateClientToken(ctx, p, directory.NewClientToken{ID: NewID(ctx, "token"), Life: time.Duration(b.ExpiresIn) * time.Second,
		Destinations: to, Receives: b.Receives, Identity: directory.Visitor(b.Identity), Metadata: b.MetadataNames, OnePage: b.OnePage})
	if err != nil {
		return nil, err
	}
	return answer(ClientToken{ID: t.ID, Object: "client_token", Livemode: !t.Test, Token: token, Destinations: stringsOf(t.Destinations), Receives: t.Name,
		Identity: Identity(t.Identity), MetadataNames: wordsOf(t.Metadata), OnePage: t.OnePage, ExpiresAt: t.Expires}), nil
}

type tokenPath struct {
	ID string `path:"client_token" id:"client_token" maxLength:"64" doc:"The token's ID." example:"token_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Directory) revokeToken(ctx context.Context, p directory.Principal, in *tokenPath) (*Empty, error) {
	return gone(f.Directory.RevokeClientToken(ctx, p, in.ID))
}
