package signaling

import (
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A costNotice tells a page what a call would cost: nothing, where it says nothing.
type costNotice struct {
	head
	Cost json.RawMessage `json:"cost,omitempty"`
}

// cost tells a page what a call would cost that it could make, before it does, or notes that the
// page has shown that to its person.
func (s *session) cost(r request) *refusal {
	to, err := webtrunk.ParseAddress(r.To)
	if err != nil {
		return refuse(codeBadNumber, webtrunk.MessageOf(err, "This address cannot be called."))
	}
	ctx, cancel := context.WithTimeout(s.server.stopping, 5*time.Second)
	defer cancel()
	if bad := s.grant.mayCall(ctx, to); bad != nil {
		return bad
	}
	n := &costNotice{head: head{Type: "cost", ID: r.ID}}
	if bills := s.server.cfg.Bills; bills != nil {
		v := call.View{Account: s.grant.Account, Test: s.grant.Test, Via: s.grant.Via, To: to, Context: s.grant.context(r.spoken()),
			Legs: []call.Leg{{ID: 1, Kind: call.WebRTC, Role: call.Caller, Staff: s.grant.Hands}}}
		if n.Cost, err = bills.Cost(ctx, v, r.Shown); err != nil {
			s.log.Warn("what a call costs cannot be told", "error", err)
			return refuse(codeBusyGateway, webtrunk.MessageOf(err, "It cannot be told at the moment what this call costs."))
		}
	}
	s.send(n)
	return nil
}
