package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/directory"
	"webtrunk/room"
)

func (f Chats) pushRoutes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/pages", Summary: "Read which pages were shown in a call", Tag: "Calls", Right: directory.CallsRead,
		Doc: "During the call and after it, in their order. Whoever may read the call's chat reads them, and they are kept as long."}, f.pushed)
	s.Event("page_push.created", "A page was shown to the visitor of a call, by an agent or by a rule. Which it is, is not in the event: read the call's pages.")
}

// PushedPages are the pages that were shown in a call, as clients see them.
type PushedPages struct {
	Object   string          `json:"object" enum:"pushed_pages" doc:"Always pushed_pages."`
	Livemode bool            `json:"livemode" doc:"Whether it is of a live call."`
	Call     webtrunk.CallID `json:"call" doc:"The call."`
	Pages    []PagePush      `json:"pages" nullable:"false" doc:"What was shown, in order."`
}

// PagePush is one page that was shown.
type PagePush struct {
	Object    string    `json:"object" enum:"page_push" doc:"Always page_push."`
	Seq       int64     `json:"seq" doc:"Its place in what was done in the call's chat, from 1."`
	Leg       string    `json:"leg,omitempty" doc:"Who showed it: a leg of the call; none where a rule did."`
	Role      room.Role `json:"role" enum:"agent,site" doc:"agent, or site: a rule of the account's."`
	From      string    `json:"from,omitempty" doc:"The leg's address, as the call's record has it." example:"browser:agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	URL       string    `json:"url" doc:"The address of the page." example:"https://shop.example/offers"`
	Title     string    `json:"title,omitempty" doc:"What it was called." example:"Our offers"`
	CreatedAt time.Time `json:"created_at" doc:"When it was shown."`
}

func (f Chats) pushed(ctx context.Context, p directory.Principal, in *chatPath) (*Answer[PushedPages], error) {
	r, log, err := f.logOf(ctx, p, in, "There is no call with this ID whose pages you may read.")
	if err != nil {
		return nil, err
	}
	return answer(pushedShown(r, log)), nil
}

func pushedShown(r *archive.Record, log []room.Operation) PushedPages {
	all := PushedPages{Object: "pushed_pages", Livemode: r.Livemode, Call: r.ID, Pages: []PagePush{}}
	from := addresses(r)
	for _, o := range log {
		if o.Kind == room.Page {
			leg := o.By.Leg.Public(r.ID)
			all.Pages = append(all.Pages, PagePush{Object: "page_push", Seq: o.Seq, Leg: leg, Role: o.By.Role, From: from[leg], URL: o.URL, Title: o.Title, CreatedAt: o.At})
		}
	}
	return all
}
