package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/member"
)

// Members is what the gateway calls for customers who are signed in.
type Members struct {
	Verifier *member.Verifier
	Caller   *member.Caller
	Calls    Calls
}

// Routes implements Feature.
func (f Members) Routes(s *Server) {
	const verification, calls = "/v1/me/phone_verifications", "/v1/me/calls"
	Register(s, Route{Method: "POST", Path: verification, Summary: "Verify your telephone number", Tag: customersTag, Customer: true, Status: 201, Secret: true,
		Doc: "Calls the number and asks for a code, which the answer shows, this once: key it in on the telephone. It counts for 10 minutes and three tries. A customer and a number are called at most three times an hour."}, f.verify)
	Register(s, Route{Method: "GET", Path: verification + "/{verification}", Summary: "Get a verification of your number", Tag: customersTag, Customer: true}, f.verification)
	Register(s, Route{Method: "POST", Path: calls, Summary: "Have yourself connected", Tag: customersTag, Customer: true, Status: 201,
		Doc: "A call-back: dials your own number, which is verified, and once you have answered whom you want to talk to. Send an Idempotency-Key, so that a repetition makes no second call. Follow it by GET."}, f.connect)
	Register(s, Route{Method: "GET", Path: calls + "/{call}", Summary: "Get a call that you asked for", Tag: customersTag, Customer: true}, f.connected)
	Register(s, Route{Method: "POST", Path: calls + "/{call}/hangup", Summary: "End a call that you asked for", Tag: customersTag, Customer: true}, f.hangUp)
}

// A PhoneVerification is a call in which a number is shown to be the customer's.
type PhoneVerification struct {
	ID        string                      `json:"id" doc:"The verification." example:"ver_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string                      `json:"object" enum:"phone_verification" doc:"Always phone_verification."`
	Livemode  bool                        `json:"livemode" doc:"False for a customer of test calls: then it is the simulated carrier that is called."`
	Phone     string                      `json:"phone" doc:"The number that is called." example:"+15550100101"`
	Code      string                      `json:"code,omitempty" doc:"To be keyed in on the telephone. Only in the answer to the request that began it." example:"048213"`
	State     directory.VerificationState `json:"state" enum:"calling,verified,failed" doc:"How far it has come."`
	Message   string                      `json:"message,omitempty" doc:"Why it failed, and what to do."`
	CreatedAt time.Time                   `json:"created_at" doc:"When it was asked for."`
	ExpiresAt time.Time                   `json:"expires_at" doc:"When the code counts no more."`
}

func verificationShown(v directory.Verification, p directory.Principal) PhoneVerification {
	return PhoneVerification{ID: v.ID, Object: "phone_verification", Livemode: !p.Test, Phone: v.Phone, Code: v.Code, State: v.State, Message: v.Reason, CreatedAt: v.Created, ExpiresAt: v.Until}
}

func (f Members) verify(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[PhoneVerification], error) {
	v, err := f.Verifier.Begin(ctx, p)
	return answer(verificationShown(v, p)), err
}

type verificationPath struct {
	ID string `path:"verification" id:"-" maxLength:"64" doc:"The verification." example:"ver_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Members) verification(ctx context.Context, p directory.Principal, in *verificationPath) (*Answer[PhoneVerification], error) {
	v, err := f.Verifier.Directory.Verification(ctx, p, in.ID)
	return answer(verificationShown(v, p)), err
}

// A MemberCall is a call that a customer asked for, as they see it.
type MemberCall struct {
	ID        webtrunk.CallID `json:"id" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string          `json:"object" enum:"member_call" doc:"Always member_call."`
	Livemode  bool            `json:"livemode" doc:"False for a call over the simulated carrier."`
	To        string          `json:"to" doc:"Whom they wanted to talk to." example:"ref:ref_shop"`
	Stage     string          `json:"stage" enum:"calling_you,connecting,talking,ended" doc:"Whether their own telephone rings, the other one does, both talk, or it is over."`
	Message   string          `json:"message,omitempty" doc:"Why it ended, in a sentence."`
	EndReason call.Cause      `json:"end_reason,omitempty" doc:"Why, in one word." example:"hangup"`
	CreatedAt time.Time       `json:"created_at" doc:"When it was asked for."`
	EndedAt   *time.Time      `json:"ended_at,omitempty" doc:"When it ended."`
}

func memberCallShown(c Call) MemberCall {
	return MemberCall{ID: c.ID, Object: "member_call", Livemode: c.Livemode, To: c.To, Stage: stageOf(c), Message: c.Message, EndReason: c.EndReason, CreatedAt: c.CreatedAt, EndedAt: c.EndedAt}
}

// stageOf is how far a call-back has come, for who asked for it.
func stageOf(c Call) string {
	switch {
	case c.Status.Terminal():
		return "ended"
	case c.AnsweredAt != nil:
		return "talking"
	case len(c.Legs) > 0 && c.Legs[0].State == call.Connected:
		return "connecting"
	}
	return "calling_you"
}

type memberCallWanted struct {
	Body struct {
		Key string `json:"key" maxLength:"64" doc:"The publishable key of the page: it says whom it may call." example:"pk_live_7f3k"`
		To  string `json:"to" id:"-" minLength:"1" maxLength:"100" doc:"Whom to talk to: the number, or the reference of the button." example:"ref_shop"`
	}
}

func (f Members) connect(ctx context.Context, p directory.Principal, in *memberCallWanted) (*Answer[MemberCall], error) {
	id := webtrunk.CallID(NewID(ctx, "call"))
	if Repeated(ctx) {
		if made, err := f.Calls.find(ctx, p, id); !isNotFound(err) {
			return ofMember(p, made, err)
		}
	}
	to, err := webtrunk.ParseAddress(in.Body.To)
	if err != nil {
		return nil, &Problem{Kind: webtrunk.Invalid, Code: "address_invalid", Param: "to", Message: webtrunk.MessageOf(err, ""), Err: err}
	}
	grown, stop := f.Calls.Log.Watch()
	defer stop()
	if err := f.Caller.Call(ctx, p, member.Wish{ID: id, Key: in.Body.Key, To: to}); err != nil && !(Repeated(ctx) && webtrunk.KindOf(err) == webtrunk.Conflict) {
		return nil, err
	}
	made, err := f.Calls.await(ctx, p, id, grown, func(s story) bool { return s.Status != call.Authorizing })
	return ofMember(p, made, err)
}

type memberCallPath struct {
	Call webtrunk.CallID `path:"call" id:"-" maxLength:"64" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Members) connected(ctx context.Context, p directory.Principal, in *memberCallPath) (*Answer[MemberCall], error) {
	found, err := f.Calls.find(ctx, p, in.Call)
	return ofMember(p, found, err)
}

// ofMember shows a call to the customer who asked for it, and to no other.
func ofMember(p directory.Principal, s story, err error) (*Answer[MemberCall], error) {
	if err == nil && s.Via != p.ID {
		err = noCall(string(s.ID))
	}
	if err != nil {
		return nil, err
	}
	return answer(memberCallShown(s.Call)), nil
}

func (f Members) hangUp(ctx context.Context, p directory.Principal, in *memberCallPath) (*Answer[MemberCall], error) {
	found, err := f.Calls.find(ctx, p, in.Call)
	if err != nil || found.Via != p.ID || found.Status.Terminal() {
		return ofMember(p, found, err)
	}
	grown, stop := f.Calls.Log.Watch()
	defer stop()
	if err := f.Calls.Board.Do(ctx, in.Call, call.HangUp{By: 1, Cause: call.Hangup}); err != nil && webtrunk.KindOf(err) != webtrunk.NotFound {
		return nil, err
	}
	ended, err := f.Calls.await(ctx, p, in.Call, grown, func(s story) bool { return s.Status.Terminal() })
	return ofMember(p, ended, err)
}
