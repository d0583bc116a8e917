package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// OwnMoney is what customers see of their own money, signed in: their wallet and the calls
// that it pays for. Nothing of it names another, or what the account keeps for its sellers.
type OwnMoney struct {
	Book      *billing.Book
	Directory *directory.Directory
}

// Routes implements Feature.
func (f OwnMoney) Routes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/me/wallet", Summary: "What is in your own wallet", Tag: customersTag, Customer: true}, f.wallet)
	Register(s, Route{Method: "GET", Path: "/v1/me/wallet/movements", Summary: "List what came into your own wallet and went out", Tag: customersTag, Customer: true,
		Doc: "In one currency, newest first. What is only set aside is no movement."}, f.movements)
	Register(s, Route{Method: "GET", Path: "/v1/me/billing_sessions", Summary: "List calls that your own wallet pays for", Tag: customersTag, Customer: true,
		Doc: "In one currency, newest first, with what each second was. Of a running call, as it stands."}, f.calls)
}

// ownWallet is the name of the wallet of the customer who asks. A subject that begins as
// sponsors' wallets do names none, so that nobody reads a sponsor's.
func ownWallet(ctx context.Context, d *directory.Directory, p directory.Principal) (string, error) {
	c, err := d.Customer(ctx, p, p.ID)
	if err == nil {
		err = billing.CheckCustomer(c.Subject)
	}
	return c.Subject, err
}

func (f OwnMoney) own(ctx context.Context, p directory.Principal, currency string) (ledger.Name, error) {
	name, err := ownWallet(ctx, f.Directory, p)
	if err != nil {
		return ledger.Name{}, err
	}
	return walletOf(p, name, currency)
}

func (f OwnMoney) wallet(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[Wallet], error) {
	n, err := f.own(ctx, p, "")
	if err != nil {
		return nil, err
	}
	return Billing{Book: f.Book}.wallet(ctx, p, &WalletPath{ID: n.Owner})
}

type ownMovements struct {
	Page
	Currency string    `query:"currency" maxLength:"3" doc:"Of the statement; EUR where it is left out." example:"EUR"`
	From     time.Time `query:"from" doc:"Only what was posted then or later."`
	To       time.Time `query:"to" doc:"Only what was posted before."`
}

func (f OwnMoney) movements(ctx context.Context, p directory.Principal, in *ownMovements) (*Answer[List[Movement]], error) {
	n, err := f.own(ctx, p, in.Currency)
	if err != nil {
		return nil, err
	}
	return Billing{Book: f.Book}.movements(ctx, p, &movementsOf{WalletPath: WalletPath{ID: n.Owner}, Page: in.Page, Currency: in.Currency, From: in.From, To: in.To})
}

// OwnBilledCall is how a call is billed, as who pays it sees it.
type OwnBilledCall struct {
	ID        string          `json:"id" doc:"The billing session." example:"bill_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string          `json:"object" enum:"own_billing_session" doc:"Always own_billing_session."`
	Livemode  bool            `json:"livemode" doc:"Whether the call was a live one."`
	Call      webtrunk.CallID `json:"call" doc:"The call."`
	State     meter.State     `json:"state" enum:"quoted,free,awaiting_acceptance,metering,paused,settling,settled,voided" doc:"How it stands."`
	Charged   money.Amount    `json:"charged" doc:"What was charged so far."`
	Seconds   float64         `json:"charged_seconds" doc:"Of talk that were charged, before they were counted in steps."`
	Free      float64         `json:"free_seconds" doc:"Of the free time that were used."`
	Terms     TermsShown      `json:"terms" doc:"What was offered."`
	Answer    billing.Answer  `json:"answer,omitempty" enum:"accepted,declined,unanswered" doc:"What was said to that; left out while nothing was."`
	Intervals []IntervalShown `json:"intervals" nullable:"false" doc:"What each second was, in order and without a gap, from the answer."`
	CreatedAt time.Time       `json:"created_at" doc:"When it was quoted."`
	UpdatedAt time.Time       `json:"updated_at" doc:"Of when this is: of now for a running call, else of its last tick."`
}

func ownBilled(b BilledCall) OwnBilledCall {
	return OwnBilledCall{ID: b.ID, Object: "own_billing_session", Livemode: b.Livemode, Call: b.Call, State: b.State, Charged: b.Charged, Seconds: b.Seconds, Free: b.Free,
		Terms: b.Quote.Terms, Answer: b.Quote.Answer, Intervals: b.Intervals, CreatedAt: b.CreatedAt, UpdatedAt: b.UpdatedAt}
}

type ownBilledList struct {
	Page
	Currency string `query:"currency" maxLength:"3" doc:"In which they are paid; EUR where it is left out." example:"EUR"`
}

func (f OwnMoney) calls(ctx context.Context, p directory.Principal, in *ownBilledList) (*Answer[List[OwnBilledCall]], error) {
	n, err := f.own(ctx, p, in.Currency)
	if err != nil {
		return nil, err
	}
	found, quotes, err := billedCalls(ctx, f.Book, shelf.TenantOf(p), billing.SessionQuery{Payer: n, Limit: in.Limit + 1, After: in.StartingAfter})
	return listed(found, err, in.Limit, func(is billing.Session) OwnBilledCall { return ownBilled(billedShown(is, quotes[is.Quote])) }, func(is billing.Session) string { return is.ID })
}
