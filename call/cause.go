package call

// A Cause says why a leg or a call ended, in one word that programs compare.
type Cause string

const (
	Hangup         Cause = "hangup"          // somebody hung up after the answer
	Canceled       Cause = "canceled"        // the caller gave up before the answer
	Busy           Cause = "busy"            // the callee is talking to somebody else
	Rejected       Cause = "rejected"        // the callee declined
	NoAnswer       Cause = "no_answer"       // it rang and nobody answered
	NotFound       Cause = "not_found"       // no such number or user
	Unreachable    Cause = "unreachable"     // the far network or trunk did not respond or has no way there
	NotAcceptable  Cause = "not_acceptable"  // no media both sides speak
	Forbidden      Cause = "forbidden"       // a policy, ours or the carrier's, refused it
	Failed         Cause = "failed"          // anything else that went wrong
	ConnectionLost Cause = "connection_lost" // a browser did not return within its grace, or its media stopped
	CreditEnded    Cause = "credit_ended"    // the paid talking time is used up
	TooLong        Cause = "too_long"        // the longest allowed duration was reached
	Answered       Cause = "answered"        // another target answered first
	Transferred    Cause = "transferred"     // left because the call was handed on
	Voicemail      Cause = "voicemail"       // the caller has left a message
	Callback       Cause = "callback"        // the caller would rather be called back than wait
	Unsupported    Cause = "unsupported"     // something asked for cannot be carried out
	NodeLost       Cause = "node_lost"       // the process that carried the call died
	Shutdown       Cause = "shutdown"        // the gateway was told to stop
)

// FromSIP maps a final SIP response to a cause (RFC 3261 §21, and the Q.850
// pairs of RFC 3398 §8.2.6.1).
func FromSIP(code int) Cause {
	switch code {
	case 486, 600:
		return Busy
	case 603, 607, 608:
		return Rejected
	case 408, 480:
		return NoAnswer
	case 404, 410, 484, 485, 604:
		return NotFound
	case 487:
		return Canceled
	case 415, 488, 606:
		return NotAcceptable
	case 401, 402, 403, 407, 433:
		return Forbidden
	case 500, 502, 503, 504, 430:
		return Unreachable
	}
	return Failed
}

// weight orders causes by how much they tell the caller: when several targets
// fail, the call ends with the heaviest of their causes.
var weight = map[Cause]int{
	Busy: 8, Rejected: 7, NoAnswer: 6, NotAcceptable: 5, Forbidden: 4, NotFound: 3, Unreachable: 2, Failed: 1,
}

// A Status is the call's own state.
type Status string

const (
	Authorizing    Status = "authorizing" // asking whether it may be made
	Queued         Status = "queued"      // admitted; no target rings yet
	StatusRinging  Status = "ringing"
	InProgress     Status = "in_progress"
	Completed      Status = "completed"
	StatusBusy     Status = "busy"
	StatusNoAnswer Status = "no_answer"
	StatusRejected Status = "rejected"
	StatusCanceled Status = "canceled"
	StatusFailed   Status = "failed"
)

// Terminal reports whether no event follows in this status.
func (s Status) Terminal() bool {
	switch s {
	case Completed, StatusBusy, StatusNoAnswer, StatusRejected, StatusCanceled, StatusFailed:
		return true
	}
	return false
}
