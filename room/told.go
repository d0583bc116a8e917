package room

import (
	"bytes"
	"encoding/json"
	"time"
)

// told is an operation as a member's page reads it.
type told struct {
	Seq  int64     `json:"seq,omitempty"`
	ID   string    `json:"id,omitempty"` // of the page's own
	Kind Kind      `json:"kind"`
	By   string    `json:"by"`
	Name string    `json:"name,omitempty"`
	At   time.Time `json:"at"`
	Body
}

// JSON is what a member is told, one piece for each operation: who did it is "you", or
// the other's role and name. Legs and their addresses are nobody else's business.
func (n News) JSON() ([]json.RawMessage, error) {
	all := make([]json.RawMessage, len(n.Operations))
	for i, o := range n.Operations {
		t := told{Seq: o.Seq, Kind: o.Kind, By: string(o.By.Role), Name: o.By.Name, At: o.At, Body: o.Body}
		if o.By.Leg == n.You.Leg {
			t.ID, t.By, t.Name = o.ID, "you", ""
		}
		var raw bytes.Buffer
		plain := json.NewEncoder(&raw)
		plain.SetEscapeHTML(false) // it goes into no page's text
		if err := plain.Encode(t); err != nil {
			return nil, err
		}
		all[i] = raw.Bytes()
	}
	return all, nil
}
