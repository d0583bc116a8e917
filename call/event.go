package call

import (
	"context"
	"time"

	"webtrunk"
)

// An Event is a fact about a call, in the past tense. Apply folds events into
// a call's state; the same events in the same order give the same state.
type Event interface {
	// Type is the event's name towards the outside, such as "call.answered".
	Type() string
}

// Of the call.
type (
	CallCreated struct {
		ID       webtrunk.CallID
		Account  webtrunk.AccountID // whose call it is
		Test     bool               // made with a test key: it reaches only the simulated carrier
		From     webtrunk.Address
		To       webtrunk.Address
		Via      string
		Context  map[string]string
		Callback bool   // the caller is dialled too
		Caller   Target // and how, in a call-back; From is how others are told of it
		Phrase   string // what a called-back caller hears while To is dialled
		Source   Source `json:"-"` // never on record: a call that is read back has none
	}
	CallUpdated  struct{ Context map[string]string } // all of it, as it is now
	CallAdmitted struct{ Terms Terms }
	CallRouted   struct {
		For  Purpose
		Plan Plan
	}
	// CallQueued: somebody waits in a queue, again if all who rang refused.
	CallQueued struct {
		For      Purpose `json:",omitempty"` // ForTransfer: whom a transfer brought there; else the caller
		Queue    string
		Waiting  Waiting
		Priority int
		Needs    map[string]int
	}
	MusicRefused struct{} // the queue's own music cannot be played
	PlaceTold    struct {
		Position int
		Wait     time.Duration
		Say      bool
	}
	CallbackRequested struct { // the caller would rather be called than wait
		Queue  string
		Number webtrunk.Address
	}
	CallbackRefused struct{ Queue string } // and is not: the caller waits on
	// VoicemailStarted: the caller is asked for a message.
	VoicemailStarted struct {
		Box     string
		Longest time.Duration
	}
	MessageBegun  struct{}           // what the caller says is being recorded
	MessageOver   struct{ By LegID } // no more, for this leg wanted so
	MessageDone   struct{}           // it is kept, or lost
	VoicemailLeft struct {
		Box       string
		Recording string // its ID
		Length    time.Duration
	}
	VoicemailFailed struct { // nothing was kept
		Box     string
		Message string
	}
	FarewellBegun struct { // a last phrase is played, and then the call ends
		Cause   Cause
		Message string
	}
	CallRinging      struct{}
	CallAnswered     struct{ Leg LegID }
	CallHeld         struct{ By LegID }
	CallResumed      struct{ By LegID }
	CallReconnecting struct{ Leg LegID }
	CallReconnected  struct{ Leg LegID }
	OrderRefused     struct { // something asked for could not be carried out
		Order   string
		Leg     LegID
		Message string
	}
	CreditExtended struct{ Terms Terms }
	// CallEnded is the last event of every call, and there is exactly one.
	CallEnded struct {
		Status  Status
		Reason  Cause
		By      LegID // who ended it; 0: not a party
		SIPCode int
		Message string // a sentence for people
	}
)

// Of a leg.
type (
	LegAdded   struct{ Leg Leg } // arrived or dialled
	StageTried struct {          // the plan's stage with this index is being dialled
		For   Purpose
		Stage int
	}
	LegRang struct {
		Leg   LegID
		Early bool // with early media
	}
	LegJoined   struct{ Leg LegID }
	DialogSaved struct { // how the leg's edge hangs it up after its process died
		Leg   LegID
		State []byte
	}
	QualityWarned struct { // a leg sounds worse than a limit
		Leg    LegID
		Metric Metric
		Value  float64
	}
	QualityCleared struct {
		Leg    LegID
		Metric Metric
		Value  float64
	}
	SoundAdded   struct{ Leg LegID } // to a leg that only wrote
	SoundRemoved struct{ Leg LegID } // it only writes from now on
	LegPressed   struct {
		Leg   LegID
		Digit string
	}
	LegLeft struct {
		Leg     LegID
		Cause   Cause
		SIPCode int
		Message string
		Quality *Quality // how it sounded, by whoever runs the call; Apply ignores it
	}
)

// Of a transfer.
type (
	TransferRequested struct {
		By       LegID
		To       webtrunk.Address
		Consult  bool
		Refer    bool   // the other party's own network makes the call
		Tell     bool   // By asked for it itself, and is told how it goes
		Replaces string // the target's call that this one takes the place of
	}
	TransferReferred   struct{ Leg LegID } // its network was asked to call the target
	TransferRinging    struct{ Leg LegID } // 0 where another network makes the call, also below
	TransferConsulting struct{ Leg LegID }
	TransferCompleted  struct{ Leg LegID }
	TransferFailed     struct {
		Cause   Cause
		SIPCode int // the target's final response, where it is the reason
		Message string
	}
	TransferCanceled struct{}
)

// Of the call's recording. Ready, and deleted, it is told of by whoever keeps it.
type (
	RecordingPlanned struct{ Policy RecordingPolicy } // how the call is recorded from now on
	RecordingWished  struct {                         // somebody who works for the account asked for it
		By   LegID // 0: not a party
		Wish RecordingWish
	}
	RecordingStarted struct {
		Number int   // of the call's recordings, from 1
		Leg    LegID // what it says and hears is recorded
	}
	RecordingPaused struct {
		Number int
		Reason PauseReason
	}
	RecordingResumed struct{ Number int }
	RecordingStopped struct{ Number int } // before the call's end
	RecordingFailed  struct {             // and no other begins in this call
		Number  int
		Message string
	}
	ConsentGranted struct {
		Leg      LegID
		Method   ConsentMethod
		Text     string // the version of what they were told
		Language string // and its language; empty: the gateway's own
	}
	ConsentDeclined struct {
		Leg      LegID
		Method   ConsentMethod
		Text     string
		Language string
		Reason   string // no_answer, or not_heard; empty: they said so
	}
)

// Of an invitation and a prompt.
type (
	InviteRequested struct {
		By      LegID
		To      webtrunk.Address
		Part    Part  // which the invited takes
		HeardBy LegID // to whom it whispers
		Tell    bool  // By is told when nobody joins
	}
	PartChanged struct {
		Leg     LegID
		Part    Part
		HeardBy LegID
	}
	InviteFailed struct {
		Cause   Cause
		Message string
	}
	PromptStarted struct{ Prompt Prompt }
	DigitTaken    struct { // a digit that a running prompt collected
		Leg   LegID
		Digit string // empty where the prompt is sensitive
	}
	PromptFinished struct {
		Leg    LegID
		Digits string // empty where the prompt is sensitive
		Reason string // complete, played, timeout, ended, or failed
	}
)

func (CallCreated) Type() string        { return "call.created" }
func (CallUpdated) Type() string        { return "call.updated" }
func (CallAdmitted) Type() string       { return "call.admitted" }
func (CallRouted) Type() string         { return "call.routed" }
func (CallQueued) Type() string         { return "call.queued" }
func (MusicRefused) Type() string       { return "queue.music_refused" }
func (PlaceTold) Type() string          { return "queue.place_told" }
func (CallbackRequested) Type() string  { return "queue.callback_requested" }
func (CallbackRefused) Type() string    { return "queue.callback_refused" }
func (VoicemailStarted) Type() string   { return "voicemail.started" }
func (MessageBegun) Type() string       { return "voicemail.begun" }
func (MessageOver) Type() string        { return "voicemail.over" }
func (MessageDone) Type() string        { return "voicemail.done" }
func (VoicemailLeft) Type() string      { return "voicemail.left" }
func (VoicemailFailed) Type() string    { return "voicemail.failed" }
func (FarewellBegun) Type() string      { return "call.farewell_begun" }
func (CallRinging) Type() string        { return "call.ringing" }
func (CallAnswered) Type() string       { return "call.answered" }
func (CallHeld) Type() string           { return "call.held" }
func (CallResumed) Type() string        { return "call.resumed" }
func (CallReconnecting) Type() string   { return "call.reconnecting" }
func (CallReconnected) Type() string    { return "call.reconnected" }
func (OrderRefused) Type() string       { return "call.order_failed" }
func (CreditExtended) Type() string     { return "call.credit_extended" }
func (CallEnded) Type() string          { return "call.ended" }
func (LegAdded) Type() string           { return "leg.added" }
func (StageTried) Type() string         { return "call.stage_tried" }
func (LegRang) Type() string            { return "leg.ringing" }
func (LegJoined) Type() string          { return "leg.joined" }
func (DialogSaved) Type() string        { return "leg.dialog_saved" }
func (QualityWarned) Type() string      { return "leg.quality_warning_raised" }
func (QualityCleared) Type() string     { return "leg.quality_warning_cleared" }
func (SoundAdded) Type() string         { return "leg.sound_added" }
func (SoundRemoved) Type() string       { return "leg.sound_removed" }
func (LegPressed) Type() string         { return "leg.dtmf_received" }
func (LegLeft) Type() string            { return "leg.left" }
func (TransferRequested) Type() string  { return "transfer.requested" }
func (TransferReferred) Type() string   { return "transfer.referred" }
func (TransferRinging) Type() string    { return "transfer.ringing" }
func (TransferConsulting) Type() string { return "transfer.consulting" }
func (TransferCompleted) Type() string  { return "transfer.completed" }
func (TransferFailed) Type() string     { return "transfer.failed" }
func (TransferCanceled) Type() string   { return "transfer.canceled" }
func (InviteRequested) Type() string    { return "invite.requested" }
func (PartChanged) Type() string        { return "leg.part_changed" }
func (InviteFailed) Type() string       { return "invite.failed" }
func (RecordingPlanned) Type() string   { return "recording.planned" }
func (RecordingWished) Type() string    { return "recording.wished" }
func (RecordingStarted) Type() string   { return "recording.started" }
func (RecordingPaused) Type() string    { return "recording.paused" }
func (RecordingResumed) Type() string   { return "recording.resumed" }
func (RecordingStopped) Type() string   { return "recording.stopped" }
func (RecordingFailed) Type() string    { return "recording.failed" }
func (ConsentGranted) Type() string     { return "consent.granted" }
func (ConsentDeclined) Type() string    { return "consent.declined" }
func (PromptStarted) Type() string      { return "prompt.started" }
func (DigitTaken) Type() string         { return "prompt.digit_taken" }
func (PromptFinished) Type() string     { return "prompt.finished" }

// A Commander is how a feature speaks to a running call: the switchboard
// implements it. Do returns at once; it fails with webtrunk.NotFound when no
// such call runs.
type Commander interface {
	Do(ctx context.Context, id webtrunk.CallID, in Input) error
}
