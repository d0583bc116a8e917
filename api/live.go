package api

import (
	"context"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/switchboard"
	"webtrunk/switchboard/journal"
)

// mostLive bounds what a monitor is shown at once.
const mostLive = 1000

type liveFilter struct {
	Scope string `query:"scope" enum:"account,gateway" default:"account" doc:"The account's calls, or, for the gateway's operator, all calls; with a test key, all test calls."`
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
		if all && (l.View.Test || !p.Test) || l.View.Account == p.Account && l.View.Test == p.Test {
			calls = append(calls, liveOf(l))
		}
	}
	return listOf(calls, mostLive, func(c Call) string { return string(c.ID) }), nil
}

// liveOf shows a running call as the journal does: of a leg with a hidden
// contact, what was called.
func liveOf(l switchboard.Live) Call {
	j := journal.Show(l.View, l.Since, l.Answered, l.Quality)
	c := Call{ID: j.ID, Object: "call", Livemode: j.Livemode, Status: j.Status, From: j.From, To: j.To, Via: j.Via, Callback: j.Callback, Metadata: j.Metadata,
		CreatedAt: j.CreatedAt, AnsweredAt: j.AnsweredAt, Legs: []Leg{}}
	for _, leg := range j.Legs {
		shown := legOf(c, leg.Leg)
		shown.Quality = qualityOf(leg.Quality)
		c.Legs = append(c.Legs, shown)
	}
	return c
}
