package call

import "webtrunk"

// A View is a copy of a call's state for those who answer questions about it
// off the call's goroutine.
type View struct {
	ID      webtrunk.CallID
	Account webtrunk.AccountID // whose call it is
	Test    bool               // made with a test key
	Status  Status
	From    webtrunk.Address
	Caller  Target // of a call-back: who is dialled first; From is how others are told of it
	To      webtrunk.Address
	Via     string // the widget, key or trunk it came through
	Context map[string]string
	Legs    []Leg
	By      LegID            // who asked for the transfer or the invitation that runs; 0 for none, and for somebody outside
	Back    webtrunk.Address // where whoever waits in a queue can be called back; zero where that is not offered, or nobody knows
	// Recording is whether the call is recorded now: RecordingOn, RecordingIsPaused or RecordingOff.
	Recording RecordingState
	Source    Source // while the process that took the call runs it; zero where nobody knows
}

// state is whether it records now.
func (r recording) state() RecordingState {
	switch {
	case r.leg == 0:
		return RecordingOff
	case r.paused != "":
		return RecordingIsPaused
	}
	return RecordingOn
}
