package archive

import (
	"strings"
	"time"

	"webtrunk/call"
	"webtrunk/event"
)

// A row is a record with what is needed to go on folding.
type row struct {
	Record
	Seq    int64                `json:"seq"`              // call_seq of the last record folded
	Stages map[call.Purpose]int `json:"stages,omitempty"` // being dialled, from 1
}

// fold takes the next record of the call. The same records in the same order
// give the same row.
func (r *row) fold(e event.Record) error {
	s, err := read(e.Data)
	if err != nil {
		return err
	}
	if r.Stages == nil {
		r.Stages = map[call.Purpose]int{}
	}
	r.Seq = e.CallSeq
	switch e.Type {
	case "call.created":
		r.begin(e, s)
	case "call.admitted", "call.queued":
		r.Status = call.Queued
	case "call.ringing":
		r.Status, r.Ringing = call.StatusRinging, first(r.Ringing, e.Time)
	case "call.answered":
		r.Status, r.Answered = call.InProgress, first(r.Answered, e.Time)
		r.WaitMS = r.Answered.Sub(r.Created).Milliseconds()
	case "call.updated":
		r.Metadata = s.Metadata
	case "call.stage_tried":
		r.Stages[s.For] = s.Stage + 1
	case "call.ended":
		r.end(e, s)
	default:
		r.foldLeg(e, s)
		r.foldTransfer(e, s)
	}
	return nil
}

func (r *row) begin(e event.Record, s said) {
	*r = row{Seq: e.CallSeq, Stages: map[call.Purpose]int{}, Record: Record{
		ID: e.Call, Object: "call_record", Livemode: !e.Test, Account: e.Account,
		From: s.From, To: s.To, Via: s.Via, Metadata: s.Metadata, Direction: Web,
		Status: call.Authorizing, Created: e.Time, Route: []Try{}, Legs: []Leg{}, Price: r.Price, Erased: r.Erased,
	}}
	if reference, ok := strings.CutPrefix(s.To, "ref:"); ok {
		r.Reference = reference
	}
	if s.Callback {
		r.Direction = Callback
	}
}

func (r *row) end(e event.Record, s said) {
	r.Status, r.EndReason, r.EndedBy, r.SIPCode, r.Message = s.Status, s.Reason, s.By, s.SIPCode, s.Message
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
	if e.Type == "leg.added" {
		r.add(e, s)
		return
	}
	l := r.leg(s.Leg)
	if l == nil {
		return
	}
	switch e.Type {
	case "leg.ringing":
		l.State = call.Ringing
		if s.Early {
			l.State = call.EarlyMedia
		}
	case "leg.joined":
		l.State, l.Joined = call.Connected, first(l.Joined, e.Time)
		r.tried(s.Leg, Try{Result: "answered"})
	case "leg.left":
		l.State, l.Left, l.Cause, l.SIPCode, l.Message = call.Ended, first(nil, e.Time), s.Reason, s.SIPCode, s.Message
		if s.Quality != nil {
			l.Codec, l.Quality = s.Quality.Codec, &s.Quality.Quality
		}
		r.tried(s.Leg, Try{Result: string(s.Reason), SIPCode: s.SIPCode, Message: s.Message})
	}
}

// add takes a new leg. One that was dialled is a try of the route.
func (r *row) add(e event.Record, s said) {
	l := Leg{ID: s.Leg, Kind: s.Kind, Role: s.Role, Address: s.Address, Created: e.Time, State: call.New}
	r.Legs = append(r.Legs, l)
	if l.Role == call.Caller {
		if r.Direction != Callback && l.Kind != call.WebRTC {
			r.Direction = Inbound
		}
		return
	}
	p := purposes[l.Role]
	r.Route = append(r.Route, Try{For: p, Stage: r.Stages[p], Address: l.Address, Leg: l.ID, Result: "pending"})
}

// purposes says why a leg of a role was dialled.
var purposes = map[call.Role]call.Purpose{
	call.Callee: call.ForCall, call.TransferTarget: call.ForTransfer, call.Invited: call.ForInvite,
}

// tried notes how a leg's try ended, the first time.
func (r *row) tried(leg string, end Try) {
	for i, t := range r.Route {
		if t.Leg == leg && t.Result == "pending" {
			r.Route[i].Result, r.Route[i].SIPCode, r.Route[i].Message = end.Result, end.SIPCode, end.Message
		}
	}
}

// foldTransfer takes what concerns a transfer. There is one at a time.
func (r *row) foldTransfer(e event.Record, s said) {
	if e.Type == "transfer.requested" {
		r.Transfers = append(r.Transfers, Transfer{By: s.By, To: s.To, Consult: s.Consult, Requested: e.Time, Result: "pending"})
		return
	}
	result, final := strings.CutPrefix(e.Type, "transfer.")
	if !final || len(r.Transfers) == 0 || result == "ringing" || result == "consulting" {
		return
	}
	t := &r.Transfers[len(r.Transfers)-1]
	t.Result, t.Finished, t.Cause, t.Message = result, first(nil, e.Time), s.Reason, s.Message
}

// leg returns a leg by its name, nil when there is none.
func (r *row) leg(id string) *Leg {
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
