package billing

import (
	"slices"

	"webtrunk/billing/meter"
	"webtrunk/call"
)

// A scene is what a call looks like to whoever bills it: one side pays, the other is paid for.
type scene struct {
	answered bool
	ended    bool
	consults bool                // the seller's side talks with somebody else
	consents map[call.LegID]bool // who is being asked whether they may be recorded
	hears    map[call.LegID]bool // who is being told or asked something
	answerer call.LegID
}

// see takes in what happened in a call, and says what is so now.
func (s *scene) see(v call.View, events []call.Event) meter.Facts {
	for _, e := range events {
		switch e := e.(type) {
		case call.CallAnswered:
			s.answered, s.answerer = true, e.Leg
		case call.TransferConsulting:
			s.consults = true
		case call.TransferCompleted, call.TransferFailed, call.TransferCanceled:
			s.consults = false
		case call.PromptStarted:
			note(&s.hears, e.Prompt.Leg, true)
			if e.Prompt.Consent {
				note(&s.consents, e.Prompt.Leg, true)
			}
		case call.PromptFinished:
			note(&s.hears, e.Leg, false)
			note(&s.consents, e.Leg, false)
		case call.CallEnded:
			s.ended = true
		}
	}
	return s.facts(v.Legs)
}

// note puts a leg into a set, or takes it out.
func note(all *map[call.LegID]bool, leg call.LegID, is bool) {
	if *all == nil {
		*all = map[call.LegID]bool{}
	}
	if (*all)[leg] = true; !is {
		delete(*all, leg)
	}
}

// facts derives what is so from who is in the call.
func (s *scene) facts(legs []call.Leg) (f meter.Facts) {
	var paying, others []call.Leg
	for _, l := range legs {
		switch {
		case l.State != call.Connected || l.Part != call.Talks || l.Written:
		case l.Role == call.Caller:
			paying = append(paying, l)
		default:
			others = append(others, l)
		}
	}
	is := func(all []call.Leg, what func(call.Leg) bool) bool {
		return len(all) > 0 && !slices.ContainsFunc(all, func(l call.Leg) bool { return !what(l) })
	}
	lost := func(l call.Leg) bool { return l.Lost }
	f.Connected = len(paying) > 0 && len(others) > 0
	f.Reconnecting = is(paying, lost) || is(others, lost)
	f.Held = s.consults || slices.ContainsFunc(others, func(l call.Leg) bool { return l.Held })
	f.Silent = is(paying, deaf) || is(others, deaf)
	f.Unconsented = len(s.consents) > 0
	return f
}

// unheard are the warnings that say that nothing comes from a leg, or that what comes cannot
// be heard, by the fault of a network and not of who sits there.
var unheard = []call.Metric{call.NoPacketsFromBrowser, call.CarrierSendsNothing, call.CarrierElsewhere, call.CodecNotAgreed, call.PathLost}

func deaf(l call.Leg) bool {
	return slices.ContainsFunc(l.Warned, func(m call.Metric) bool { return slices.Contains(unheard, m) })
}
