package archive

import (
	"encoding/json"

	"webtrunk/call"
)

// said is what the log's records of calls say to the outside, all kinds in
// one: each fills the fields that it has.
type said struct {
	From     string            `json:"from"`
	To       string            `json:"to"`
	Via      string            `json:"via"`
	Metadata map[string]string `json:"metadata"`
	Callback bool              `json:"callback"`

	Status  call.Status `json:"status"`
	Reason  call.Cause  `json:"reason"`
	By      string      `json:"by"`
	SIPCode int         `json:"sip_code"`
	Message string      `json:"message"`

	Leg     string       `json:"leg"`
	Kind    call.Kind    `json:"kind"`
	Role    call.Role    `json:"role"`
	Address string       `json:"address"`
	Early   bool         `json:"early"`
	For     call.Purpose `json:"for"`
	Stage   int          `json:"stage"`
	Consult bool         `json:"consult"`
	Quality *measured    `json:"quality"`
}

// measured is a leg's quality as leg.left tells it.
type measured struct {
	Codec string `json:"codec"`
	Quality
}

// read decodes a record's data.
func read(data json.RawMessage) (s said, err error) {
	if len(data) == 0 {
		return s, nil
	}
	err = json.Unmarshal(data, &s)
	return s, err
}
