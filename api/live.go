package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/switchboard"
)

// mostLive bounds what a monitor is shown at once.
const mostLive = 1000

type liveFilter struct {
	Scope string `query:"scope" enum:"account,gateway" default:"account" doc:"The account's calls, or, for the gateway's operator, all calls."`
}

// live shows the calls that this process runs. It asks the switchboard, not
// the database, so that it costs nothing to ask often.
func (f Calls) live(_ context.Context, p directory.Principal, in *liveFilter) (*Answer[List[Call]], error) {
	all := in.Scope == "gateway"
	if all && !p.Operator {
		return nil, &Problem{Kind: webtrunk.Forbidden, Code: "operator_required", Param: "scope", Message: "Only the gateway's operator sees the calls of all accounts.",
			Remedies: []string{"Leave scope out to see your account's calls."}}
	}
	calls := []Call{}
	for _, l := range f.Board.Snapshot() {
		if all || l.View.Account == p.Account && l.View.Test == p.Test {
			calls = append(calls, liveOf(l))
		}
	}
	return listOf(calls, mostLive, func(c Call) string { return string(c.ID) }), nil
}

// liveOf shows a running call. Of a leg with a hidden contact it shows what was
// called.
func liveOf(l switchboard.Live) Call {
	v := l.View
	c := Call{ID: v.ID, Object: "call", Livemode: !v.Test, From: v.From.String(), To: v.To.String(), Via: v.Via, Status: v.Status, Metadata: v.Context,
		CreatedAt: l.Since.UTC(), Legs: []Leg{}}
	if c.Metadata == nil {
		c.Metadata = map[string]string{}
	}
	if !l.Answered.IsZero() {
		at := l.Answered.UTC()
		c.AnsweredAt = &at
	}
	for _, leg := range v.Legs {
		c.Legs = append(c.Legs, liveLeg(v, leg, l.Quality))
	}
	return c
}

func liveLeg(v call.View, l call.Leg, measured map[call.LegID]call.Quality) Leg {
	told := l.Address
	if !l.Shown.IsZero() {
		told = l.Shown
	}
	leg := Leg{ID: legID(v.ID, l.ID.String()), Object: "leg", Livemode: !v.Test, Call: v.ID, Kind: l.Kind, Role: l.Role, Address: told.String(),
		State: l.State, Held: l.Held, Lost: l.Lost}
	if q, ok := measured[l.ID]; ok {
		leg.Quality = &Quality{Codec: q.Codec, Loss: q.Loss, FarLoss: q.FarLoss, JitterMS: milliseconds(q.Jitter), RoundTripMS: milliseconds(q.RoundTrip), MOS: q.MOS}
	}
	return leg
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
