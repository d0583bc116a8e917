package api

import (
	"slices"
	"strings"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/switchboard"
)

// mayLead keeps colleagues out of each other's calls: a person who may not listen
// tells a running call something only while they are in it, or while nobody has
// answered yet whom they had it call. A key is a server's, which sees to that itself.
func (f Calls) mayLead(p directory.Principal, id webtrunk.CallID) error {
	lacks := holds(p, directory.CallsListen)
	if lacks == nil || !strings.HasPrefix(p.ID, "person_") {
		return nil
	}
	if l, runs := f.running(p, id); runs && (isIn(l, directory.AgentName(p.ID)) || began(l, p.ID)) {
		return nil
	}
	return &Problem{Kind: webtrunk.Forbidden, Code: "right_missing", Param: string(directory.CallsListen),
		Message:  "You are not in this call. Calls of colleagues are led by who has the right " + string(directory.CallsListen) + ".",
		Remedies: []string{"Ask a supervisor to do this, or to let you into the call."}, Err: lacks}
}

// isIn reports whether an agent is connected in a running call, by their page or by
// their telephone, which is shown as the agent.
func isIn(l switchboard.Live, agent string) bool {
	return slices.ContainsFunc(l.View.Legs, func(leg call.Leg) bool {
		return leg.State == call.Connected && (directory.AgentIn(leg.Address) == agent || directory.AgentIn(leg.Shown) == agent)
	})
}

// began reports whether somebody asked for a call that nobody talks in yet.
func began(l switchboard.Live, person string) bool {
	return l.View.Via == person && !slices.ContainsFunc(l.View.Legs, func(leg call.Leg) bool { return leg.Role != call.Caller && leg.State == call.Connected })
}
