package api

import (
	"context"
	"time"

	"webtrunk/directory"
	"webtrunk/webhook"
)

// Webhooks are the endpoints that events are delivered to, and the log of their
// deliveries.
type Webhooks struct {
	Endpoints  *webhook.Endpoints
	Deliveries *webhook.Deliveries
}

// Routes implements Feature.
func (f Webhooks) Routes(s *Server) {
	s.Event(webhook.Tested, "Somebody asked for a test of a webhook endpoint. It is sent to that endpoint alone.")
	s.Event(webhook.Disabled, "A webhook endpoint gets no more events: its owner disabled it, or it answered 410.")
	f.endpointRoutes(s)
	f.deliveryRoutes(s)
}

func (f Webhooks) endpointRoutes(s *Server) {
	const one = "/v1/webhook_endpoints/{webhook_endpoint}"
	read, write := directory.WebhooksRead, directory.WebhooksWrite
	Register(s, Route{Method: "POST", Path: "/v1/webhook_endpoints", Summary: "Make a webhook endpoint", Tag: "Webhooks", Right: write, Status: 201, Secret: true,
		Doc: "From now on, events are posted to the URL, signed by the rules of Standard Webhooks with the secret in the answer, which is shown this once."}, f.create)
	Register(s, Route{Method: "GET", Path: "/v1/webhook_endpoints", Summary: "List webhook endpoints", Tag: "Webhooks", Right: read,
		Doc: "Newest first."}, f.list)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a webhook endpoint", Tag: "Webhooks", Right: read,
		Doc: "With what it has not got: its backlog."}, f.get)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a webhook endpoint", Tag: "Webhooks", Right: write,
		Doc: "What is left out stays as it is. Disabling gives up what was not delivered; after enabling, a replay sends what was missed."}, f.update)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a webhook endpoint", Tag: "Webhooks", Right: write,
		Doc: "What was not delivered is given up. The log of its deliveries stays as long as others."}, f.delete)
	Register(s, Route{Method: "POST", Path: one + "/rotate_secret", Summary: "Rotate a webhook endpoint's secret", Tag: "Webhooks", Right: write, Secret: true,
		Doc: "The answer shows the new secret, this once. Until the old one ends, each message carries a signature of both, so that the receiver can change over without losing a message."}, f.rotate)
	Register(s, Route{Method: "POST", Path: one + "/test", Summary: "Test a webhook endpoint", Tag: "Webhooks", Right: write, Status: 202,
		Doc: "Sends the endpoint an event of type webhook_endpoint.tested, whatever events it wants. List the deliveries of the event in the answer to see how it went."}, f.test)
	Register(s, Route{Method: "POST", Path: one + "/replay", Summary: "Replay a range of events", Tag: "Webhooks", Right: write, Status: 202,
		Doc: "Sends the endpoint the events of a range again, or for the first time: those that it wants, in the order of each call. Receivers tell repetitions by webhook-id. A range has at most 10,000 events."}, f.replayRange)
}

// A WebhookEndpoint is a webhook.Endpoint as the API shows it.
type WebhookEndpoint struct {
	ID             string          `json:"id" doc:"The endpoint." example:"we_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object         string          `json:"object" enum:"webhook_endpoint" doc:"Always webhook_endpoint."`
	Livemode       bool            `json:"livemode" doc:"Whether it gets live events; otherwise test events."`
	URL            string          `json:"url" doc:"Where events are posted to." example:"https://example.com/webhooks"`
	Description    string          `json:"description" doc:"Your own words."`
	Events         []string        `json:"events" nullable:"false" doc:"The types of events that it gets; call.* means all that begin with call." example:"[\"call.*\"]"`
	Format         webhook.Format  `json:"format" enum:"webtrunk,cloudevents" doc:"How events are written: as the API shows them, or as CloudEvents 1.0 in structured mode."`
	Enabled        bool            `json:"enabled" doc:"Whether it gets events."`
	DisabledReason string          `json:"disabled_reason,omitempty" doc:"Why not, in a sentence."`
	Secret         string          `json:"secret,omitempty" doc:"What messages are signed with, shown once." example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"`
	Backlog        *WebhookBacklog `json:"backlog,omitempty" doc:"What it has not got; shown where one endpoint is asked for."`
	CreatedAt      time.Time       `json:"created_at" doc:"When it was made."`
	UpdatedAt      time.Time       `json:"updated_at" doc:"When it was changed."`
}

// A WebhookBacklog is what an endpoint has not got.
type WebhookBacklog struct {
	Pending  int64      `json:"pending" doc:"Deliveries that have not arrived yet."`
	Retrying int64      `json:"retrying" doc:"Of these, how many have failed at least once."`
	OldestAt *time.Time `json:"oldest_at,omitempty" doc:"Since when the oldest of them waits."`
	Failed   int64      `json:"failed" doc:"Deliveries that were given up and are still in the log."`
}

type webhookPath struct {
	ID string `path:"webhook_endpoint" id:"webhook_endpoint" maxLength:"64" doc:"The endpoint." example:"we_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type newWebhook struct {
	Body struct {
		URL         string         `json:"url" maxLength:"2048" doc:"Where events are to be posted: https://, a public address, no redirects." example:"https://example.com/webhooks"`
		Description string         `json:"description,omitempty" maxLength:"500" doc:"Your own words."`
		Events      []string       `json:"events,omitempty" maxItems:"100" nullable:"false" doc:"The types of events that it gets; call.* means all that begin with call., * or nothing means all." example:"[\"call.*\"]"`
		Format      webhook.Format `json:"format,omitempty" enum:"webtrunk,cloudevents" default:"webtrunk" doc:"How events are written: as the API shows them, or as CloudEvents 1.0 in structured mode."`
	}
}

type webhookChange struct {
	ID   string `path:"webhook_endpoint" id:"webhook_endpoint" maxLength:"64" doc:"The endpoint." example:"we_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Body struct {
		URL         *string         `json:"url,omitempty" maxLength:"2048" doc:"Where events are to be posted."`
		Description *string         `json:"description,omitempty" maxLength:"500" doc:"Your own words."`
		Events      *[]string       `json:"events,omitempty" maxItems:"100" doc:"The types of events that it gets."`
		Format      *webhook.Format `json:"format,omitempty" enum:"webtrunk,cloudevents" doc:"How events are written."`
		Enabled     *bool           `json:"enabled,omitempty" doc:"Whether it gets events."`
	}
}

func (f Webhooks) create(ctx context.Context, p directory.Principal, in *newWebhook) (*Answer[WebhookEndpoint], error) {
	b := in.Body
	ep, secret, err := f.Endpoints.Create(ctx, scopeOf(p), webhook.Draft{
		ID: NewID(ctx, "we"), URL: b.URL, Description: b.Description, Events: b.Events, Format: b.Format})
	if err != nil {
		return nil, webhookProblem(err)
	}
	shown := webhookOf(ep)
	shown.Secret = secret.Reveal()
	return answer(shown), nil
}

func (f Webhooks) list(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[WebhookEndpoint]], error) {
	found, err := f.Endpoints.List(ctx, scopeOf(p), in.StartingAfter, in.Limit+1)
	var shown []WebhookEndpoint
	for _, ep := range found {
		shown = append(shown, webhookOf(ep))
	}
	return listOf(shown, in.Limit, func(e WebhookEndpoint) string { return e.ID }), err
}

func (f Webhooks) get(ctx context.Context, p directory.Principal, in *webhookPath) (*Answer[WebhookEndpoint], error) {
	ep, err := f.Endpoints.Get(ctx, scopeOf(p), in.ID)
	if err != nil {
		return nil, webhookProblem(err)
	}
	shown := webhookOf(ep)
	shown.Backlog = &WebhookBacklog{}
	backlog, err := f.Deliveries.Backlog(ctx, ep.ID)
	for _, b := range backlog {
		shown.Backlog = &WebhookBacklog{Pending: b.Pending, Retrying: b.Retrying, Failed: b.Failed, OldestAt: moment(b.Oldest)}
	}
	return answer(shown), err
}

func (f Webhooks) update(ctx context.Context, p directory.Principal, in *webhookChange) (*Answer[WebhookEndpoint], error) {
	b := in.Body
	ep, err := f.Endpoints.Update(ctx, scopeOf(p), in.ID, webhook.Change{URL: b.URL, Description: b.Description, Events: b.Events, Format: b.Format, Enabled: b.Enabled})
	return answer(webhookOf(ep)), webhookProblem(err)
}

func (f Webhooks) delete(ctx context.Context, p directory.Principal, in *webhookPath) (*Empty, error) {
	return &Empty{}, webhookProblem(f.Endpoints.Delete(ctx, scopeOf(p), in.ID))
}

func webhookOf(e webhook.Endpoint) WebhookEndpoint {
	return WebhookEndpoint{ID: e.ID, Object: "webhook_endpoint", Livemode: !e.Test, URL: e.URL, Description: e.Description, Events: e.Events,
		Format: e.Format, Enabled: e.Enabled, DisabledReason: e.Reason, CreatedAt: e.Created, UpdatedAt: e.Updated}
}

// scopeOf is what a caller may see of webhooks.
func scopeOf(p directory.Principal) webhook.Scope {
	return webhook.Scope{Account: p.Account, Test: p.Test}
}

// moment is a time that may be absent.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
