package api

import (
	"context"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/directory"
)

// erasureRoutes add how somebody is forgotten.
func (f Records) erasureRoutes(s *Server) {
	s.Event("erasure.completed", "What an erasure request was about has been erased; data counts it and does not say who it was.")
	Register(s, Route{Method: "POST", Path: "/v1/erasure_requests", Summary: "Ask for an erasure", Tag: "Records", Right: directory.RecordsErase, Status: 201,
		Doc: "Name one of number, identity or call. All the account's calls up to now that it concerns lose their identity, recordings and transcripts, in records and events alike; running calls do so when they have ended. This cannot be undone. The answer, and whatever is kept of the request, tells a pseudonym in place of the subject."}, f.erase)
	Register(s, Route{Method: "GET", Path: "/v1/erasure_requests", Summary: "List erasure requests", Tag: "Records", Right: directory.RecordsRead,
		Doc: "Newest first."}, f.erasures)
	Register(s, Route{Method: "GET", Path: "/v1/erasure_requests/{erasure_request}", Summary: "Get an erasure request", Tag: "Records", Right: directory.RecordsRead}, f.erasure)
}

type erasureBody struct {
	Body struct {
		Number   string `json:"number,omitempty" maxLength:"40" doc:"A telephone number in international form." example:"+15550100101"`
		Identity string `json:"identity,omitempty" maxLength:"500" doc:"A SIP address, a browser's name, or a value of metadata, such as a visitor's name, in full; of somebody who works for the account, their ID or email address."`
		Call     string `json:"call,omitempty" id:"call" maxLength:"64" doc:"One call."`
	}
}

type erasurePath struct {
	ID string `path:"erasure_request" id:"erasure_request" maxLength:"64" doc:"The request." example:"era_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Records) erase(ctx context.Context, p directory.Principal, in *erasureBody) (*Answer[archive.Erasure], error) {
	e, err := f.Archive.RequestErasure(ctx, NewID(ctx, "era"), p.Account, p.Test, p.ID,
		archive.Subject{Number: in.Body.Number, Identity: in.Body.Identity, Call: webtrunk.CallID(in.Body.Call)})
	return answer(e), err
}

func (f Records) erasure(ctx context.Context, p directory.Principal, in *erasurePath) (*Answer[archive.Erasure], error) {
	e, err := f.Archive.Erasure(ctx, p.Account, p.Test, in.ID)
	return answer(e), err
}

func (f Records) erasures(ctx context.Context, p directory.Principal, in *Page) (*Answer[List[archive.Erasure]], error) {
	found, err := f.Archive.Erasures(ctx, p.Account, p.Test, in.Limit+1, in.StartingAfter)
	if err != nil {
		return nil, err
	}
	return listOf(found, in.Limit, func(e archive.Erasure) string { return e.ID }), nil
}
