package call

import "slices"

// wantsToldOfRecording is what each page that takes part is told of the recording.
func (c *Call) wantsToldOfRecording() map[LegID]TellRecording {
	told := map[LegID]TellRecording{}
	if !c.recording.policy.Consent.Valid() {
		return told
	}
	needed := c.partakers()
	for _, l := range c.legs {
		_, said := c.recording.consents[l.ID]
		switch {
		case l.Kind != WebRTC || l.State == Ended || l.Part != Talks:
		case !l.Staff && !said && c.recording.policy.Consent == ByAsking && slices.Contains(needed, l.ID):
			told[l.ID] = TellRecording{Leg: l.ID, State: RecordingAsked}
		case l.State == Connected:
			told[l.ID] = c.tellRecording(l)
		}
	}
	return told
}

// tellRecording is what a page that talks is told.
func (c *Call) tellRecording(l Leg) TellRecording {
	r, t := c.recording, TellRecording{Leg: l.ID, State: RecordingOff}
	switch {
	case r.leg != 0 && r.paused != "":
		t.State, t.Reason = RecordingIsPaused, r.paused
	case r.leg != 0:
		t.State = RecordingOn
	case r.broken:
		t.Reason = "failed"
	case r.on() && c.answered && c.recordable() != 0:
		t.Reason = c.pauses(c.recordable())
	}
	if l.Staff {
		t.OnDemand, t.Controls = r.policy.OnDemand, true
	}
	return t
}

// tellsOfRecording are the orders that tell pages what has changed.
func (w wants) tellsOfRecording(to wants) (orders []Order) {
	for _, id := range to.live {
		now, is := to.ofRecording[id]
		before, was := w.ofRecording[id]
		switch {
		case is && now != before:
			orders = append(orders, now)
		case was && !is:
			orders = append(orders, TellRecording{Leg: id, State: RecordingOff})
		}
	}
	return orders
}
