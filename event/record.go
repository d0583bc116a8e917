package event

import (
	"encoding/json"
	"time"

	"webtrunk"
)

// A Record is one event as the log keeps it.
type Record struct {
	ID      string // "evt_…", made by New
	Account webtrunk.AccountID
	Type    string    // full-stop delimited, past tense: "call.answered"
	Time    time.Time // when it happened, UTC, to the microsecond
	Test    bool      // of a test key: livemode is false

	Call    webtrunk.CallID // empty for what is of no call
	CallSeq int64           // place in the call, from 1, set by the call's writer; 0 for what is of no call
	Last    bool            // no record of this call follows

	// Data is what the outside reads: a JSON object without secrets, hidden
	// contacts or sensitive digits.
	Data json.RawMessage
	// Private is what the gateway needs to restore its state. It never leaves
	// the gateway.
	Private json.RawMessage

	// The log sets these when it takes the record.
	Position int64 // place in the whole log, from 1, without gaps
	Seq      int64 // place in the account, from 1, without gaps
}

// New returns a record of something that happened now. The log refuses a
// record without account or type.
func New(account webtrunk.AccountID, test bool, kind string, data any) (Record, error) {
	public, err := json.Marshal(data)
	if err != nil {
		return Record{}, err
	}
	return Record{
		ID: webtrunk.NewID("evt"), Account: account, Test: test, Type: kind,
		Time: time.Now().UTC().Truncate(time.Microsecond), Data: public,
	}, nil
}

// APIVersion is the version of what Data and Envelope look like.
const APIVersion = "2026-11-22"

// An Envelope is a record as API clients, webhooks and live streams see it.
type Envelope struct {
	ID         string             `json:"id"`
	Object     string             `json:"object"` // "event"
	Type       string             `json:"type"`
	Timestamp  time.Time          `json:"timestamp"`
	APIVersion string             `json:"api_version"`
	Livemode   bool               `json:"livemode"`
	Account    webtrunk.AccountID `json:"account"`
	Seq        int64              `json:"seq"`
	Call       webtrunk.CallID    `json:"call,omitempty"`
	CallSeq    int64              `json:"call_seq,omitempty"`
	Data       json.RawMessage    `json:"data"`
}

// Envelope returns the record as the outside sees it.
func (r Record) Envelope() Envelope {
	return Envelope{
		ID: r.ID, Object: "event", Type: r.Type, Timestamp: r.Time, APIVersion: APIVersion,
		Livemode: !r.Test, Account: r.Account, Seq: r.Seq, Call: r.Call, CallSeq: r.CallSeq, Data: r.Data,
	}
}
