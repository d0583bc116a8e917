package call

import (
	"slices"

	"webtrunk"
)

// Apply folds one event into the call. It is the only writer of a call's
// state, and it decides nothing.
func (c *Call) Apply(ev Event) {
	switch e := ev.(type) {
	case CallCreated:
		c.create(e)
	case CallAdmitted:
		c.terms, c.status = e.Terms, Queued
	case CallRouted:
		c.hunts[e.For] = hunt{plan: e.Plan, stage: -1}
	case StageTried:
		h := c.hunts[e.For]
		h.stage = e.Stage
		c.hunts[e.For] = h
	case CallQueued:
		c.queue(e)
	case MusicRefused:
		c.queued.Waiting.Music = ""
	case PlaceTold:
		c.place, c.unsaid = e, e.Say || c.unsaid
	case CallbackRequested:
		c.back = e.Number
	case CallbackRefused:
		c.back = webtrunk.Address{}
	case FarewellBegun:
		c.farewell = &e
	case VoicemailStarted:
		c.message, c.status = &message{VoicemailStarted: e}, InProgress
	case MessageBegun:
		c.message.recording = true
	case MessageOver:
		c.message.over, c.message.by = true, e.By
	case MessageDone:
		c.message = nil
	case CallRinging:
		c.status = StatusRinging
	case CallAnswered:
		c.answered, c.status, c.back = true, InProgress, webtrunk.Address{}
	case CallUpdated:
		c.context = e.Context
	case CreditExtended:
		c.terms = e.Terms
		c.extended++
	case CallEnded:
		c.status = e.Status

	case LegAdded:
		c.legs = append(c.legs, e.Leg)
	case LegRang:
		c.leg(e.Leg).State = Ringing
		if e.Early {
			c.leg(e.Leg).State = EarlyMedia
		}
	case LegJoined:
		c.join(e.Leg)
	case DialogSaved:
		c.leg(e.Leg).Dialog = e.State
	case QualityWarned:
		l := c.leg(e.Leg)
		l.Warned = append(slices.Clone(l.Warned), e.Metric) // a View may hold the former
	case QualityCleared:
		l := c.leg(e.Leg)
		l.Warned = slices.DeleteFunc(slices.Clone(l.Warned), func(m Metric) bool { return m == e.Metric })
	case LegLeft:
		c.leave(e)
	case CallHeld:
		c.leg(e.By).Held = true
	case CallResumed:
		c.leg(e.By).Held = false
	case CallReconnecting:
		c.leg(e.Leg).Lost = true
	case CallReconnected:
		c.leg(e.Leg).Lost = false
	case SoundAdded:
		c.leg(e.Leg).Written = false
	case SoundRemoved:
		c.leg(e.Leg).Written = true

	case TransferRequested:
		c.transfer, c.queued, c.back, c.before = &e, CallQueued{}, webtrunk.Address{}, c.said()
	case TransferReferred:
		c.referred = e.Leg
	case TransferCompleted, TransferFailed, TransferCanceled:
		c.endTransfer()
	case InviteRequested:
		c.invite = &e
	case PartChanged:
		c.leg(e.Leg).Part, c.leg(e.Leg).HeardBy = e.Part, e.HeardBy
	case InviteFailed:
		c.invite = nil

	case RecordingPlanned, RecordingWished, RecordingStarted, RecordingPaused, RecordingResumed, RecordingStopped, RecordingFailed, ConsentGranted, ConsentDeclined:
		c.recording.apply(e)

	case PromptStarted:
		c.asked++
		c.unsaid = c.unsaid && e.Prompt.Leg != c.hearer()
		c.prompts[e.Prompt.Leg] = prompt{Prompt: e.Prompt, number: c.asked}
	case DigitTaken:
		p := c.prompts[e.Leg]
		p.taken++
		p.digits += e.Digit
		c.prompts[e.Leg] = p
	case PromptFinished:
		delete(c.prompts, e.Leg)
	}
}

func (c *Call) create(e CallCreated) {
	*c = Call{
		id: e.ID, account: e.Account, test: e.Test, status: Authorizing, from: e.From, to: e.To, via: e.Via, context: e.Context,
		source: e.Source, callback: e.Callback, caller: e.Caller, phrase: e.Phrase, terms: Terms{}.withDefaults(),
		hunts: map[Purpose]hunt{}, prompts: map[LegID]prompt{}, recording: recording{consents: map[LegID]bool{}, heard: map[LegID]bool{}},
	}
}

// queue has somebody wait. Who was told a place in another call's queue has none in
// this one yet; what was answered stays so.
func (c *Call) queue(e CallQueued) {
	if e.For != c.queued.For {
		c.place, c.unsaid = PlaceTold{}, false
	}
	if c.queued = e; e.For != ForTransfer {
		c.status = Queued
	}
}

// join connects a leg. Whoever was invited is then no longer awaited.
func (c *Call) join(id LegID) {
	l := c.leg(id)
	l.State = Connected
	if l.Role == Invited {
		c.invite = nil
	}
}

// leave ends a leg, and remembers the most telling of a hunt's failures.
func (c *Call) leave(e LegLeft) {
	e.Quality = nil
	l := c.leg(e.Leg)
	p := l.Role.purpose()
	if h, hunting := c.hunts[p]; hunting && l.dialling() && weight[e.Cause] > weight[h.worst.Cause] {
		h.worst = e
		c.hunts[p] = h
	}
	l.State, l.Held, l.Lost = Ended, false, false
	delete(c.prompts, e.Leg)
}

// endTransfer makes a target that stays an ordinary party.
func (c *Call) endTransfer() {
	c.transfer, c.referred = nil, 0
	for i, l := range c.legs {
		if l.Role == TransferTarget && l.State == Connected {
			c.legs[i].Role = Callee
		}
	}
}
