package api

import (
	"context"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/archive/recordings"
	"webtrunk/billing"
	"webtrunk/billing/charge"
	"webtrunk/billing/money"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// Charges are what sellers charge for during their calls.
type Charges struct {
	Desk      *charge.Desk
	Directory *directory.Directory
	Library   *recordings.Library // nil: this gateway keeps none
}

const chargesTag = "Charges"

// Routes implements Feature.
func (f Charges) Routes(s *Server) {
	const one = "/v1/charges/{charge}"
	read, write := directory.ChargesRead, directory.ChargesWrite
	Register(s, Route{Method: "POST", Path: "/v1/calls/{call}/charges", Summary: "Charge for something in a call", Tag: chargesTag, Right: write, Status: 201,
		Doc: "Asks the customer in a running call to pay, from their wallet, for what the agent in it sells: on their page, or on their telephone by a phrase and a key. Nothing is charged without their yes, and silence is a no; follow it by its events. An agent charges in their own calls. Send an Idempotency-Key, so that a repetition is the same charge."}, f.create)
	Register(s, Route{Method: "GET", Path: "/v1/charges", Summary: "List charges", Tag: chargesTag, Right: read,
		Doc: "Newest first. An agent sees their own."}, f.list)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a charge", Tag: chargesTag, Right: read}, f.get)
	Register(s, Route{Method: "POST", Path: one + "/refunds", Summary: "Give a charge back", Tag: chargesTag, Right: write, Status: 201,
		Doc: "All of it that is left, or an amount: to the wallet that paid, from the seller and the platform in the proportion in which they were paid. An agent gives back their own charges."}, f.refund)
	Register(s, Route{Method: "GET", Path: one + "/receipt", Summary: "Get a charge's receipt", Tag: chargesTag, Right: read,
		Doc: "What was sold, by whom, in which call, how and when it was accepted, what was given back, and which recordings there are of the call."}, f.receipt)
	Register(s, Route{Method: "GET", Path: "/v1/charge_policy", Summary: "See how charges are shared", Tag: chargesTag, Right: directory.BillingRead}, f.policy)
	Register(s, Route{Method: "PUT", Path: "/v1/charge_policy", Summary: "Set how charges are shared", Tag: chargesTag, Right: directory.BillingWrite,
		Doc: "For charges from now on. In calls that cost money by a price, the price's seller_part counts."}, f.setPolicy)
	Register(s, Route{Method: "GET", Path: "/v1/me/charges", Summary: "List what you yourself were charged for in calls", Tag: customersTag, Customer: true,
		Doc: "What was paid, newest first, each with its receipt."}, f.own)
	f.payoutRoutes(s)
	for _, e := range [][2]string{
		{"charge.requested", "A customer is asked to pay for something in a call."},
		{"charge.paid", "They accepted, and it is paid."},
		{"charge.declined", "They declined: nothing is charged."},
		{"charge.expired", "They said nothing in time, or the call ended first: nothing is charged."},
		{"charge.failed", "They accepted, and it could not be paid: nothing is charged."},
		{"charge.refunded", "Some of it, or all, was given back."},
		{"charge_policy.updated", "How charges are shared changed, for those from now on."},
		{"payout.created", "Some of what a seller has earned was set aside, to be paid outside."},
		{"payout.paid", "It was paid."},
		{"payout.failed", "It was not, and is the seller's balance again."},
	} {
		s.Event(e[0], e[1])
	}
}

// Charge is what a seller charges for in a call.
type Charge struct {
	ID          string          `json:"id" doc:"The charge." example:"chg_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object      string          `json:"object" enum:"charge" doc:"Always charge."`
	Livemode    bool            `json:"livemode" doc:"Whether the call is a live one."`
	Call        webtrunk.CallID `json:"call" doc:"In which call."`
	Seller      string          `json:"seller" doc:"The agent who sells." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Wallet      string          `json:"wallet,omitempty" doc:"The customer's, by the ID that the site has given them. Agents do not see it."`
	Amount      money.Amount    `json:"amount" doc:"All of it: unit times quantity."`
	Unit        int64           `json:"unit" doc:"What one costs, in the currency's smallest unit."`
	Quantity    int64           `json:"quantity" doc:"How many."`
	Description string          `json:"description" doc:"What it is."`
	State       charge.State    `json:"state" enum:"requested,paid,declined,expired,failed,partly_refunded,refunded" doc:"How it stands."`
	Reason      string          `json:"reason,omitempty" enum:"insufficient_balance" doc:"Why it failed: the wallet does not cover it."`
	Method      billing.Method  `json:"method,omitempty" enum:"page,digits" doc:"How it was answered: on a page, or by a key of a telephone."`
	ToSeller    int64           `json:"to_seller" doc:"Of the amount, the seller's part, less what was given back of it."`
	Refunded    int64           `json:"refunded" doc:"Of the amount, what was given back."`
	CreatedAt   time.Time       `json:"created_at" doc:"When it was asked for."`
	ExpiresAt   time.Time       `json:"expires_at" doc:"Until when it could be accepted."`
	AnsweredAt  *time.Time      `json:"answered_at" doc:"When it was answered; null while it is not."`
}

func chargeShown(p directory.Principal, c charge.Charge) Charge {
	shown := Charge{ID: c.ID, Object: "charge", Livemode: !c.Tenant.Test, Call: c.Call, Seller: c.Seller, Amount: c.Amount(), Unit: c.Unit, Quantity: c.Quantity,
		Description: c.Description, State: c.State, Reason: c.Reason, Method: c.Method, ToSeller: c.ToSeller() - c.RefundedSeller, Refunded: c.Refunded,
		CreatedAt: c.Created.UTC(), ExpiresAt: c.Until.UTC()}
	if p.May(directory.BillingRead) == nil {
		shown.Wallet = billing.WalletName(c.Payer)
	}
	if !c.Answered.IsZero() {
		at := c.Answered.UTC()
		shown.AnsweredAt = &at
	}
	return shown
}

// selling is the agent to whose charges somebody is bound; empty for nobody's.
func selling(p directory.Principal) string {
	if !strings.HasPrefix(p.ID, "person_") || p.May(directory.BillingRead) == nil {
		return ""
	}
	return directory.AgentName(p.ID)
}

// found is a charge that somebody may see.
func (f Charges) found(ctx context.Context, p directory.Principal, id string) (charge.Charge, error) {
	c, err := f.Desk.One(ctx, shelf.TenantOf(p), id)
	if only := selling(p); err == nil && only != "" && c.Seller != only {
		return c, &webtrunk.Error{Op: "charge", Kind: webtrunk.NotFound, Message: "There is no such charge of yours."}
	}
	return c, err
}

type newCharge struct {
	CallPath
	Body struct {
		Unit        int64  `json:"unit" minimum:"1" maximum:"10000000000" doc:"What one costs, in the currency's smallest unit." example:"1250"`
		Quantity    int64  `json:"quantity,omitempty" minimum:"1" maximum:"10000" default:"1" doc:"How many."`
		Currency    string `json:"currency" minLength:"3" maxLength:"3" doc:"By ISO 4217." example:"EUR"`
		Description string `json:"description" minLength:"1" maxLength:"300" doc:"What it is, on one line: the customer reads it." example:"Birth chart, printed"`
		Seller      string `json:"seller,omitempty" id:"-" maxLength:"64" doc:"The agent who sells, where several are in the call. A person sells for themselves." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	}
}

func (f Charges) create(ctx context.Context, p directory.Principal, in *newCharge) (*Answer[Charge], error) {
	b := in.Body
	c, err := money.ParseCurrency(b.Currency)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(p.ID, "person_") {
		b.Seller = directory.AgentName(p.ID)
	}
	made, err := f.Desk.Request(ctx, shelf.TenantOf(p), charge.New{ID: NewID(ctx, "chg"), Call: in.Call, Seller: b.Seller, Unit: b.Unit, Quantity: max(1, b.Quantity), Currency: c, Description: b.Description, By: p.ID})
	return answer(chargeShown(p, made)), err
}

type chargeList struct {
	Page
	Call webtrunk.CallID `query:"call" id:"-" maxLength:"64" doc:"Only those in this call."`
}

func (f Charges) list(ctx context.Context, p directory.Principal, in *chargeList) (*Answer[List[Charge]], error) {
	found, err := f.Desk.List(ctx, shelf.TenantOf(p), charge.Query{Seller: selling(p), Call: in.Call, Limit: in.Limit + 1, After: in.StartingAfter})
	return listed(found, err, in.Limit, func(c charge.Charge) Charge { return chargeShown(p, c) }, func(c charge.Charge) string { return c.ID })
}

// ChargePath names a charge.
type ChargePath struct {
	ID string `path:"charge" id:"charge" maxLength:"64" doc:"The charge." example:"chg_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Charges) get(ctx context.Context, p directory.Principal, in *ChargePath) (*Answer[Charge], error) {
	c, err := f.found(ctx, p, in.ID)
	return answer(chargeShown(p, c)), err
}

type newRefund struct {
	ChargePath
	Body struct {
		Amount int64  `json:"amount,omitempty" minimum:"1" maximum:"10000000000" doc:"In the currency's smallest unit; all that is left, where it is left out." example:"500"`
		Note   string `json:"note,omitempty" maxLength:"500" doc:"Why, for both receipts." example:"Delivered late"`
	}
}

func (f Charges) refund(ctx context.Context, p directory.Principal, in *newRefund) (*Answer[Charge], error) {
	if _, err := f.found(ctx, p, in.ID); err != nil {
		return nil, err
	}
	c, _, err := f.Desk.Refund(ctx, shelf.TenantOf(p), charge.Refund{ID: NewID(ctx, "rfd"), Charge: in.ID, Amount: in.Body.Amount, Note: in.Body.Note, By: p.ID})
	return answer(chargeShown(p, c)), err
}

// Receipt is what is known of a charge, as evidence.
type Receipt struct {
	Object     string        `json:"object" enum:"receipt" doc:"Always receipt."`
	Charge     Charge        `json:"charge" doc:"What was charged."`
	SellerName string        `json:"seller_name,omitempty" doc:"What the agent is called."`
	Prompt     string        `json:"prompt,omitempty" doc:"The phrase by which a telephone was asked, as prompts write it." example:"asked_to_pay,money:EUR:12.50,press_one_to_accept"`
	Refunds    []RefundShown `json:"refunds" nullable:"false" doc:"What was given back, oldest first."`
	Recordings []string      `json:"recordings" nullable:"false" doc:"The call's recordings, for whoever may hear them." example:"rec_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

// RefundShown is what was given back of a charge.
type RefundShown struct {
	ID        string    `json:"id" doc:"The refund." example:"rfd_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Amount    int64     `json:"amount" doc:"In the currency's smallest unit."`
	Note      string    `json:"note,omitempty" doc:"Why."`
	CreatedAt time.Time `json:"created_at" doc:"When."`
}

func (f Charges) receipt(ctx context.Context, p directory.Principal, in *ChargePath) (*Answer[Receipt], error) {
	c, err := f.found(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	r, err := f.written(ctx, p, c)
	return answer(r), err
}

// written is a charge's receipt.
func (f Charges) written(ctx context.Context, p directory.Principal, c charge.Charge) (Receipt, error) {
	r := Receipt{Object: "receipt", Charge: chargeShown(p, c), Prompt: c.Phrase, Refunds: []RefundShown{}, Recordings: []string{},
		SellerName: f.Directory.AgentsName(ctx, directory.Principal{Account: p.Account, Test: p.Test}, c.Seller)}
	back, err := f.Desk.Refunds(ctx, c.Tenant, c.ID)
	if err != nil {
		return r, err
	}
	for _, x := range back {
		r.Refunds = append(r.Refunds, RefundShown{ID: x.ID, Amount: x.Amount, Note: x.Note, CreatedAt: x.Created.UTC()})
	}
	if f.Library == nil || mayHear(p) != nil {
		return r, nil
	}
	taped, err := f.Library.Of(ctx, p.Account, p.Test, c.Call)
	for _, x := range taped {
		r.Recordings = append(r.Recordings, x.ID)
	}
	return r, directory.Unavailable("charge", err)
}

// own are the receipts of a customer who is signed in: of what they paid, without what the
// account keeps for its sellers.
func (f Charges) own(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[OwnReceipt]], error) {
	name, err := ownWallet(ctx, f.Directory, p)
	if err != nil {
		return nil, err
	}
	found, err := f.Desk.PaidBy(ctx, billing.Wallet(shelf.TenantOf(p), name, ""), in.Limit+1, in.StartingAfter)
	if err != nil {
		return nil, err
	}
	all := make([]OwnReceipt, len(found))
	for i, c := range found {
		r, err := f.written(ctx, p, c)
		if err != nil {
			return nil, err
		}
		all[i] = OwnReceipt{ID: c.ID, Object: "own_receipt", Livemode: !c.Tenant.Test, Call: c.Call, SellerName: r.SellerName, Amount: c.Amount(), Unit: c.Unit, Quantity: c.Quantity,
			Description: c.Description, State: c.State, Method: c.Method, PaidAt: c.Answered.UTC(), Refunded: c.Refunded, Refunds: r.Refunds}
	}
	return listOf(all, in.Limit, func(r OwnReceipt) string { return r.ID }), nil
}

// OwnReceipt is what a customer has paid for in a call.
type OwnReceipt struct {
	ID          string          `json:"id" doc:"The charge." example:"chg_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object      string          `json:"object" enum:"own_receipt" doc:"Always own_receipt."`
	Livemode    bool            `json:"livemode" doc:"Whether the call was a live one."`
	Call        webtrunk.CallID `json:"call" doc:"In which call."`
	SellerName  string          `json:"seller_name,omitempty" doc:"Who has sold it."`
	Amount      money.Amount    `json:"amount" doc:"All of it: unit times quantity."`
	Unit        int64           `json:"unit" doc:"What one cost, in the currency's smallest unit."`
	Quantity    int64           `json:"quantity" doc:"How many."`
	Description string          `json:"description" doc:"What it is."`
	State       charge.State    `json:"state" enum:"paid,partly_refunded,refunded" doc:"How it stands."`
	Method      billing.Method  `json:"method" enum:"page,digits" doc:"How you accepted it."`
	PaidAt      time.Time       `json:"paid_at" doc:"And when."`
	Refunded    int64           `json:"refunded" doc:"Of the amount, what was given back."`
	Refunds     []RefundShown   `json:"refunds" nullable:"false" doc:"Each of these, oldest first."`
}

// ChargePolicy is how an account's charges are shared.
type ChargePolicy struct {
	Object     string `json:"object" enum:"charge_policy" doc:"Always charge_policy."`
	SellerPart int64  `json:"seller_part" doc:"Of what is paid, to the seller, in hundredths of a percent." example:"8000"`
	Within     int64  `json:"within_seconds" doc:"How long a customer has to accept a charge."`
}

func (f Charges) policy(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[ChargePolicy], error) {
	is, err := f.Desk.Policy(ctx, shelf.TenantOf(p))
	return answer(ChargePolicy{"charge_policy", is.SellerPart, int64(is.Within / time.Second)}), err
}

type newChargePolicy struct {
	Body struct {
		SellerPart int64 `json:"seller_part" minimum:"0" maximum:"10000" doc:"Of what is paid, to the seller, in hundredths of a percent." example:"8000"`
		Within     int64 `json:"within_seconds" minimum:"30" maximum:"600" doc:"How long a customer has to accept a charge." example:"60"`
	}
}

func (f Charges) setPolicy(ctx context.Context, p directory.Principal, in *newChargePolicy) (*Answer[ChargePolicy], error) {
	err := f.Desk.SetPolicy(ctx, shelf.TenantOf(p), charge.Policy{SellerPart: in.Body.SellerPart, Within: time.Duration(in.Body.Within) * time.Second})
	return answer(ChargePolicy{"charge_policy", in.Body.SellerPart, in.Body.Within}), err
}
