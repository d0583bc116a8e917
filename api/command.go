package api

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"unicode"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

// commandRoutes are what may be told to a running call.
func (f Calls) commandRoutes(s *Server) {
	add := Route{Method: "POST", Tag: "Calls", Right: directory.CallsWrite}
	Register(s, Route{Method: "POST", Path: "/v1/calls/{call}/hangup", Summary: "Hang up a call", Tag: "Calls", Right: directory.CallsWrite, Always: true,
		Doc: "Ends the call for all. The answer shows it ended; with status 202 it shows the call as it was, for its end is not on record yet. While the database is away an Idempotency-Key does not count, which the header Idempotent-Kept: false says; a second hang-up does no harm."}, f.hangup)
	command(s, f, add, "transfer", "Transfer a call", "One party hands the other over to somebody else: at once, or after talking to them first (consult). By the method refer, the other party's own telephone network makes the next call. How it ended is told by transfer.completed, transfer.failed or transfer.canceled, and in transfers.", f.transfer)
	command(s, f, add, "transfer/complete", "Complete a transfer", "The party that consults leaves the others to talk.", f.completeTransfer)
	command(s, f, add, "transfer/cancel", "Cancel a transfer", "The party that hands over returns to the call.", f.cancelTransfer)
	command(s, f, add, "invite", "Invite somebody", "Calls somebody who joins the running call: up to eight parties talk together. A supervisor listens to all, or whispers to one party, for which the right `calls:listen` is needed; That somebody joined is told by leg.joined, that nobody did by invite.failed.", f.invite)
	change := add
	change.Right = directory.CallsListen
	command(s, f, change, "part", "Change an invited party's part", "Somebody who was invited talks with all, listens, or whispers to one party from now on.", f.part)
	command(s, f, add, "prompt", "Play a phrase", "Plays a phrase to one party, who hears nobody else meanwhile, and may take digits from it. What was pressed is told by prompt.finished. Another phrase takes the place of one that is being played.", f.prompt)
	command(s, f, add, "digits", "Send digits", "Plays tones (DTMF) as if a party had pressed keys.", f.digits)
	command(s, f, add, "hold", "Hold a call", "One party puts the others on hold.", f.hold)
	command(s, f, add, "resume", "Resume a call", "Takes the others off hold.", f.resume)
}

// An order is what a request wants of a running call: the input, and how the
// log shows that it was taken; nil does not wait.
type order struct {
	in   call.Input
	done func(story) bool
}

// command registers a command: the call is the caller's and runs, then the
// command's own conditions are checked, then the call is told.
func command[I any, P interface {
	*I
	path() webtrunk.CallID
}](s *Server, f Calls, rt Route, name, summary, doc string, of func(context.Context, directory.Principal, story, *I) (order, error)) {
	rt.Path, rt.Summary, rt.Doc = "/v1/calls/{call}/"+name, summary, doc
	Register(s, rt, func(ctx context.Context, p directory.Principal, in *I) (*Answer[Call], error) {
		return f.tell(ctx, p, P(in).path(), func(r story) (order, error) { return of(ctx, p, r, in) })
	})
}

func (in *CallPath) path() webtrunk.CallID { return in.Call }

// tell hands an order to a running call and returns the call as it is then.
func (f Calls) tell(ctx context.Context, p directory.Principal, id webtrunk.CallID, of func(story) (order, error)) (*Answer[Call], error) {
	r, err := f.find(ctx, p, id)
	if err != nil {
		return nil, err
	}
	if r.Status.Terminal() {
		if Repeated(ctx) {
			return shown(r, nil)
		}
		return nil, ended(r)
	}
	if err := f.mayLead(p, id); err != nil {
		return nil, err
	}
	o, err := of(r)
	if err != nil {
		return nil, err
	}
	grown, stop := f.Log.Watch()
	defer stop()
	if err := f.Board.Do(ctx, id, o.in); isNotFound(err) {
		return nil, ended(r)
	} else if err != nil {
		return nil, err
	}
	if o.done == nil {
		return shown(f.find(ctx, p, id))
	}
	return shown(f.await(ctx, p, id, grown, func(r story) bool { return r.Status.Terminal() || o.done(r) }))
}

func ended(r story) error {
	p := &Problem{Kind: webtrunk.Conflict, Code: "call_ended", Param: "call", Message: fmt.Sprintf("The call %s has ended, so nothing can be done to it any more.", r.ID),
		Remedies: []string{"Make a new call."}}
	if r.Message != "" {
		p.Causes = []string{sentence(r.Message)}
	}
	return p
}

type transferBody struct {
	CallPath
	Body struct {
		To      string `json:"to" id:"reference" minLength:"1" maxLength:"100" doc:"Whom to hand over to: a telephone number, a SIP address, browser:NAME, queue:ID or a reference. In a queue the other party waits, and who hands over is free at once; one that is closed or full is refused." example:"+15550100103"`
		Consult bool   `json:"consult,omitempty" doc:"Whether the one who hands over talks to them first."`
		Method  string `json:"method,omitempty" enum:"bridge,refer" default:"bridge" doc:"Who makes the next call: this gateway (bridge), or the other party's own telephone network (refer), where its trunk allows that. By refer the call ends here once the other network has reached the target, and is not metered any more."`
		Note    string `json:"note,omitempty" maxLength:"256" doc:"What whoever takes the call reads before they answer, one line of at most 256 bytes: it travels with the call as transfer.note, and so in its metadata to webhooks." example:"Has paid, wants the invoice."`
		Leg     string `json:"leg,omitempty" id:"leg" doc:"The party that hands over; if it is left out, the one who was called." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_2"`
	}
}

func (f Calls) transfer(ctx context.Context, p directory.Principal, r story, in *transferBody) (order, error) {
	if err := oneLine("note", in.Body.Note); err != nil {
		return order{}, err
	}
	_, to, err := f.reach(ctx, p, "to", in.Body.To)
	if err != nil {
		return order{}, err
	}
	by, err := party(r, in.Body.Leg)
	switch {
	case err != nil:
		return order{}, err
	case len(talking(r)) < 2:
		return order{}, notNow(r, "call_not_answered", "Nobody has answered the call yet, so there is nobody to hand over.", "Wait for call.answered.")
	case pending(r) != nil:
		return order{}, notNow(r, "transfer_running", "Another transfer of this call is running.", "Complete or cancel it first, or wait for its end.")
	}
	refer := in.Body.Method == "refer"
	if err := referable(r, refer, in.Body.Consult); err != nil {
		return order{}, err
	}
	before := len(r.Transfers)
	return order{call.Transfer{By: by, To: to, Consult: in.Body.Consult, Refer: refer, Name: f.nameIn(ctx, p, r, by), Note: in.Body.Note}, func(r story) bool { return len(r.Transfers) > before }}, nil
}

// nameIn is what an agent is called who is a party of a call, as their own page says it;
// empty for who is none.
func (f Calls) nameIn(ctx context.Context, p directory.Principal, r story, by call.LegID) string {
	l := r.leg(by.Public(r.ID))
	if l == nil || f.Names == nil {
		return ""
	}
	at, err := webtrunk.ParseAddress(l.Address)
	if agent := directory.AgentIn(at); err == nil && agent != "" {
		return f.Names(ctx, p, agent)
	}
	return ""
}

// oneLine refuses what people are to read and is not one line, or too long to travel
// with a call.
func oneLine(param, text string) error {
	if len(text) <= longestLine && !strings.ContainsFunc(text, unicode.IsControl) {
		return nil
	}
	return &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: param, Message: fmt.Sprintf("The %s is longer than %d bytes, or has line breaks or other control characters.", param, longestLine),
		Remedies: []string{"Write it on one line, and shorten it: letters of some scripts take three bytes."}}
}

// longestLine is how many bytes a text has that travels with a call, as pages' metadata.
const longestLine = 256

// referable is why another network cannot make a transfer's call, nil where it
// can be asked to.
func referable(r story, refer, consult bool) error {
	switch {
	case refer && consult:
		return &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "method", Message: "Nobody can be talked to first in a call that another network makes.",
			Remedies: []string{"Leave consult out, or use the method bridge."}}
	case refer && len(talking(r)) > 2:
		return notNow(r, "too_many_parties", "Another network can be asked to call somebody for one party, and there are several.", "Use the method bridge.")
	}
	return nil
}

func (f Calls) completeTransfer(_ context.Context, _ directory.Principal, r story, _ *CallPath) (order, error) {
	t := pending(r)
	if t == nil || !t.Consult {
		return order{}, notNow(r, "no_transfer", "No transfer with consultation is running, so there is nothing to complete.", "Begin one with consult.")
	}
	legs := len(talking(r))
	return order{call.CompleteTransfer{}, func(r story) bool { return pending(r) == nil || len(talking(r)) < legs }}, nil
}

func (f Calls) cancelTransfer(_ context.Context, _ directory.Principal, r story, _ *CallPath) (order, error) {
	switch t := pending(r); {
	case t == nil:
		return order{}, notNow(r, "no_transfer", "No transfer is running, so there is nothing to cancel.", "Get the call to see how its transfers ended.")
	case t.Method == "refer":
		return order{}, notNow(r, "transfer_elsewhere", "Another network makes this transfer's call, and cannot be told to stop.", "Wait for its end, or hang up.")
	}
	return order{call.CancelTransfer{}, func(r story) bool { return pending(r) == nil }}, nil
}

type digitsBody struct {
	CallPath
	Body struct {
		Digits string `json:"digits" pattern:"^[0-9A-D*#]{1,32}$" patternDescription:"1 to 32 of 0-9, A-D, * and #" doc:"The keys, in order." example:"1234#"`
		Leg    string `json:"leg,omitempty" id:"leg" doc:"The party that they are as if pressed by: the others hear them. If it is left out, all hear them." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_1"`
	}
}

func (f Calls) digits(_ context.Context, _ directory.Principal, r story, in *digitsBody) (order, error) {
	o := call.SendDigits{Digits: in.Body.Digits}
	if in.Body.Leg != "" {
		by, err := party(r, in.Body.Leg)
		if err != nil {
			return order{}, err
		}
		o.By = by
	}
	if len(talking(r)) < 2 {
		return order{}, notNow(r, "call_not_answered", "Nobody talks in this call yet, so nobody would hear the digits.", "Wait for call.answered.")
	}
	return order{in: o}, nil
}

type holdBody struct {
	CallPath
	Body *struct {
		Leg string `json:"leg,omitempty" id:"leg" doc:"The party that puts the others on hold; if it is left out, the one who was called." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_2"`
	}
}

func (in *holdBody) leg() string {
	if in.Body == nil {
		return ""
	}
	return in.Body.Leg
}

func (f Calls) hold(_ context.Context, _ directory.Principal, r story, in *holdBody) (order, error) {
	by, err := party(r, in.leg())
	if err == nil && r.AnsweredAt == nil {
		err = notNow(r, "call_not_answered", "Nobody has answered the call yet, so nobody can be put on hold.", "Wait for call.answered.")
	}
	return order{call.Hold{By: by}, held(by, true)}, err
}

func (f Calls) resume(_ context.Context, _ directory.Principal, r story, in *holdBody) (order, error) {
	by, err := party(r, in.leg())
	return order{call.Resume{By: by}, held(by, false)}, err
}

// held reports whether a leg holds the others, or no longer does.
func held(by call.LegID, holds bool) func(story) bool {
	return func(s story) bool {
		l := s.leg(by.Public(s.ID))
		return l == nil || l.Held == holds
	}
}

type updateBody struct {
	CallPath
	Body struct {
		Metadata CallMetadata `json:"metadata" doc:"What to add or, with an empty text, to take away." example:"{\"order\":\"4711\"}"`
	}
}

func (f Calls) update(ctx context.Context, p directory.Principal, in *updateBody) (*Answer[Call], error) {
	return f.tell(ctx, p, in.Call, func(r story) (order, error) {
		all := map[string]string{}
		maps.Copy(all, r.Metadata)
		maps.Copy(all, in.Body.Metadata)
		maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
		if n := notesIn(all); n > ofCalls.entries {
			return order{}, &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "metadata", Message: fmt.Sprintf("The call would have %d notes; it may have %d.", n, ofCalls.entries),
				Remedies: []string{"Take some away, by sending their names with empty texts."}}
		}
		return order{call.Annotate{Context: in.Body.Metadata}, func(r story) bool { return maps.Equal(r.Metadata, all) }}, nil
	})
}

// notesIn counts what pages and servers say of a call. What the gateway adds, of rules
// and transfers, takes the place of none.
func notesIn(known map[string]string) (n int) {
	for name := range known {
		if !directory.Reserved(name) {
			n++
		}
	}
	return n
}

// party returns the leg that a command is by: the named one, which must be of
// this call and in it, or the last that answered.
func party(r story, id string) (call.LegID, error) {
	for i := len(r.Legs) - 1; i >= 0; i-- {
		l := r.Legs[i]
		switch {
		case id == l.ID && l.State != call.Connected:
			return 0, notNow(r, "leg_not_connected", fmt.Sprintf("The leg %s is %s, not connected.", id, strings.ReplaceAll(string(l.State), "_", " ")), "Get the call to see which legs are connected.")
		case id == l.ID, id == "" && l.State == call.Connected && l.Role != call.Caller:
			_, leg, _ := call.ParseLegID(l.ID)
			return leg, nil
		}
	}
	if id != "" {
		return 0, noLeg(id)
	}
	return 0, notNow(r, "call_not_answered", "Nobody has answered the call yet.", "Wait for call.answered.")
}

// talking returns the connected legs.
func talking(r story) []Leg {
	var legs []Leg
	for _, l := range r.Legs {
		if l.State == call.Connected {
			legs = append(legs, l)
		}
	}
	return legs
}

// pending returns the transfer that is running, nil when there is none.
func pending(r story) *Transfer {
	if n := len(r.Transfers); n > 0 && r.Transfers[n-1].Result == "pending" {
		return &r.Transfers[n-1]
	}
	return nil
}

func notNow(r story, code, message, remedy string) error {
	return &Problem{Kind: webtrunk.Conflict, Code: code, Param: "call", Message: message, Remedies: []string{remedy},
		Causes: []string{fmt.Sprintf("The call is %s.", strings.ReplaceAll(string(r.Status), "_", " "))}}
}
