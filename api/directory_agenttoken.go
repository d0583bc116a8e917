package api

import (
	"context"
	"time"

	"webtrunk/directory"
)

// An AgentToken lets a page of whoever is logged in take and make calls.
type AgentToken struct {
	Object    string    `json:"object" enum:"agent_token" doc:"Always agent_token."`
	Livemode  bool      `json:"livemode" doc:"Whether its calls are live."`
	Key       string    `json:"key" doc:"What the page says in hello as its key." example:"pk_agent"`
	Token     string    `json:"token" doc:"The token, for the page's hello; shown once."`
	Receives  string    `json:"receives" doc:"The name under which the person is called: browser:NAME reaches all pages in which they are at work." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Name      string    `json:"name" doc:"Whom the others in a call are told that they talk to." example:"Ada"`
	ExpiresAt time.Time `json:"expires_at" doc:"Until when it begins sessions. A session that it began lasts as long as the login."`
}

func (f Directory) agentTokenRoutes(s *Server) {
	Register(s, Route{Method: "POST", Path: "/v1/session/agent_token", Summary: "Get a token for your own page", Tag: "Sessions", Session: true, Right: directory.CallsWrite, Status: 201, Secret: true,
		Doc: "With it a page of the gateway's own, such as /console, is called under the person's name and calls wherever the account may. It ends with the login, and with the right to make calls."}, f.agentToken)
}

func (f Directory) agentToken(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[AgentToken], error) {
	page, token, expires, err := f.Directory.AgentToken(ctx, p, requestOf(ctx).credential)
	if err != nil {
		return nil, err
	}
	return answer(AgentToken{Object: "agent_token", Livemode: !page.Test, Key: directory.AgentKey, Token: token,
		Receives: directory.AgentName(page.Person), Name: page.Name, ExpiresAt: expires}), nil
}
