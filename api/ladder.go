package api

import (
	"context"
	"fmt"

	"webtrunk"
	"webtrunk/directory"
)

// Ladders show what was said over SIP in recent calls. They name the numbers
// that references hide, so that they are the operator's.
type Ladders struct {
	// Ladder draws a call's messages; false where nothing is known of the call.
	Ladder func(id webtrunk.CallID, messages bool) (string, bool)
}

// Routes implements Feature.
func (f Ladders) Routes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/sip_ladder", Summary: "See a call's SIP messages", Tag: "Trunks", Operator: true, Right: directory.CallsRead, Always: true,
		Doc: "What was said to a carrier in a call of the last hour, and what it answered, as text: one line for each message, in order, with when it came. Passwords, keys of encryption and the keys that people pressed are not in it. Any account's calls can be seen. Of some five hundred legs the messages are kept, in memory."}, f.show)
}

type ladderPath struct {
	Call     webtrunk.CallID `path:"call" id:"-" maxLength:"64" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Messages bool            `query:"messages" id:"-" doc:"Whether the messages follow in full, but for their secrets." example:"true"`
}

// Text is an answer that is read by people.
type Text struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (f Ladders) show(_ context.Context, _ directory.Principal, in *ladderPath) (*Text, error) {
	text, known := f.Ladder(in.Call, in.Messages)
	if !known {
		return nil, &Problem{Kind: webtrunk.NotFound, Code: "ladder_not_found", Param: "call", Message: fmt.Sprintf("No SIP messages of the call %s are kept.", printable(string(in.Call))),
			Causes:   []string{"The call is older than an hour, went over no trunk, was made before the gateway was started, or there is no such call."},
			Remedies: []string{"Make the call again and ask while it runs or soon after."}}
	}
	return &Text{ContentType: "text/plain; charset=utf-8", Body: []byte(text)}, nil
}
