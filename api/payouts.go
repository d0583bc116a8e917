package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing/charge"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

func (f Charges) payoutRoutes(s *Server) {
	const one = "/v1/payouts/{payout}"
	Register(s, Route{Method: "GET", Path: "/v1/sellers/{seller}/earnings", Summary: "See what a seller has earned", Tag: chargesTag, Right: directory.ChargesRead,
		Doc: "By talk and by charges, and was not paid yet: in each currency, what is there and what of it is set aside for a payout. An agent sees their own."}, f.earnings)
	Register(s, Route{Method: "GET", Path: "/v1/sellers/{seller}/movements", Summary: "List what a seller earned and was paid", Tag: chargesTag, Right: directory.ChargesRead,
		Doc: "A seller's statement in one currency, newest first. An agent sees their own."}, f.earned)
	Register(s, Route{Method: "POST", Path: "/v1/payouts", Summary: "Pay a seller", Tag: chargesTag, Right: directory.WalletsWrite, Status: 201,
		Doc: "Sets aside some of what a seller has earned, to be paid by a way of your own, such as a bank transfer: the gateway moves no money there. Say what came of it by /paid or /failed."}, f.pay)
	Register(s, Route{Method: "GET", Path: "/v1/payouts", Summary: "List payouts", Tag: chargesTag, Right: directory.ChargesRead,
		Doc: "Newest first. An agent sees their own."}, f.payouts)
	Register(s, Route{Method: "POST", Path: one + "/paid", Summary: "Note that a payout was paid", Tag: chargesTag, Right: directory.WalletsWrite}, f.paid)
	Register(s, Route{Method: "POST", Path: one + "/failed", Summary: "Note that a payout was not paid", Tag: chargesTag, Right: directory.WalletsWrite,
		Doc: "What was set aside is the seller's balance again."}, f.unpaid)
}

// SellerPath names a seller.
type SellerPath struct {
	ID string `path:"seller" id:"-" maxLength:"64" doc:"The agent, or me." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

// seller is the agent that a path names, as far as somebody may look.
func (in SellerPath) seller(p directory.Principal) (string, error) {
	only := selling(p)
	switch {
	case in.ID == "me":
		return directory.AgentName(p.ID), nil
	case only != "" && in.ID != only:
		return "", &webtrunk.Error{Op: "earnings", Kind: webtrunk.NotFound, Message: "You can see your own earnings only."}
	}
	return in.ID, nil
}

// Earnings are what a seller has earned.
type Earnings struct {
	Object   string    `json:"object" enum:"earnings" doc:"Always earnings."`
	Livemode bool      `json:"livemode" doc:"Whether by live calls."`
	Seller   string    `json:"seller" doc:"The agent."`
	Balances []Balance `json:"balances" nullable:"false" doc:"What was not paid yet, in each currency that ever was; held is set aside for payouts. Below zero it was given back after it was paid."`
}

func (f Charges) earnings(ctx context.Context, p directory.Principal, in *SellerPath) (*Answer[Earnings], error) {
	who, err := in.seller(p)
	if err != nil {
		return nil, err
	}
	all, err := f.Desk.Earnings(ctx, shelf.TenantOf(p), who)
	e := Earnings{Object: "earnings", Livemode: !p.Test, Seller: who, Balances: make([]Balance, len(all))}
	for i, a := range all {
		e.Balances[i] = Balance{Currency: a.Currency, Amount: a.Balance(), Held: a.Held, Available: a.Available()}
	}
	return answer(e), err
}

type earnedList struct {
	SellerPath
	Page
	Currency string `query:"currency" maxLength:"3" doc:"Of the statement; EUR where it is left out." example:"EUR"`
}

func (f Charges) earned(ctx context.Context, p directory.Principal, in *earnedList) (*Answer[List[Movement]], error) {
	who, err := in.seller(p)
	if err != nil {
		return nil, err
	}
	n, err := walletOf(p, who, in.Currency)
	if err != nil {
		return nil, err
	}
	n.Kind = ledger.Seller
	found, err := f.Desk.Movements(ctx, n, in.Limit+1, in.StartingAfter)
	return listed(found, err, in.Limit, func(x ledger.Line) Movement {
		return Movement{ID: x.ID, Object: "movement", Amount: money.Amount{Minor: x.Amount, Currency: n.Currency}, Reason: x.Reason, Call: x.Call, Subject: x.Subject, CreatedAt: x.At.UTC()}
	}, func(x ledger.Line) string { return x.ID })
}

// Payout is what a seller is paid outside.
type Payout struct {
	ID        string             `json:"id" doc:"The payout." example:"po_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string             `json:"object" enum:"payout" doc:"Always payout."`
	Livemode  bool               `json:"livemode" doc:"Whether of what live calls earned."`
	Seller    string             `json:"seller" doc:"The agent."`
	Amount    money.Amount       `json:"amount" doc:"How much."`
	State     charge.PayoutState `json:"state" enum:"pending,paid,failed" doc:"It is set aside (pending), was paid outside (paid), or was not (failed)."`
	Note      string             `json:"note,omitempty" doc:"For your books."`
	CreatedAt time.Time          `json:"created_at" doc:"When it was set aside."`
	UpdatedAt time.Time          `json:"updated_at" doc:"When it changed last."`
}

func payoutShown(p charge.Payout) Payout {
	return Payout{ID: p.ID, Object: "payout", Livemode: !p.Tenant.Test, Seller: p.Seller, Amount: p.Amount, State: p.State, Note: p.Note, CreatedAt: p.Created.UTC(), UpdatedAt: p.Updated.UTC()}
}

type newPayout struct {
	Body struct {
		Seller   string `json:"seller" id:"-" minLength:"1" maxLength:"64" doc:"The agent." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
		Amount   int64  `json:"amount" minimum:"1" maximum:"10000000000000" doc:"In the currency's smallest unit: at most what is available." example:"20000"`
		Currency string `json:"currency" minLength:"3" maxLength:"3" doc:"By ISO 4217." example:"EUR"`
		Note     string `json:"note,omitempty" maxLength:"500" doc:"For your books." example:"Bank transfer, November"`
	}
}

func (f Charges) pay(ctx context.Context, p directory.Principal, in *newPayout) (*Answer[Payout], error) {
	n, err := walletOf(p, in.Body.Seller, in.Body.Currency)
	if err != nil {
		return nil, err
	}
	made, err := f.Desk.Pay(ctx, charge.Payout{ID: NewID(ctx, "po"), Tenant: shelf.TenantOf(p), Seller: in.Body.Seller, Amount: money.Amount{Minor: in.Body.Amount, Currency: n.Currency}, Note: in.Body.Note, By: p.ID})
	return answer(payoutShown(made)), err
}

func (f Charges) payouts(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Payout]], error) {
	found, err := f.Desk.Payouts(ctx, shelf.TenantOf(p), selling(p), in.Limit+1, in.StartingAfter)
	return listed(found, err, in.Limit, payoutShown, func(x charge.Payout) string { return x.ID })
}

type payoutPath struct {
	ID string `path:"payout" id:"payout" maxLength:"64" doc:"The payout." example:"po_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Charges) paid(ctx context.Context, p directory.Principal, in *payoutPath) (*Answer[Payout], error) {
	return f.settle(ctx, p, in.ID, charge.PayoutPaid)
}

func (f Charges) unpaid(ctx context.Context, p directory.Principal, in *payoutPath) (*Answer[Payout], error) {
	return f.settle(ctx, p, in.ID, charge.PayoutFailed)
}

func (f Charges) settle(ctx context.Context, p directory.Principal, id string, is charge.PayoutState) (*Answer[Payout], error) {
	done, err := f.Desk.Settle(ctx, shelf.TenantOf(p), id, is)
	return answer(payoutShown(done)), err
}
