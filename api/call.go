package api

import (
	"strings"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/call"
)

// A Call is a call as the API shows it.
type Call struct {
	ID        webtrunk.CallID   `json:"id" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string            `json:"object" enum:"call" doc:"Always call."`
	Livemode  bool              `json:"livemode" doc:"False for a call that a test key or page made: it reaches only the simulated carrier."`
	Direction archive.Direction `json:"direction,omitempty" enum:"inbound,web,callback" doc:"A telephone called, a browser called, or both were dialled."`
	From      string            `json:"from" doc:"Who calls." example:"tel:+15550100101"`
	To        string            `json:"to" doc:"Who is called, as it was asked for." example:"ref:ref_shop"`
	Via       string            `json:"via,omitempty" doc:"The widget, key or trunk that the call came through."`
	Status    call.Status       `json:"status" enum:"authorizing,queued,ringing,in_progress,completed,busy,no_answer,rejected,canceled,failed" doc:"How far the call has come."`
	Metadata  map[string]string `json:"metadata" doc:"Your own notes."`

	EndReason call.Cause `json:"end_reason,omitempty" doc:"Why the call ended, in one word." example:"hangup"`
	EndedBy   string     `json:"ended_by,omitempty" doc:"The leg that ended it, if one of them did."`
	SIPCode   int        `json:"sip_code,omitempty" doc:"The carrier's final response, where it is the reason."`
	Message   string     `json:"message,omitempty" doc:"Why the call ended, in a sentence."`

	CreatedAt  time.Time  `json:"created_at" doc:"When the call was asked for."`
	RingingAt  *time.Time `json:"ringing_at,omitempty" doc:"When it began to ring."`
	AnsweredAt *time.Time `json:"answered_at,omitempty" doc:"When the one called answered."`
	EndedAt    *time.Time `json:"ended_at,omitempty" doc:"When it ended."`

	Legs      []Leg      `json:"legs" nullable:"false" doc:"The parties, in the order in which they came."`
	Transfers []Transfer `json:"transfers,omitempty" nullable:"false" doc:"What became of each transfer."`
}

// A Leg is one party's part in a call.
type Leg struct {
	ID       string          `json:"id" doc:"The leg." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_a"`
	Object   string          `json:"object" enum:"leg" doc:"Always leg."`
	Livemode bool            `json:"livemode" doc:"As the call's."`
	Call     webtrunk.CallID `json:"call" doc:"The call that it is part of."`
	Kind     call.Kind       `json:"kind" enum:"webrtc,pstn,sip" doc:"A browser, a telephone, or a SIP address."`
	Role     call.Role       `json:"role" enum:"caller,callee,target,invited" doc:"What it is in the call; target is of a transfer."`
	Address  string          `json:"address" doc:"Who is at its end; of a hidden contact, what was called." example:"tel:+15550100101"`
	State    call.LegState   `json:"state" enum:"new,connecting,ringing,early_media,connected,ended" doc:"How far it has come."`
	Held     bool            `json:"held,omitempty" doc:"Whether it has put the others on hold; among running calls only."`
	Lost     bool            `json:"lost,omitempty" doc:"Whether its connection is lost, within its grace; among running calls only."`
	Quality  *Quality        `json:"quality,omitempty" doc:"How it sounds, or sounded."`

	Cause   call.Cause `json:"cause,omitempty" doc:"Why it left." example:"hangup"`
	SIPCode int        `json:"sip_code,omitempty" doc:"The carrier's final response, where there was one."`
	Message string     `json:"message,omitempty" doc:"Why it left, in a sentence."`

	CreatedAt *time.Time `json:"created_at,omitempty" doc:"When it came or was dialled."`
	JoinedAt  *time.Time `json:"joined_at,omitempty" doc:"When it could talk."`
	LeftAt    *time.Time `json:"left_at,omitempty" doc:"When it left."`
}

// Quality is how a leg sounds.
type Quality struct {
	Codec       string  `json:"codec,omitempty" doc:"As SDP names it." example:"opus"`
	Loss        float64 `json:"loss" doc:"Share of the packets from the party that were lost, 0 to 1."`
	FarLoss     float64 `json:"far_loss" doc:"Share of the packets to the party that it says were lost, 0 to 1."`
	JitterMS    float64 `json:"jitter_ms" doc:"Of what the party sends (RFC 3550)."`
	RoundTripMS float64 `json:"round_trip_ms" doc:"To the party and back; 0 while unknown."`
	MOS         float64 `json:"mos" doc:"Mean opinion score, 1 to 4.5 (ITU-T G.107); 0 while unknown."`
}

// A Transfer is one that was asked for, and how it ended.
type Transfer struct {
	By          string     `json:"by,omitempty" doc:"The leg that hands over."`
	To          string     `json:"to" doc:"Whom to."`
	Consult     bool       `json:"consult" doc:"Whether they talk first."`
	Result      string     `json:"result" enum:"pending,completed,failed,canceled" doc:"How it ended."`
	Cause       call.Cause `json:"cause,omitempty" doc:"Why it failed, in one word."`
	Message     string     `json:"message,omitempty" doc:"Why it failed, in a sentence."`
	RequestedAt time.Time  `json:"requested_at" doc:"When it was asked for."`
	FinishedAt  *time.Time `json:"finished_at,omitempty" doc:"When it ended."`
}

// legID is a leg's ID: its call's, and its letter. An empty letter is no leg.
func legID(id webtrunk.CallID, letter string) string {
	if letter == "" || letter == "-" {
		return ""
	}
	return "leg_" + strings.TrimPrefix(string(id), "call_") + "_" + letter
}

// ofLeg reads a leg's ID.
func ofLeg(id string) (of webtrunk.CallID, letter string, ok bool) {
	rest, leg := strings.CutPrefix(id, "leg_")
	name, letter, two := strings.Cut(rest, "_")
	return webtrunk.CallID("call_" + name), letter, leg && two && name != "" && letter != ""
}

// callOf shows a call as the log tells it.
func callOf(r archive.Record) Call {
	c := Call{
		ID: r.ID, Object: "call", Livemode: r.Livemode, Direction: r.Direction, From: r.From, To: r.To, Via: r.Via, Status: r.Status, Metadata: r.Metadata,
		EndReason: r.EndReason, EndedBy: legID(r.ID, r.EndedBy), SIPCode: r.SIPCode, Message: r.Message,
		CreatedAt: r.Created, RingingAt: r.Ringing, AnsweredAt: r.Answered, EndedAt: r.Ended, Legs: []Leg{},
	}
	if c.Metadata == nil {
		c.Metadata = map[string]string{}
	}
	for _, l := range r.Legs {
		c.Legs = append(c.Legs, legOf(r, l))
	}
	for _, t := range r.Transfers {
		c.Transfers = append(c.Transfers, Transfer{By: legID(r.ID, t.By), To: t.To, Consult: t.Consult, Result: t.Result,
			Cause: t.Cause, Message: t.Message, RequestedAt: t.Requested, FinishedAt: t.Finished})
	}
	return c
}

func legOf(r archive.Record, l archive.Leg) Leg {
	leg := Leg{
		ID: legID(r.ID, l.ID), Object: "leg", Livemode: r.Livemode, Call: r.ID, Kind: l.Kind, Role: l.Role, Address: l.Address, State: l.State,
		Cause: l.Cause, SIPCode: l.SIPCode, Message: l.Message, CreatedAt: &l.Created, JoinedAt: l.Joined, LeftAt: l.Left,
	}
	if q := l.Quality; q != nil {
		leg.Quality = &Quality{Codec: l.Codec, Loss: q.Loss, FarLoss: q.FarLoss, JitterMS: q.JitterMS, RoundTripMS: q.RoundTripMS, MOS: q.MOS}
	}
	return leg
}
