package signaling

import (
	"context"
	"encoding/json"

	"webtrunk"
	"webtrunk/call"
)

// Bills say what calls cost, to the pages in them. What a bill says is not for signaling to
// know.
type Bills interface {
	// Watch tells a page how its call is billed, from now on, until it stops. A call that
	// costs nothing has no news. shown is how many packets of pictures the page was sent so
	// far. Both are called from any goroutine, and never block.
	Watch(id webtrunk.CallID, leg call.LegID, shown func() uint64, tell func(bill json.RawMessage)) (stop func())
	// Answer says yes or no to a price, for the page's person: to that of a quote, or, where
	// none is named, to the one that is asked for. It returns at once, and
	// calls refused from any goroutine where that does not count.
	Answer(id webtrunk.CallID, leg call.LegID, quote string, accept bool, refused func(error))
	// Cost is what a call would cost that a page has not made, nothing where it costs
	// nothing; or notes that the page has shown that, by the tag that it bears.
	Cost(ctx context.Context, v call.View, shown string) (json.RawMessage, error)
}

// A billNotice tells a page how its call is billed. It has no number: the newest counts, and
// a page that returns finds it in its welcome.
type billNotice struct {
	Type string          `json:"type"` // bill
	ID   string          `json:"id"`
	Bill json.RawMessage `json:"bill"`
}

// showBill has the page see what its call costs: who calls from the beginning, and who is called
// once they talk.
func (c *pageCall) showBill() {
	c.showCharges()
	s := c.session
	bills := s.server.cfg.Bills
	if bills == nil || c.unwatch != nil {
		return
	}
	shown := func() uint64 { return c.leg.port.Video().Stats().Sent }
	c.unwatch = bills.Watch(c.leg.call, c.leg.id, shown, func(bill json.RawMessage) {
		s.post(func() {
			if s.call == c && c.unwatch != nil {
				c.bill = bill
				s.pass(billNotice{"bill", c.id, bill})
			}
		})
	})
}

// hideBill ends that.
func (c *pageCall) hideBill() {
	c.hideCharges()
	if c.unwatch != nil {
		c.unwatch()
		c.unwatch, c.bill = nil, nil
	}
}

// price takes what the page's person says to the price.
func (s *session) price(c *pageCall, r request) *refusal {
	if r.Accept == nil {
		return refuse(codeBadMessage, "price needs accept, true or false.")
	}
	if s.server.cfg.Bills == nil {
		return refuse(codeNoPrice, "This call costs nothing.")
	}
	s.server.cfg.Bills.Answer(c.leg.call, c.leg.id, r.Quote, *r.Accept, s.discounted(c))
	return nil
}

// discounted tells a page that what its person answered, to a price or a charge, does not
// count. It may be called from any goroutine.
func (s *session) discounted(c *pageCall) func(error) {
	return func(err error) {
		s.post(func() {
			if s.call != c {
				return
			}
			bad := refuse(codeNoPrice, webtrunk.MessageOf(err, "This could not be noted. Try again."))
			if webtrunk.KindOf(err) == webtrunk.Unavailable {
				bad.code = codeBusyGateway
			}
			s.complain(bad, c.id)
		})
	}
}
