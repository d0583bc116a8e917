package call

// refer has the far side of the party that is handed over call the target
// itself: its network does what ours would, and our part ends when it has
// reached the target. Whom that may be was decided by the router.
func (s *step) refer(p Plan) {
	leg := s.c.anyone()
	if leg == s.c.transfer.By {
		leg = s.c.talking()[1]
	}
	if len(p.Stages) != 1 || len(p.Stages[0].Targets) != 1 {
		s.transferFailed(LegLeft{Leg: leg, Cause: Unsupported, Message: "another network can be asked to call one number, not several"})
		return
	}
	s.emit(TransferReferred{Leg: leg})
	s.order(ReferLeg{Leg: leg, To: p.Stages[0].Targets[0].Address})
}

// legReferred takes what the other network says of the call that it makes. When
// that is answered, the one here has no parties left.
func (s *step) legReferred(in LegReferred) {
	if in.Leg == 0 || in.Leg != s.c.referred {
		return
	}
	switch code := in.SIPCode; {
	case code == 180:
		s.emit(TransferRinging{})
	case code >= 300:
		s.transferFailed(LegLeft{Leg: in.Leg, Cause: FromSIP(code), SIPCode: code, Message: in.Message})
	case code >= 200:
		by := s.c.transfer.By
		s.emit(TransferCompleted{})
		s.end(CallEnded{Reason: Transferred, By: by, Message: in.Message})
	}
}

// tellTransferor tells the party that asked for the running transfer itself, if
// it is still here.
func (s *step) tellTransferor(t TellTransfer) {
	if by := s.c.transfer.By; s.c.transfer.Tell && s.c.live(by) {
		t.Leg = by
		s.order(t)
	}
}
