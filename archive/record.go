package archive

import (
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A Record is what is known of one call, running or ended. Addresses are URIs,
// such as "tel:+15550100101", or pseudonyms, such as "anon:…".
type Record struct {
	ID        webtrunk.CallID    `json:"id"`
	Object    string             `json:"object"` // "call_record"
	Livemode  bool               `json:"livemode"`
	Account   webtrunk.AccountID `json:"account"`
	Direction Direction          `json:"direction"`
	From      string             `json:"from"`
	To        string             `json:"to"`                  // as asked
	Reference string             `json:"reference,omitempty"` // the reference that was called, if it was one
	Via       string             `json:"via,omitempty"`       // the widget, key or trunk it came through
	Metadata  map[string]string  `json:"metadata,omitempty"`

	Status    call.Status `json:"status"`
	EndReason call.Cause  `json:"end_reason,omitempty"`
	EndedBy   string      `json:"ended_by,omitempty"` // the leg that ended it; empty where no party did
	SIPCode   int         `json:"sip_code,omitempty"`
	Message   string      `json:"message,omitempty"`

	Created  time.Time  `json:"created_at"`
	Ringing  *time.Time `json:"ringing_at"`
	Answered *time.Time `json:"answered_at"`
	Ended    *time.Time `json:"ended_at"`
	WaitMS   int64      `json:"wait_ms"`     // from created to answered, or to the end of a call that was not; 0 before
	TalkMS   int64      `json:"duration_ms"` // from answered to ended, what people call its duration; 0 before
	TotalMS  int64      `json:"total_ms"`    // from created to ended; 0 before

	Route     []Try      `json:"route"`
	Legs      []Leg      `json:"legs"`
	Transfers []Transfer `json:"transfers,omitempty"`

	Price  *Price     `json:"price"`                        // nil while nobody has billed the call
	Erased *time.Time `json:"identity_erased_at,omitempty"` // when identity was erased
}

// A Direction says who started a call.
type Direction string

const (
	Inbound  Direction = "inbound"  // a telephone called us
	Web      Direction = "web"      // a browser called
	Callback Direction = "callback" // we dialled both parties
)

// A Try is one target that the call was sent to, and how it ended.
type Try struct {
	For     call.Purpose `json:"for"`   // call, transfer or invite
	Stage   int          `json:"stage"` // from 1; targets of one stage rang together
	Address string       `json:"address"`
	Leg     string       `json:"leg"`
	Result  string       `json:"result"` // pending, answered, or the cause it failed with
	SIPCode int          `json:"sip_code,omitempty"`
	Message string       `json:"message,omitempty"`
}

// A Leg is one party's part.
type Leg struct {
	ID      string        `json:"id"` // "leg_…"
	Kind    call.Kind     `json:"kind"`
	Role    call.Role     `json:"role"`
	Address string        `json:"address"`
	Created time.Time     `json:"created_at"`
	Joined  *time.Time    `json:"joined_at"`
	Left    *time.Time    `json:"left_at"`
	Cause   call.Cause    `json:"reason,omitempty"` // why it left
	SIPCode int           `json:"sip_code,omitempty"`
	Message string        `json:"message,omitempty"`
	Codec   string        `json:"codec,omitempty"`
	Quality *Quality      `json:"quality"` // nil until the leg has left with sound measured
	State   call.LegState `json:"state"`
}

// A Transfer is one that was asked for, and how it ended.
type Transfer struct {
	By        string     `json:"by"` // leg
	To        string     `json:"to"`
	Consult   bool       `json:"consult"`
	Requested time.Time  `json:"requested_at"`
	Finished  *time.Time `json:"finished_at"`
	Result    string     `json:"result"` // pending, completed, failed or canceled
	Cause     call.Cause `json:"reason,omitempty"`
	Message   string     `json:"message,omitempty"`
}

// A Price is what a call cost, in minor units of a currency (ISO 4217).
type Price struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}
