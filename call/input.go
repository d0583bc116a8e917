package call

import (
	"time"

	"webtrunk"
)

// An Input is something that happened to a call: an edge's report, a seam's
// answer, a timer, or somebody's wish. Inputs that no longer fit the call's
// state, such as a ringing report from a leg that ended, are ignored by Step.
type Input interface{ input() }

// What starts a call. Exactly one of them is a call's first input.
type (
	// Arrived: a leg reached us from outside and wants to be connected. It
	// becomes leg a.
	Arrived struct {
		ID      webtrunk.CallID
		Account webtrunk.AccountID // whose call it is
		Test    bool               // made with a test key: it reaches only the simulated carrier
		From    webtrunk.Address
		To      webtrunk.Address
		Kind    Kind              // of the arriving leg; empty means KindOf(From)
		Staff   bool              // whoever calls works for the account
		Via     string            // the widget, key or trunk it came through
		Context map[string]string // allow-listed metadata; the edges refuse control characters
		Dialog  []byte            // of leg a: see Leg
		Source  Source            // of a page's call; zero where nobody knows
		Written bool              // in writing: see Leg
	}
	// Requested: nobody is on the line yet. Dial Caller first and To when the
	// caller has answered (a call-back). Without a To nobody else is dialled: the call is
	// answered with its caller alone, for whoever asked for it to speak with by Ask.
	Requested struct {
		ID      webtrunk.CallID
		Account webtrunk.AccountID // whose call it is
		Test    bool               // made with a test key: it reaches only the simulated carrier
		Caller  Target
		To      webtrunk.Address
		Via     string
		Context map[string]string
		// Phrase is played to the caller while To is dialled, who is then also told when To
		// is not reached; empty plays ringback.
		Phrase string
	}
)

// CallerName is the name under which a call carries what its caller by telephone calls
// itself. Nobody has checked it.
const CallerName = "caller.name"

// CallerNumber is the name under which a call carries the number of its caller by telephone,
// where a carrier that is believed has vouched for it (RFC 3325 §9.1).
const CallerNumber = "identity.phone_number"

// Answers of the seams to the orders Admit and Route.
type (
	Admitted struct{ Terms Terms }
	Refused  struct {
		Cause   Cause
		Message string // a sentence for the caller
	}
	// Routed carries the plan for the purpose that Route asked for; later
	// stages for a queued call come the same way through a Commander.
	Routed struct {
		For  Purpose
		To   webtrunk.Address // as asked; an answer to an older question is ignored
		Plan Plan
	}
	NoRoute struct {
		For     Purpose
		To      webtrunk.Address
		Cause   Cause
		Message string
	}
)

// Reports from the edges about one leg.
type (
	LegRinging  struct{ Leg LegID }
	LegProgress struct{ Leg LegID } // early media: the far end is already heard
	LegAnswered struct{ Leg LegID }
	LegHeld     struct{ Leg LegID } // the far end put us on hold
	LegResumed  struct{ Leg LegID }
	LegLost     struct{ Leg LegID } // a browser's connection is gone; it may return
	LegReturned struct{ Leg LegID }
	LegSpeaks   struct{ Leg LegID } // a page that only wrote has sound from now on
	LegDigit    struct {
		Leg   LegID
		Digit string // one of 0-9 * # A-D
	}
	LegEnded struct {
		Leg     LegID
		Cause   Cause  // empty: derived from SIPCode
		SIPCode int    // the final response, where there was one
		Message string // a sentence, where the edge knows more than the cause says
	}
	PromptEnded struct{ Leg LegID } // the phrase was played to its end

	// Of the message that Record recorded.
	MessageSilent struct{} // nothing has been said for a while
	Recorded      struct { // it is kept
		Recording string // its ID; empty: nothing was said
		Length    time.Duration
	}
	RecordFailed struct{ Message string } // it is lost, and why
	// RecordingBroke: the call's recording cannot go on.
	RecordingBroke struct {
		Number  int
		Message string
	}
	// LegDialog: the leg's edge needs this to hang it up after this process
	// died. Reported before the LegAnswered to which it belongs, and whenever
	// it changes.
	LegDialog struct {
		Leg   LegID
		State []byte
	}
	// LegMeasured: how a leg sounds, and how it did one sample ago.
	LegMeasured struct {
		Leg         LegID
		Before, Now Quality
		Held        bool // at either of the two, as whoever measured knows
	}
	// LegReferred: how the far side of a leg fares with the call that ReferLeg
	// asked it to make. SIPCode is what it was told by whom it calls.
	LegReferred struct {
		Leg     LegID
		SIPCode int
		Message string
	}
)

// Wishes: of a leg in the call, or of the API, an agent or a policy through a Commander.
type (
	HangUp struct { // end the call for all
		By      LegID // 0: not a party
		Cause   Cause // empty: Hangup
		Message string
	}
	Hold     struct{ By LegID }
	Resume   struct{ By LegID }
	Transfer struct {
		By       LegID
		To       webtrunk.Address
		Consult  bool   // talk to the target first
		Refer    bool   // the other party's own network makes the call, and ours ends
		Tell     bool   // By asked for it itself, and is told how it goes
		Replaces string // the target's call that this one takes the place of; only the edge that dials it can read it
		Name     string // who hands over, as the target reads it
		Note     string // and what they are to know before they answer
	}
	// By is the party that asked for the transfer itself; 0 is somebody outside,
	// who may end anybody's.
	CompleteTransfer struct{ By LegID }
	CancelTransfer   struct{ By LegID }
	Invite           struct { // a third party joins
		By      LegID
		To      webtrunk.Address
		Part    Part  // which it takes: a supervisor listens, or whispers
		HeardBy LegID // to whom
		Tell    bool  // By is told when nobody joins
	}
	// ChangePart gives an invited leg another part.
	ChangePart struct {
		Leg     LegID
		Part    Part
		HeardBy LegID // who hears it, where it whispers
	}
	// SendDigits: to every other leg in the conversation; of a caller who waits or
	// leaves a message, to us.
	SendDigits struct {
		By     LegID
		Digits string
	}
	// CallMeBack: a caller who waits in a queue would rather be called, at a
	// number of his own where Number names none. By 0 speaks for whoever waits.
	CallMeBack struct {
		By     LegID
		Number webtrunk.Address
	}
	LeaveMessage struct{ By LegID } // or leave a message
	WriteOn      struct{ By LegID } // end the sound, and write
	Ask          Prompt
	// Consent is what somebody at a page says about being recorded. Granted can be taken back.
	Consent struct {
		Leg      LegID
		Granted  bool
		Language string // of the question
	}
	// ControlRecording is of somebody who works for the account; By 0 of nobody in the call.
	ControlRecording struct {
		By   LegID
		Wish RecordingWish
	}
	Extend struct{ Credit time.Duration } // credit from now on, after a top-up
	// Annotate adds to what travels with the call: allow-listed metadata. An
	// empty value takes a key away.
	Annotate struct{ Context map[string]string }
)

// What whoever runs a queue tells a call that waits in it. Agents come as Routed.
type (
	// Rescind takes back what rings: the legs that reach To, or all.
	Rescind struct {
		To    webtrunk.Address
		Cause Cause // told to those who ring no more; empty: Canceled
	}
	// Place is where the caller stands, 1 for the next; a page shows it.
	Place struct {
		Position int           // 0: not told
		Wait     time.Duration // how much longer, as estimated; 0: unknown
		Say      bool          // a telephone hears it
	}
	// CallbackSettled says whether the caller who asked for it is called back.
	CallbackSettled struct{ Promised bool }
	// Goodbye ends a call that nobody has answered with a phrase.
	Goodbye struct {
		Phrase  string
		Cause   Cause  // of the end
		Message string // a sentence, for those who read
	}
)

// What the machine itself is told.
type (
	TimerFired  struct{ Timer Timer }
	OrderFailed struct {
		Order   Order
		Message string // a sentence: what could not be done
	}
	NodeDied struct{} // after replay: the process that carried the call died
)

// A Prompt plays a phrase to one leg and may collect digits from it.
type Prompt struct {
	Leg       LegID
	Phrase    string
	Digits    int           // how many to collect, # ends earlier; 0 collects none
	Timeout   time.Duration // from the start of the phrase to the last digit; 0 means 30 s
	Sensitive bool          // digits go to the asker by GiveDigit and appear in no event
	Consent   bool          // it asks whether the leg may be recorded, or says that it is
}

func (Arrived) input()          {}
func (Requested) input()        {}
func (Admitted) input()         {}
func (Refused) input()          {}
func (Routed) input()           {}
func (NoRoute) input()          {}
func (LegRinging) input()       {}
func (LegProgress) input()      {}
func (LegAnswered) input()      {}
func (LegHeld) input()          {}
func (LegResumed) input()       {}
func (LegLost) input()          {}
func (LegReturned) input()      {}
func (LegSpeaks) input()        {}
func (LegDigit) input()         {}
func (LegEnded) input()         {}
func (PromptEnded) input()      {}
func (MessageSilent) input()    {}
func (Recorded) input()         {}
func (RecordFailed) input()     {}
func (LegDialog) input()        {}
func (RecordingBroke) input()   {}
func (Consent) input()          {}
func (ControlRecording) input() {}
func (LegMeasured) input()      {}
func (LegReferred) input()      {}
func (Annotate) input()         {}
func (HangUp) input()           {}
func (Hold) input()             {}
func (Resume) input()           {}
func (Transfer) input()         {}
func (CompleteTransfer) input() {}
func (CancelTransfer) input()   {}
func (Invite) input()           {}
func (ChangePart) input()       {}
func (SendDigits) input()       {}
func (CallMeBack) input()       {}
func (CallbackSettled) input()  {}
func (LeaveMessage) input()     {}
func (WriteOn) input()          {}
func (Rescind) input()          {}
func (Place) input()            {}
func (Goodbye) input()          {}
func (Ask) input()              {}
func (Extend) input()           {}
func (TimerFired) input()       {}
func (OrderFailed) input()      {}
func (NodeDied) input()         {}

// ForLeg returns an edge's report with the leg that it is about. Inputs that
// are no report on a leg are returned as they are.
func ForLeg(in Input, id LegID) Input {
	switch r := in.(type) {
	case LegRinging:
		r.Leg = id
		return r
	case LegProgress:
		r.Leg = id
		return r
	case LegAnswered:
		r.Leg = id
		return r
	case LegHeld:
		r.Leg = id
		return r
	case LegResumed:
		r.Leg = id
		return r
	case LegLost:
		r.Leg = id
		return r
	case LegReturned:
		r.Leg = id
		return r
	case LegSpeaks:
		r.Leg = id
		return r
	case LegDigit:
		r.Leg = id
		return r
	case LegDialog:
		r.Leg = id
		return r
	case LegMeasured:
		r.Leg = id
		return r
	case LegReferred:
		r.Leg = id
		return r
	case LegEnded:
		r.Leg = id
		return r
	case Hold:
		r.By = id
		return r
	case Resume:
		r.By = id
		return r
	case SendDigits:
		r.By = id
		return r
	case Transfer:
		r.By = id
		return r
	case CompleteTransfer:
		r.By = id
		return r
	case CancelTransfer:
		r.By = id
		return r
	case CallMeBack:
		r.By = id
		return r
	case LeaveMessage:
		r.By = id
		return r
	case WriteOn:
		r.By = id
		return r
	case Consent:
		r.Leg = id
		return r
	case ControlRecording:
		r.By = id
		return r
	case Invite:
		r.By = id
		return r
	}
	return in
}
