package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

type promptBody struct {
	CallPath
	Body struct {
		Phrase    string `json:"phrase" minLength:"1" maxLength:"500" doc:"What is said: names of sentences, numbers, prices, times, music, separated by commas. After say:LANGUAGE: it is said in that language: en, zh or ar." example:"say:en:welcome,number:42"`
		Leg       string `json:"leg,omitempty" id:"leg" doc:"The party that hears it; if it is left out, the one who was called." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_1"`
		Digits    int    `json:"digits,omitempty" minimum:"0" maximum:"32" doc:"How many digits to take from the party; # ends earlier. With 0 none are taken."`
		TimeoutMS int64  `json:"timeout_ms,omitempty" minimum:"100" maximum:"600000" default:"30000" doc:"From the beginning of the phrase to its end, or to the last digit."`
	}
}

// prompt plays a phrase. One that nobody can play is refused before the call is
// told, for afterwards only an event could say so.
func (f Calls) prompt(_ context.Context, _ directory.Principal, r story, in *promptBody) (order, error) {
	leg, err := party(r, in.Body.Leg)
	if err == nil {
		err = f.playable(in.Body.Phrase)
	}
	if err != nil {
		return order{}, err
	}
	before := r.prompts
	return order{call.Ask{Leg: leg, Phrase: in.Body.Phrase, Digits: in.Body.Digits, Timeout: time.Duration(in.Body.TimeoutMS) * time.Millisecond},
		func(r story) bool { return r.prompts > before }}, nil
}

// playable is why a phrase cannot be played, nil where it can.
func (f Calls) playable(phrase string) error {
	if f.Phrases == nil {
		return &webtrunk.Error{Op: "prompt", Kind: webtrunk.Unsupported, Message: "This gateway has no phrases to play."}
	}
	if _, err := f.Phrases.Open(phrase); err != nil {
		return &Problem{Kind: webtrunk.Invalid, Code: "phrase_invalid", Param: "phrase", Message: sentence(webtrunk.MessageOf(err, "This phrase cannot be played.")), Err: err,
			Remedies: []string{"Compare it with doc/prompts.md: sentences have names such as welcome, numbers are written number:42."}}
	}
	return nil
}
