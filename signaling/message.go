package signaling

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"webtrunk/call"
)

// A request is any message of a page's.
type request struct {
	Type string `json:"type"`

	Version int    `json:"version"` // hello
	Key     string `json:"key"`
	Token   string `json:"token"`
	Client  string `json:"client_token"`
	Visitor string `json:"identity"`
	Page    string `json:"page"`
	Session string `json:"session"`
	Last    uint64 `json:"last"`
	Opener  string `json:"opened_by"`

	ID        string            `json:"id"`
	To        string            `json:"to"`
	SDP       string            `json:"sdp"`
	Language  string            `json:"language"` // call: of the page's words
	Written   bool              `json:"written"`  // call: without sound
	Metadata  map[string]string `json:"metadata"`
	Candidate json.RawMessage   `json:"candidate"`
	Digits    string            `json:"digits"`
	Number    string            `json:"number"` // callback
	Muted     *bool             `json:"muted"`
	Granted   *bool             `json:"granted"`   // consent
	Action    string            `json:"action"`    // record
	Accept    *bool             `json:"accept"`    // price, charge
	Quote     string            `json:"quote"`     // price: which it was
	Charge    string            `json:"charge"`    // charge: which
	File      string            `json:"file"`      // attach: the page's own name of it; fetch: the file
	Name      string            `json:"name"`      // attach; message: of who writes
	Size      int64             `json:"size"`      // attach: in bytes
	System    bool              `json:"system"`    // mute: the system has taken the microphone away
	Consult   bool              `json:"consult"`   // transfer: talk to the target first
	Note      string            `json:"note"`      // and what they are to read before they answer
	Operation json.RawMessage   `json:"operation"` // room: what to do there
	After     *int64            `json:"after"`     // room: tell again what stands behind this place

	Shown   string `json:"shown"` // cost: the tag that the page has shown
	Call    string `json:"call"`  // message: the call before it
	ReplyTo string `json:"reply_to"`
	Text    string `json:"text"`
}

// parseRequest reads a message and checks what all messages share.
func parseRequest(raw []byte) (request, *refusal) {
	var r request
	if !utf8.Valid(raw) {
		return r, refuse(codeBadMessage, "A message must be UTF-8.")
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return request{ID: idIn(raw)}, refuseJSON(err)
	}
	if r.Type == "" {
		return r, refuse(codeBadMessage, "A message needs a type.")
	}
	if needsID[r.Type] && !validID(r.ID) {
		r.ID = ""
		return r, refuse(codeBadMessage, "The id of a call is 1 to 64 letters, digits, '-' and '_'.")
	}
	return r, nil
}

// refuseJSON says what is wrong with a message's JSON, naming the field.
func refuseJSON(err error) *refusal {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return refuse(codeBadMessage, "A message must be one JSON object.")
	}
	if wrong.Field == "" {
		return refuse(codeBadMessage, "A message must be a JSON object.")
	}
	if strings.HasPrefix(wrong.Field, "metadata") {
		return refuse(codeBadMetadata, "metadata must be an object of strings.")
	}
	return refuse(codeBadMessage, fmt.Sprintf("The field %.32q must not be a %s.", wrong.Field, strings.Fields(wrong.Value)[0]))
}

// idIn finds the id in a message that has another field wrong, so that the
// page learns which call the error is about.
func idIn(raw []byte) string {
	var r struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &r) != nil || !validID(r.ID) {
		return ""
	}
	return r.ID
}

var needsID = map[string]bool{
	"call": true, "accept": true, "reject": true, "offer": true, "candidate": true,
	"dtmf": true, "mute": true, "hold": true, "resume": true, "hangup": true,
	"transfer": true, "complete": true, "cancel": true, "invite": true, "callback": true, "voicemail": true,
	"consent": true, "record": true, "write": true, "price": true, "charge": true,
	"room": true, "attach": true, "fetch": true, "probe": true, "message": true, "cost": true,
}

// validID reports 1 to 64 letters, digits, '-' and '_'.
func validID(s string) bool {
	for i := range len(s) {
		if !alphanumeric(s[i]) && s[i] != '-' && s[i] != '_' {
			return false
		}
	}
	return 0 < len(s) && len(s) <= 64
}

// validDigits reports 1 to 32 keys of a telephone.
func validDigits(s string) bool {
	return 0 < len(s) && len(s) <= 32 && strings.Trim(s, "0123456789*#ABCD") == ""
}

// A notice is any message of the gateway's.
type notice interface{ header() *head }

// A head begins every message of the gateway's.
type head struct {
	Type string `json:"type"`
	Seq  uint64 `json:"seq"`
	ID   string `json:"id,omitempty"`
}

func (h *head) header() *head { return h }

type (
	welcomeNotice struct {
		head
		Session      string      `json:"session"`
		Resumed      bool        `json:"resumed"`
		ICEServers   []ICEServer `json:"ice_servers"`
		GraceSeconds int         `json:"grace_seconds"`
		Calls        []callState `json:"calls"`
		Lost         *lostState  `json:"lost,omitempty"`
	}
	lostState struct { // why a session that was asked for is not there
		Reason  call.Cause `json:"reason"`
		Message string     `json:"message"`
	}
	callState struct {
		ID      string          `json:"id"`
		Call    string          `json:"call"`
		State   string          `json:"state"` // calling, queued, ringing, early_media, answered, incoming
		To      string          `json:"to,omitempty"`
		From    string          `json:"from,omitempty"`
		Held    bool            `json:"held,omitempty"`
		Written bool            `json:"written,omitempty"`       // it has no sound
		Asked   bool            `json:"asked_to_talk,omitempty"` // and somebody in it would talk
		Bill    json.RawMessage `json:"bill,omitempty"`          // how it is billed
		Charge  json.RawMessage `json:"charge,omitempty"`        // the newest that was asked for in it
		Holds   bool            `json:"holds,omitempty"`         // the page has put the others on hold
		Muted   bool            `json:"muted,omitempty"`
		Video   bool            `json:"video,omitempty"`

		Transfer string            `json:"transfer,omitempty"` // of the page's own: asked, queued, ringing, consulting
		Metadata map[string]string `json:"metadata,omitempty"` // of a call to the page
		Message  bool              `json:"voicemail,omitempty"`
		Callback bool              `json:"callback,omitempty"` // offered to who waits in a queue
		Position int               `json:"position,omitempty"` // in it
		Number   string            `json:"number,omitempty"`   // where the visitor can be called
		Wait     int               `json:"wait,omitempty"`     // seconds, as estimated

		Recording *recordingState `json:"recording,omitempty"` // of the message that it leaves
		Recorded  *recorded       `json:"recorded,omitempty"`  // whether the call is
	}
	answerNotice struct {
		head
		SDP  string `json:"sdp"`
		Call string `json:"call"`
	}
	candidateNotice struct {
		head
		Candidate *candidate `json:"candidate"`
	}
	digitNotice struct {
		head
		Digit string `json:"digit"`
	}
	incomingNotice struct {
		head
		From     string            `json:"from"`
		Call     string            `json:"call"`
		Metadata map[string]string `json:"metadata,omitempty"`
		Video    bool              `json:"video,omitempty"`   // the caller offers pictures
		Written  bool              `json:"written,omitempty"` // the call has no sound
	}
	endedNotice struct {
		head
		Reason  call.Cause `json:"reason"`
		Message string     `json:"message"`
		By      string     `json:"by"` // you, them, gateway
		SIPCode int        `json:"sip_code,omitempty"`
	}
	errorNotice struct {
		head
		Code     code     `json:"code"`
		Message  string   `json:"message"`
		Remedies []string `json:"remedies"`
		Retry    int      `json:"retry_after,omitempty"` // seconds

		Operation string `json:"operation,omitempty"` // of the room, by the page's name of it
	}
	// A renegotiateNotice asks for another offer on the connection there is.
	renegotiateNotice struct {
		head
		Codec string `json:"codec"` // that the answer will name; the page need not look
	}
	byeNotice struct {
		head
		Message string `json:"message"`
	}
)

// plain is a message that only says that something happened.
func plain(kind, id string) *head { return &head{Type: kind, ID: id} }

// notify makes an error message of a refusal.
func (r *refusal) notify(id string) *errorNotice {
	return &errorNotice{head: head{Type: "error", ID: id}, Code: r.code, Message: r.message, Remedies: remedies[r.code], Retry: int(r.retry.Seconds()), Operation: r.operation}
}
