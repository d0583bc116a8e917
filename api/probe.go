package api

import (
	"context"

	"webtrunk"
	"webtrunk/directory"
)

// TrunkTests place calls to see whether a trunk works.
type TrunkTests struct {
	// Test makes a call for whoever asks and tells each step; an error means that
	// none was made.
	Test func(ctx context.Context, by directory.Principal, trunk string, to webtrunk.Address, tell func(TestStep)) error
}

// A TestStep is one thing that a test of a trunk found out.
type TestStep struct {
	Name    string `json:"name" doc:"What it is about: dns, state, connection, invite, trying, challenge, proof, ringing, early, answer, media, hearing, heard, hangup or call." example:"dns"`
	Well    bool   `json:"well" doc:"Whether it is as it should be."`
	Message string `json:"message" doc:"What happened, in a sentence, with what to do where that is needed."`
	AfterMS int64  `json:"after_ms" doc:"When, in milliseconds since the test began."`
}

// A TrunkTest is a test that is over.
type TrunkTest struct {
	Object string     `json:"object" enum:"trunk_test" doc:"Always trunk_test."`
	Trunk  string     `json:"trunk" doc:"Which trunk was tested."`
	To     string     `json:"to" doc:"Who was called."`
	Well   bool       `json:"well" doc:"Whether every step was."`
	Steps  []TestStep `json:"steps" doc:"What happened, in order."`
}

// Routes implements Feature.
func (f TrunkTests) Routes(s *Server) {
	Register(s, Route{Method: "POST", Path: "/v1/trunks/{trunk}/test", Summary: "Test a trunk", Tag: "Trunks", Operator: true, Right: directory.TrunksWrite,
		Doc: "Calls a number over the trunk and tells what happened at each step: name, connection, password, ringing, codec, sound both ways, hang-up. Whoever answers hears a tone for some seconds. The call is billed as any is, and goes only where the operator's own calls may go: a test key tests the simulated carrier alone. The answer comes when the test is over, after half a minute at most."}, f.test)
}

type trunkTestBody struct {
	Trunk string `path:"trunk" id:"-" maxLength:"100" doc:"The trunk's name." example:"example-carrier"`
	Body  struct {
		To string `json:"to" id:"-" minLength:"1" maxLength:"40" doc:"Which number to call, in international form." example:"+15550100101"`
	}
}

func (f TrunkTests) test(ctx context.Context, p directory.Principal, in *trunkTestBody) (*Answer[TrunkTest], error) {
	to, err := webtrunk.ParseNumber(in.Body.To)
	if err != nil {
		return nil, &Problem{Kind: webtrunk.Invalid, Code: "address_invalid", Param: "to", Message: webtrunk.MessageOf(err, ""), Err: err}
	}
	t := TrunkTest{Object: "trunk_test", Trunk: in.Trunk, To: to.String(), Well: true, Steps: []TestStep{}}
	err = f.Test(ctx, p, in.Trunk, to, func(s TestStep) {
		t.Steps, t.Well = append(t.Steps, s), t.Well && s.Well
	})
	if err != nil {
		return nil, err
	}
	return answer(t), nil
}
