package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

func (f Dispatch) presenceRoutes(s *Server) {
	const tag, path = "Agents", "/v1/agents/{agent}/presence"
	Register(s, Route{Method: "GET", Path: path, Summary: "Get an agent's presence", Tag: tag, Right: directory.AgentsRead, Doc: "Who is logged in is the agent me."}, f.presence)
	Register(s, Route{Method: "PUT", Path: path, Summary: "Set an agent's presence", Tag: tag, Right: directory.CallsWrite,
		Doc: "One's own, as the agent me; another's needs the right `presence:write`. Who is on a call or wraps one up becomes it afterwards, but available ends the wrap-up at once."}, f.choose)
	Register(s, Route{Method: "DELETE", Path: "/v1/agents/{agent}/wrap_up", Summary: "End an agent's wrap-up", Tag: tag, Right: directory.CallsWrite,
		Doc: "Before its time. The agent is then what they chose to be, as after its end; nothing changes for who wraps up nothing. One's own, as the agent me; another's needs the right `presence:write`."}, f.done)
}

func (f Dispatch) liveRoutes(s *Server) {
	const tag = "Queues"
	Register(s, Route{Method: "GET", Path: "/v1/queues/live", Summary: "See all queues as they are now", Tag: tag, Right: directory.QueuesRead}, f.lives)
	Register(s, Route{Method: "GET", Path: "/v1/queues/{queue}/live", Summary: "See a queue as it is now", Tag: tag, Right: directory.QueuesRead}, f.live)
}

// A Presence is what an agent is doing.
type Presence struct {
	Object string          `json:"object" enum:"presence" doc:"Always presence."`
	State  dispatch.State  `json:"presence" enum:"offline,available,away,offered,on_call,wrap_up,unresponsive" doc:"What the agent is doing. Unresponsive is who let it ring: no call is offered to them until they say that they are available."`
	Reason string          `json:"reason,omitempty" doc:"Why they are away, in your own words."`
	Since  *time.Time      `json:"since,omitempty" doc:"Since when."`
	Until  *time.Time      `json:"until,omitempty" doc:"When the wrap-up ends by itself."`
	Call   webtrunk.CallID `json:"call,omitempty" doc:"The call that they are offered, are on, or wrap up."`
	Queue  string          `json:"queue,omitempty" doc:"The queue that the call waited in." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Places int             `json:"places" doc:"In how many pages they can be called."`
}

func presenceShown(p dispatch.Presence) Presence {
	return Presence{Object: "presence", State: p.State, Reason: p.Reason, Since: moment(p.Since), Until: moment(p.Until), Call: p.Call, Queue: p.Queue, Places: p.Places}
}

func (f Dispatch) presence(ctx context.Context, p directory.Principal, in *AgentPath) (*Answer[Presence], error) {
	a, err := f.meant(ctx, p, *in)
	if err != nil {
		return nil, err
	}
	return answer(presenceShown(f.Desk.Presence(ctx, a.Tenant, a.ID))), nil
}

type chosenPresence struct {
	AgentPath
	Body struct {
		State  dispatch.State `json:"presence" enum:"available,away,offline" doc:"What to be."`
		Reason string         `json:"reason,omitempty" id:"presence_reason" maxLength:"64" doc:"Why, of those who are away: one of the account's reasons."`
	}
}

func (f Dispatch) choose(ctx context.Context, p directory.Principal, in *chosenPresence) (*Answer[Presence], error) {
	a, err := f.commanded(ctx, p, in.AgentPath)
	if err != nil {
		return nil, err
	}
	reason, err := f.reasonFor(ctx, p, in.Body.State, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	if err := f.Desk.Choose(ctx, a.Tenant, a.ID, in.Body.State, reason); err != nil {
		return nil, err
	}
	return answer(presenceShown(f.Desk.Presence(ctx, a.Tenant, a.ID))), nil
}

// commanded is the agent that a path names, whose presence somebody may change.
func (f Dispatch) commanded(ctx context.Context, p directory.Principal, in AgentPath) (dispatch.Agent, error) {
	a, err := f.meant(ctx, p, in)
	if err == nil && a.Person != p.ID {
		err = p.May(directory.PresenceWrite)
	}
	return a, err
}

func (f Dispatch) done(ctx context.Context, p directory.Principal, in *AgentPath) (*Answer[Presence], error) {
	a, err := f.commanded(ctx, p, *in)
	if err != nil {
		return nil, err
	}
	if err := f.Desk.Done(ctx, a.Tenant, a.ID); err != nil {
		return nil, err
	}
	return answer(presenceShown(f.Desk.Presence(ctx, a.Tenant, a.ID))), nil
}

// reasonFor is a reason in words.
func (f Dispatch) reasonFor(ctx context.Context, p directory.Principal, to dispatch.State, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	r, err := f.Book.Reason(ctx, p, id)
	if err == nil && to != dispatch.Away {
		err = &webtrunk.Error{Op: "presence", Kind: webtrunk.Invalid, Message: "Only who is away has a reason for it: leave the reason out."}
	}
	return r.Name, about("reason", err)
}

// A LiveQueue is a queue as it is now.
type LiveQueue struct {
	Object       string     `json:"object" enum:"live_queue" doc:"Always live_queue."`
	Queue        string     `json:"queue" doc:"The queue." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Open         bool       `json:"open" doc:"Whether it is open."`
	ChangesAt    *time.Time `json:"changes_at,omitempty" doc:"Until when that stays so; left out where it does for a year."`
	Waiting      int        `json:"waiting" doc:"How many callers wait."`
	Longest      int        `json:"longest_wait_seconds" doc:"How long one of them has waited."`
	Available    int        `json:"agents_available" doc:"Agents that would be offered a call."`
	Busy         int        `json:"agents_busy" doc:"Agents that are offered a call, on one, or wrapping up."`
	Away         int        `json:"agents_away" doc:"Agents that are there and take no calls."`
	Since        *time.Time `json:"counted_since,omitempty" doc:"From when on the following are counted."`
	Entered      int        `json:"entered" doc:"Callers who came."`
	Answered     int        `json:"answered" doc:"Callers who were answered."`
	Abandoned    int        `json:"abandoned" doc:"Callers who hung up while they waited."`
	Left         int        `json:"left" doc:"Callers who left a message, asked to be called back, or were led elsewhere."`
	ServiceLevel *float64   `json:"service_level,omitempty" doc:"The part of callers who were answered in time, of those who were answered or hung up; left out while there were none." example:"0.8"`
}

func (f Dispatch) liveShown(ctx context.Context, p directory.Principal, l dispatch.Live) (LiveQueue, error) {
	open, until, err := f.Book.Opening(ctx, p, l.Queue)
	shown := LiveQueue{Object: "live_queue", Queue: l.Queue, Open: open, ChangesAt: moment(until), Waiting: l.Waiting, Longest: int(l.Longest.Seconds()),
		Available: l.Available, Busy: l.Busy, Away: l.Away, Since: moment(l.Since), Entered: l.Entered, Answered: l.Answered, Abandoned: l.Abandoned, Left: l.Left}
	if level, ok := l.Level(); ok {
		shown.ServiceLevel = &level
	}
	return shown, err
}

func (f Dispatch) live(ctx context.Context, p directory.Principal, in *QueuePath) (*Answer[LiveQueue], error) {
	q, err := f.Book.Queue(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	now := dispatch.Live{Queue: q.ID}
	for _, l := range f.Desk.Live(ctx, tenantOf(p)) {
		if l.Queue == q.ID {
			now = l
		}
	}
	shown, err := f.liveShown(ctx, p, now)
	return answer(shown), err
}

func (f Dispatch) lives(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[List[LiveQueue]], error) {
	all := List[LiveQueue]{Object: "list", Data: []LiveQueue{}}
	for _, l := range f.Desk.Live(ctx, tenantOf(p)) {
		shown, err := f.liveShown(ctx, p, l)
		if webtrunk.KindOf(err) == webtrunk.NotFound && err != nil {
			continue // it was deleted a moment ago
		}
		if err != nil {
			return nil, err
		}
		all.Data = append(all.Data, shown)
	}
	return answer(all), nil
}
