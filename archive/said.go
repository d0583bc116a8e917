package archive

import (
	"encoding/json"

	"webtrunk/call"
)

// said is what the log's records of calls say to the outside (see
// switchboard/journal.Data), all kinds in one: each fills the fields that it has.
type said struct {
	Status call.Status `json:"status"` // of the call, after the event
	Leg    *struct {
		ID      string        `json:"id"`
		Kind    call.Kind     `json:"kind"`
		Written bool          `json:"written"`
		Role    call.Role     `json:"role"`
		Address string        `json:"address"`
		State   call.LegState `json:"state"`
	} `json:"leg"` // that the event is about, after it

	From     string            `json:"from"`
	To       string            `json:"to"`
	Via      string            `json:"via"`
	Metadata map[string]string `json:"metadata"`
	Callback bool              `json:"callback"`
	Number   string            `json:"number"` // where the caller wants to be called

	For     call.Purpose `json:"for"`
	Stage   int          `json:"stage"`
	Consult bool         `json:"consult"`

	Quality *struct {
		Codec string `json:"codec"`
		LegQuality
	} `json:"quality"`
	Reason    call.Cause `json:"reason"` // why a leg left, a transfer failed
	EndReason call.Cause `json:"end_reason"`
	EndedBy   string     `json:"ended_by"`
	SIPCode   int        `json:"sip_code"`
	Message   string     `json:"message"`
}

// read decodes a record's data.
func read(data json.RawMessage) (s said, err error) {
	err = json.Unmarshal(data, &s)
	return s, err
}
