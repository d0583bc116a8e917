package api

import (
	"context"
	"errors"
	"time"

	"webtrunk/billing"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

func (f Billing) priceRoutes(s *Server) {
	const one = "/v1/prices/{price}"
	read, write := directory.BillingRead, directory.BillingWrite
	Register(s, Route{Method: "POST", Path: "/v1/prices", Summary: "Make a price", Tag: billingTag, Right: write, Status: 201,
		Doc: "What some calls cost. A call is quoted the first active price, by position, whose destinations and widgets it matches; one that none matches costs nothing."}, f.createPrice)
	Register(s, Route{Method: "GET", Path: "/v1/prices", Summary: "List prices", Tag: billingTag, Right: read}, f.prices)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a price", Tag: billingTag, Right: read}, f.price)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a price", Tag: billingTag, Right: write,
		Doc: "What is left out stays as it is. Calls that were quoted before keep what they were quoted."}, f.updatePrice)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a price", Tag: billingTag, Right: write, Doc: "Quotes that were made of it stay."}, f.deletePrice)
	Register(s, Route{Method: "GET", Path: one + "/example", Summary: "See what a call would cost", Tag: billingTag, Right: read,
		Doc: "What a call of some length would be charged by a price, and for how many seconds."}, f.example)
}

// PriceShown is a price.
type PriceShown struct {
	ID       string `json:"id" doc:"The price." example:"price_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object   string `json:"object" enum:"price" doc:"Always price."`
	Livemode bool   `json:"livemode" doc:"Whether it is for live calls; otherwise for test calls."`
	Name     string `json:"name" doc:"What whoever sets prices reads."`
	Active   bool   `json:"active" doc:"Whether calls are quoted it."`
	Position int    `json:"position" doc:"Of several that are for a call, the one with the smallest counts."`
	TermsShown
	Destinations []string  `json:"destinations" nullable:"false" doc:"For calls to these: references, and beginnings of numbers. None is all."`
	Widgets      []string  `json:"widgets" nullable:"false" doc:"For calls that come through these. None is any way."`
	Payers       []string  `json:"payers" nullable:"false" doc:"Who pays; the first whose balance covers the beginning."`
	Cover        int       `json:"cover_seconds" doc:"Of charged time that the payer's balance must cover at the beginning; the first step, if that is more."`
	ByUse        bool      `json:"accepted_by_use" doc:"Whether calling from a page accepts it: only where the page shows it before."`
	SellerPart   int64     `json:"seller_part" doc:"Of what is charged, to the agent who answers, in hundredths of a percent."`
	Metadata     Metadata  `json:"metadata" doc:"Your own notes."`
	CreatedAt    time.Time `json:"created_at" doc:"When it was made."`
	UpdatedAt    time.Time `json:"updated_at" doc:"When it was last changed; its ETag is another then."`
}

func priceShown(p billing.Price) PriceShown {
	shown := PriceShown{ID: p.ID, Object: "price", Livemode: !p.Tenant.Test, Name: p.Name, Active: p.Active, Position: p.Position, TermsShown: termsShown(p.Terms),
		Destinations: []string{}, Widgets: append([]string{}, p.Widgets...), Payers: append([]string{}, p.Payers...), Cover: int(p.Cover), ByUse: p.Shown, SellerPart: p.SellerPart,
		Metadata: p.Metadata, CreatedAt: p.Created, UpdatedAt: p.Updated}
	for _, d := range p.For {
		shown.Destinations = append(shown.Destinations, d.String())
	}
	return shown
}

// PriceSettings are what may be said of a price; what is left out stays, or is as usual.
type PriceSettings struct {
	Active       *bool        `json:"active,omitempty" doc:"Whether calls are quoted it: true where it is left out."`
	Position     *int         `json:"position,omitempty" minimum:"-1000" maximum:"1000" doc:"Of several that are for a call, the one with the smallest counts."`
	PerMinute    *string      `json:"per_minute,omitempty" maxLength:"20" doc:"What a minute of talk costs, with a point and at most six digits behind it." example:"1.20"`
	Video        *string      `json:"video_per_minute,omitempty" maxLength:"20" doc:"What it costs instead while pictures flow; 0 is the same."`
	Connect      *int64       `json:"connect,omitempty" minimum:"0" maximum:"10000000000000" doc:"What is due once, with the first second that is charged, in the currency's smallest unit."`
	Free         *int         `json:"free_seconds,omitempty" minimum:"0" maximum:"86400" doc:"How long both can talk before anything is charged. The payer is asked for the price 30 seconds before it ends." example:"180"`
	Minimum      *int         `json:"minimum_seconds,omitempty" minimum:"0" maximum:"3600" doc:"What is charged at least, once anything is."`
	First        *int         `json:"first_seconds,omitempty" minimum:"1" maximum:"3600" doc:"The first step in which time is counted; increment_seconds where it is left out."`
	Increment    *int         `json:"increment_seconds,omitempty" minimum:"1" maximum:"3600" doc:"The steps after it; 1 counts by the second, and is usual."`
	After        *price.After `json:"after,omitempty" enum:"end,free" doc:"What follows where nobody accepts: the call ends (the usual), or goes on for nothing."`
	Destinations *[]string    `json:"destinations,omitempty" maxItems:"100" doc:"For calls to these: references, and beginnings of numbers. None is all."`
	Widgets      *[]string    `json:"widgets,omitempty" maxItems:"100" doc:"For calls that come through these. None is any way."`
	Payers       *[]string    `json:"payers,omitempty" maxItems:"5" doc:"Who pays: caller (the usual), or sponsor: and an ID that you choose. They are tried in order, and the first whose balance covers the beginning pays."`
	Cover        *int         `json:"cover_seconds,omitempty" minimum:"0" maximum:"86400" doc:"Of charged time that the payer's balance must cover at the beginning." example:"300"`
	ByUse        *bool        `json:"accepted_by_use,omitempty" doc:"Whether calling from a page accepts it. Say so only where your page shows price and minimum beside its call button."`
	SellerPart   *int64       `json:"seller_part,omitempty" minimum:"0" maximum:"10000" doc:"Of what is charged, to the agent who answers, in hundredths of a percent." example:"7000"`
	Metadata     *Metadata    `json:"metadata,omitempty" doc:"Your own notes, all of them."`
}

// apply changes a price; what cannot be read is refused.
func (s PriceSettings) apply(p *billing.Price) error {
	setTo(&p.Active, s.Active)
	setTo(&p.Position, s.Position)
	setTo(&p.Connect, s.Connect)
	setTo(&p.Terms.After, s.After)
	setTo(&p.Widgets, s.Widgets)
	setTo(&p.Payers, s.Payers)
	setTo(&p.Shown, s.ByUse)
	setTo(&p.SellerPart, s.SellerPart)
	setTo(&p.Metadata, (*map[string]string)(s.Metadata))
	for to, from := range map[*price.Seconds]*int{&p.Free: s.Free, &p.Minimum: s.Minimum, &p.First: s.First, &p.Increment: s.Increment, &p.Cover: s.Cover} {
		if from != nil {
			*to = price.Seconds(*from)
		}
	}
	if err := applyRate("per_minute", &p.PerMinute, s.PerMinute); err != nil {
		return err
	}
	if err := applyRate("video_per_minute", &p.Video, s.Video); err != nil {
		return err
	}
	return s.applyDestinations(p)
}

// applyRate changes what a minute costs; whoever is refused learns which field it was.
func applyRate(field string, to *money.Rate, from *string) error {
	if from == nil {
		return nil
	}
	rate, err := money.ParseRate(*from)
	if err != nil {
		return about(field, err)
	}
	*to = rate
	return nil
}

func (s PriceSettings) applyDestinations(p *billing.Price) error {
	if s.Destinations == nil {
		return nil
	}
	p.For = nil
	for _, text := range *s.Destinations {
		d, err := directory.ParseDestination(text)
		if err != nil {
			return about("destinations", err)
		}
		p.For = append(p.For, d)
	}
	return nil
}

type newPrice struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"200" doc:"What whoever sets prices reads." example:"Advice"`
		Currency string `json:"currency" minLength:"3" maxLength:"3" doc:"Of all its amounts, by ISO 4217. It never changes." example:"EUR"`
		PriceSettings
	}
}

func (f Billing) createPrice(ctx context.Context, by directory.Principal, in *newPrice) (*Versioned[PriceShown], error) {
	c, err := money.ParseCurrency(in.Body.Currency)
	if err != nil {
		return nil, about("currency", err)
	}
	p := billing.Price{Row: shelf.Row{ID: NewID(ctx, "price")}, Name: in.Body.Name, Active: true, Terms: price.Terms{Currency: c}}
	if err := in.Body.apply(&p); err != nil {
		return nil, err
	}
	p, err = f.Book.CreatePrice(ctx, by, p)
	return versioned(priceShown(p), p.Updated), aboutPrice(err)
}

func (f Billing) prices(ctx context.Context, by directory.Principal, in *struct{ Page }) (*Answer[List[PriceShown]], error) {
	found, err := f.Book.Prices(ctx, by, in.part())
	return listed(found, err, in.Limit, priceShown, func(p billing.Price) string { return p.ID })
}

// PricePath names a price.
type PricePath struct {
	ID string `path:"price" id:"price" maxLength:"64" doc:"The price." example:"price_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Billing) price(ctx context.Context, by directory.Principal, in *PricePath) (*Versioned[PriceShown], error) {
	p, err := f.Book.Price(ctx, by, in.ID)
	return versioned(priceShown(p), p.Updated), err
}

type priceChange struct {
	PricePath
	IfMatch
	Body struct {
		Name *string `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"What whoever sets prices reads."`
		PriceSettings
	}
}

func (f Billing) updatePrice(ctx context.Context, by directory.Principal, in *priceChange) (*Versioned[PriceShown], error) {
	p, err := f.Book.UpdatePrice(ctx, by, in.ID, func(p *billing.Price) {
		p.Refuse(in.unchanged(p.Updated))
		setTo(&p.Name, in.Body.Name)
		if err := in.Body.apply(p); err != nil {
			p.Refuse(err)
		}
	})
	return versioned(priceShown(p), p.Updated), aboutPrice(err)
}

// aboutPrice names the field that cannot be meant, where that is not said yet.
func aboutPrice(err error) error {
	if p := (*Problem)(nil); errors.As(err, &p) {
		return err
	}
	return aboutField(err)
}

func (f Billing) deletePrice(ctx context.Context, by directory.Principal, in *PricePath) (*Empty, error) {
	return gone(f.Book.DeletePrice(ctx, by, in.ID))
}

type exampleWanted struct {
	PricePath
	Seconds int `query:"seconds" minimum:"0" maximum:"604800" default:"600" doc:"Of talk, the free time among them."`
	Video   int `query:"video_seconds" minimum:"0" maximum:"604800" doc:"Of these, with pictures, at the end."`
}

// Example is what a call would cost.
type Example struct {
	Object  string       `json:"object" enum:"price_example" doc:"Always price_example."`
	Charged money.Amount `json:"charged" doc:"What it would cost, if the price is accepted in time."`
	Counted int          `json:"counted_seconds" doc:"The seconds that would be charged, in steps."`
	Needs   money.Amount `json:"balance_needed" doc:"The balance with which such a call can begin."`
}

func (f Billing) example(ctx context.Context, by directory.Principal, in *exampleWanted) (*Answer[Example], error) {
	p, err := f.Book.Price(ctx, by, in.ID)
	if err != nil {
		return nil, err
	}
	talk := max(0, price.Seconds(in.Seconds).Duration()-p.Free.Duration())
	video := min(talk, price.Seconds(in.Video).Duration())
	return answer(Example{Object: "price_example", Charged: p.Due(price.Talk{Voice: talk - video, Video: video}), Counted: int(p.Counted(talk).Seconds()), Needs: p.Needed()}), nil
}
