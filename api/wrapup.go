package api

import (
	"context"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

// WrapUps are what agents note of calls.
type WrapUps struct {
	Archive *archive.Archive
	Book    *dispatch.Book
}

// Routes implements Feature.
func (f WrapUps) Routes(s *Server) {
	Register(s, Route{Method: "POST", Path: "/v1/calls/{call}/wrap_up", Summary: "Note what came of a call", Tag: "Calls", Right: directory.CallsWrite,
		Doc: "During the call and after it, by an agent who was in it: notes, and a disposition. It stands in the call's record and may be changed as long as that is kept; `call.wrapped_up` tells of each change, but not what the notes say. " +
			"What is left out stays as it was. What another agent has to say of a call needs the right `presence:write`. Nothing can be noted of a call whose identity was erased."}, f.note)
}

// A CallWrapUp is what an agent noted of a call, which it names.
type CallWrapUp struct {
	Object   string          `json:"object" enum:"wrap_up" doc:"Always wrap_up."`
	Livemode bool            `json:"livemode" doc:"Whether it is of a live call."`
	Call     webtrunk.CallID `json:"call" doc:"The call."`
	Agent    string          `json:"agent" doc:"Who has noted it." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`

	Disposition string     `json:"disposition,omitempty" doc:"What came of the call."`
	Name        string     `json:"disposition_name,omitempty" doc:"How the disposition was called when it was chosen." example:"Sold"`
	Notes       string     `json:"notes,omitempty" doc:"What else there is to say."`
	UpdatedAt   *time.Time `json:"updated_at" doc:"When it was last changed; null where nothing was noted yet."`
}

type wrapUpInput struct {
	Call string `path:"call" id:"call" maxLength:"64" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Body struct {
		Notes       *string `json:"notes,omitempty" maxLength:"10000" doc:"What there is to say, as plain text; an empty text takes it away." example:"Wants to be called on Monday."`
		Disposition *string `json:"disposition,omitempty" id:"disposition" maxLength:"64" doc:"What came of it: one of the account's dispositions; an empty text takes it away." example:"disp_01m8c4v9k2x7r5t3qj6wz0ehnd"`
		Agent       string  `json:"agent,omitempty" id:"agent" maxLength:"64" doc:"Whose words they are, if not one's own." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	}
}

func (f WrapUps) note(ctx context.Context, p directory.Principal, in *wrapUpInput) (*Answer[CallWrapUp], error) {
	r, err := f.Archive.Get(ctx, p.Account, p.Test, webtrunk.CallID(in.Call))
	if isNotFound(err) {
		err = notTheirs
	}
	if err != nil {
		return nil, err
	}
	came, err := f.chosen(ctx, p, in.Body.Disposition)
	if err != nil {
		return nil, about("disposition", err)
	}
	agent, err := f.author(ctx, p, &r, in.Body.Agent)
	if err != nil {
		return nil, err
	}
	if in.Body.Notes == nil && came == nil {
		return nil, &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "notes", Message: "There is nothing to note. Send notes, a disposition, or both."}
	}
	w, err := f.Archive.WrapUp(ctx, r, agent, p.ID, func(w *archive.WrapUp) {
		setTo(&w.Notes, in.Body.Notes)
		// One that stays keeps the name under which it was chosen.
		if came != nil && came.ID != w.Disposition {
			w.Disposition, w.Name = came.ID, came.Name
		}
	})
	return answer(wrapUpShown(r, w)), err
}

func wrapUpShown(r archive.Record, w archive.WrapUp) CallWrapUp {
	return CallWrapUp{Object: "wrap_up", Livemode: r.Livemode, Call: r.ID, Agent: w.Agent, Disposition: w.Disposition, Name: w.Name, Notes: w.Notes, UpdatedAt: moment(w.Updated)}
}

// notTheirs is the answer for a call that is none, and to whoever may speak for
// nobody else, for one that they were not in.
var notTheirs = &webtrunk.Error{Op: "wrap-up", Kind: webtrunk.NotFound, Message: "There is no call with this ID in which you were. Whoever was in a call notes what came of it."}

// author is whose words they are: of whoever is logged in and was in the call, or of
// the agent that a supervisor names.
func (f WrapUps) author(ctx context.Context, p directory.Principal, r *archive.Record, named string) (string, error) {
	own := ""
	if strings.HasPrefix(p.ID, "person_") {
		own = directory.AgentName(p.ID)
	}
	others := p.May(directory.PresenceWrite)
	switch themselves := named == "" || named == "me" || named == own; {
	case themselves && own != "" && (others == nil || r.Had(own)):
		return own, nil
	case themselves && own != "":
		return "", notTheirs
	case others != nil:
		return "", others
	case themselves:
		return "", &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "agent", Message: "A key is nobody's agent. Name the agent whose words these are."}
	case r.Had(named):
		return named, nil
	}
	return "", about("agent", f.notThere(ctx, p, named))
}

// notThere is why an agent who was not in the call notes nothing.
func (f WrapUps) notThere(ctx context.Context, p directory.Principal, agent string) error {
	if _, err := f.Book.Agent(ctx, p, agent); err != nil {
		return err
	}
	return &webtrunk.Error{Op: "wrap-up", Kind: webtrunk.Conflict, Message: "This agent was not in the call. Name one who was; the call's record lists who they are."}
}

// chosen is the disposition that was named; nil, if none was, and an empty one, if it
// is to be taken away.
func (f WrapUps) chosen(ctx context.Context, p directory.Principal, id *string) (*dispatch.Disposition, error) {
	if id == nil {
		return nil, nil
	}
	if *id == "" {
		return &dispatch.Disposition{}, nil
	}
	d, err := f.Book.Disposition(ctx, p, *id)
	return &d, err
}
