package call

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"time"
)

// An Output is what one input led to: events, already applied, and orders.
type Output struct {
	Events []Event
	Orders []Order
}

// Step takes one input. Its events are applied to the call before it returns;
// its orders are to be carried out once the events are kept.
//
// Decisions are made here and in hunt.go, transfer.go and end.go. What follows
// from the state alone (who hears whom, which timers run, what a caller is
// told) is not decided but derived, in wants.go.
func (c *Call) Step(in Input) Output {
	s := step{c: c}
	before := c.wants()
	switch {
	case c.status == "":
		s.begin(in)
	case !c.Ended():
		s.take(in)
	}
	s.mindRecording()
	s.Orders = append(s.Orders, before.changes(c.wants())...)
	return s.Output
}

// A step is one input being taken.
type step struct {
	c *Call
	Output
}

func (s *step) emit(e Event) {
	s.c.Apply(e)
	s.Events = append(s.Events, e)
}

func (s *step) order(o Order) { s.Orders = append(s.Orders, o) }

// begin takes a call's first input.
func (s *step) begin(in Input) {
	switch in := in.(type) {
	case Arrived:
		s.arrived(in)
	case Requested:
		s.emit(CallCreated{ID: in.ID, Account: in.Account, Test: in.Test, From: in.Caller.Told(), To: in.To, Via: in.Via, Context: in.Context, Callback: true, Caller: in.Caller, Phrase: in.Phrase})
		s.order(AskAdmit{})
	}
}

func (s *step) arrived(in Arrived) {
	kind := in.Kind
	if kind == "" {
		kind = KindOf(in.From)
	}
	s.emit(CallCreated{ID: in.ID, Account: in.Account, Test: in.Test, From: in.From, To: in.To, Via: in.Via, Context: in.Context, Source: in.Source})
	s.emit(LegAdded{Leg{ID: 1, Call: in.ID, Kind: kind, Role: Caller, Address: in.From, Context: in.Context, Staff: in.Staff, Dialog: in.Dialog, Written: in.Written, State: Connecting}})
	s.order(AskAdmit{})
}

// take takes any later input.
func (s *step) take(in Input) {
	switch in := in.(type) {
	case Admitted:
		s.admitted(in)
	case Refused:
		s.end(CallEnded{Reason: in.Cause, Message: in.Message})
	case Routed:
		s.routed(in)
	case NoRoute:
		s.noRoute(in)

	case LegRinging:
		s.rang(in.Leg, false)
	case LegProgress:
		s.rang(in.Leg, true)
	case LegAnswered:
		s.legAnswered(in.Leg)
	case LegEnded:
		s.legEnded(in)
	case LegHeld:
		s.hold(in.Leg)
	case LegResumed:
		s.resume(in.Leg)
	case LegLost:
		if s.c.live(in.Leg) && !s.c.leg(in.Leg).Lost {
			s.emit(CallReconnecting(in))
		}
	case LegReturned:
		if s.c.live(in.Leg) && s.c.leg(in.Leg).Lost {
			s.emit(CallReconnected(in))
		}
	case LegSpeaks:
		s.soundAdded(in.Leg)
	case LegDigit:
		s.digit(in)
	case LegDialog:
		if s.c.live(in.Leg) && !bytes.Equal(in.State, s.c.leg(in.Leg).Dialog) {
			s.emit(DialogSaved(in))
		}
	case LegMeasured:
		s.measured(in)
	case LegReferred:
		s.legReferred(in)
	case PromptEnded:
		s.promptEnded(in.Leg)

	case HangUp:
		s.end(CallEnded{Reason: in.Cause, By: in.By, Message: in.Message})
	case Hold:
		s.hold(in.By)
	case Resume:
		s.resume(in.By)
	case Transfer:
		s.transferTo(in)
	case CompleteTransfer:
		s.completeTransfer(in)
	case CancelTransfer:
		s.cancelTransfer(in)
	case Invite:
		s.invite(in)
	case ChangePart:
		s.changePart(in)
	case SendDigits:
		s.sendDigits(in)
	case MessageSilent:
		s.messageOver(CallEnded{})
	case Recorded:
		s.recorded(in)
	case RecordFailed:
		s.recordFailed(in.Message)
	case RecordingBroke:
		s.recordingFailed(in.Number, in.Message)
	case Consent:
		s.consent(in)
	case ControlRecording:
		s.controlRecording(in)
	case WriteOn:
		s.writeOn(in.By)
	case LeaveMessage:
		s.leaveMessage(in)
	case CallMeBack:
		s.callMeBack(in)
	case CallbackSettled:
		s.callbackSettled(in)
	case Rescind:
		s.rescind(in)
	case Place:
		s.tellPlace(in)
	case Goodbye:
		s.goodbye(in)
	case Ask:
		s.ask(Prompt(in))
	case Extend:
		s.extend(in.Credit)
	case Annotate:
		s.annotate(in.Context)

	case TimerFired:
		s.timerFired(in.Timer)
	case OrderFailed:
		s.orderFailed(in)
	case NodeDied:
		s.end(CallEnded{Reason: NodeLost, Message: nodeLost})
	}
}

func (s *step) admitted(in Admitted) {
	if s.c.status != Authorizing {
		return
	}
	s.emit(CallAdmitted{in.Terms.withDefaults()})
	if s.c.alone() {
		s.dial(Caller, s.c.caller, 0)
		return
	}
	s.order(AskRoute{For: ForCall, To: s.c.to})
}

// rang marks that a dialled leg rings, or can be heard early.
func (s *step) rang(id LegID, early bool) {
	l := s.c.leg(id)
	if l == nil || !l.dialling() || l.State == EarlyMedia || l.State == Ringing && !early || !s.c.dialled(id) {
		return
	}
	first := l.State == Connecting
	s.emit(LegRang{Leg: id, Early: early})
	switch {
	case l.Role == TransferTarget && first:
		s.tellTransferor(TellTransfer{Result: TargetRings})
		s.emit(TransferRinging{Leg: id})
	case l.Role == Callee && s.c.status != StatusRinging:
		s.emit(CallRinging{})
	}
}

func (s *step) hold(by LegID) {
	if s.c.answered && s.c.connected(by) && !s.c.leg(by).Held {
		s.emit(CallHeld{By: by})
	}
}

func (s *step) resume(by LegID) {
	if s.c.connected(by) && s.c.leg(by).Held {
		s.emit(CallResumed{By: by})
	}
}

// sendDigits plays digits to those who hear the sender.
func (s *step) sendDigits(in SendDigits) {
	if in.Digits == "" || strings.Trim(in.Digits, "0123456789*#ABCD") != "" {
		return
	}
	if in.By == 1 && (s.c.queues() || s.c.message != nil) { // who talks to nobody presses them for us
		for _, key := range in.Digits {
			s.digit(LegDigit{Leg: 1, Digit: string(key)})
		}
	}
	hears := s.c.wants().bridge
	if in.By != 0 && !slices.Contains(hears, in.By) {
		return
	}
	for _, id := range hears {
		if id != in.By {
			s.order(Dtmf{Leg: id, Digits: in.Digits})
		}
	}
}

// defaultPrompt is how long a prompt waits for digits where its asker named no time.
const defaultPrompt = 30 * time.Second

func (s *step) ask(p Prompt) {
	if !s.c.connected(p.Leg) || s.c.silent(p.Leg) {
		return
	}
	if p.Timeout == 0 {
		p.Timeout = defaultPrompt
	}
	s.prompt(p)
}

// digit gives a pressed digit to the leg's prompt, or tells of it.
func (s *step) digit(in LegDigit) {
	p, asked := s.c.prompts[in.Leg]
	switch {
	case !s.c.live(in.Leg) || len(in.Digit) != 1 || !strings.Contains("0123456789*#ABCD", in.Digit):
		return
	case !asked || p.Digits == 0:
		s.emit(LegPressed(in))
		s.pressed(in)
		return
	case in.Digit == "#":
		s.finish(PromptFinished{Leg: in.Leg, Digits: p.digits, Reason: "complete"})
		return
	case p.Sensitive:
		s.order(GiveDigit(in))
		in.Digit = ""
	}
	s.emit(DigitTaken(in))
	if p := s.c.prompts[in.Leg]; p.taken == p.Digits {
		s.finish(PromptFinished{Leg: in.Leg, Digits: p.digits, Reason: "complete"})
	}
}

func (s *step) extend(credit time.Duration) {
	if credit <= 0 {
		return
	}
	terms := s.c.terms
	terms.Credit = credit
	s.emit(CreditExtended{terms})
}

func (s *step) annotate(more map[string]string) {
	context := map[string]string{}
	maps.Copy(context, s.c.context)
	maps.Copy(context, more)
	maps.DeleteFunc(context, func(_, value string) bool { return value == "" })
	if !maps.Equal(context, s.c.context) {
		s.emit(CallUpdated{context})
	}
}

func (s *step) timerFired(t Timer) {
	if _, running := s.c.wants().timers[t]; !running {
		return
	}
	switch t.Name {
	case RingTimer:
		s.expel(LegLeft{Leg: t.Leg, Cause: NoAnswer})
	case GraceTimer:
		s.expel(LegLeft{Leg: t.Leg, Cause: ConnectionLost})
	case CreditTimer:
		s.end(CallEnded{Reason: CreditEnded})
	case LongestTimer:
		s.end(CallEnded{Reason: TooLong})
	case PromptTimer:
		s.finish(PromptFinished{Leg: t.Leg, Digits: s.c.prompts[t.Leg].digits, Reason: "timeout"})
	case WaitTimer:
		s.waitedTooLong()
	case PromiseTimer:
		s.refuseCallback()
	case MessageTimer:
		s.messageOver(CallEnded{})
	case SaveTimer:
		s.recordFailed("it was not kept in time: the disk does not answer")
	}
}
