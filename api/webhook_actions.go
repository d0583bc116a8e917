package api

import (
	"context"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/webhook"
)

type rotation struct {
	ID   string `path:"webhook_endpoint" id:"webhook_endpoint" maxLength:"64" doc:"The endpoint." example:"we_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Body *struct {
		KeepSeconds *int `json:"keep_old_for,omitempty" minimum:"0" maximum:"604800" doc:"For how many seconds the old secret goes on signing; 86400, one day, if left out; 0 ends it at once." example:"86400"`
	}
}

func (f Webhooks) rotate(ctx context.Context, p directory.Principal, in *rotation) (*Answer[WebhookEndpoint], error) {
	keep := webhook.KeepSecret
	if in.Body != nil && in.Body.KeepSeconds != nil {
		keep = time.Duration(*in.Body.KeepSeconds) * time.Second
	}
	secret, err := f.Endpoints.Rotate(ctx, scopeOf(p), in.ID, keep)
	if err != nil {
		return nil, webhookProblem(err)
	}
	ep, err := f.Endpoints.Get(ctx, scopeOf(p), in.ID)
	shown := webhookOf(ep)
	shown.Secret = secret.Reveal()
	return answer(shown), webhookProblem(err)
}

// A WebhookTest says by which event an endpoint is tested.
type WebhookTest struct {
	Object string `json:"object" enum:"webhook_test" doc:"Always webhook_test."`
	Event  string `json:"event" doc:"The event whose delivery shows how the test went." example:"evt_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Webhooks) test(ctx context.Context, p directory.Principal, in *webhookPath) (*Answer[WebhookTest], error) {
	rec, err := f.Endpoints.Test(ctx, scopeOf(p), in.ID)
	return answer(WebhookTest{Object: "webhook_test", Event: rec.ID}), webhookProblem(err)
}

type replayInput struct {
	ID   string `path:"webhook_endpoint" id:"webhook_endpoint" maxLength:"64" doc:"The endpoint." example:"we_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Body struct {
		FromSeq     int64     `json:"from_seq,omitempty" minimum:"1" doc:"The seq of the first event." example:"1200"`
		ToSeq       int64     `json:"to_seq,omitempty" minimum:"1" doc:"The seq of the last event; left out, the newest." example:"1250"`
		From        time.Time `json:"from,omitempty" doc:"Only events that happened at this time or later." example:"2026-11-22T08:00:00Z"`
		To          time.Time `json:"to,omitempty" doc:"Only events that happened before this time." example:"2026-11-22T09:00:00Z"`
		Undelivered bool      `json:"undelivered,omitempty" doc:"Leave out what has been delivered to this endpoint already."`
	}
}

// A WebhookReplay says what a replay has begun.
type WebhookReplay struct {
	Object string `json:"object" enum:"webhook_replay" doc:"Always webhook_replay."`
	Queued int    `json:"queued" doc:"How many deliveries are pending because of it."`
}

func (f Webhooks) replayRange(ctx context.Context, p directory.Principal, in *replayInput) (*Answer[WebhookReplay], error) {
	b := in.Body
	if b.FromSeq == 0 && b.From.IsZero() {
		if _, err := f.Endpoints.Get(ctx, scopeOf(p), in.ID); err != nil {
			return nil, webhookProblem(err)
		}
		return nil, &Problem{Kind: webtrunk.Invalid, Code: "parameter_missing", Param: "from_seq", Message: "A replay needs a beginning.",
			Remedies: []string{"Send from_seq, the seq of the first event, or from, a time."}}
	}
	n, err := f.Deliveries.ReplayRange(ctx, scopeOf(p), in.ID, webhook.Range{FromSeq: b.FromSeq, ToSeq: b.ToSeq, From: b.From, To: b.To, Undelivered: b.Undelivered})
	return answer(WebhookReplay{Object: "webhook_replay", Queued: n}), webhookProblem(err)
}

// webhookProblem gives an error of package webhook its code.
func webhookProblem(err error) error {
	var e *webtrunk.Error
	if !errors.As(err, &e) {
		return err
	}
	p := &Problem{Kind: e.Kind, Message: e.Message, Err: e.Err}
	switch e.Op {
	case "webhook endpoint":
		p.Param = "webhook_endpoint"
	case "delivery", "url", "description", "format":
		p.Param = e.Op
	case "event":
		p.Param = "events"
	}
	switch {
	case e.Op == "url":
		p.Code, p.Kind = "url_not_allowed", webtrunk.Invalid
	case e.Kind == webtrunk.NotFound && e.Op == "delivery":
		p.Code = "delivery_not_found"
	case e.Kind == webtrunk.NotFound:
		p.Code = "webhook_endpoint_not_found"
	case e.Kind == webtrunk.Exhausted:
		p.Code, p.Remedies = "limit_reached", []string{e.Message}
	}
	return p
}
