package sip

import (
	"fmt"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// An ending is how a cause is said to a trunk: the final response where the
// call was not answered, and the Q.850 cause that goes into the Reason header
// of whatever ends it (RFC 3326, RFC 6432).
type ending struct {
	status int
	q850   int
	text   string
}

var endings = map[call.Cause]ending{
	call.Hangup:         {sip.StatusTemporarilyUnavailable, 16, "Normal call clearing"},
	call.Canceled:       {sip.StatusRequestTerminated, 16, "Normal call clearing"},
	call.Busy:           {sip.StatusBusyHere, 17, "User busy"},
	call.Rejected:       {sip.StatusGlobalDecline, 21, "Call rejected"},
	call.NoAnswer:       {sip.StatusTemporarilyUnavailable, 19, "No answer from user"},
	call.NotFound:       {sip.StatusNotFound, 1, "Unallocated number"},
	call.Unreachable:    {sip.StatusServiceUnavailable, 38, "Network out of order"},
	call.NotAcceptable:  {sip.StatusNotAcceptableHere, 88, "Incompatible destination"},
	call.Forbidden:      {sip.StatusForbidden, 21, "Call rejected"},
	call.Failed:         {sip.StatusInternalServerError, 41, "Temporary failure"},
	call.ConnectionLost: {sip.StatusTemporarilyUnavailable, 27, "Destination out of order"},
	call.CreditEnded:    {sip.StatusForbidden, 16, "Normal call clearing"},
	call.TooLong:        {sip.StatusTemporarilyUnavailable, 16, "Normal call clearing"},
	call.Answered:       {sip.StatusTemporarilyUnavailable, 26, "Answered elsewhere"},
	call.Transferred:    {sip.StatusTemporarilyUnavailable, 16, "Normal call clearing"},
	call.Callback:       {sip.StatusTemporarilyUnavailable, 16, "Normal call clearing"},
	call.Voicemail:      {sip.StatusTemporarilyUnavailable, 16, "Normal call clearing"},
	call.Unsupported:    {sip.StatusNotImplemented, 79, "Service not implemented"},
	call.NodeLost:       {sip.StatusInternalServerError, 41, "Temporary failure"},
	call.Shutdown:       {sip.StatusServiceUnavailable, 42, "Switching equipment congestion"},
}

func endingOf(cause call.Cause) ending {
	if e, ok := endings[cause]; ok {
		return e
	}
	return endings[call.Failed]
}

// reason returns the Reason header. A call that another phone answered says so
// in the words that phones look for, so that they show no missed call (RFC
// 3326 §3.1).
func (e ending) reason() sip.Header {
	if e.q850 == 26 {
		return sip.NewHeader("Reason", `SIP;cause=200;text="Call completed elsewhere"`)
	}
	return sip.NewHeader("Reason", fmt.Sprintf(`Q.850;cause=%d;text="%s"`, e.q850, e.text))
}

// Statuses that the library has no name for.
const (
	statusNotAcceptable     = 406
	statusUnsupportedScheme = 416
)

// phrases are the reason phrases of the statuses that we send (§21).
var phrases = map[int]string{
	100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted",
	400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout",
	415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension", 422: "Session Interval Too Small",
	480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected",
	483: "Too Many Hops", 484: "Address Incomplete", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 489: "Bad Event",
	491: "Request Pending", 500: "Server Internal Error", 501: "Not Implemented",
	503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported", 603: "Decline",
}
