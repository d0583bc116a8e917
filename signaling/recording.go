package signaling

import "webtrunk/call"

type (
	// A recordingNotice tells a page whether it is recorded, or asks it.
	recordingNotice struct {
		head
		recorded
	}
	// recorded is the same, to a page that returns.
	recorded struct {
		State    call.RecordingState `json:"state"`               // asked, off, on, paused
		Reason   call.PauseReason    `json:"reason,omitempty"`    // of paused, and of off where it is to be recorded
		Text     string              `json:"text,omitempty"`      // of asked: the version of the question
		Controls bool                `json:"controls,omitempty"`  // the page may pause it
		OnDemand bool                `json:"on_demand,omitempty"` // and begin and end it
	}
)

// Recording tells the page whether it is recorded, or asks it.
func (l *leg) Recording(r call.TellRecording) {
	_ = l.tell(func(s *session, c *pageCall) {
		c.taping = r
		s.send(&recordingNotice{head{Type: "recording", ID: c.id}, *c.recorded()})
	})
}

// recorded is what the page knows of the call's recording, nil where it knows of none.
func (c *pageCall) recorded() *recorded {
	if c.taping.Leg == 0 {
		return nil
	}
	r := &recorded{State: c.taping.State, Reason: c.taping.Reason, Controls: c.taping.Controls, OnDemand: c.taping.OnDemand}
	if r.State == call.RecordingAsked {
		r.Text = call.ConsentText
	}
	return r
}

// consent is what the page's person says about being recorded.
func (s *session) consent(c *pageCall, r request) *refusal {
	switch {
	case r.Granted == nil:
		return refuse(codeBadMessage, "consent needs granted, true or false.")
	case !validLanguage(r.Language):
		return refuse(codeBadMessage, "The language of a page is written by two or three small letters, such as en.")
	case c.taping.Leg == 0:
		return refuse(codeBadMessage, "This call is not recorded.")
	}
	return s.wish(c, call.Consent{Leg: c.leg.id, Granted: *r.Granted, Language: r.Language})
}

// record begins, ends or pauses the recording, or lets it go on, for who may.
func (s *session) record(c *pageCall, r request) *refusal {
	wish := call.RecordingWish(r.Action)
	switch wish {
	case call.StartIt, call.StopIt, call.PauseIt, call.ResumeIt:
	default:
		return refuse(codeBadMessage, "record needs an action: start, stop, pause or resume.")
	}
	if !c.taping.Controls {
		return refuse(codeBadMessage, "This page has no say in whether the call is recorded.")
	}
	return s.wish(c, call.ControlRecording{By: c.leg.id, Wish: wish})
}
