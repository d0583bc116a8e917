package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

func (f Billing) offerRoutes(s *Server) {
	const path = "/v1/calls/{call}/offers"
	s.Event("billing.offered", "Whoever pays for a running call was asked for another price.")
	Register(s, Route{Method: "POST", Path: path, Summary: "Ask for another price during a call", Tag: billingTag, Right: directory.CallsWrite, Status: 201,
		Doc: "Asks whoever called, on their page or by telephone, whether they accept another price, for a call that cost nothing so far, or in the place of the price that counts. Accepted within 30 seconds, it counts from then on, and what was counted before stays as it was; declined or not answered, it changes nothing. A second offer takes the place of one that nobody has answered. An agent asks in a call of their own; otherwise it needs `billing:write`."}, f.offer)
	Register(s, Route{Method: "GET", Path: path, Summary: "List a call's offers", Tag: billingTag, Right: directory.BillingRead,
		Doc: "The prices that were offered while it ran, in order, and what was said to each."}, f.offers)
}

// OfferShown is a price that was offered during a call.
type OfferShown struct {
	Object    string          `json:"object" enum:"offer" doc:"Always offer."`
	Call      webtrunk.CallID `json:"call" doc:"The call."`
	Wallet    string          `json:"wallet" doc:"Who is asked: a customer's ID."`
	OfferedBy string          `json:"offered_by" doc:"Whoever asked: a person, or a key."`
	CreatedAt time.Time       `json:"created_at" doc:"When."`
	QuoteShown
}

func offerShown(q billing.Quote) OfferShown {
	return OfferShown{Object: "offer", Call: q.Call, Wallet: billing.WalletName(q.Payer), OfferedBy: q.OfferedBy, CreatedAt: q.Created.UTC(), QuoteShown: quoteShown(q)}
}

type newOffer struct {
	CallPath
	Body struct {
		Currency   string  `json:"currency" minLength:"3" maxLength:"3" doc:"Of all its amounts, by ISO 4217: that of the call's price, where it has one." example:"EUR"`
		PerMinute  *string `json:"per_minute,omitempty" maxLength:"20" doc:"What a minute of talk costs, with a point and at most six digits behind it." example:"1.20"`
		Video      *string `json:"video_per_minute,omitempty" maxLength:"20" doc:"What it costs instead while pictures flow; 0 is the same."`
		Connect    int64   `json:"connect,omitempty" minimum:"0" maximum:"10000000000000" doc:"What is due once, with the first second that is charged, in the currency's smallest unit."`
		Free       int     `json:"free_seconds,omitempty" minimum:"0" maximum:"86400" doc:"How long both can talk on before anything is charged by it."`
		Minimum    int     `json:"minimum_seconds,omitempty" minimum:"0" maximum:"3600" doc:"What is charged at least, once anything is."`
		First      int     `json:"first_seconds,omitempty" minimum:"0" maximum:"3600" doc:"The first step in which time is counted; increment_seconds where it is left out."`
		Increment  int     `json:"increment_seconds,omitempty" minimum:"0" maximum:"3600" doc:"The steps after it; 1 counts by the second, and is usual."`
		SellerPart int64   `json:"seller_part,omitempty" minimum:"0" maximum:"10000" doc:"Of what is charged, to the agent who answered, in hundredths of a percent: for a call that cost nothing so far, and by who has billing:write. Otherwise it stays as it was."`
	}
}

func (in *newOffer) terms() (t price.Terms, err error) {
	b := in.Body
	if t.Currency, err = money.ParseCurrency(b.Currency); err != nil {
		return t, about("currency", err)
	}
	if err := applyRate("per_minute", &t.PerMinute, b.PerMinute); err != nil {
		return t, err
	}
	t.Connect, t.Free, t.Minimum, t.First, t.Increment = b.Connect, price.Seconds(b.Free), price.Seconds(b.Minimum), price.Seconds(b.First), price.Seconds(b.Increment)
	return t, applyRate("video_per_minute", &t.Video, b.Video)
}

func (f Billing) offer(ctx context.Context, by directory.Principal, in *newOffer) (*Answer[OfferShown], error) {
	if lacks := holds(by, directory.BillingWrite); lacks != nil && (!f.talks(by, in.Call) || in.Body.SellerPart > 0) {
		return nil, lacks
	}
	terms, err := in.terms()
	if err != nil {
		return nil, err
	}
	q, err := f.Book.Offer(ctx, billing.Offer{Tenant: shelf.TenantOf(by), Call: in.Call, Terms: terms, SellerPart: in.Body.SellerPart, By: by.ID})
	return answer(offerShown(q)), aboutField(err)
}

// talks reports whether a person is in a call that runs.
func (f Billing) talks(by directory.Principal, id webtrunk.CallID) bool {
	l, runs := f.Calls.running(by, id)
	return runs && isIn(l, directory.AgentName(by.ID))
}

func (f Billing) offers(ctx context.Context, by directory.Principal, in *CallPath) (*Answer[List[OfferShown]], error) {
	found, err := f.Book.Offers(ctx, shelf.TenantOf(by), in.Call)
	return listed(found, err, len(found), offerShown, func(q billing.Quote) string { return q.ID })
}
