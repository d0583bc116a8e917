package journal

import (
	"strings"

	"webtrunk"
	"webtrunk/call"
)

// hidden are a call's contacts that nobody outside may learn, and what stands
// in their place.
type hidden map[webtrunk.Address]webtrunk.Address

// learn notes the contacts that an event hides.
func (h hidden) learn(e call.Event) {
	switch e := e.(type) {
	case call.CallCreated:
		h.hide(e.Caller.Address, e.Caller.Shown)
	case call.CallRouted:
		for _, stage := range e.Plan.Stages {
			for _, t := range stage.Targets {
				h.hide(t.Address, t.Shown)
			}
		}
	case call.LegAdded:
		h.hide(e.Leg.Address, e.Leg.Shown)
	}
}

func (h hidden) hide(contact, shown webtrunk.Address) {
	if !contact.IsZero() && !shown.IsZero() && contact != shown {
		h[contact] = shown
	}
}

// address writes an address as others are told it.
func (h hidden) address(a webtrunk.Address) string {
	if shown, hides := h[a]; hides {
		return shown.String()
	}
	return a.String()
}

// text takes hidden contacts out of a sentence, which an edge may have written
// with the number that it dialled.
func (h hidden) text(s string) string {
	for contact, shown := range h {
		for _, written := range []string{contact.String(), contact.Value, strings.TrimPrefix(contact.Value, "+")} {
			s = strings.ReplaceAll(s, written, shown.String())
		}
	}
	return s
}
