package archive

import (
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A Record is what is known of one call, running or ended. Addresses are URIs,
// such as "tel:+15550100101", or pseudonyms, such as "anon:…".
type Record struct {
	ID        webtrunk.CallID    `json:"id" doc:"The call."`
	Object    string             `json:"object" doc:"Always call_record."`
	Livemode  bool               `json:"livemode" doc:"False for a call that a test key or page made."`
	Account   webtrunk.AccountID `json:"account" doc:"The account."`
	Direction Direction          `json:"direction" doc:"Who began it: inbound, a telephone called us; web, a browser did; callback, we dialled both."`
	From      string             `json:"from" doc:"Who called; a pseudonym once identity is erased."`
	To        string             `json:"to" doc:"Who was called, as it was asked for."`
	Reference string             `json:"reference,omitempty" doc:"The communication reference that was called, if it was one."`
	Via       string             `json:"via,omitempty" doc:"The widget, key or trunk that the call came through."`
	Metadata  map[string]string  `json:"metadata,omitempty" doc:"Your own notes, as they were last."`

	Status    call.Status `json:"status" doc:"How far the call has come."`
	EndReason call.Cause  `json:"end_reason,omitempty" doc:"Why it ended, in one word."`
	EndedBy   string      `json:"ended_by,omitempty" doc:"The leg that ended it, if one of them did."`
	SIPCode   int         `json:"sip_code,omitempty" doc:"The carrier's final response, where it is the reason."`
	Message   string      `json:"message,omitempty" doc:"Why it ended, in a sentence."`

	Created  time.Time  `json:"created_at" doc:"When the call was asked for."`
	Ringing  *time.Time `json:"ringing_at" doc:"When it began to ring."`
	Answered *time.Time `json:"answered_at" doc:"When the one called answered."`
	Ended    *time.Time `json:"ended_at" doc:"When it ended."`
	WaitMS   int64      `json:"wait_ms" doc:"From the beginning to the answer, or to the end of a call that nobody answered."`
	TalkMS   int64      `json:"duration_ms" doc:"From the answer to the end; 0 while it runs."`
	TotalMS  int64      `json:"total_ms" doc:"From the beginning to the end; 0 while it runs."`

	Route     []Attempt        `json:"route" nullable:"false" doc:"The targets that the call was sent to, in order, and how each attempt ended."`
	Legs      []LegRecord      `json:"legs" nullable:"false" doc:"The parties, in the order in which they came."`
	Transfers []TransferRecord `json:"transfers,omitempty" nullable:"false" doc:"What became of each transfer."`
	CallBack  string           `json:"callback_to,omitempty" doc:"Where the caller asked to be called back, instead of waiting; a pseudonym once identity is erased."`

	WrapUps []WrapUp `json:"wrap_ups,omitempty" nullable:"false" doc:"What agents noted of the call."`

	Price  *Price     `json:"price" doc:"What the call cost; null while nobody has billed it."`
	Erased *time.Time `json:"identity_erased_at,omitempty" doc:"When numbers, names and metadata were erased."`
}

// A Direction says who started a call.
type Direction string

const (
	Inbound  Direction = "inbound"  // a telephone called us
	Web      Direction = "web"      // a browser called
	Callback Direction = "callback" // we dialled both parties
)

// An Attempt is one target that the call was sent to, and how it ended.
type Attempt struct {
	For     call.Purpose `json:"for" doc:"What it was dialled for: call, transfer or invite."`
	Stage   int          `json:"stage" doc:"Counted from 1; targets of one stage rang together."`
	Address string       `json:"address" doc:"Whom; of a hidden contact, what was called."`
	Leg     string       `json:"leg" doc:"The leg that was dialled."`
	Result  string       `json:"result" doc:"pending, answered, or the cause that it failed with."`
	SIPCode int          `json:"sip_code,omitempty" doc:"The carrier's final response, where there was one."`
	Message string       `json:"message,omitempty" doc:"Why it failed, in a sentence."`
}

// A LegRecord is one party's part.
type LegRecord struct {
	ID      string        `json:"id" doc:"The leg."`
	Kind    call.Kind     `json:"kind" doc:"webrtc, pstn or sip."`
	Role    call.Role     `json:"role" doc:"What it was in the call: caller, callee, target (of a transfer) or invited."`
	Address string        `json:"address" doc:"Who was at its end."`
	Written bool          `json:"written,omitempty" doc:"Whether it had no sound: who was at its end only wrote."`
	Created time.Time     `json:"created_at" doc:"When it came or was dialled."`
	Joined  *time.Time    `json:"joined_at" doc:"When it could talk."`
	Left    *time.Time    `json:"left_at" doc:"When it left."`
	Cause   call.Cause    `json:"reason,omitempty" doc:"Why it left, in one word."`
	SIPCode int           `json:"sip_code,omitempty" doc:"The carrier's final response, where there was one."`
	Message string        `json:"message,omitempty" doc:"Why it left, in a sentence."`
	Codec   string        `json:"codec,omitempty" doc:"As SDP names it."`
	Quality *LegQuality   `json:"quality" doc:"How it sounded; null until it has left, or where there was no sound."`
	State   call.LegState `json:"state" doc:"How far it has come."`
}

// A TransferRecord is one that was asked for, and how it ended.
type TransferRecord struct {
	By        string     `json:"by" doc:"The leg that hands over."`
	To        string     `json:"to" doc:"Whom to."`
	Consult   bool       `json:"consult" doc:"Whether they talk first."`
	Requested time.Time  `json:"requested_at" doc:"When it was asked for."`
	Finished  *time.Time `json:"finished_at" doc:"When it ended."`
	Result    string     `json:"result" doc:"pending, completed, failed or canceled."`
	Cause     call.Cause `json:"reason,omitempty" doc:"Why it failed, in one word."`
	Message   string     `json:"message,omitempty" doc:"Why it failed, in a sentence."`
}

// A Price is what a call cost, in minor units of a currency (ISO 4217).
type Price struct {
	Amount   int64  `json:"amount" doc:"In minor units of the currency."`
	Currency string `json:"currency" doc:"ISO 4217."`
}
