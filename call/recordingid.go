package call

import (
	"strconv"
	"strings"

	"webtrunk"
)

// RecordingID is how the outside names the number-th recording of a call: "rec_", what
// follows "call_" in the call's ID, and the number: rec_01h455vb4pex5vsknk084sn02q_1.
func RecordingID(of webtrunk.CallID, number int) string {
	return "rec_" + strings.TrimPrefix(string(of), "call_") + "_" + strconv.Itoa(number)
}

// ParseRecordingID reads what RecordingID wrote.
func ParseRecordingID(s string) (of webtrunk.CallID, number int, ok bool) {
	rest, is := strings.CutPrefix(s, "rec_")
	i := strings.LastIndexByte(rest, '_')
	if !is || i < 1 {
		return "", 0, false
	}
	of = webtrunk.CallID("call_" + rest[:i])
	number, err := strconv.Atoi(rest[i+1:])
	return of, number, err == nil && number > 0 && RecordingID(of, number) == s
}
