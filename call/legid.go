package call

import (
	"strconv"
	"strings"

	"webtrunk"
)

// Public returns how the outside names a leg of a call: "leg_", what follows
// "call_" in the call's ID, and the leg's number: leg_01h455vb4pex5vsknk084sn02q_2.
func (id LegID) Public(c webtrunk.CallID) string {
	if id == 0 {
		return ""
	}
	return "leg_" + strings.TrimPrefix(string(c), "call_") + "_" + strconv.Itoa(int(id))
}

// ParseLegID reads what Public wrote.
func ParseLegID(s string) (c webtrunk.CallID, id LegID, ok bool) {
	rest, is := strings.CutPrefix(s, "leg_")
	i := strings.LastIndexByte(rest, '_')
	if !is || i < 1 {
		return "", 0, false
	}
	n, err := strconv.Atoi(rest[i+1:])
	if err != nil || n < 1 || strconv.Itoa(n) != rest[i+1:] {
		return "", 0, false
	}
	return webtrunk.CallID("call_" + rest[:i]), LegID(n), true
}
