package api

import (
	"context"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

// A Reachable is a queue as whoever may hand a call over to it sees it.
type Reachable struct {
	ID        string `json:"id" doc:"The queue." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string `json:"object" enum:"reachable_queue" doc:"Always reachable_queue."`
	Name      string `json:"name" doc:"What it is called." example:"Billing"`
	Address   string `json:"address" doc:"Where it is reached: a transfer to it has the other party wait there." example:"queue:queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Open      bool   `json:"open" doc:"Whether it is open: one that is closed takes nobody."`
	Waiting   int    `json:"waiting" doc:"How many wait."`
	Available int    `json:"agents_available" doc:"Agents that would be offered a call."`
}

// ownQueueRoutes are what everybody who takes calls may know of queues.
func (f Dispatch) ownQueueRoutes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/session/queues", Summary: "List the queues that calls can be handed to", Tag: "Sessions", Session: true, Right: directory.CallsRead,
		Doc: "The queues of your account, by name, with how many wait there now."}, f.reachable)
}

func (f Dispatch) reachable(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Reachable]], error) {
	found, err := f.Book.Queues(ctx, p, in.part())
	if err != nil {
		return nil, err
	}
	now := map[string]dispatch.Live{}
	for _, l := range f.Desk.Live(ctx, tenantOf(p)) {
		now[l.Queue] = l
	}
	shown := func(q dispatch.Queue) Reachable {
		open, _, opening := f.Book.Opening(ctx, p, q.ID)
		at := webtrunk.Address{Scheme: webtrunk.Queue, Value: q.ID}
		return Reachable{ID: q.ID, Object: "reachable_queue", Name: q.Name, Address: at.String(), Open: open && opening == nil, Waiting: now[q.ID].Waiting, Available: now[q.ID].Available}
	}
	return listed(found, nil, in.Limit, shown, func(q dispatch.Queue) string { return q.ID })
}
