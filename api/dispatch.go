package api

import (
	"context"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

// Dispatch is who answers which calls: queues, agents, hours and rules.
type Dispatch struct {
	Book *dispatch.Book
	Desk Desk // nil: what runs is not told
}

// A Desk runs the queues of this gateway.
type Desk interface {
	// Presence is what an agent is doing; offline for one that nobody knows.
	Presence(ctx context.Context, of dispatch.Tenant, agent string) dispatch.Presence
	// Presences is what all agents of a tenant are doing that are not offline, at least.
	Presences(ctx context.Context, of dispatch.Tenant) map[string]dispatch.Presence
	// Choose has an agent be available, away for a reason, or offline.
	Choose(ctx context.Context, of dispatch.Tenant, agent string, to dispatch.State, reason string) error
	// Done ends an agent's wrap-up before its time.
	Done(ctx context.Context, of dispatch.Tenant, agent string) error
	// Live returns a tenant's queues as they are now.
	Live(ctx context.Context, of dispatch.Tenant) []dispatch.Live

	// Waiting returns who waits, queue by queue and in order.
	Waiting(ctx context.Context, of dispatch.Tenant) []dispatch.Waiting
	// Move has a caller wait in another queue, Offer rings one agent for them, and
	// Dismiss ends their waiting. Who does not wait is webtrunk.NotFound; what
	// cannot be done just now is webtrunk.Conflict.
	Move(ctx context.Context, of dispatch.Tenant, call webtrunk.CallID, queue string) error
	Offer(ctx context.Context, of dispatch.Tenant, call webtrunk.CallID, agent string) error
	Dismiss(ctx context.Context, of dispatch.Tenant, call webtrunk.CallID) error

	// History returns what became of a tenant's callers, span by span.
	History(ctx context.Context, of dispatch.Tenant, p dispatch.Past) ([]dispatch.Figures, error)
}

// Routes implements Feature.
func (f Dispatch) Routes(s *Server) {
	f.eventTypes(s)
	f.queueRoutes(s)
	f.agentRoutes(s)
	f.hoursRoutes(s)
	f.ruleRoutes(s)
	f.wordRoutes(s)
	f.sharedPageRoutes(s)
	f.tryRoutes(s)
	if f.Desk != nil {
		f.presenceRoutes(s)
		f.ownQueueRoutes(s)
		f.liveRoutes(s)
		f.entryRoutes(s)
		f.historyRoutes(s)
	}
}

func (f Dispatch) eventTypes(s *Server) {
	for _, e := range [][2]string{
		{"queue.created", "A queue was made."},
		{"queue.updated", "A queue changed."},
		{"queue.deleted", "A queue is gone."},
		{"agent.created", "A person answers calls as an agent."},
		{"agent.updated", "An agent has other skills, queues or another name."},
		{"agent.deleted", "A person is an agent no more."},
		{"hours.created", "Opening hours were made."},
		{"hours.updated", "Opening hours changed."},
		{"hours.deleted", "Opening hours are gone."},
		{"context_rule.created", "A rule was made of who answers which calls."},
		{"context_rule.updated", "A rule of who answers which calls changed."},
		{"context_rule.deleted", "A rule of who answers which calls is gone."},
		{"presence_reason.created", "There is another reason for agents to be away."},
		{"presence_reason.updated", "A reason for agents to be away changed."},
		{"presence_reason.deleted", "A reason for agents to be away is gone."},
		{"disposition.created", "There is another word for what came of a call."},
		{"disposition.updated", "A word for what came of a call changed."},
		{"disposition.deleted", "A word for what came of a call is gone."},
		{"shared_page.created", "There is another page for agents to show."},
		{"shared_page.updated", "A page for agents to show changed."},
		{"shared_page.deleted", "A page for agents to show is gone."},
		{"agent.presence_changed", "An agent is there, away, rung, on a call, wrapping up, or let a call ring."},
		{"call.wrapped_up", "An agent noted what came of a call, or changed it."},
		{"queue.entry_added", "A caller waits in a queue."},
		{"queue.entry_left", "A caller waits in a queue no more."},
		{"offer.created", "An agent is offered a caller: their pages and telephone ring."},
		{"offer.accepted", "An agent took the caller."},
		{"offer.declined", "An agent declined, or could not be rung."},
		{"offer.timed_out", "An agent let it ring."},
		{"offer.rescinded", "An offer was taken back: another agent has answered, the caller or the agent left."},
	} {
		s.Event(e[0], e[1])
	}
}

// tenantOf is whose rows somebody sees.
func tenantOf(p directory.Principal) dispatch.Tenant {
	return dispatch.Tenant{Account: p.Account, Test: p.Test}
}

// setSeconds takes what a client has said, and leaves what it has not.
func setSeconds(to *dispatch.Seconds, from *int) {
	if from != nil {
		*to = dispatch.Seconds(*from)
	}
}

// setTo is setSeconds for everything else.
func setTo[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
