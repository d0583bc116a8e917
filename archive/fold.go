package archive

import (
	"strings"
	"time"

	"webtrunk/call"
	"webtrunk/event"
)

// A row is a record with how far its call was folded.
type row struct {
	Record
	Seq int64 `json:"-"` // call_seq of the last record folded
}

// fold takes the next record of the call. The same records in the same order
// give the same row.
func (r *row) fold(e event.Record) error {
	s, err := read(e.Data)
	if err != nil {
		return err
	}
	if e.Type == "call.created" {
		r.begin(e, s)
	}
	r.Status = s.Status
	switch e.Type {
	case "call.updated":
		r.Metadata = s.Metadata
	case "call.ringing":
		r.Ringing = first(r.Ringing, e.Time)
	case "call.answered":
		r.Answered = first(r.Answered, e.Time)
		r.WaitMS = r.Answered.Sub(r.Created).Milliseconds()
	case "queue.callback_requested":
		r.CallBack = s.Number
	case "call.ended":
		r.end(e, s)
	}
	if s.Leg != nil {
		r.foldLeg(e, s)
	}
	if step, ok := strings.CutPrefix(e.Type, "transfer."); ok {
		r.foldTransfer(step, e, s)
	}
	return nil
}

func (r *row) begin(e event.Record, s said) {
	r.Record = Record{
		ID: e.Call, Object: "call_record", Livemode: !e.Test, Account: e.Account,
		From: s.From, To: s.To, Via: s.Via, Metadata: s.Metadata, Direction: Web,
		Created: e.Time, Route: []Attempt{}, Legs: []LegRecord{}, Price: r.Price, Erased: r.Erased,
	}
	if reference, ok := strings.CutPrefix(s.To, "ref:"); ok {
		r.Reference = reference
	}
	if s.Callback {
		r.Direction = Callback
	}
}

func (r *row) end(e event.Record, s said) {
	r.EndReason, r.EndedBy, r.SIPCode, r.Message = s.EndReason, s.EndedBy, s.SIPCode, s.Message
	r.Ended = first(nil, e.Time)
	r.TotalMS = e.Time.Sub(r.Created).Milliseconds()
	r.WaitMS = r.TotalMS
	if r.Answered != nil {
		r.WaitMS = r.Answered.Sub(r.Created).Milliseconds()
		r.TalkMS = e.Time.Sub(*r.Answered).Milliseconds()
	}
}

// foldLeg takes what concerns one leg.
func (r *row) foldLeg(e event.Record, s said) {
	l := r.leg(s.Leg.ID)
	if l == nil {
		l = r.add(e, s)
	}
	if l.Left == nil {
		l.State, l.Written = s.Leg.State, s.Leg.Written
	}
	switch e.Type {
	case "leg.joined":
		l.Joined = first(l.Joined, e.Time)
		r.tried(l.ID, Attempt{Result: "answered"})
	case "leg.left":
		l.Left, l.Cause, l.SIPCode, l.Message = first(l.Left, e.Time), s.Reason, s.SIPCode, s.Message
		if s.Quality != nil {
			l.Codec, l.Quality = s.Quality.Codec, &s.Quality.LegQuality
		}
		r.tried(l.ID, Attempt{Result: string(s.Reason), SIPCode: s.SIPCode, Message: s.Message})
	}
}

// add takes a new leg. One that was dialled is a try of the route.
func (r *row) add(e event.Record, s said) *LegRecord {
	l := LegRecord{ID: s.Leg.ID, Kind: s.Leg.Kind, Role: s.Leg.Role, Address: s.Leg.Address, Created: e.Time}
	r.Legs = append(r.Legs, l)
	switch {
	case l.Role != call.Caller:
		r.Route = append(r.Route, Attempt{For: s.For, Stage: s.Stage + 1, Address: l.Address, Leg: l.ID, Result: "pending"})
	case r.Direction != Callback && l.Kind != call.WebRTC:
		r.Direction = Inbound
	}
	return &r.Legs[len(r.Legs)-1]
}

// tried notes how a leg's try ended, the first time.
func (r *row) tried(leg string, end Attempt) {
	for i, t := range r.Route {
		if t.Leg == leg && t.Result == "pending" {
			r.Route[i].Result, r.Route[i].SIPCode, r.Route[i].Message = end.Result, end.SIPCode, end.Message
		}
	}
}

// foldTransfer takes what concerns a transfer. There is one at a time.
func (r *row) foldTransfer(step string, e event.Record, s said) {
	switch step {
	case "requested":
		t := TransferRecord{To: s.To, Consult: s.Consult, Requested: e.Time, Result: "pending"}
		if s.Leg != nil {
			t.By = s.Leg.ID
		}
		r.Transfers = append(r.Transfers, t)
	case "completed", "failed", "canceled":
		if len(r.Transfers) > 0 {
			t := &r.Transfers[len(r.Transfers)-1]
			t.Result, t.Finished, t.Cause, t.Message = step, first(t.Finished, e.Time), s.Reason, s.Message
		}
	}
}

// leg returns a leg by its ID, nil when there is none.
func (r *row) leg(id string) *LegRecord {
	for i := range r.Legs {
		if r.Legs[i].ID == id {
			return &r.Legs[i]
		}
	}
	return nil
}

// first returns the time already known, else t.
func first(known *time.Time, t time.Time) *time.Time {
	if known != nil {
		return known
	}
	return &t
}
