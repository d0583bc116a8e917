package api

import (
	"context"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/directory"
)

// ownRoutes are what a person may know without the right to look at everybody's:
// their own calls.
func (f Records) ownRoutes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/session/calls", Summary: "List your own calls", Tag: "Records", Session: true, Right: directory.CallsRead,
		Doc: "Records of the calls that you were in, or that rang at you, newest first. A call that rang at you and that you did not answer is one in which your leg has no joined_at."}, f.own)
}

func (f Records) own(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[archive.Record]], error) {
	page, _, err := f.Archive.Search(ctx, archive.Query{Account: p.Account, Test: p.Test, Party: directory.AgentName(p.ID),
		Limit: in.Limit + 1, After: webtrunk.CallID(in.StartingAfter)})
	if err != nil {
		return nil, err
	}
	return listOf(page, in.Limit, func(r archive.Record) string { return string(r.ID) }), nil
}

// A Colleague is somebody of the account who takes calls.
type Colleague struct {
	ID        string `json:"id" doc:"The person." example:"person_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string `json:"object" enum:"colleague" doc:"Always colleague."`
	Name      string `json:"name" doc:"What they are called." example:"Ada"`
	Address   string `json:"address" doc:"Where they are called: a call, a transfer or an invitation to it reaches the pages in which they are at work." example:"browser:agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Extension string `json:"extension,omitempty" doc:"The digits by which colleagues know them, if they are an agent who has some." example:"12"`
}

func (f Directory) colleagueRoutes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/session/colleagues", Summary: "List your colleagues", Tag: "Sessions", Session: true, Right: directory.CallsRead,
		Doc: "The people of your account who take calls, without yourself."}, f.colleagues)
}

func (f Directory) colleagues(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Colleague]], error) {
	found, err := f.Directory.Colleagues(ctx, p, in.part())
	if err != nil {
		return nil, err
	}
	extensions, err := f.extensions(ctx, p)
	return listed(found, err, in.Limit, func(p directory.Person) Colleague {
		agent := directory.AgentName(p.ID)
		return Colleague{ID: p.ID, Object: "colleague", Name: p.Name, Address: "browser:" + agent, Extension: extensions[agent]}
	}, func(p directory.Person) string { return p.ID })
}

func (f Directory) extensions(ctx context.Context, p directory.Principal) (map[string]string, error) {
	if f.Extensions == nil {
		return nil, nil
	}
	return f.Extensions(ctx, p)
}
