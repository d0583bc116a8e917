package call

// transferTo asks where a transfer goes. One transfer or invitation runs at a time.
func (s *step) transferTo(in Transfer) {
	if !s.free(in.By) || len(s.c.talking()) < 2 || in.Refer && (in.Consult || len(s.c.talking()) > 2) {
		if in.Tell && s.c.live(in.By) {
			s.order(TellTransfer{Leg: in.By, Result: TargetNotReached, Cause: Failed})
		}
		return
	}
	s.emit(TransferRequested(in))
	s.order(AskRoute{For: ForTransfer, To: in.To})
}

// invite asks where an invitation goes; By 0 is an invitation by no party.
func (s *step) invite(in Invite) {
	if in.By != 0 && !s.free(in.By) || !s.free(s.c.anyone()) {
		return
	}
	s.emit(InviteRequested(in))
	s.order(AskRoute{For: ForInvite, To: in.To})
}

// free reports whether a party may begin a transfer or an invitation.
func (s *step) free(by LegID) bool {
	return s.c.answered && s.c.connected(by) && s.c.transfer == nil && s.c.invite == nil
}

// anyone returns the first connected leg, 0 when there is none.
func (c *Call) anyone() LegID {
	for _, id := range c.talking() {
		return id
	}
	return 0
}

// targetAnswered lets a consulting transferor talk to the target, and
// completes any other transfer.
func (s *step) targetAnswered(id LegID) {
	if s.c.transfer.Consult && s.c.connected(s.c.transfer.By) {
		s.emit(TransferConsulting{Leg: id})
		return
	}
	s.transferCompleted(id)
}

// completeTransfer lets the transferor leave: at once while consulting, and
// with the target still ringing the transfer goes on as a blind one.
func (s *step) completeTransfer() {
	t := s.c.transfer
	if t == nil || !t.Consult || !s.c.connected(t.By) || len(s.c.targets()) == 0 {
		return
	}
	if target := s.c.consulting(); target != 0 {
		s.transferCompleted(target)
		return
	}
	s.dismiss(t.By, Transferred, "")
}

// transferCompleted hands the call on to the target.
func (s *step) transferCompleted(target LegID) {
	by := s.c.transfer.By
	s.emit(TransferCompleted{Leg: target})
	if s.c.live(by) {
		s.dismiss(by, Transferred, "")
	}
}

// cancelTransfer takes the transferor back to the call.
func (s *step) cancelTransfer() {
	t := s.c.transfer
	if t == nil || t.Refer || !s.c.connected(t.By) { // what another network does cannot be recalled
		return
	}
	targets := s.c.targets()
	s.tellTransferor(TellTransfer{Result: TargetNotReached, Cause: Canceled})
	s.emit(TransferCanceled{})
	for _, id := range targets {
		s.dismiss(id, Canceled, "")
	}
}

// transferFailed takes the transferor back, or ends the call when the
// transferor has left and nobody else is there to talk to.
func (s *step) transferFailed(why LegLeft) {
	s.tellTransferor(TellTransfer{Result: TargetNotReached, Cause: why.Cause, SIPCode: why.SIPCode})
	s.emit(TransferFailed{Cause: why.Cause, SIPCode: why.SIPCode, Message: why.Message})
	s.endIfAlone(why)
}

// targets returns the running transfer's live target legs.
func (c *Call) targets() []LegID {
	return c.legsWhere(func(l Leg) bool { return l.Role == TransferTarget && l.State != Ended })
}

// consulting returns the target that the transferor is talking to, or 0.
func (c *Call) consulting() LegID {
	for _, id := range c.targets() {
		if c.connected(id) {
			return id
		}
	}
	return 0
}

// partyLeftTransfer decides what a connected party's leaving means while a
// transfer runs.
func (s *step) partyLeftTransfer(was Leg, left LegLeft) {
	t := s.c.transfer
	switch {
	case was.ID == t.By: // consulting: hands over; still ringing: the transfer goes on blind
		if target := s.c.consulting(); target != 0 {
			s.transferCompleted(target)
		}
	case was.Role == TransferTarget:
		s.emit(TransferFailed{Cause: left.Cause, SIPCode: left.SIPCode, Message: left.Message})
	case len(s.c.transferees()) == 0: // nobody is left to hand over
		ringing := s.c.dialling(ForTransfer)
		s.emit(TransferFailed{Cause: left.Cause, SIPCode: left.SIPCode, Message: left.Message})
		for _, id := range ringing {
			s.dismiss(id, Canceled, "")
		}
	}
	s.endIfAlone(left)
}

// transferees returns the connected legs that a transfer hands over.
func (c *Call) transferees() []LegID {
	return c.legsWhere(func(l Leg) bool {
		return l.State == Connected && l.ID != c.transfer.By && l.Role != TransferTarget
	})
}
