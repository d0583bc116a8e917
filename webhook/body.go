package webhook

import (
	"encoding/json"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/event"
)

// body writes an event's envelope in a format and names its media type.
func body(f Format, envelope []byte) (b []byte, mediaType string, err error) {
	if f != CloudEvents {
		return envelope, "application/json", nil
	}
	var e event.Envelope
	if err := json.Unmarshal(envelope, &e); err != nil {
		return nil, "", err
	}
	c := cloudEvent{
		SpecVersion: "1.0", ID: e.ID, Source: "/v1/accounts/" + string(e.Account), Type: e.Type, Time: e.Timestamp,
		Subject: e.Call, DataContentType: "application/json", Data: e.Data,
		Sequence: fmt.Sprintf("%019d", e.Seq), Livemode: e.Livemode, APIVersion: e.APIVersion,
	}
	if e.CallSeq > 0 {
		c.CallSequence = fmt.Sprintf("%019d", e.CallSeq)
	}
	b, err = json.Marshal(c)
	return b, "application/cloudevents+json; charset=utf-8", err
}

// A cloudEvent is CloudEvents 1.0 in JSON. The extensions' names are in lower
// case without underscores, as its section 3 asks. The sequences are strings
// that sort as numbers do, as its sequence extension asks: its integers have
// 32 bits, ours 64.
type cloudEvent struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         webtrunk.CallID `json:"subject,omitempty"`
	Time            time.Time       `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Sequence        string          `json:"sequence"`
	CallSequence    string          `json:"callsequence,omitempty"`
	Livemode        bool            `json:"livemode"`
	APIVersion      string          `json:"apiversion"`
	Data            json.RawMessage `json:"data"`
}
