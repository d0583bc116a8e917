package archive

import (
	"bytes"
	"encoding/json"
	"time"

	"webtrunk/event"
)

// forget takes the identity of its parties out of a record.
func (r *Record) forget(m mask, now time.Time) {
	r.From, r.To, r.CallBack, r.Message = m.text(r.From), m.text(r.To), m.text(r.CallBack), m.text(r.Message)
	r.Via, r.Metadata = m.by(r.Via), nil
	for i := range r.WrapUps {
		w := &r.WrapUps[i]
		w.Agent, w.Notes = m.by(w.Agent), ""
	}
	for i := range r.Legs {
		l := &r.Legs[i]
		l.Address, l.Message = m.text(l.Address), m.text(l.Message)
	}
	for i := range r.Route {
		t := &r.Route[i]
		t.Address, t.Message = m.text(t.Address), m.text(t.Message)
	}
	for i := range r.Transfers {
		t := &r.Transfers[i]
		t.To, t.Message = m.text(t.To), m.text(t.Message)
	}
	r.Erased = &now
}

// by is who takes the place of somebody who works for the account, where they are
// named by their ID. All else stays.
func (m mask) by(name string) string {
	if id.MatchString(name) {
		return m.pseudonym(name)
	}
	return name
}

// structure are the keys of a record's data whose values name no person and are
// compared by programs.
var structure = map[string]bool{
	"id": true, "object": true, "account": true, "call": true, "status": true, "state": true, "kind": true, "role": true, "for": true,
	"reason": true, "end_reason": true, "ended_by": true, "via": true, "queue": true, "order": true, "codec": true, "metric": true,
	"warnings": true, "phrase": true, "answered_at": true,
}

// dropped are the keys whose values are erased whole: what a visitor's page
// said, and what was typed.
var dropped = map[string]bool{"metadata": true, "digit": true, "digits": true}

// record takes identity out of a record of the log. What restores the call is
// erased whole: it has ended, and hidden contacts are in there too. What
// remains is a list of no events.
func (m mask) record(r event.Record) event.Record {
	r.Data, r.Private = m.data(r.Data), json.RawMessage("[]")
	return r
}

// data takes identity out of what a record of the log says. What is no JSON is
// erased whole.
func (m mask) data(data json.RawMessage) json.RawMessage {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return json.RawMessage("{}")
	}
	masked, err := json.Marshal(m.value("", v))
	if err != nil {
		return json.RawMessage("{}")
	}
	return masked
}

// value masks a JSON value that stands under a key.
func (m mask) value(key string, v any) any {
	switch v := v.(type) {
	case string:
		if structure[key] {
			return m.by(v)
		}
		return m.text(v)
	case []any:
		for i := range v {
			v[i] = m.value(key, v[i])
		}
	case map[string]any:
		for k, inner := range v {
			if dropped[k] {
				delete(v, k)
				continue
			}
			v[k] = m.value(k, inner)
		}
	}
	return v
}
