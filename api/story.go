package api

import (
	"cmp"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/archive/recordings"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/switchboard/journal"
)

// A story is a call as its events tell it to the outside. It reads nothing
// that the outside may not, so it can show no hidden contact, and it stays
// readable when somebody's identity was erased from the log.
type story struct {
	Call
	account webtrunk.AccountID
	seq     int64 // of the last event

	invited  int  // invitations so far
	inviting bool // the last of them is under way
	prompts  int  // phrases begun so far
}

// tell folds a call's events, from the first on; ok is false if there are none.
func tell(events iter.Seq2[event.Record, error]) (s story, ok bool, err error) {
	for r, err := range events {
		if err != nil {
			return s, false, err
		}
		var d journal.Data
		if err := json.Unmarshal(r.Data, &d); err != nil {
			return s, false, err
		}
		s.take(r, d)
	}
	return s, s.ID != "", nil
}

// take folds the next event.
func (s *story) take(r event.Record, d journal.Data) {
	s.seq = r.CallSeq
	s.Status = d.Status
	at := r.Time
	switch r.Type {
	case "call.created":
		s.account = r.Account
		s.Call = Call{ID: r.Call, Object: "call", Livemode: !r.Test, Status: d.Status, From: d.From, To: d.To, Via: d.Via, Callback: d.Callback,
			Metadata: notNil(d.Metadata), CreatedAt: at, Legs: []Leg{}}
	case "call.updated":
		s.Metadata = notNil(d.Metadata)
	case "call.ringing":
		s.RingingAt = &at
	case "call.answered":
		s.AnsweredAt = &at
	case "call.ended":
		s.EndedAt, s.SIPCode, s.Message = &at, d.SIPCode, d.Message
		if d.End != nil {
			s.EndReason, s.EndedBy, s.DurationMS = d.End.EndReason, d.End.EndedBy, d.End.DurationMS
		}
	}
	if d.Leg != nil {
		s.takeLeg(r, d)
	}
	s.takeRecording(r.Type, d)
	s.takeInvite(r.Type, d)
	if step, ok := strings.CutPrefix(r.Type, "transfer."); ok {
		s.takeTransfer(step, at, d)
	}
	if r.Type == "call.queued" && d.For == call.ForTransfer {
		s.takeTransfer("queued", at, d)
	}
}

// takeLeg notes a leg as it is after an event.
func (s *story) takeLeg(r event.Record, d journal.Data) {
	l := legOf(s.Call, *d.Leg)
	known := s.leg(l.ID)
	if known == nil {
		s.Legs = append(s.Legs, l)
		known = &s.Legs[len(s.Legs)-1]
	}
	l.CreatedAt, l.JoinedAt = known.CreatedAt, known.JoinedAt
	at := r.Time
	switch r.Type {
	case "leg.added":
		l.CreatedAt = &at
	case "leg.joined":
		l.JoinedAt = &at
	case "leg.left":
		l.LeftAt, l.Reason, l.SIPCode, l.Message, l.Quality = &at, d.Reason, d.SIPCode, d.Message, qualityOf(d.Quality)
	}
	if known.LeftAt == nil {
		*known = l
	}
}

// takeRecording notes how the call is recorded.
func (s *story) takeRecording(kind string, d journal.Data) {
	if kind == "recording.planned" {
		s.Recording = nil
		if d.Consent != recordings.Off {
			s.Recording = &CallRecording{Consent: d.Consent, OnDemand: d.OnDemand, State: call.RecordingOff}
		}
		return
	}
	if s.Recording == nil {
		return
	}
	r := *s.Recording
	switch kind {
	case "recording.started":
		r.ID, r.State, r.Reason = d.Recording, call.RecordingOn, ""
	case "recording.paused":
		r.State, r.Reason = call.RecordingIsPaused, d.Reason
	case "recording.resumed":
		r.State, r.Reason = call.RecordingOn, ""
	case "recording.stopped", "call.ended":
		r.State, r.Reason = call.RecordingOff, ""
	case "recording.failed":
		r.State, r.Reason, r.Message = call.RecordingOff, "", d.Message
	}
	s.Recording = &r
}

// takeInvite notes how an invitation goes: it ends when who was invited joins, or
// nobody does.
func (s *story) takeInvite(kind string, d journal.Data) {
	switch kind {
	case "invite.requested":
		s.invited, s.inviting = s.invited+1, true
	case "invite.failed":
		s.inviting = false
	case "leg.joined":
		s.inviting = s.inviting && (d.Leg == nil || d.Leg.Role != call.Invited)
	case "prompt.started":
		s.prompts++
	}
}

func (s *story) takeTransfer(step string, at time.Time, d journal.Data) {
	if step == "requested" {
		t := Transfer{To: d.To, Consult: d.Consult, Method: cmp.Or(d.Method, "bridge"), Result: "pending", State: step, RequestedAt: at}
		if d.Leg != nil {
			t.By = d.Leg.ID
		}
		s.Transfers = append(s.Transfers, t)
		return
	}
	if len(s.Transfers) == 0 {
		return
	}
	t := &s.Transfers[len(s.Transfers)-1]
	switch step {
	case "referred":
	case "queued", "ringing", "consulting":
		t.State = step
	default:
		t.Result, t.State, t.FinishedAt, t.Reason, t.SIPCode, t.Message = step, "", &at, d.Reason, d.SIPCode, d.Message
	}
}

// leg returns a leg by its ID, nil when there is none.
func (s *story) leg(id string) *Leg {
	for i := range s.Legs {
		if s.Legs[i].ID == id {
			return &s.Legs[i]
		}
	}
	return nil
}

func notNil(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
