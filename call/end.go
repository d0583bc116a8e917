package call

// legEnded takes an edge's report that a leg is over.
func (s *step) legEnded(in LegEnded) {
	l := s.c.leg(in.Leg)
	if l == nil || l.State == Ended {
		return
	}
	cause := in.Cause
	switch {
	case cause == "" && in.SIPCode >= 300:
		cause = FromSIP(in.SIPCode)
	case cause == "" || cause == Canceled && l.State == Connected:
		cause = Hangup
	}
	if s.c.dialled(in.Leg) && l.dialling() {
		cause = unanswered(cause)
	}
	s.leave(LegLeft{Leg: in.Leg, Cause: cause, SIPCode: in.SIPCode, Message: in.Message})
}

// unanswered is what a dialled leg's end means to the caller: a page that
// vanished did not answer, and one that hung up did not want to.
func unanswered(cause Cause) Cause {
	switch cause {
	case ConnectionLost:
		return NoAnswer
	case Hangup:
		return Rejected
	}
	return cause
}

// dismiss hangs up a leg that the call no longer needs.
func (s *step) dismiss(id LegID, cause Cause, message string) {
	s.order(HangUpLeg{Leg: id, Cause: cause, Message: message})
	s.emit(LegLeft{Leg: id, Cause: cause, Message: message})
}

// expel hangs up a leg that ran out of time or cannot go on, and draws the
// consequences.
func (s *step) expel(left LegLeft) {
	s.order(HangUpLeg{Leg: left.Leg, Cause: left.Cause, Message: left.Message})
	s.leave(left)
}

// leave draws the consequences of a leg's leaving.
func (s *step) leave(left LegLeft) {
	was := *s.c.leg(left.Leg)
	s.emit(left)
	switch {
	case s.c.message != nil && s.c.message.over: // who has hung up waits for nothing, but the message does
	case s.c.farewell != nil:
		s.end(CallEnded{Reason: s.c.farewell.Cause, By: left.Leg, Message: s.c.farewell.Message})
	case was.Role == Caller && !s.c.answered:
		s.end(CallEnded{Reason: left.Cause, By: left.Leg, SIPCode: left.SIPCode, Message: left.Message})
	case was.dialling():
		if p := was.Role.purpose(); len(s.c.dialling(p)) == 0 {
			s.nextStage(p)
		}
	case s.c.transfer != nil:
		s.partyLeftTransfer(was, left)
	default:
		s.endIfAlone(left)
	}
}

// endIfAlone ends the call when fewer than two parties are left and nobody is
// awaited.
func (s *step) endIfAlone(left LegLeft) {
	talking := len(s.c.talking())
	awaited := s.c.transfer != nil || s.c.invite != nil
	if talking >= 2 || talking == 1 && awaited {
		return
	}
	s.end(CallEnded{Reason: left.Cause, By: left.Leg, SIPCode: left.SIPCode, Message: left.Message})
}

// end ends everything: what runs for the call, its legs, the call. It is the
// only place that emits CallEnded.
func (s *step) end(e CallEnded) {
	if s.c.message != nil && s.c.message.recording && e.Reason != NodeLost {
		s.messageOver(e) // the call ends once the message is kept
		return
	}
	if e.Reason == "" || e.Reason == Hangup || e.Reason == Canceled {
		e.Reason = Canceled
		if s.c.answered {
			e.Reason = Hangup
		}
	}
	e.Status = statusOf(e.Reason, s.c.answered)
	s.endAttempts(e)
	for _, id := range s.c.legsWhere(func(l Leg) bool { return l.State != Ended }) {
		cause := e.Reason
		if cause == Hangup && s.c.leg(id).dialling() {
			cause = Canceled // it never answered
		}
		s.order(HangUpLeg{Leg: id, Cause: cause, By: e.By, SIPCode: e.SIPCode, Message: e.Message})
		s.emit(LegLeft{Leg: id, Cause: cause})
	}
	s.emit(e)
}

// endAttempts says how a transfer, an invitation and the prompts ended that
// the call's end cut short.
func (s *step) endAttempts(e CallEnded) {
	for _, id := range s.c.legsWhere(func(l Leg) bool { return s.c.prompts[l.ID].number > 0 }) {
		s.emit(PromptFinished{Leg: id, Digits: s.c.prompts[id].digits, Reason: "ended"})
	}
	if s.c.transfer != nil {
		s.emit(TransferFailed{Cause: e.Reason, SIPCode: e.SIPCode, Message: e.Message})
	}
	if s.c.invite != nil {
		s.emit(InviteFailed{Cause: e.Reason, Message: e.Message})
	}
}

// statusOf is the final status of a call that ended for a reason.
func statusOf(reason Cause, answered bool) Status {
	broken := reason == NodeLost || reason == Failed || reason == Unsupported
	if answered && !broken {
		return Completed
	}
	switch reason {
	case Canceled, Answered: // the caller gave up, or has found somebody elsewhere
		return StatusCanceled
	case Busy:
		return StatusBusy
	case NoAnswer, Callback, Voicemail:
		return StatusNoAnswer
	case Rejected:
		return StatusRejected
	}
	return StatusFailed
}

// nodeLost is what the parties' account reads of a call that died with its process.
const nodeLost = "The gateway stopped while the call was running. Call again."

// orderFailed notes what could not be done and finds the way on.
func (s *step) orderFailed(in OrderFailed) {
	name, leg := Describe(in.Order)
	s.emit(OrderRefused{Order: name, Leg: leg, Message: in.Message})
	left := LegLeft{Leg: leg, Cause: Unsupported, Message: in.Message}
	switch o := in.Order.(type) {
	case AskAdmit:
		s.end(CallEnded{Reason: Unreachable, Message: in.Message})
	case ReferLeg:
		if s.c.referred == leg {
			s.transferFailed(left)
		}
	case AskRoute:
		s.noRoute(NoRoute{For: o.For, To: o.To, Cause: Unreachable, Message: in.Message})
	case Dial:
		if l := s.c.leg(leg); l != nil && l.dialling() {
			left.Cause = Unreachable
			s.leave(left)
		}
	case AnswerLeg:
		if s.c.live(leg) {
			s.expel(left)
		}
	case Confirm:
		if s.c.live(leg) {
			left.Cause = Failed
			s.expel(left)
		}
	case Record:
		s.recordFailed(in.Message)
	case StartRecording:
		s.recordingFailed(o.Number, in.Message)
	case ResumeRecording:
		s.recordingFailed(o.Number, in.Message)
	case Bridge:
		s.bridgeFailed(o, left)
	case Play:
		s.playFailed(o)
	}
}

// playFailed goes on without what cannot be played.
func (s *step) playFailed(o Play) {
	p, asked := s.c.prompts[o.Leg]
	switch {
	case asked && p.Phrase == o.Phrase:
		s.finish(PromptFinished{Leg: o.Leg, Reason: "failed"})
	case s.c.queues() && o.Phrase == s.c.queued.Waiting.Music:
		s.emit(MusicRefused{})
	}
}

// bridgeFailed lets the newest party go that the bridge could not hold; two
// who cannot hear each other have no call.
func (s *step) bridgeFailed(b Bridge, left LegLeft) {
	if len(b.Legs) == 0 || !s.c.live(b.newest()) {
		return
	}
	if len(b.Legs)+len(b.Beside) < 3 {
		s.end(CallEnded{Reason: NotAcceptable, Message: left.Message})
		return
	}
	left.Leg = b.newest()
	s.expel(left)
}
