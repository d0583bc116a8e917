package billing

import (
	"context"
	"fmt"
	"time"

	"webtrunk/billing/meter"
	"webtrunk/billing/price"
	"webtrunk/call"
)

// What a telephone that pays is told by phrases of ours. A page shows it.
const (
	saysFreeEnds = "free_time_ends"
	saysCharging = "charging_begins"
	saysNothing  = "nothing_is_charged"
	saysLasts    = "balance_lasts,duration:%d"
)

// spoken is a phrase in the language of whoever pays, where that is known.
func (s *session) spoken(phrase string) string {
	if phrase == "" {
		return ""
	}
	if s.language == nil {
		l := call.Spoken(s.context["language"])
		if l == "" {
			ctx, done := context.WithTimeout(context.Background(), patience)
			defer done()
			l = call.Spoken(s.b.o.Locale(ctx, s.quote.Tenant, s.payer))
		}
		s.language = &l
	}
	return call.Say(*s.language, phrase)
}

// announce says aloud what the meter says, where a telephone pays. What was to be said before
// and could not be is not so any more.
func (s *session) announce(e meter.Event) {
	switch e := e.(type) {
	case meter.FreeEnding:
		s.aloud = saysFreeEnds
	case meter.PriceAccepted:
		if s.aloud = saysCharging; s.meter.FreeLeft() > 0 {
			s.aloud = "" // not yet
		}
	case meter.MeteringStarted:
		if s.quote.Terms.Free == 0 {
			return // it was said with the yes, in the grace
		}
		s.aloud = saysCharging
	case meter.PriceDeclined, meter.Unanswered:
		if s.aloud = saysNothing; s.quote.Terms.After == price.AfterEnd && s.meter.FreeLeft() == 0 {
			s.aloud = "" // the call ends, and who hangs up says why
		}
	case meter.LowBalance:
		s.aloud = fmt.Sprintf(saysLasts, e.Left.Truncate(10*time.Second)/time.Second)
	default:
		return
	}
	s.say()
}

// say plays what is to be said to the telephones that pay, as soon as nothing else is being
// said to them: nobody's question is cut off.
func (s *session) say() {
	if s.aloud == "" || s.scene.ended {
		return
	}
	phones := s.phones()
	for _, l := range phones {
		if s.scene.hears[l] {
			return
		}
	}
	for _, l := range phones {
		note(&s.scene.hears, l, true) // the next thing to say waits until it is told that this is over
		s.command(call.Ask{Leg: l, Phrase: s.spoken(s.aloud)})
	}
	s.aloud = ""
}

// phones are the connected telephones of who pays.
func (s *session) phones() (all []call.LegID) {
	for _, l := range s.legs {
		if l.Role == call.Caller && l.Kind != call.WebRTC && l.State == call.Connected {
			all = append(all, l.ID)
		}
	}
	return all
}
