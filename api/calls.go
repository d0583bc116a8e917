package api

import (
	"context"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/switchboard"
)

// Calls are the account's calls and their legs.
type Calls struct {
	Board   Board
	Log     event.Log
	Records CallSearch
	Reach   Reach
	Phrases switchboard.Phrases // what prompts can say; nil: nothing

	// Names returns what an agent of an account is called, empty where there is none.
	// Nil knows nobody.
	Names func(ctx context.Context, p directory.Principal, agent string) string
}

// A Board runs calls: *switchboard.Switchboard is one.
type Board interface {
	call.Commander
	Request(call.Requested) error
	Snapshot() []switchboard.Live
	Find(webtrunk.CallID) (switchboard.Live, bool)
}

// CallSearch finds calls: *archive.Archive does.
type CallSearch interface {
	Search(ctx context.Context, q archive.Query) (page []archive.Record, more bool, err error)
}

// Reach says whom an address reaches.
type Reach interface {
	// Reach returns whom to dial for an address that somebody of an account
	// names: itself, or a reference's hidden contact. A reference of another
	// account or mode is webtrunk.NotFound; where the account may not call is
	// webtrunk.Forbidden.
	Reach(ctx context.Context, p directory.Principal, to webtrunk.Address) (call.Target, error)

	// Presents returns nil where somebody of an account may have telephones
	// shown a number as calling; else webtrunk.Forbidden.
	Presents(ctx context.Context, p directory.Principal, number webtrunk.Address) error
}

// Routes implements Feature.
func (f Calls) Routes(s *Server) {
	Register(s, Route{Method: "POST", Path: "/v1/calls", Summary: "Make a call", Tag: "Calls", Right: directory.CallsWrite, Status: 201,
		Doc: "Dials from first and, once it has answered, to: a call-back. The answer comes at once; follow the call by its events. Send an Idempotency-Key, so that a repetition makes no second call."}, f.create)
	Register(s, Route{Method: "GET", Path: "/v1/calls", Summary: "List calls", Tag: "Calls", Right: directory.CallsRead,
		Doc: "Running and ended calls, newest first. A call appears within moments of its beginning; what GET of one call says is always current."}, f.list)
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}", Summary: "Get a call", Tag: "Calls", Right: directory.CallsRead}, f.get)
	Register(s, Route{Method: "POST", Path: "/v1/calls/{call}", Summary: "Update a call's metadata", Tag: "Calls", Right: directory.CallsWrite,
		Doc: "Adds to the metadata of a running call. An empty text takes a name away."}, f.update)
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/legs", Summary: "List a call's legs", Tag: "Calls", Right: directory.CallsRead}, f.legs)
	Register(s, Route{Method: "GET", Path: "/v1/legs/{leg}", Summary: "Get a leg", Tag: "Calls", Right: directory.CallsRead}, f.leg)
	Register(s, Route{Method: "GET", Path: "/v1/live/calls", Summary: "Watch running calls", Tag: "Calls", Right: directory.CallsRead, Always: true,
		Doc: "The calls that run now on this gateway, oldest first, with how each leg sounds. For monitors, which may ask once a second."}, f.live)
	f.commandRoutes(s)
	for _, e := range callEventTypes {
		s.Event(e[0], e[1])
	}
}

// callEventTypes are what the journal records of calls.
var callEventTypes = [][2]string{
	{"call.created", "A call was asked for."},
	{"call.admitted", "It may be made, on these terms."},
	{"call.routed", "It is known where it goes."},
	{"call.queued", "It waits in a queue: for the first time, in another one, or again because all who rang refused."},
	{"voicemail.started", "Its caller is asked for a message."},
	{"voicemail.left", "A message was left, and is kept."},
	{"voicemail.failed", "A message was said, and could not be kept."},
	{"recording.planned", "It is known whether it is recorded: not (off), or once all who can be heard in it have consented, each asked (ask) or told (announce)."},
	{"recording.started", "The call is recorded from here on: all who can be heard in it have consented."},
	{"recording.paused", "Nothing is recorded, until it is resumed; with why."},
	{"recording.resumed", "It is recorded again, after a silence as long as the pause."},
	{"recording.stopped", "It is not recorded any more, though the call goes on."},
	{"recording.failed", "The recording cannot go on, or be kept, and why. The call goes on."},
	{"consent.granted", "Somebody may be recorded; with how they said so, and what they were told."},
	{"consent.declined", "Somebody may not be recorded, or no longer."},
	{"queue.callback_requested", "Who waited in a queue would rather be called back."},
	{"queue.callback_refused", "Who asked to be called back is not, and waits on."},
	{"call.ringing", "It rings at whom it is for."},
	{"call.answered", "Whom it is for has answered."},
	{"call.held", "A party has put the others on hold."},
	{"call.resumed", "A party has taken the others off hold."},
	{"call.reconnecting", "A browser's connection is lost, and may return."},
	{"call.reconnected", "It has returned."},
	{"call.updated", "Its metadata have changed."},
	{"call.order_failed", "Something asked for could not be carried out."},
	{"call.credit_extended", "More talking time was paid for."},
	{"call.ended", "It has ended. Every call has exactly one of these, and nothing follows."},
	{"leg.added", "A party came, or is dialled."},
	{"leg.ringing", "It rings at a party."},
	{"leg.joined", "A party can talk."},
	{"leg.left", "A party has left; with why, and how it sounded."},
	{"leg.updated", "A party's connection has changed."},
	{"leg.sound_added", "A party that only wrote can talk from now on."},
	{"leg.sound_removed", "A party that talked only writes from now on."},
	{"leg.dtmf_received", "A party pressed a key."},
	{"leg.part_changed", "A party that was invited talks, listens or whispers from now on."},
	{"leg.quality_warning_raised", "A party sounds worse than it should."},
	{"leg.quality_warning_cleared", "It sounds well again."},
	{"transfer.requested", "A party wants to hand the call over."},
	{"transfer.referred", "A party's own network was asked to make the call."},
	{"transfer.ringing", "It rings at whom it is handed to."},
	{"transfer.consulting", "The two talk first."},
	{"transfer.completed", "The call was handed over."},
	{"transfer.failed", "It was not, and why."},
	{"transfer.canceled", "The party that wanted to has returned to the call."},
	{"invite.requested", "Somebody is asked to join the call."},
	{"invite.failed", "They did not, and why."},
	{"prompt.started", "A phrase is played to a party."},
	{"prompt.finished", "It was played, or the digits were taken."},
}

type newCall struct {
	Body struct {
		From     string       `json:"from" id:"reference" minLength:"1" maxLength:"100" doc:"Whom to dial first: a telephone number, a SIP address, browser:NAME, customer:CUSTOMER or a reference." example:"+15550100101"`
		To       string       `json:"to" id:"reference" minLength:"1" maxLength:"100" doc:"Whom to dial once they have answered, or the queue in which they then wait, after its greeting: queue:queue_…, or a reference that leads to one; or customer:cus_…, a customer whose contact stays hidden." example:"+15550100102"`
		CallerID string       `json:"caller_id,omitempty" id:"-" maxLength:"40" doc:"Which of your numbers telephones are shown as calling, where the trunk may present it; else the trunk's own." example:"+15550100001"`
		Metadata CallMetadata `json:"metadata,omitempty" doc:"Your own notes; they travel with the call."`
	}
}

func (f Calls) create(ctx context.Context, p directory.Principal, in *newCall) (*Answer[Call], error) {
	id := webtrunk.CallID(NewID(ctx, "call"))
	if Repeated(ctx) { // a former try may have come as far as this
		if made, err := f.find(ctx, p, id); !isNotFound(err) {
			return shown(made, err)
		}
	}
	caller, _, err := f.reach(ctx, p, "from", in.Body.From)
	if err != nil {
		return nil, err
	}
	_, to, err := f.reach(ctx, p, "to", in.Body.To)
	if err != nil {
		return nil, err
	}
	if caller.Address.Scheme == webtrunk.Queue {
		return nil, &Problem{Kind: webtrunk.Invalid, Code: "address_invalid", Param: "from", Message: "A call cannot begin with a queue: name the person who is called first, and the queue in to."}
	}
	if caller.From, err = f.presented(ctx, p, in.Body.CallerID); err != nil {
		return nil, err
	}
	grown, stop := f.Log.Watch()
	defer stop()
	err = f.Board.Request(call.Requested{ID: id, Account: p.Account, Test: p.Test, Caller: caller, To: to, Via: p.ID, Context: in.Body.Metadata})
	if err != nil && !(Repeated(ctx) && webtrunk.KindOf(err) == webtrunk.Conflict) {
		return nil, err
	}
	return shown(f.await(ctx, p, id, grown, func(story) bool { return true }))
}

// reach reads and checks an address that the caller names.
func (f Calls) reach(ctx context.Context, p directory.Principal, param, address string) (call.Target, webtrunk.Address, error) {
	to, err := webtrunk.ParseAddress(address)
	if err != nil {
		return call.Target{}, to, &Problem{Kind: webtrunk.Invalid, Code: "address_invalid", Param: param, Message: webtrunk.MessageOf(err, ""), Err: err}
	}
	target, err := f.Reach.Reach(ctx, p, to)
	if err != nil {
		problem := *problemOf(err)
		problem.Param = param
		return target, to, &problem
	}
	return target, to, nil
}

// presented reads and checks the number that telephones are to be shown.
func (f Calls) presented(ctx context.Context, p directory.Principal, callerID string) (number webtrunk.Address, err error) {
	if callerID == "" {
		return number, nil
	}
	if number, err = webtrunk.ParseNumber(callerID); err != nil {
		return number, &Problem{Kind: webtrunk.Invalid, Code: "address_invalid", Param: "caller_id", Message: webtrunk.MessageOf(err, ""), Err: err}
	}
	if err = f.Reach.Presents(ctx, p, number); err != nil {
		problem := *problemOf(err)
		problem.Param = "caller_id"
		return number, &problem
	}
	return number, nil
}

// patience is how long a request waits to see its effect in the log, before it
// answers with what is there.
const patience = 3 * time.Second

// await waits until a call's record is as wanted. A call that is in the log but
// not yet so is returned as it is when patience ends.
func (f Calls) await(ctx context.Context, p directory.Principal, id webtrunk.CallID, grown <-chan struct{}, so func(story) bool) (story, error) {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for {
		r, err := f.find(ctx, p, id)
		if err == nil && so(r) || err != nil && !isNotFound(err) {
			return r, err
		}
		select {
		case <-grown:
		case <-enough.C:
			if err != nil {
				return r, &webtrunk.Error{Op: "call", Kind: webtrunk.Unavailable, Message: "The gateway cannot record calls at the moment, so this one was not made. Try again in a minute.", Err: err}
			}
			return r, nil
		case <-ctx.Done():
			return r, ctx.Err()
		}
	}
}

func shown(s story, err error) (*Answer[Call], error) {
	if err != nil {
		return nil, err
	}
	return answer(s.Call), nil
}

// find reads a call of the caller's from the log.
func (f Calls) find(ctx context.Context, p directory.Principal, id webtrunk.CallID) (story, error) {
	if !strings.HasPrefix(string(id), "call_") {
		return story{}, noCall(string(id))
	}
	s, ok, err := tell(f.Log.Read(ctx, event.Stream{Call: id}, 0))
	if err == nil && (!ok || s.account != p.Account || s.Livemode == p.Test) {
		return story{}, noCall(string(id))
	}
	return s, err
}

// CallPath is the part of a path that names a call; inputs embed it.
type CallPath struct {
	Call webtrunk.CallID `path:"call" id:"call" maxLength:"64" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Calls) get(ctx context.Context, p directory.Principal, in *CallPath) (*Answer[Call], error) {
	return shown(f.find(ctx, p, in.Call))
}

type callFilter struct {
	Page
	Status string    `query:"status" enum:"authorizing,queued,ringing,in_progress,completed,busy,no_answer,rejected,canceled,failed" doc:"Only calls of this status."`
	Live   bool      `query:"live" doc:"Only calls that run."`
	From   time.Time `query:"created_from" doc:"Only calls created at this time or later (RFC 3339)."`
	To     time.Time `query:"created_to" doc:"Only calls created before this time (RFC 3339)."`
}

func (f Calls) list(ctx context.Context, p directory.Principal, in *callFilter) (*Answer[List[Call]], error) {
	q := archive.Query{Account: p.Account, Test: p.Test, From: in.From, To: in.To, Running: in.Live, Limit: in.Limit, After: webtrunk.CallID(in.StartingAfter)}
	if in.Status != "" {
		q.Status = []call.Status{call.Status(in.Status)}
	}
	page, more, err := f.Records.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	calls := List[Call]{Object: "list", Data: []Call{}, HasMore: more}
	for _, r := range page {
		s, err := f.find(ctx, p, r.ID)
		if isNotFound(err) { // the log has forgotten it since
			continue
		}
		if err != nil {
			return nil, err
		}
		calls.Data = append(calls.Data, s.Call)
	}
	if more {
		calls.NextCursor = string(page[len(page)-1].ID)
	}
	return answer(calls), nil
}

func (f Calls) legs(ctx context.Context, p directory.Principal, in *CallPath) (*Answer[List[Leg]], error) {
	r, err := f.find(ctx, p, in.Call)
	if err != nil {
		return nil, err
	}
	legs := r.Legs
	return listOf(legs, len(legs), func(l Leg) string { return l.ID }), nil
}

type legPath struct {
	Leg string `path:"leg" id:"leg" maxLength:"64" doc:"The leg." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_1"`
}

func (f Calls) leg(ctx context.Context, p directory.Principal, in *legPath) (*Answer[Leg], error) {
	id, _, ok := call.ParseLegID(in.Leg)
	if !ok {
		return nil, noLeg(in.Leg)
	}
	s, err := f.find(ctx, p, id)
	if isNotFound(err) {
		return nil, noLeg(in.Leg)
	}
	if err != nil {
		return nil, err
	}
	if l := s.leg(in.Leg); l != nil {
		return answer(*l), nil
	}
	return nil, noLeg(in.Leg)
}

func noLeg(id string) error {
	return &Problem{Kind: webtrunk.NotFound, Code: "leg_not_found", Param: "leg", Message: fmt.Sprintf("There is no leg %s.", printable(id))}
}
