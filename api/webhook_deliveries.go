package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/webhook"
)

func (f Webhooks) deliveryRoutes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/deliveries", Summary: "List deliveries", Tag: "Webhooks", Right: directory.WebhooksRead,
		Doc: "What was or is to be sent to webhook endpoints, newest first. Deliveries are kept for 30 days after they ended."}, f.deliveries)
	Register(s, Route{Method: "GET", Path: "/v1/deliveries/{delivery}", Summary: "Get a delivery", Tag: "Webhooks", Right: directory.WebhooksRead,
		Doc: "With its attempts, newest first, at most 100."}, f.delivery)
	Register(s, Route{Method: "POST", Path: "/v1/deliveries/{delivery}/replay", Summary: "Replay a delivery", Tag: "Webhooks", Right: directory.WebhooksWrite, Status: 202,
		Doc: "Sends the event again, whatever became of it, and again by the schedule if that fails."}, f.replay)
}

// A Delivery is a webhook.Delivery as the API shows it.
type Delivery struct {
	ID            string            `json:"id" doc:"The delivery." example:"dlv_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object        string            `json:"object" enum:"delivery" doc:"Always delivery."`
	Livemode      bool              `json:"livemode" doc:"Whether the event is a live one."`
	Endpoint      string            `json:"webhook_endpoint" doc:"Where it goes." example:"we_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Event         string            `json:"event" doc:"What is sent; also the message's webhook-id." example:"evt_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Type          string            `json:"type" doc:"The event's type." example:"call.ended"`
	Seq           int64             `json:"seq" doc:"The event's place in the account."`
	Call          webtrunk.CallID   `json:"call,omitempty" doc:"The call that the event is of, if it is of one."`
	CallSeq       int64             `json:"call_seq,omitempty" doc:"The event's place in the call."`
	Status        webhook.Status    `json:"status" enum:"pending,delivered,failed" doc:"Whether it has arrived, will be tried, or was given up."`
	AttemptCount  int               `json:"attempt_count" doc:"How often it was tried."`
	StatusCode    int               `json:"status_code,omitempty" doc:"The HTTP status of the last attempt, if there was an answer."`
	Error         string            `json:"error,omitempty" doc:"Why the last attempt failed, or why it was given up, in a sentence."`
	CreatedAt     time.Time         `json:"created_at" doc:"When it was made."`
	NextAttemptAt *time.Time        `json:"next_attempt_at,omitempty" doc:"When it is due, while it is pending; if an attempt is under way, until when that may take."`
	EndedAt       *time.Time        `json:"ended_at,omitempty" doc:"When it arrived or was given up."`
	Attempts      []DeliveryAttempt `json:"attempts,omitempty" nullable:"false" doc:"Each try, newest first; shown where one delivery is asked for."`
}

// A DeliveryAttempt is one try.
type DeliveryAttempt struct {
	Number     int       `json:"number" doc:"From 1."`
	At         time.Time `json:"at" doc:"When it began."`
	StatusCode int       `json:"status_code,omitempty" doc:"The HTTP status, if there was an answer."`
	DurationMS float64   `json:"duration_ms" doc:"How long it took."`
	Response   string    `json:"response,omitempty" doc:"The beginning of the answer's body, as text: at most 1 KiB."`
	Error      string    `json:"error,omitempty" doc:"Why it failed, in a sentence."`
}

type deliveryFilter struct {
	Page
	Endpoint string         `query:"webhook_endpoint" id:"webhook_endpoint" maxLength:"64" doc:"Only deliveries to this endpoint." example:"we_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Status   webhook.Status `query:"status" enum:"pending,delivered,failed" doc:"Only deliveries with this status."`
	Event    string         `query:"event" id:"event" maxLength:"64" doc:"Only deliveries of this event." example:"evt_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Call     string         `query:"call" id:"call" maxLength:"64" doc:"Only deliveries of this call's events." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type deliveryPath struct {
	ID string `path:"delivery" id:"delivery" maxLength:"64" doc:"The delivery." example:"dlv_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Webhooks) deliveries(ctx context.Context, p directory.Principal, in *deliveryFilter) (*Answer[List[Delivery]], error) {
	if err := f.known(ctx, p, in); err != nil {
		return nil, err
	}
	found, err := f.Deliveries.List(ctx, scopeOf(p), webhook.Filter{Endpoint: in.Endpoint, Status: in.Status, Event: in.Event, Call: webtrunk.CallID(in.Call)}, in.StartingAfter, in.Limit+1)
	var shown []Delivery
	for _, d := range found {
		shown = append(shown, deliveryOf(d, nil))
	}
	return listOf(shown, in.Limit, func(d Delivery) string { return d.ID }), err
}

// known returns nil if all that the filter names is the caller's. An endpoint
// that was deleted still names its deliveries, and an event or a call whose
// retention has ended names none.
func (f Webhooks) known(ctx context.Context, p directory.Principal, in *deliveryFilter) error {
	log := Events{f.Deliveries.DB}
	if in.Event != "" {
		if _, err := log.place(ctx, p, in.Event); err != nil {
			return err
		}
	}
	if in.Call != "" {
		if err := log.known(ctx, p, in.Call); err != nil {
			return err
		}
	}
	if in.Endpoint == "" {
		return nil
	}
	_, err := f.Endpoints.Get(ctx, scopeOf(p), in.Endpoint)
	if webtrunk.KindOf(err) == webtrunk.NotFound {
		if left, _ := f.Deliveries.List(ctx, scopeOf(p), webhook.Filter{Endpoint: in.Endpoint}, "", 1); len(left) > 0 {
			return nil
		}
	}
	return webhookProblem(err)
}

func (f Webhooks) delivery(ctx context.Context, p directory.Principal, in *deliveryPath) (*Answer[Delivery], error) {
	d, err := f.Deliveries.Get(ctx, scopeOf(p), in.ID)
	if err != nil {
		return nil, webhookProblem(err)
	}
	attempts, err := f.Deliveries.Attempts(ctx, scopeOf(p), in.ID)
	return answer(deliveryOf(d, attempts)), err
}

func (f Webhooks) replay(ctx context.Context, p directory.Principal, in *deliveryPath) (*Answer[Delivery], error) {
	d, err := f.Deliveries.Replay(ctx, scopeOf(p), in.ID)
	return answer(deliveryOf(d, nil)), webhookProblem(err)
}

func deliveryOf(d webhook.Delivery, attempts []webhook.Attempt) Delivery {
	shown := Delivery{ID: d.ID, Object: "delivery", Livemode: !d.Test, Endpoint: d.Endpoint, Event: d.Event, Type: d.Type, Seq: d.Seq, Call: d.Call, CallSeq: d.CallSeq,
		Status: d.Status, AttemptCount: d.Attempts, StatusCode: d.Code, Error: d.Error, CreatedAt: d.Created, NextAttemptAt: moment(d.Next), EndedAt: moment(d.Ended)}
	for _, a := range attempts {
		shown.Attempts = append(shown.Attempts, DeliveryAttempt{Number: a.Number, At: a.Time, StatusCode: a.Code,
			DurationMS: float64(a.Duration.Microseconds()) / 1000, Response: a.Response, Error: a.Error})
	}
	return shown
}
