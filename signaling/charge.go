package signaling

import (
	"encoding/json"

	"webtrunk"
	"webtrunk/call"
)

// Charges say what is sold in calls, to the pages in them. What a charge says is not for
// signaling to know.
type Charges interface {
	// Watch tells a page of the newest charge in its call, now and whenever it changes, until
	// it stops. It is called from any goroutine, and never blocks.
	Watch(id webtrunk.CallID, leg call.LegID, tell func(charge json.RawMessage)) (stop func())
	// Answer says yes or no to a charge, for the page's person. It returns at once, and calls
	// refused from any goroutine where that does not count.
	Answer(id webtrunk.CallID, leg call.LegID, charge string, accept bool, refused func(error))
}

// charged is what a page knows of the charges in its call.
type charged struct {
	newest  json.RawMessage
	unwatch func() // nil: it does not see them yet
}

// A chargeNotice tells a page of a charge. It has no number: the newest counts, and a page
// that returns finds it in its welcome.
type chargeNotice struct {
	Type   string          `json:"type"` // charge
	ID     string          `json:"id"`
	Charge json.RawMessage `json:"charge"`
}

// showCharges has the page see what is asked for in its call.
func (c *pageCall) showCharges() {
	s := c.session
	charges := s.server.cfg.Charges
	if charges == nil || c.charged.unwatch != nil {
		return
	}
	c.charged.unwatch = charges.Watch(c.leg.call, c.leg.id, func(charge json.RawMessage) {
		s.post(func() {
			if s.call == c && c.charged.unwatch != nil {
				c.charged.newest = charge
				s.pass(chargeNotice{"charge", c.id, charge})
			}
		})
	})
}

// hideCharges ends that.
func (c *pageCall) hideCharges() {
	if c.charged.unwatch != nil {
		c.charged.unwatch()
		c.charged = charged{}
	}
}

// charge takes what the page's person says to a charge.
func (s *session) charge(c *pageCall, r request) *refusal {
	if r.Accept == nil || r.Charge == "" {
		return refuse(codeBadMessage, "charge needs charge, its ID, and accept, true or false.")
	}
	if s.server.cfg.Charges == nil {
		return refuse(codeNoPrice, "Nothing is sold in this call.")
	}
	s.server.cfg.Charges.Answer(c.leg.call, c.leg.id, r.Charge, *r.Accept, s.discounted(c))
	return nil
}
