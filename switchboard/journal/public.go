package journal

import (
	"cmp"
	"strings"
	"time"
	"unicode"

	"webtrunk/call"
)

// internal are the events that make no record of their own: what only the
// machine needs.
func internal(e call.Event, after call.View) bool {
	switch e := e.(type) {
	case call.StageTried, call.DigitTaken, call.MusicRefused, call.PlaceTold, call.FarewellBegun, call.MessageBegun, call.MessageOver, call.MessageDone,
		call.RecordingWished:
		return true
	case call.DialogSaved:
		return after.Legs[e.Leg-1].State != call.Connected
	}
	return false
}

// typeOf is a record's type.
func typeOf(e call.Event) string {
	if _, saved := e.(call.DialogSaved); saved {
		return "leg.updated"
	}
	return e.Type()
}

// A teller writes one call's events for the outside.
type teller struct {
	after    call.View // the call after the event
	hidden   hidden
	metadata func(key string) bool // nil shows all
	tried    *call.StageTried      // by which a leg is added
	answered time.Time             // zero before
	now      time.Time
}

// tell returns what the outside reads of an event.
func (t teller) tell(e call.Event) Data {
	d := Data{Call: t.after.ID, Status: t.after.Status}
	switch e := e.(type) {
	case call.CallCreated:
		d.From, d.To, d.Via, d.Callback = t.hidden.address(e.From), t.hidden.address(e.To), e.Via, e.Callback
		d.Metadata = t.allowed(e.Context)
	case call.CallUpdated:
		d.Metadata = t.allowed(e.Context)
	case call.CallAdmitted:
		d.RingTimeMS, d.LongestMS, d.CreditMS = e.Terms.RingTime.Milliseconds(), e.Terms.Longest.Milliseconds(), e.Terms.Credit.Milliseconds()
	case call.CreditExtended:
		d.CreditMS = e.Terms.Credit.Milliseconds()
	case call.CallRouted:
		d.For, d.Stages, d.Queue = e.For, len(e.Plan.Stages), e.Plan.Queue
	case call.CallQueued:
		d.For, d.Queue, d.Priority, d.Needs = e.For, e.Queue, e.Priority, e.Needs
	case call.VoicemailStarted:
		d.Box = e.Box
	case call.VoicemailLeft:
		d.Box, d.Recording, d.Seconds = e.Box, e.Recording, e.Length.Seconds()
	case call.VoicemailFailed:
		d.Box, d.Message = e.Box, t.hidden.text(e.Message)
	case call.CallbackRequested:
		d.Queue, d.Number = e.Queue, t.hidden.address(e.Number)
	case call.CallbackRefused:
		d.Queue = e.Queue
	case call.CallAnswered:
		d.Leg = t.leg(e.Leg)
	case call.CallHeld:
		d.Leg = t.leg(e.By)
	case call.CallResumed:
		d.Leg = t.leg(e.By)
	case call.CallReconnecting:
		d.Leg = t.leg(e.Leg)
	case call.CallReconnected:
		d.Leg = t.leg(e.Leg)
	case call.OrderRefused:
		d.Leg, d.Order, d.Message = t.leg(e.Leg), snake(e.Order), t.hidden.text(e.Message)
	case call.CallEnded:
		t.end(&d, e)
	default:
		t.tellLeg(&d, e)
	}
	return d
}

func (t teller) tellLeg(d *Data, e call.Event) {
	switch e := e.(type) {
	case call.LegAdded:
		d.Leg = t.leg(e.Leg.ID)
		if t.tried != nil {
			d.For, d.Stage = t.tried.For, &t.tried.Stage
		}
	case call.LegRang:
		d.Leg, d.EarlyMedia = t.leg(e.Leg), e.Early
	case call.LegJoined:
		d.Leg = t.leg(e.Leg)
	case call.DialogSaved:
		d.Leg = t.leg(e.Leg)
	case call.QualityWarned:
		d.Leg, d.Metric, d.Value, d.Message = t.leg(e.Leg), e.Metric, &e.Value, call.Explain(e.Metric)
	case call.QualityCleared:
		d.Leg, d.Metric, d.Value = t.leg(e.Leg), e.Metric, &e.Value
	case call.SoundAdded:
		d.Leg = t.leg(e.Leg)
	case call.SoundRemoved:
		d.Leg = t.leg(e.Leg)
	case call.LegPressed:
		d.Leg, d.Digit = t.leg(e.Leg), e.Digit
	case call.LegLeft:
		d.Leg, d.Reason, d.SIPCode, d.Message = t.leg(e.Leg), string(e.Cause), e.SIPCode, t.hidden.text(e.Message)
		if e.Quality != nil {
			q := ShowQuality(*e.Quality)
			d.Quality = &q
		}
	case call.PromptStarted:
		d.Leg = t.leg(e.Prompt.Leg)
		d.Prompt = &Prompt{e.Prompt.Phrase, e.Prompt.Digits, e.Prompt.Timeout.Milliseconds(), e.Prompt.Sensitive}
	case call.PromptFinished:
		d.Leg, d.Reason, d.Digits = t.leg(e.Leg), e.Reason, e.Digits
	default:
		t.tellTransfer(d, e)
		t.tellRecording(d, e)
	}
}

func (t teller) tellRecording(d *Data, e call.Event) {
	id := func(number int) string { return call.RecordingID(t.after.ID, number) }
	switch e := e.(type) {
	case call.RecordingPlanned:
		d.Consent, d.OnDemand = cmp.Or(string(e.Policy.Consent), "off"), e.Policy.OnDemand
	case call.RecordingStarted:
		d.Recording, d.Leg = id(e.Number), t.leg(e.Leg)
	case call.RecordingPaused:
		d.Recording, d.Reason = id(e.Number), string(e.Reason)
	case call.RecordingResumed:
		d.Recording = id(e.Number)
	case call.RecordingStopped:
		d.Recording = id(e.Number)
	case call.RecordingFailed:
		d.Recording, d.Message = id(e.Number), t.hidden.text(e.Message)
	case call.ConsentGranted:
		d.Leg, d.Method, d.Text, d.Language = t.leg(e.Leg), string(e.Method), e.Text, e.Language
	case call.ConsentDeclined:
		d.Leg, d.Method, d.Text, d.Language, d.Reason = t.leg(e.Leg), string(e.Method), e.Text, e.Language, e.Reason
	}
}

func (t teller) tellTransfer(d *Data, e call.Event) {
	switch e := e.(type) {
	case call.TransferRequested:
		d.Leg, d.To, d.Consult = t.leg(e.By), t.hidden.address(e.To), e.Consult
		if e.Refer {
			d.Method = "refer"
		}
	case call.TransferReferred:
		d.Leg = t.leg(e.Leg)
	case call.TransferRinging:
		d.Leg = t.leg(e.Leg)
	case call.TransferConsulting:
		d.Leg = t.leg(e.Leg)
	case call.TransferCompleted:
		d.Leg = t.leg(e.Leg)
	case call.TransferFailed:
		d.Reason, d.SIPCode, d.Message = string(e.Cause), e.SIPCode, t.hidden.text(e.Message)
	case call.InviteRequested:
		d.Leg, d.To, d.Part, d.HeardBy = t.leg(e.By), t.hidden.address(e.To), e.Part, t.leg(e.HeardBy)
	case call.PartChanged:
		d.Leg, d.Part, d.HeardBy = t.leg(e.Leg), e.Part, t.leg(e.HeardBy)
	case call.InviteFailed:
		d.Reason, d.Message = string(e.Cause), t.hidden.text(e.Message)
	}
}

func (t teller) end(d *Data, e call.CallEnded) {
	d.SIPCode, d.Message = e.SIPCode, t.hidden.text(e.Message)
	d.End = &End{EndReason: e.Reason, EndedBy: e.By.Public(t.after.ID)}
	if !t.answered.IsZero() {
		answered := t.answered
		d.AnsweredAt, d.DurationMS = &answered, t.now.Sub(answered).Milliseconds()
	}
}

// leg is a leg as the outside sees it, nil for none.
func (t teller) leg(id call.LegID) *Leg {
	if id < 1 || int(id) > len(t.after.Legs) {
		return nil
	}
	l := t.hidden.leg(t.after.Legs[id-1])
	return &l
}

func (h hidden) leg(l call.Leg) Leg {
	return Leg{
		ID: l.ID.Public(l.Call), Kind: l.Kind, Role: l.Role, Address: h.address(l.Address), From: h.address(l.From),
		State: l.State, Held: l.Held, Reconnecting: l.Lost, Written: l.Written, Warnings: l.Warned,
		Part: l.Part, HeardBy: l.HeardBy.Public(l.Call),
	}
}

func (t teller) allowed(context map[string]string) map[string]string {
	metadata := map[string]string{}
	for key, value := range context {
		if t.metadata == nil || t.metadata(key) {
			metadata[key] = value
		}
	}
	return metadata
}

// snake turns AnswerLeg into answer_leg.
func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
