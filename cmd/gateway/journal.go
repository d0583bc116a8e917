package main

import (
	"context"
	"log/slog"

	"webtrunk"
	"webtrunk/call"
)

// A journal writes each event of a call as one line of the log. Digits and
// what travels with a call are left out: they may be anybody's PIN or address.
type journal struct{ log *slog.Logger }

// Append logs the events in their order.
func (j journal) Append(ctx context.Context, c call.View, events []call.Event) error {
	for _, event := range events {
		attrs := append([]slog.Attr{slog.String("call", string(c.ID))}, details(event)...)
		j.log.LogAttrs(ctx, slog.LevelInfo, event.Type(), attrs...)
	}
	return nil
}

// details are what an operator wants to read beside an event's name.
func details(event call.Event) []slog.Attr {
	switch e := event.(type) {
	case call.CallCreated:
		return attrs("from", e.From, "to", e.To, "via", e.Via)
	case call.CallAdmitted:
		return attrs("ring_time", e.Terms.RingTime, "longest", e.Terms.Longest)
	case call.CallAnswered:
		return attrs("leg", e.Leg)
	case call.CallHeld:
		return attrs("by", e.By)
	case call.CallResumed:
		return attrs("by", e.By)
	case call.CallReconnecting:
		return attrs("leg", e.Leg)
	case call.CallReconnected:
		return attrs("leg", e.Leg)
	case call.CallQueued:
		return attrs("queue", e.Queue)
	case call.CallEnded:
		return ending("by", e.By, e.Reason, e.SIPCode, e.Message, "status", e.Status)
	case call.OrderRefused:
		return attrs("order", e.Order, "leg", e.Leg, "message", e.Message)
	}
	return legDetails(event)
}

func legDetails(event call.Event) []slog.Attr {
	switch e := event.(type) {
	case call.LegAdded:
		return attrs("leg", e.Leg.ID, "kind", e.Leg.Kind, "role", e.Leg.Role, "address", e.Leg.Address)
	case call.StageTried:
		return attrs("for", e.For, "stage", e.Stage)
	case call.LegRang:
		return attrs("leg", e.Leg, "early", e.Early)
	case call.LegJoined:
		return attrs("leg", e.Leg)
	case call.LegPressed:
		return attrs("leg", e.Leg)
	case call.LegLeft:
		return ending("leg", e.Leg, e.Cause, e.SIPCode, e.Message)
	case call.TransferRequested:
		return attrs("by", e.By, "to", e.To, "consult", e.Consult)
	case call.TransferFailed:
		return attrs("reason", e.Cause, "message", e.Message)
	case call.InviteRequested:
		return attrs("by", e.By, "to", e.To)
	case call.InviteFailed:
		return attrs("reason", e.Cause, "message", e.Message)
	case call.PromptFinished:
		return attrs("leg", e.Leg, "result", e.Reason)
	}
	return nil
}

// ending is why a leg or a call ended, without the parts that say nothing.
func ending(who string, leg call.LegID, cause call.Cause, code int, message string, more ...any) []slog.Attr {
	pairs := append([]any{who, leg, "reason", cause}, more...)
	if code != 0 {
		pairs = append(pairs, "sip_code", code)
	}
	if message != "" {
		pairs = append(pairs, "message", message)
	}
	return attrs(pairs...)
}

// attrs makes attributes of names and values, in turn; zero addresses, which
// name nobody, are left out.
func attrs(pairs ...any) (as []slog.Attr) {
	for i := 0; i+1 < len(pairs); i += 2 {
		name, value := pairs[i].(string), pairs[i+1]
		switch v := value.(type) {
		case webtrunk.Address:
			if !v.IsZero() {
				as = append(as, slog.String(name, v.String()))
			}
		case call.LegID:
			as = append(as, slog.String(name, v.String()))
		default:
			as = append(as, slog.Any(name, v))
		}
	}
	return as
}
