package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// envelope reads an event from the log, or fails with sql.ErrNoRows.
func (s *Sender) envelope(ctx context.Context, id string) (event.Envelope, error) {
	r := event.Record{ID: id}
	var at int64
	var data string
	err := s.DB.QueryRow(ctx, `SELECT account, type, at, test, seq, call_id, call_seq, data FROM events WHERE id = $1`, id).
		Scan(&r.Account, &r.Type, &at, &r.Test, &r.Seq, &r.Call, &r.CallSeq, &data)
	r.Time, r.Data = store.Time(at), json.RawMessage(data)
	return r.Envelope(), err
}

// body writes an event in a format and names its media type.
func body(f Format, e event.Envelope) (b []byte, mediaType string, err error) {
	if f != CloudEvents {
		b, err = json.Marshal(e)
		return b, "application/json", err
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
