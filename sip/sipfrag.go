package sip

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// sipfrag is how the party that was referred says how its call goes: the status
// line of the response that it got, and nothing else of it (RFC 3515 §2.4.5,
// RFC 3420).
const sipfrag = "message/sipfrag;version=2.0"

// fragment writes a status.
func fragment(status int) []byte {
	phrase := phrases[status]
	if phrase == "" {
		phrase = "Not Reached"
	}
	return fmt.Appendf(nil, "SIP/2.0 %d %s\r\n", status, phrase)
}

// readFragment reads the status in a NOTIFY, false where there is none.
func readFragment(req *sip.Request) (status int, ok bool) {
	h := req.ContentType()
	if h == nil {
		return 0, false
	}
	kind, _, _ := strings.Cut(strings.ToLower(h.Value()), ";")
	line, _, _ := strings.Cut(string(req.Body()), "\n")
	version, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	ok = strings.TrimSpace(kind) == "message/sipfrag" && version == "SIP/2.0" && err == nil && status >= 100 && status < 700
	return status, ok
}
