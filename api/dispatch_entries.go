package api

import (
	"cmp"
	"context"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/switchboard/journal"
)

func (f Dispatch) entryRoutes(s *Server) {
	const tag, one = "Queues", "/v1/queue_entries/{call}"
	Register(s, Route{Method: "GET", Path: "/v1/queue_entries", Summary: "List who waits", Tag: tag, Right: directory.QueuesRead,
		Doc: "The callers who wait in queues, queue by queue and in order: at most a thousand. Who they are is for those who also have the right `calls:read`."}, f.entries)
	Register(s, Route{Method: "POST", Path: one + "/move", Summary: "Move a caller to another queue", Tag: tag, Right: directory.PresenceWrite,
		Doc: "The caller keeps the time already waited, and waits there however many do. Who is to be called back stays."}, f.moveEntry)
	Register(s, Route{Method: "POST", Path: one + "/offer", Summary: "Offer a caller to an agent", Tag: tag, Right: directory.PresenceWrite,
		Doc: "Rings at this agent, whatever skills and queues they have. If they do not answer, the caller goes on waiting."}, f.offerEntry)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "End a caller's waiting", Tag: tag, Right: directory.PresenceWrite,
		Doc: "Hangs up whoever holds the line; who is to be called back is called no more."}, f.endEntry)
}

// A QueueEntry is a caller who waits.
type QueueEntry struct {
	Object   string          `json:"object" enum:"queue_entry" doc:"Always queue_entry."`
	Livemode bool            `json:"livemode" doc:"Whether it is a live call."`
	Call     webtrunk.CallID `json:"call" doc:"The call; of who is to be called back, the one in which they asked for it." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Queue    string          `json:"queue" doc:"The queue." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Position int             `json:"position" doc:"The place in it; 1 is next."`
	Since    time.Time       `json:"since" doc:"When they began to wait."`
	Joined   time.Time       `json:"joined_at" doc:"When they came into this queue."`
	Priority int             `json:"priority" doc:"Those of a larger one come first."`
	Needs    map[string]int  `json:"needs,omitempty" doc:"The least level of each skill that an agent needs."`
	Callback bool            `json:"callback" doc:"Whether they have hung up and are to be called."`
	Offered  []string        `json:"offered_to" nullable:"false" doc:"The agents at whom it rings."`

	From     string            `json:"from,omitempty" doc:"Who calls; of a hidden contact, what was called." example:"tel:+15550100101"`
	To       string            `json:"to,omitempty" doc:"What was called." example:"ref:ref_shop"`
	Metadata map[string]string `json:"metadata,omitempty" doc:"What is known of the call. Names that begin with identity. or rule. were checked, those with transfer. are of whoever handed the call on; the others are what a page says."`
}

// mostEntries bounds what a page is shown at once.
const mostEntries = 1000

func (f Dispatch) entries(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[List[QueueEntry]], error) {
	all := []QueueEntry{}
	for _, w := range f.Desk.Waiting(ctx, tenantOf(p)) {
		all = append(all, entryShown(w, p))
	}
	return listOf(all, mostEntries, func(e QueueEntry) string { return string(e.Call) }), nil
}

func entryShown(w dispatch.Waiting, p directory.Principal) QueueEntry {
	e := QueueEntry{Object: "queue_entry", Livemode: !p.Test, Call: w.Call, Queue: w.Queue, Position: w.Place, Since: w.Since.UTC(), Joined: w.Joined.UTC(),
		Priority: w.Priority, Needs: w.Needs, Callback: w.Callback, Offered: notNone(w.Offered)}
	if p.May(directory.CallsRead) != nil {
		return e
	}
	if w.View.ID != "" {
		c := journal.Show(w.View, w.Since, time.Time{}, nil)
		e.From, e.To, e.Metadata = c.From, c.To, c.Metadata
	}
	if w.Callback && w.Number.Value != "" {
		e.From = cmp.Or(e.From, w.Number.String())
	}
	return e
}

func notNone(names []string) []string { return append([]string{}, names...) }

// EntryPath is the part of a path that names a caller who waits; inputs embed it.
type EntryPath struct {
	Call webtrunk.CallID `path:"call" id:"queue_entry" maxLength:"64" doc:"The call that waits." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type movedEntry struct {
	EntryPath
	Body struct {
		Queue string `json:"queue" id:"queue" maxLength:"64" doc:"The other queue." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	}
}

func (f Dispatch) moveEntry(ctx context.Context, p directory.Principal, in *movedEntry) (*Empty, error) {
	if _, err := f.Book.Queue(ctx, p, in.Body.Queue); err != nil {
		return nil, about("queue", err)
	}
	return &Empty{}, about("call", f.Desk.Move(ctx, tenantOf(p), in.Call, in.Body.Queue))
}

type offeredEntry struct {
	EntryPath
	Body struct {
		Agent string `json:"agent" id:"agent" maxLength:"64" doc:"The agent." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	}
}

func (f Dispatch) offerEntry(ctx context.Context, p directory.Principal, in *offeredEntry) (*Empty, error) {
	if _, err := f.Book.Agent(ctx, p, in.Body.Agent); err != nil {
		return nil, about("agent", err)
	}
	return &Empty{}, about("call", f.Desk.Offer(ctx, tenantOf(p), in.Call, in.Body.Agent))
}

func (f Dispatch) endEntry(ctx context.Context, p directory.Principal, in *EntryPath) (*Empty, error) {
	return &Empty{}, about("call", f.Desk.Dismiss(ctx, tenantOf(p), in.Call))
}
