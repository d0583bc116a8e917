package signaling

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// A candidate as RTCIceCandidate.toJSON() writes it.
type candidate struct {
	Candidate        string  `json:"candidate"`
	SDPMid           *string `json:"sdpMid,omitempty"`
	SDPMLineIndex    *int    `json:"sdpMLineIndex,omitempty"`
	UsernameFragment *string `json:"usernameFragment,omitempty"`
}

// checkCandidate reports what is wrong with a page's trickled candidate. The
// candidate itself is not used: we are ICE-lite and wait for the page's
// checks, whatever address they come from (RFC 8445 §7.3.1.3). So nobody can
// make the gateway send to an address of their choosing.
func checkCandidate(raw json.RawMessage) *refusal {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return nil
	}
	var c candidate
	if err := json.Unmarshal(raw, &c); err != nil {
		return refuse(codeBadCandidate, "A candidate is an object as RTCIceCandidate.toJSON() gives it, or null.")
	}
	if c.Candidate != "" && !candidateLine(c.Candidate) {
		return refuse(codeBadCandidate, "A candidate cannot be read.")
	}
	return nil
}

// candidateLine checks the grammar of RFC 8839 §5.1 as far as it names an
// address: foundation, component, transport, priority, address, port, "typ".
func candidateLine(s string) bool {
	f := strings.Fields(strings.TrimPrefix(s, "candidate:"))
	if len(s) > 512 || len(f) < 8 || f[6] != "typ" || strings.ContainsAny(s, "\r\n\x00") {
		return false
	}
	component, err1 := strconv.ParseUint(f[1], 10, 16)
	_, err2 := strconv.ParseUint(f[3], 10, 32)
	_, err3 := strconv.ParseUint(f[5], 10, 16)
	return err1 == nil && err2 == nil && err3 == nil && component > 0
}
