package api

import (
	"context"
	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

type inviteBody struct {
	CallPath
	Body struct {
		To      string `json:"to" id:"reference" minLength:"1" maxLength:"100" doc:"Whom to invite: a telephone number, a SIP address, browser:NAME or a reference." example:"+15550100103"`
		Part    string `json:"part,omitempty" enum:"talk,listen,whisper" default:"talk" doc:"Whether they talk with all, only listen, or whisper: hear all, and be heard by one."`
		HeardBy string `json:"heard_by,omitempty" id:"leg" doc:"With whisper: the party that hears them." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_2"`
	}
}

func (f Calls) invite(ctx context.Context, p directory.Principal, r story, in *inviteBody) (order, error) {
	if in.Body.Part == "listen" || in.Body.Part == "whisper" {
		if err := holds(p, directory.CallsListen); err != nil {
			return order{}, err
		}
	}
	_, to, err := f.reach(ctx, p, "to", in.Body.To)
	if err != nil {
		return order{}, err
	}
	switch {
	case r.AnsweredAt == nil || len(talking(r)) == 0:
		return order{}, notNow(r, "call_not_answered", "Nobody has answered the call yet, so there is nothing to join.", "Wait for call.answered.")
	case pending(r) != nil:
		return order{}, notNow(r, "transfer_running", "A transfer of this call is running.", "Complete or cancel it first, or wait for its end.")
	case r.inviting:
		return order{}, notNow(r, "invite_running", "Somebody else is being invited.", "Wait for leg.joined or invite.failed.")
	}
	part, heardBy, err := partOf(r, in.Body.Part, in.Body.HeardBy)
	before := r.invited
	return order{call.Invite{To: to, Part: part, HeardBy: heardBy}, func(r story) bool { return r.invited > before }}, err
}

type partBody struct {
	CallPath
	Body struct {
		Leg     string `json:"leg,omitempty" id:"leg" doc:"The party that was invited; if it is left out, the one that came last." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_3"`
		Part    string `json:"part" enum:"talk,listen,whisper" doc:"Whether it talks with all, only listens, or whispers: hears all, and is heard by one."`
		HeardBy string `json:"heard_by,omitempty" id:"leg" doc:"With whisper: the party that hears it." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_2"`
	}
}

func (f Calls) part(_ context.Context, _ directory.Principal, r story, in *partBody) (order, error) {
	leg, err := party(r, in.Body.Leg)
	if err != nil {
		return order{}, err
	}
	id := leg.Public(r.ID)
	part, heardBy, err := partOf(r, in.Body.Part, in.Body.HeardBy)
	switch {
	case err != nil:
		return order{}, err
	case r.leg(id).Role != call.Invited:
		return order{}, notNow(r, "not_invited", "The leg "+id+" was not invited: the call's own parties always talk.", "Name a leg whose role is invited.")
	case part != call.Talks && others(r, id) < 2:
		return order{}, notNow(r, "call_not_answered", "Without this party, nobody would be left to talk.", "Invite somebody else first, or hang up.")
	case heardBy == leg:
		return order{}, wrongPart("Nobody whispers to themselves.", "Name another party of the call.")
	}
	return order{call.ChangePart{Leg: leg, Part: part, HeardBy: heardBy}, func(r story) bool {
		l := r.leg(id)
		return l == nil || l.State == call.Ended || l.Part == part && l.HeardBy == in.Body.HeardBy
	}}, nil
}

// partOf reads a part and who hears it; whoever whispers does so to somebody who talks.
func partOf(r story, name, heardBy string) (part call.Part, leg call.LegID, err error) {
	if name != "talk" {
		part = call.Part(name)
	}
	if heardBy != "" {
		leg, err = party(r, heardBy)
	}
	switch {
	case err != nil:
	case part != call.Whispers && leg != 0:
		err = wrongPart("Only who whispers is heard by one party alone.", "Leave heard_by out, or choose the part whisper.")
	case part == call.Whispers && leg == 0:
		err = wrongPart("To whisper, say who hears it.", "Send heard_by with a leg of the call.")
	case leg != 0 && r.leg(heardBy).Part != call.Talks:
		err = wrongPart("The leg "+heardBy+" only listens itself.", "Name a party that talks.")
	}
	return part, leg, err
}

// others counts those who talk, besides one.
func others(r story, leg string) (n int) {
	for _, l := range talking(r) {
		if l.ID != leg && l.Part == call.Talks {
			n++
		}
	}
	return n
}

func wrongPart(message, remedy string) error {
	return &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "heard_by", Message: message, Remedies: []string{remedy}}
}
