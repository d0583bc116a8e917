package call

import "slices"

// partakers are those whose consent a recording of the call needs now: who talks to each
// other, and before that the caller, who has time.
func (c *Call) partakers() []LegID {
	if c.recordable() != 0 {
		return c.audible(c.recordable())
	}
	if !c.answered && c.recording.on() && c.message == nil && c.farewell == nil && c.live(1) && !c.writes() {
		return []LegID{1}
	}
	return nil
}

// seekConsents asks those who are to be asked by voice, and takes it from who works for
// the account. A page that is asked in writing is told by wantsRecording.
func (s *step) seekConsents() {
	for _, id := range s.c.unasked() {
		switch l := s.c.leg(id); {
		case l.Staff:
			s.emit(ConsentGranted{Leg: id, Method: Employed, Text: ConsentText})
		case s.c.recording.policy.Consent == ByAnnouncing:
			s.prompt(Prompt{Leg: id, Phrase: s.c.inWords("recording"), Timeout: longestSaid, Consent: true})
		case l.Kind != WebRTC:
			s.prompt(Prompt{Leg: id, Phrase: s.c.inWords("may_be_recorded"), Digits: 1, Timeout: answering, Consent: true})
		}
	}
}

// unasked are the partakers who can be asked now, and have not been.
func (c *Call) unasked() (ids []LegID) {
	for _, id := range c.partakers() {
		_, said := c.recording.consents[id]
		_, busy := c.prompts[id]
		l := c.leg(id)
		hears := l.State == Connected || c.queues() && id == c.hearer() && c.hears()
		if !said && hears && (!busy || l.Staff) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// consentSpoken takes the answer to a question that was asked by voice. Silence is none.
func (s *step) consentSpoken(p prompt, f PromptFinished) {
	switch {
	case f.Reason == "ended":
	case p.Digits == 0 && s.c.recording.policy.Consent != ByAnnouncing: // it came to a queue that asks: the question follows
	case p.Digits == 0 && f.Reason == "played":
		s.emit(ConsentGranted{Leg: f.Leg, Method: Heard, Text: ConsentText, Language: s.c.spokenIn()})
	case p.Digits == 0:
		s.emit(ConsentDeclined{Leg: f.Leg, Method: Heard, Text: ConsentText, Language: s.c.spokenIn(), Reason: "not_heard"})
	case f.Digits == "1":
		s.emit(ConsentGranted{Leg: f.Leg, Method: Pressed, Text: ConsentText, Language: s.c.spokenIn()})
	case f.Digits == "":
		s.emit(ConsentDeclined{Leg: f.Leg, Method: Pressed, Text: ConsentText, Language: s.c.spokenIn(), Reason: "no_answer"})
	default:
		s.emit(ConsentDeclined{Leg: f.Leg, Method: Pressed, Text: ConsentText, Language: s.c.spokenIn()})
	}
}

// consent takes what somebody says on a page. Who has consented may take it back.
func (s *step) consent(in Consent) {
	l := s.c.leg(in.Leg)
	was, said := s.c.recording.consents[in.Leg]
	switch {
	case l == nil || l.State == Ended || l.Staff || l.Kind != WebRTC || !s.c.recording.policy.Consent.Valid():
	case said && was == in.Granted:
	case in.Granted:
		s.emit(ConsentGranted{Leg: in.Leg, Method: OnPage, Text: ConsentText, Language: in.Language})
	default:
		s.emit(ConsentDeclined{Leg: in.Leg, Method: OnPage, Text: ConsentText, Language: in.Language})
	}
}
