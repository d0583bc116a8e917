package call

// transferTo asks where a transfer goes. One transfer or invitation runs at a time.
func (s *step) transferTo(in Transfer) {
	if !s.free(in.By) || len(s.c.talking()) < 2 || in.Refer && (in.Consult || len(s.c.talking()) > 2) {
		if in.Tell && s.c.live(in.By) {
			s.order(TellTransfer{Leg: in.By, Result: TargetNotReached, Cause: Failed})
		}
		return
	}
	s.emit(TransferRequested{By: in.By, To: in.To, Consult: in.Consult, Refer: in.Refer, Tell: in.Tell, Replaces: in.Replaces})
	s.sayWhoHands(in)
	s.order(AskRoute{For: ForTransfer, To: in.To})
}

// invite asks where an invitation goes; By 0 is an invitation by no party.
func (s *step) invite(in Invite) {
	if in.By != 0 && !s.free(in.By) || !s.free(s.c.anyone()) || !s.c.fits(0, in.Part, in.HeardBy) {
		s.tellInviter(in.By, in.Tell, TellInvite{Cause: Failed})
		return
	}
	s.emit(InviteRequested(in))
	s.order(AskRoute{For: ForInvite, To: in.To})
}

// tellInviter tells a party whose invitation failed, if it asked to be told and
// is still here.
func (s *step) tellInviter(by LegID, tell bool, t TellInvite) {
	if tell && s.c.live(by) {
		t.Leg = by
		s.order(t)
	}
}

// inviteFailed ends an invitation that nobody takes.
func (s *step) inviteFailed(why LegLeft) {
	s.tellInviter(s.c.invite.By, s.c.invite.Tell, TellInvite{Cause: why.Cause, Message: why.Message})
	s.emit(InviteFailed{Cause: why.Cause, Message: why.Message})
	s.endIfAlone(why)
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
	s.stopSaying()
	if s.c.transfer.Consult && s.c.connected(s.c.transfer.By) {
		s.tellTransferor(TellTransfer{Result: TargetTalks})
		s.emit(TransferConsulting{Leg: id})
		return
	}
	s.transferCompleted(id)
}

// completeTransfer lets the transferor leave: at once while consulting, and
// with the target still ringing, or to come, the transfer goes on as a blind one.
func (s *step) completeTransfer(in CompleteTransfer) {
	t := s.c.transfer
	if t == nil || !t.Consult || !t.endedBy(in.By) || !s.c.connected(t.By) || len(s.c.targets()) == 0 && !s.c.queues() {
		return
	}
	if target := s.c.consulting(); target != 0 {
		s.transferCompleted(target)
		return
	}
	s.handed()
	s.dismiss(t.By, Transferred, "")
}

// transferCompleted hands the call on to the target.
func (s *step) transferCompleted(target LegID) {
	by := s.c.transfer.By
	s.emit(TransferCompleted{Leg: target})
	s.handed()
	if s.c.live(by) {
		s.dismiss(by, Transferred, "")
	}
}

// cancelTransfer takes the transferor back to the call.
func (s *step) cancelTransfer(in CancelTransfer) {
	t := s.c.transfer
	if t == nil || t.Refer || !t.endedBy(in.By) || !s.c.connected(t.By) { // what another network does cannot be recalled
		return
	}
	targets := s.c.targets()
	s.tellTransferor(TellTransfer{Result: TargetNotReached, Cause: Canceled})
	s.emit(TransferCanceled{})
	s.notHanded(t.By)
	for _, id := range targets {
		s.dismiss(id, Canceled, "")
	}
}

// transferFailed takes the transferor back, or ends the call when the
// transferor has left and nobody else is there to talk to.
func (s *step) transferFailed(why LegLeft) {
	s.tellTransferor(TellTransfer{Result: TargetNotReached, Cause: why.Cause, SIPCode: why.SIPCode, Message: why.Message})
	by := s.c.transfer.By
	s.emit(TransferFailed{Cause: why.Cause, SIPCode: why.SIPCode, Message: why.Message})
	s.notHanded(by)
	s.endIfAlone(why)
}

// endedBy reports whether a party may complete or cancel the transfer: its own,
// where it is not somebody outside who asks.
func (t *TransferRequested) endedBy(by LegID) bool { return by == 0 || by == t.By }

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
		s.handed()
		if target := s.c.consulting(); target != 0 {
			s.transferCompleted(target)
		}
	case was.Role == TransferTarget:
		s.consultFailed(left)
	case len(s.c.transferees()) == 0: // nobody is left to hand over
		ringing := s.c.dialling(ForTransfer)
		s.consultFailed(left)
		for _, id := range ringing {
			s.dismiss(id, Canceled, "")
		}
	}
	s.endIfAlone(left)
}

// consultFailed ends a transfer of which a party has left. Who asked for it and is
// about to consult has to know whom they talk to now; a telephone that has handed
// over without a word learns by its own call's end.
func (s *step) consultFailed(left LegLeft) {
	if s.c.transfer.Consult {
		s.tellTransferor(TellTransfer{Result: TargetNotReached, Cause: left.Cause, SIPCode: left.SIPCode, Message: left.Message})
	}
	by := s.c.transfer.By
	s.emit(TransferFailed{Cause: left.Cause, SIPCode: left.SIPCode, Message: left.Message})
	s.notHanded(by)
}

// transferees returns the connected legs that a transfer hands over: who only listens
// or whispers goes on doing so.
func (c *Call) transferees() []LegID {
	return c.legsWhere(func(l Leg) bool {
		return l.State == Connected && l.ID != c.transfer.By && l.Role != TransferTarget && l.Part == Talks
	})
}
