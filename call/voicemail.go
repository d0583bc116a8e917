package call

import (
	"cmp"
	"time"
)

const (
	// DefaultMessage is as long as most people's mailboxes let a message be.
	DefaultMessage = 3 * time.Minute
	// saving is how long a message may take to be kept once it has ended.
	saving = 10 * time.Second
	// Beep is the phrase after which the caller speaks.
	Beep = "beep"
)

// cannotRecord is what a caller reads whose message is lost.
const cannotRecord = "Your message could not be recorded. Please call again later."

// A message is a voicemail that the caller leaves.
type message struct {
	VoicemailStarted
	recording bool
	over      bool // it has ended, and is being kept
	by        LegID
}

// voicemail lets the caller leave a message in a plan's box: greeting, beep, and
// whatever is said until a hash, ten silent seconds, a hang-up or the longest.
func (s *step) voicemail(p Plan) {
	if s.c.inQueue() && !s.notTaken(LegLeft{Cause: Voicemail}) {
		return
	}
	if s.c.writes() {
		s.end(CallEnded{Reason: NoAnswer, Message: nobodyReads})
		return
	}
	if !s.c.hears() && (s.c.leg(1) == nil || s.c.dialled(1)) {
		s.end(CallEnded{Reason: Unsupported, Message: "nobody is on the line who could leave a message"})
		return
	}
	s.dismissAll()
	s.emit(VoicemailStarted{Box: p.Voicemail, Longest: cmp.Or(p.Longest, DefaultMessage)})
	if !s.c.connected(s.c.hearer()) {
		s.emit(LegJoined{Leg: 1})
	}
	s.say(cmp.Or(p.Greeting, s.c.inWords("leave_message")))
}

// wantsRecord is what a page is told that leaves a message.
func (c *Call) wantsRecord() TellMessage {
	id := c.hearer()
	switch m := c.message; {
	case !c.live(id) || c.leg(id).Kind != WebRTC || c.callback && !c.answered:
	case m != nil && m.over:
		return TellMessage{Leg: id, State: MessageSaving}
	case m != nil && m.recording:
		return TellMessage{Leg: id, State: MessageRecording, Longest: m.Longest}
	case m != nil:
		return TellMessage{Leg: id, State: MessageGreeting}
	case c.farewell != nil && c.farewell.Cause == Voicemail:
		return TellMessage{Leg: id, State: MessageKept}
	}
	return TellMessage{}
}

// leaveMessage lets a caller leave a message who would rather do so than wait.
func (s *step) leaveMessage(in LeaveMessage) {
	if _, box := s.c.offered(); box != "" && s.c.waitsFor(in.By) {
		s.voicemail(Plan{Voicemail: box})
	}
}

// speaks reports whether the caller's message is being recorded.
func (c *Call) speaks() bool {
	return c.message != nil && c.message.recording && !c.message.over
}

// goOn begins to record once the beep is over, which comes after the greeting
// however that ended.
func (s *step) goOn(said string) {
	if said != Beep {
		s.say(Beep)
		return
	}
	s.emit(MessageBegun{})
	s.order(Record{Leg: s.c.hearer(), Box: s.c.message.Box, Longest: s.c.message.Longest})
}

// messageOver has what was said kept, and ends the call when it is.
func (s *step) messageOver(e CallEnded) {
	if s.c.speaks() {
		s.emit(MessageOver{By: e.By})
		s.order(StopRecord{})
	}
}

// recorded takes it that a message is kept. One in which nothing was said is none.
func (s *step) recorded(in Recorded) {
	if s.c.message == nil || !s.c.message.recording {
		return
	}
	if in.Recording == "" {
		s.parting(CallEnded{Reason: Canceled}, "goodbye")
		return
	}
	s.emit(VoicemailLeft{Box: s.c.message.Box, Recording: in.Recording, Length: in.Length})
	s.parting(CallEnded{Reason: Voicemail}, "thank_you", "goodbye")
}

// recordFailed tells the caller, if he is still there, that his message is lost.
func (s *step) recordFailed(why string) {
	if s.c.message == nil || !s.c.message.recording {
		return
	}
	s.emit(VoicemailFailed{Box: s.c.message.Box, Message: why})
	s.order(StopRecord{Drop: true})
	s.parting(CallEnded{Reason: Failed, Message: cannotRecord}, "cannot_record", "goodbye")
}

// parting says good-bye to a caller who has left a message, or could not.
func (s *step) parting(end CallEnded, words ...string) {
	end.By = s.c.message.by
	s.emit(MessageDone{})
	if !s.c.live(s.c.hearer()) {
		s.end(end)
		return
	}
	s.part(Goodbye{Phrase: s.c.inWords(words...), Cause: end.Reason, Message: end.Message})
}
