package journal

import (
	"context"
	"log/slog"

	"webtrunk"
	"webtrunk/call"
)

// Lines writes each event of a call as one line of the log. It is a
// switchboard.Journal that keeps nothing else. Digits and what travels with a
// call are left out: they may be anybody's PIN or address.
type Lines struct{ Log *slog.Logger }

// Append writes the events in their order.
func (l Lines) Append(ctx context.Context, c call.View, events []call.Event) error {
	l.write(ctx, c.ID, events)
	return nil
}

func (l Lines) write(ctx context.Context, id webtrunk.CallID, events []call.Event) {
	for _, e := range events {
		attrs := append([]slog.Attr{slog.String("call", string(id))}, details(e)...)
		l.Log.LogAttrs(ctx, slog.LevelInfo, e.Type(), attrs...)
	}
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
	case call.VoicemailStarted:
		return attrs("box", e.Box)
	case call.VoicemailLeft:
		return attrs("box", e.Box, "recording", e.Recording, "length", e.Length)
	case call.VoicemailFailed:
		return attrs("box", e.Box, "message", e.Message)
	case call.RecordingPlanned:
		return attrs("consent", e.Policy.Consent, "on_demand", e.Policy.OnDemand)
	case call.RecordingStarted:
		return attrs("recording", e.Number, "leg", e.Leg)
	case call.RecordingPaused:
		return attrs("recording", e.Number, "reason", e.Reason)
	case call.RecordingResumed:
		return attrs("recording", e.Number)
	case call.RecordingStopped:
		return attrs("recording", e.Number)
	case call.RecordingFailed:
		return attrs("recording", e.Number, "message", e.Message)
	case call.ConsentGranted:
		return attrs("leg", e.Leg, "method", e.Method, "text", e.Text, "language", e.Language)
	case call.ConsentDeclined:
		return attrs("leg", e.Leg, "method", e.Method, "text", e.Text, "language", e.Language, "reason", e.Reason)
	case call.CallbackRequested:
		return attrs("queue", e.Queue, "number", e.Number)
	case call.CallbackRefused:
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
		return attrs("leg", e.Leg.ID, "kind", e.Leg.Kind, "role", e.Leg.Role, "address", shown(e.Leg))
	case call.StageTried:
		return attrs("for", e.For, "stage", e.Stage)
	case call.LegRang:
		return attrs("leg", e.Leg, "early", e.Early)
	case call.SoundAdded:
		return attrs("leg", e.Leg)
	case call.SoundRemoved:
		return attrs("leg", e.Leg)
	case call.LegJoined:
		return attrs("leg", e.Leg)
	case call.QualityWarned:
		return attrs("leg", e.Leg, "metric", e.Metric, "value", e.Value)
	case call.QualityCleared:
		return attrs("leg", e.Leg, "metric", e.Metric, "value", e.Value)
	case call.DialogSaved:
		return attrs("leg", e.Leg)
	case call.LegPressed:
		return attrs("leg", e.Leg)
	case call.LegLeft:
		return ending("leg", e.Leg, e.Cause, e.SIPCode, e.Message)
	case call.TransferRequested:
		return attrs("by", e.By, "to", e.To, "consult", e.Consult, "refer", e.Refer)
	case call.TransferReferred:
		return attrs("leg", e.Leg)
	case call.TransferFailed:
		return attrs("reason", e.Cause, "sip_code", e.SIPCode, "message", e.Message)
	case call.InviteRequested:
		return attrs("by", e.By, "to", e.To, "part", e.Part, "heard_by", e.HeardBy)
	case call.PartChanged:
		return attrs("leg", e.Leg, "part", e.Part, "heard_by", e.HeardBy)
	case call.InviteFailed:
		return attrs("reason", e.Cause, "message", e.Message)
	case call.PromptFinished:
		return attrs("leg", e.Leg, "result", e.Reason)
	}
	return nil
}

// shown is who others are told a leg is.
func shown(l call.Leg) webtrunk.Address {
	return call.Target{Address: l.Address, Shown: l.Shown}.Told()
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
