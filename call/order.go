package call

import (
	"fmt"
	"time"

	"webtrunk"
)

// An Order is something a call wants done. Orders are carried out in their
// order; what cannot be carried out comes back as the input OrderFailed.
type Order interface{ order() }

// Purpose says what a route is wanted for.
type Purpose string

const (
	ForCall     Purpose = "call"
	ForTransfer Purpose = "transfer"
	ForInvite   Purpose = "invite"
)

// Questions to the seams.
type (
	AskAdmit struct{}
	AskRoute struct {
		For Purpose
		To  webtrunk.Address
	}
)

// Orders to a leg's edge.
type (
	Dial        struct{ Leg Leg }
	TellRinging struct{ Leg LegID } // the callee rings
	TellEarly   struct{ Leg LegID } // and can be heard
	AnswerLeg   struct{ Leg LegID } // the callee has answered
	Confirm     struct{ Leg LegID } // a dialled leg's answer is on record: tell its network that the call is up
	HoldLeg     struct{ Leg LegID } // the others put this leg on hold
	ResumeLeg   struct{ Leg LegID }
	Dtmf        struct {
		Leg    LegID
		Digits string
	}
	// ReferLeg has the far side of a leg call somebody itself.
	ReferLeg struct {
		Leg LegID
		To  webtrunk.Address
	}
	// TellTransfer tells the leg that asked for a transfer how it goes, while it
	// is here: that the target was reached it knows by HangUpLeg, with the cause
	// Transferred.
	TellTransfer struct {
		Leg     LegID
		Result  TransferResult
		Cause   Cause  // of a failure
		SIPCode int    // the target's final response, where it is the reason
		Message string // a sentence, where more is known than the cause says
	}
	// TellInvite tells the leg that invited somebody that nobody joins.
	TellInvite struct {
		Leg     LegID
		Cause   Cause
		Message string
	}
	// TellVerdict tells a page why somebody in the call, perhaps itself, cannot
	// be heard, or that this is over.
	TellVerdict struct {
		Leg     LegID
		About   LegID
		Verdict Metric
		Raised  bool
	}
	// TellQueued tells a page that it waits in a queue, and what it may wish instead.
	TellQueued struct {
		Leg       LegID
		Again     bool // it has talked to somebody, who handed it on
		Callback  bool
		Voicemail bool
	}
	// TellCallback tells a page that waits that it is not called back.
	TellCallback struct {
		Leg     LegID
		Refused bool
	}
	// AskToTalk tells a page that only writes that somebody in the call would talk.
	AskToTalk struct{ Leg LegID }
	// TellWriting tells a page that its call has no sound any more, or, Refused, that it
	// keeps it, for a telephone is in it.
	TellWriting struct {
		Leg     LegID
		Refused bool
	}
	// TellMessage tells a page how far the message is that it leaves.
	TellMessage struct {
		Leg     LegID
		State   MessageState
		Longest time.Duration // that is recorded
	}
	// TellPlace tells a page where in the queue it stands.
	TellPlace struct {
		Leg      LegID
		Position int
		Wait     time.Duration // as estimated; 0: unknown
	}
	// TellRecording tells a page whether it is recorded, or asks it.
	TellRecording struct {
		Leg      LegID
		State    RecordingState
		Reason   PauseReason // of one that is paused, or has not begun
		Controls bool        // the page may control it
		OnDemand bool        // and begin and end it
	}
	HangUpLeg struct {
		Leg     LegID
		Cause   Cause
		By      LegID // who ended the call, 0 where no party did
		SIPCode int   // the far side's final response, where it is the reason
		Message string
	}
)

// A TransferResult is how far a transfer has come.
type TransferResult string

const (
	TargetQueued     TransferResult = "queued" // somebody of a queue is to come
	TargetRings      TransferResult = "ringing"
	TargetTalks      TransferResult = "consulting" // with the leg that hands over, before it does
	TargetNotReached TransferResult = "failed"
)

// A MessageState is how far a caller's message is.
type MessageState string

const (
	MessageGreeting  MessageState = "greeting"  // the caller is asked for it
	MessageRecording MessageState = "recording" // the caller speaks
	MessageSaving    MessageState = "saving"
	MessageKept      MessageState = "kept"
)

// A RecordingState is what a page knows of the recording.
type RecordingState string

const (
	RecordingAsked    RecordingState = "asked" // whether it may be
	RecordingOff      RecordingState = "off"
	RecordingOn       RecordingState = "on"
	RecordingIsPaused RecordingState = "paused"
)

// GiveDigit hands one digit of a sensitive prompt to whoever asked for it, and
// to nobody else.
type GiveDigit struct {
	Leg   LegID
	Digit string
}

// Orders to the media loop.
type (
	// Bridge states who hears whom: all of Legs hear each other, those Beside
	// hear all of Legs, and nobody else in the call hears anybody. It replaces
	// the bridge before.
	Bridge struct {
		Legs   []LegID
		Beside []Beside
	}
	// Play plays a phrase, the ringback tone or hold music to one leg until it ends or
	// StopPlay or a Bridge that holds the leg takes its place.
	Play struct {
		Leg    LegID
		Phrase string
	}
	StopPlay struct{ Leg LegID }
	// Record records what a leg says, for a box, until StopRecord. How that went
	// is reported as Recorded or RecordFailed.
	Record struct {
		Leg     LegID
		Box     string
		Longest time.Duration
	}
	StopRecord struct{ Drop bool } // and keep nothing
	// StartRecording records what a leg says and hears, for the call's record, until
	// EndRecording or the end of the call. That it cannot go on is reported as
	// RecordingBroke.
	StartRecording struct {
		Number int // of the call's recordings, from 1
		Leg    LegID
		Beep   time.Duration // between the tones that all of the conversation hear; 0: none
	}
	PauseRecording  struct{ Number int } // a gap of silence, as long as it lasts
	ResumeRecording struct{ Number int }
	EndRecording    struct{ Number int }
)

// Phrases that the call has played by itself. Nobody who asks for a prompt waits
// for their end.
const (
	Ringback  = "ringback" // the ringback tone
	HoldMusic = "music"    // what whoever is on hold hears, or waits in a queue that has no other
)

// Orders to the clock.
type (
	StartTimer struct { // replaces a running timer of the same name
		Timer Timer
		After time.Duration
	}
	StopTimer struct{ Timer Timer }
)

// A Timer is named by what it is for and, where it guards one leg, the leg.
type Timer struct {
	Name TimerName
	Leg  LegID
}

type TimerName string

const (
	RingTimer    TimerName = "ring"    // a stage of a plan has rung long enough
	GraceTimer   TimerName = "grace"   // a lost leg has been away long enough
	CreditTimer  TimerName = "credit"  // the paid time is used up
	LongestTimer TimerName = "longest" // no call may be longer
	PromptTimer  TimerName = "prompt"  // nobody pressed the digits
	WaitTimer    TimerName = "wait"    // nobody waits longer in a queue
	PromiseTimer TimerName = "promise" // nobody has said whether the caller is called back
	MessageTimer TimerName = "message" // a message is as long as may be
	SaveTimer    TimerName = "save"    // it should have been kept by now
)

// Ends reports whether an order only ends something: such orders never wait
// for a store.
func Ends(o Order) bool {
	switch o.(type) {
	case HangUpLeg, StopPlay, StopRecord, StopTimer, PauseRecording, EndRecording:
		return true
	}
	return false
}

// Starts reports whether an order begins something that must be on record
// before it happens: a call, a leg that is dialled, or whose answer is given or taken.
func Starts(o Order) bool {
	switch o := o.(type) {
	case AskAdmit, Dial, AnswerLeg, Confirm, ReferLeg, Record, StartRecording, ResumeRecording:
		return true
	case AskRoute:
		return !Looks(o)
	}
	return false
}

// Looks reports whether an order only asks, and more follows its answer: the way
// of a call that is on record. Who joins a call is charged for.
func Looks(o Order) bool {
	ask, is := o.(AskRoute)
	return is && ask.For == ForCall
}

// Describe returns an order's name and the leg that it is for, 0 for none.
func Describe(o Order) (name string, leg LegID) {
	name = fmt.Sprintf("%T", o)[len("call."):]
	switch o := o.(type) {
	case Dial:
		leg = o.Leg.ID
	case TellRinging:
		leg = o.Leg
	case TellEarly:
		leg = o.Leg
	case AnswerLeg:
		leg = o.Leg
	case Confirm:
		leg = o.Leg
	case HoldLeg:
		leg = o.Leg
	case ResumeLeg:
		leg = o.Leg
	case Dtmf:
		leg = o.Leg
	case ReferLeg:
		leg = o.Leg
	case TellTransfer:
		leg = o.Leg
	case TellInvite:
		leg = o.Leg
	case TellVerdict:
		leg = o.Leg
	case TellQueued:
		leg = o.Leg
	case TellPlace:
		leg = o.Leg
	case TellCallback:
		leg = o.Leg
	case TellMessage:
		leg = o.Leg
	case AskToTalk:
		leg = o.Leg
	case TellWriting:
		leg = o.Leg
	case HangUpLeg:
		leg = o.Leg
	case GiveDigit:
		leg = o.Leg
	case Play:
		leg = o.Leg
	case StopPlay:
		leg = o.Leg
	case Record:
		leg = o.Leg
	case StartRecording:
		leg = o.Leg
	case TellRecording:
		leg = o.Leg
	}
	return name, leg
}

func (AskAdmit) order()        {}
func (AskRoute) order()        {}
func (Dial) order()            {}
func (TellRinging) order()     {}
func (TellEarly) order()       {}
func (AnswerLeg) order()       {}
func (Confirm) order()         {}
func (HoldLeg) order()         {}
func (ResumeLeg) order()       {}
func (Dtmf) order()            {}
func (ReferLeg) order()        {}
func (TellTransfer) order()    {}
func (TellInvite) order()      {}
func (TellVerdict) order()     {}
func (TellQueued) order()      {}
func (TellPlace) order()       {}
func (TellCallback) order()    {}
func (TellMessage) order()     {}
func (AskToTalk) order()       {}
func (TellWriting) order()     {}
func (HangUpLeg) order()       {}
func (Bridge) order()          {}
func (GiveDigit) order()       {}
func (Play) order()            {}
func (StopPlay) order()        {}
func (Record) order()          {}
func (StopRecord) order()      {}
func (TellRecording) order()   {}
func (StartRecording) order()  {}
func (PauseRecording) order()  {}
func (ResumeRecording) order() {}
func (EndRecording) order()    {}
func (StartTimer) order()      {}
func (StopTimer) order()       {}
