package journal

import (
	"maps"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// Call is a call as the outside sees it.
type Call struct {
	ID         webtrunk.CallID   `json:"id"`
	Object     string            `json:"object"` // "call"
	Livemode   bool              `json:"livemode"`
	Status     call.Status       `json:"status"`
	From       string            `json:"from"`
	To         string            `json:"to"`
	Via        string            `json:"via,omitempty"`
	Callback   bool              `json:"callback"`
	Metadata   map[string]string `json:"metadata"`
	Legs       []CallLeg         `json:"legs"`
	CreatedAt  time.Time         `json:"created_at"`
	AnsweredAt *time.Time        `json:"answered_at"`
	EndedAt    *time.Time        `json:"ended_at"`
	EndReason  call.Cause        `json:"end_reason,omitempty"`
	EndedBy    string            `json:"ended_by,omitempty"` // a leg
	SIPCode    int               `json:"sip_code,omitempty"`
	Message    string            `json:"message,omitempty"` // a sentence for people
	DurationMS int64             `json:"duration_ms"`       // from the answer to the end; 0 while it runs
}

// CallLeg is a leg and how it sounds, as last measured.
type CallLeg struct {
	Leg
	Quality *Quality `json:"quality,omitempty"`
}

// Show returns the call as the outside sees it.
func (v Kept) Show() Call {
	c := Show(v.View, v.Created, v.Answered, v.Quality)
	if v.Ended.IsZero() {
		return c
	}
	ended := v.Ended
	c.EndedAt, c.EndReason, c.EndedBy = &ended, v.End.Reason, v.End.By.Public(v.View.ID)
	c.SIPCode, c.Message = v.End.SIPCode, v.hidden.text(v.End.Message)
	if !v.Answered.IsZero() {
		c.DurationMS = v.Ended.Sub(v.Answered).Milliseconds()
	}
	return c
}

// Show returns a running call, such as a switchboard.Live, as the outside sees
// it. answered is zero before the answer.
func Show(v call.View, created, answered time.Time, quality map[call.LegID]call.Quality) Call {
	h := hidden{}
	h.hide(v.Caller.Address, v.Caller.Shown)
	for _, l := range v.Legs {
		h.hide(l.Address, l.Shown)
	}
	c := Call{
		ID: v.ID, Object: "call", Livemode: !v.Test, Status: v.Status, From: h.address(v.From), To: h.address(v.To), Via: v.Via,
		Callback: !v.Caller.Address.IsZero(), Metadata: map[string]string{}, Legs: []CallLeg{}, CreatedAt: created.UTC(),
	}
	maps.Copy(c.Metadata, v.Context)
	if !answered.IsZero() {
		answered = answered.UTC()
		c.AnsweredAt = &answered
	}
	for _, l := range v.Legs {
		shown := CallLeg{Leg: h.leg(l)}
		if q, measured := quality[l.ID]; measured {
			q := ShowQuality(q)
			shown.Quality = &q
		}
		c.Legs = append(c.Legs, shown)
	}
	return c
}
