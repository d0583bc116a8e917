package api

import (
	"context"
	"time"

	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/dispatch/hours"
	contextrules "webtrunk/dispatch/rules"
)

// tryRoutes answer what would become of a call, and change nothing.
func (f Dispatch) tryRoutes(s *Server) {
	Register(s, Route{Method: "POST", Path: "/v1/context_rules/try", Summary: "Try the context rules", Tag: "Context rules", Right: directory.QueuesRead,
		Doc: "Which rule counts for a call of which this is known, made to this queue now, and where its caller comes to. Nothing is called."}, f.tryRules)
	Register(s, Route{Method: "POST", Path: "/v1/hours/try", Summary: "Try opening hours", Tag: "Opening hours", Right: directory.QueuesRead,
		Doc: "Whether hours that nobody has made yet would be open, and until when. Nothing is kept."}, f.tryHours)
}

// A KnownFact is something that is known of a call.
type KnownFact struct {
	Key     string `json:"key" minLength:"1" maxLength:"64" doc:"Its name." example:"product"`
	Value   string `json:"value" maxLength:"256" doc:"What it is." example:"Garden hose"`
	Trusted bool   `json:"trusted,omitempty" doc:"Whether somebody vouches for it, and not a page alone."`
}

// A RuleTrial is what would become of a call.
type RuleTrial struct {
	Object   string              `json:"object" enum:"rule_trial" doc:"Always rule_trial."`
	Rule     string              `json:"rule,omitempty" doc:"The name of the rule that counts; left out where none fits."`
	Queue    string              `json:"queue" doc:"Where the caller comes to." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Closed   dispatch.ClosedThen `json:"closed,omitempty" doc:"What follows there, while it is closed: hangup or voicemail."`
	OpensAt  *time.Time          `json:"opens_at,omitempty" doc:"When it opens."`
	Greeting string              `json:"greeting,omitempty" doc:"The phrase that the caller hears first."`
	Priority int                 `json:"priority" doc:"The caller's priority."`
	Needs    map[string]int      `json:"needs" doc:"The least level of each skill that the agent has."`
	Page     string              `json:"page,omitempty" doc:"The page that is shown to the agent."`
	Price    string              `json:"price,omitempty" doc:"The ID of the call's price."`

	CallerPage string `json:"caller_page,omitempty" doc:"The page that the caller is shown."`
}

type ruleTrial struct {
	Body struct {
		Queue string      `json:"queue" id:"queue" maxLength:"64" doc:"The queue that the call is made to."`
		Known []KnownFact `json:"known,omitempty" maxItems:"50" nullable:"false" doc:"What is known of the call."`
	}
}

func (f Dispatch) tryRules(ctx context.Context, p directory.Principal, in *ruleTrial) (*Answer[RuleTrial], error) {
	if _, err := f.Book.Queue(ctx, p, in.Body.Queue); err != nil {
		return nil, err
	}
	known := contextrules.Context{}
	for _, k := range in.Body.Known {
		known[k.Key] = contextrules.Fact{Value: k.Value, Trusted: k.Trusted}
	}
	way, err := f.Book.Way(ctx, dispatch.Question{Tenant: tenantOf(p), Queue: in.Body.Queue, Known: known})
	if err != nil {
		return nil, err
	}
	shown := RuleTrial{Object: "rule_trial", Rule: way.Rule, Queue: way.Queue.ID, Closed: way.Closed, OpensAt: moment(way.Opens),
		Greeting: way.Greeting, Priority: way.Priority, Needs: map[string]int{}, Page: way.Page, Price: way.Price, CallerPage: way.CallerPage}
	for skill, level := range way.Needs {
		shown.Needs[skill] = level
	}
	return answer(shown), nil
}

// An HoursTrial is whether hours would be open.
type HoursTrial struct {
	Object    string     `json:"object" enum:"hours_trial" doc:"Always hours_trial."`
	Open      bool       `json:"open" doc:"Whether they would be open."`
	ChangesAt *time.Time `json:"changes_at,omitempty" doc:"Until when that would stay so; left out where it would for a year."`
}

type hoursTrial struct {
	Body struct {
		Zone string     `json:"time_zone" maxLength:"64" doc:"The IANA name of a zone." example:"Europe/Berlin"`
		At   *time.Time `json:"at,omitempty" doc:"When; now if it is left out."`
		HoursSettings
	}
}

func (f Dispatch) tryHours(_ context.Context, _ directory.Principal, in *hoursTrial) (*Answer[HoursTrial], error) {
	t, err := in.Body.read()
	if err != nil {
		return nil, err
	}
	t.Zone = in.Body.Zone
	kept, err := hours.New(t)
	if err != nil {
		return nil, err
	}
	at := time.Now()
	setTo(&at, in.Body.At)
	open, until := kept.Open(at)
	return answer(HoursTrial{Object: "hours_trial", Open: open, ChangesAt: moment(until)}), nil
}
