package api

import (
	"context"
	"time"

	"webtrunk/directory"
)

// Trunks are the operator's ways to the telephone network.
type Trunks struct {
	List func() []Trunk // in the order of the configuration
}

// A Trunk is one of them, and what it has carried since the gateway started.
type Trunk struct {
	Object   string `json:"object" enum:"trunk" doc:"Always trunk."`
	Name     string `json:"name" doc:"As the configuration calls it." example:"example-carrier"`
	Livemode bool   `json:"livemode" doc:"False for the simulated carrier, which takes the calls of test keys."`
	Status   string `json:"status" enum:"unused,up,failing,silent" doc:"How the last call that was dialled over it fared: nobody has dialled yet, the carrier took it or refused it in good order, the carrier failed it, or the carrier did not respond."`
	Message  string `json:"message" doc:"The status in a sentence, with what to do."`

	Arrived     uint64     `json:"calls_arrived" doc:"Calls that it brought."`
	Dialled     uint64     `json:"calls_dialled" doc:"Calls that were dialled over it."`
	Answered    uint64     `json:"calls_answered" doc:"Of these, the answered ones."`
	Refused     uint64     `json:"calls_refused" doc:"Of these, the ones that the called party or its network refused."`
	Failed      uint64     `json:"calls_failed" doc:"Of these, the ones that the trunk failed: 5xx, or no response."`
	LastHeardAt *time.Time `json:"last_heard_at,omitempty" doc:"When the carrier last responded."`
	LastFaultAt *time.Time `json:"last_fault_at,omitempty" doc:"When it last failed a call."`
}

// Routes implements Feature.
func (f Trunks) Routes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/trunks", Summary: "List trunks", Tag: "Trunks", Operator: true, Right: directory.CallsRead,
		Doc: "The ways to the telephone network, and how they do. They are the operator's."}, f.list)
}

func (f Trunks) list(context.Context, directory.Principal, *struct{}) (*Answer[List[Trunk]], error) {
	trunks := f.List()
	return listOf(trunks, len(trunks), func(t Trunk) string { return t.Name }), nil
}
