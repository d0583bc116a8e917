package sip

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// A reason is one value of a Reason header: who speaks, and the code in its
// own numbering (RFC 3326 §2).
type reason struct {
	protocol string // upper case: SIP, Q.850
	cause    int
}

// maxReasons bounds what is read of one message.
const maxReasons = 8

// reasonsOf reads the Reason headers of a message. What cannot be read is
// skipped.
func reasonsOf(msg sip.Message) []reason {
	var all []reason
	for _, h := range msg.GetHeaders("Reason") {
		for _, value := range elements(h.Value(), ',') {
			params := elements(value, ';')
			if len(params) < 2 || len(all) == maxReasons {
				continue
			}
			text, _ := parameter(params[1:], "cause")
			if cause, err := strconv.ParseUint(text, 10, 16); err == nil {
				all = append(all, reason{strings.ToUpper(params[0]), int(cause)})
			}
		}
	}
	return all
}

// causes reads what the telephone network says a call ended of (ITU-T Q.850,
// by way of RFC 3398 §7.2.4.1, where each cause has its SIP status). What is
// not here says no more than the message that it stands in: normal clearing
// (16), normal unspecified (31), interworking (127).
var causes = map[int]call.Cause{
	1: call.NotFound, 2: call.NotFound, 3: call.NotFound, 5: call.NotFound, // no such number, or no route to it
	22: call.NotFound, 23: call.NotFound, 28: call.NotFound, // it has changed, or is incomplete
	17: call.Busy,
	18: call.NoAnswer, 19: call.NoAnswer, 20: call.NoAnswer,
	21: call.Rejected,
	26: call.Answered,
	27: call.Unreachable, 34: call.Unreachable, 38: call.Unreachable, 41: call.Unreachable,
	42: call.Unreachable, 43: call.Unreachable, 44: call.Unreachable, 46: call.Unreachable,
	47: call.Unreachable, 58: call.Unreachable, 102: call.Unreachable,
	29: call.Unsupported, 63: call.Unsupported, 69: call.Unsupported, 79: call.Unsupported,
	50: call.Forbidden, 52: call.Forbidden, 54: call.Forbidden, 55: call.Forbidden, 57: call.Forbidden, 87: call.Forbidden,
	65: call.NotAcceptable, 66: call.NotAcceptable, 70: call.NotAcceptable, 88: call.NotAcceptable,
}

// q850 returns what the telephone network says in a message, "" for nothing.
func q850(msg sip.Message) call.Cause {
	for _, r := range reasonsOf(msg) {
		if r.protocol == "Q.850" && causes[r.cause] != "" {
			return causes[r.cause]
		}
	}
	return ""
}

// refusalCause says why a call was refused. A status says what the last hop
// made of it, the Q.850 cause what the telephone network said, which is
// believed (RFC 6432 §4) but where the status is about us, or is the called
// party's own word for all of its telephones (RFC 3261 §21.6).
func refusalCause(res *sip.Response) call.Cause {
	switch status := res.StatusCode; {
	case challenged(res), status == sip.StatusRequestTerminated, status >= 600:
		return call.FromSIP(status)
	}
	if cause := q850(res); cause != "" && cause != call.Answered { // 26 in an answer to us is a mistake
		return cause
	}
	return call.FromSIP(res.StatusCode)
}

// byeCause says why the far side hung up. A BYE that says nothing is somebody
// who has said goodbye.
func byeCause(req *sip.Request) call.Cause {
	if cause := q850(req); cause != "" {
		return cause
	}
	return call.Hangup
}

// cancelCause says why a caller withdrew: somebody else has answered (RFC 3326
// §3.1), it waited long enough, or it gave up.
func cancelCause(req *sip.Request) call.Cause {
	for _, r := range reasonsOf(req) {
		switch r {
		case reason{"SIP", sip.StatusOK}, reason{"Q.850", 26}:
			return call.Answered
		case reason{"SIP", sip.StatusRequestTimeout}, reason{"Q.850", 18}, reason{"Q.850", 19}, reason{"Q.850", 102}:
			return call.NoAnswer
		}
	}
	return call.Canceled
}
