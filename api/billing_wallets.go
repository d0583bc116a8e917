package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

func (f Billing) walletRoutes(s *Server) {
	const one = "/v1/wallets/{wallet}"
	Register(s, Route{Method: "GET", Path: one, Summary: "See what is in a wallet", Tag: billingTag, Right: directory.BillingRead,
		Doc: "Of a customer, or of a sponsor: what is there in each currency, and what of it is set aside for calls that run. A wallet need not be made: one that nobody has paid into is empty."}, f.wallet)
	Register(s, Route{Method: "GET", Path: one + "/movements", Summary: "List what came in and went out", Tag: billingTag, Right: directory.BillingRead,
		Doc: "A wallet's statement in one currency, newest first. What is only set aside is no movement."}, f.movements)
	Register(s, Route{Method: "POST", Path: one + "/deposits", Summary: "Put money into a wallet", Tag: billingTag, Right: directory.WalletsWrite, Status: 201,
		Doc: "For money that has reached you by a way of your own, such as a bank transfer. Calls that this wallet pays for, and that would end soon, go on."}, f.deposit)
	Register(s, Route{Method: "PUT", Path: one + "/daily_cap", Summary: "Bound what a sponsor pays in a day", Tag: billingTag, Right: directory.WalletsWrite,
		Doc: "Of a sponsor's wallet, in one currency, by the day of UTC. What is set aside for calls that run counts. Once it is used up the price's next payer is asked, or the call is refused, and a call that runs ends as with an empty balance. 0 bounds nothing."}, f.setCap)
}

// walletOf is the account that a wallet's name means.
func walletOf(p directory.Principal, name, currency string) (ledger.Name, error) {
	if currency == "" {
		currency = "EUR"
	}
	c, err := money.ParseCurrency(currency)
	if err != nil {
		return ledger.Name{}, err
	}
	return billing.Wallet(shelf.TenantOf(p), name, c), billing.CheckWallet(name)
}

// Wallet is what somebody has paid in and can spend.
type Wallet struct {
	ID       string    `json:"id" doc:"Whose it is: a customer's, or sponsor: and a sponsor's ID."`
	Object   string    `json:"object" enum:"wallet" doc:"Always wallet."`
	Livemode bool      `json:"livemode" doc:"Whether it pays live calls."`
	Balances []Balance `json:"balances" nullable:"false" doc:"What is in it, in each currency that ever was."`
}

// Balance is what is in a wallet in one currency, in the currency's smallest unit.
type Balance struct {
	Currency  money.Currency `json:"currency" doc:"By ISO 4217." example:"EUR"`
	Amount    int64          `json:"amount" doc:"What is there." example:"1250"`
	Held      int64          `json:"held" doc:"What of it is set aside for calls that run."`
	Available int64          `json:"available" doc:"What is not."`
	DailyCap  int64          `json:"daily_cap,omitempty" doc:"What may leave it in one day, by UTC. Left out where nothing bounds that."`
	Today     int64          `json:"left_today,omitempty" doc:"What has left it today, where that is bounded."`
}

// WalletPath names a wallet.
type WalletPath struct {
	ID string `path:"wallet" id:"-" maxLength:"64" doc:"A customer, by the sub of the identity that your server signs, or sponsor: and an ID that you have chosen." example:"customer-7"`
}

func (f Billing) wallet(ctx context.Context, p directory.Principal, in *WalletPath) (*Answer[Wallet], error) {
	n, err := walletOf(p, in.ID, "")
	if err != nil {
		return nil, err
	}
	all, err := f.Book.Wallets(ctx, n)
	if err != nil {
		return nil, directory.Unavailable("wallet", err)
	}
	w := Wallet{ID: in.ID, Object: "wallet", Livemode: !p.Test, Balances: make([]Balance, len(all))}
	for i, a := range all {
		daily, today, err := f.Book.DailyCap(ctx, a.Name)
		if err != nil {
			return nil, directory.Unavailable("wallet", err)
		}
		w.Balances[i] = Balance{Currency: a.Currency, Amount: a.Balance(), Held: a.Held, Available: a.Available(), DailyCap: daily, Today: today}
	}
	return answer(w), nil
}

// Movement is a line of a wallet's statement.
type Movement struct {
	ID        string          `json:"id" doc:"The ledger's transfer."`
	Object    string          `json:"object" enum:"movement" doc:"Always movement."`
	Amount    money.Amount    `json:"amount" doc:"Above zero where it came in, below where it went out."`
	Reason    ledger.Reason   `json:"reason" enum:"top_up,withdrawal,talk,charge,refund,fee,payout,dispute,promotion,adjustment" doc:"What for."`
	Call      webtrunk.CallID `json:"call,omitempty" doc:"In which call."`
	Subject   string          `json:"subject,omitempty" doc:"What it belongs to: a billing session, a deposit, a charge."`
	CreatedAt time.Time       `json:"created_at" doc:"When it was posted."`
}

type movementsOf struct {
	WalletPath
	Page
	Currency string    `query:"currency" maxLength:"3" doc:"Of the statement; EUR where it is left out." example:"EUR"`
	From     time.Time `query:"from" doc:"Only what was posted then or later."`
	To       time.Time `query:"to" doc:"Only what was posted before."`
}

func (f Billing) movements(ctx context.Context, p directory.Principal, in *movementsOf) (*Answer[List[Movement]], error) {
	n, err := walletOf(p, in.ID, in.Currency)
	if err != nil {
		return nil, err
	}
	found, err := f.Book.Statement(ctx, n, ledger.Period{From: in.From, To: in.To}, in.Limit+1, in.StartingAfter)
	return listed(found, err, in.Limit, func(x ledger.Line) Movement {
		return Movement{ID: x.ID, Object: "movement", Amount: money.Amount{Minor: x.Amount, Currency: n.Currency}, Reason: x.Reason, Call: x.Call, Subject: x.Subject, CreatedAt: x.At.UTC()}
	}, func(x ledger.Line) string { return x.ID })
}

type newDeposit struct {
	WalletPath
	Body struct {
		Amount   int64  `json:"amount" minimum:"1" maximum:"10000000000000" doc:"In the currency's smallest unit." example:"2500"`
		Currency string `json:"currency" minLength:"3" maxLength:"3" doc:"By ISO 4217." example:"EUR"`
		Note     string `json:"note,omitempty" maxLength:"500" doc:"For your books." example:"Bank transfer of 22 November"`
	}
}

type newCap struct {
	WalletPath
	Body struct {
		Amount   int64  `json:"amount" minimum:"0" maximum:"10000000000000" doc:"In the currency's smallest unit; 0 bounds nothing." example:"50000"`
		Currency string `json:"currency" minLength:"3" maxLength:"3" doc:"By ISO 4217." example:"EUR"`
	}
}

// DailyCap is what may leave a sponsor's wallet in one day.
type DailyCap struct {
	Object   string       `json:"object" enum:"daily_cap" doc:"Always daily_cap."`
	Livemode bool         `json:"livemode" doc:"Whether it pays live calls."`
	Wallet   string       `json:"wallet" doc:"Whose it is."`
	Amount   money.Amount `json:"amount" doc:"How much; 0 bounds nothing."`
}

func (f Billing) setCap(ctx context.Context, p directory.Principal, in *newCap) (*Answer[DailyCap], error) {
	n, err := walletOf(p, in.ID, in.Body.Currency)
	if err != nil {
		return nil, err
	}
	if n.Kind != ledger.Sponsor {
		return nil, about("wallet", &webtrunk.Error{Op: "wallet", Kind: webtrunk.Invalid, Message: "Only what a sponsor pays has a daily cap: name the wallet sponsor: and their ID."})
	}
	err = f.Book.SetDailyCap(ctx, billing.DailyCap{Of: n, Amount: in.Body.Amount, By: p.ID})
	return answer(DailyCap{Object: "daily_cap", Livemode: !p.Test, Wallet: in.ID, Amount: money.Amount{Minor: in.Body.Amount, Currency: n.Currency}}), err
}

// Deposited is money that was put into a wallet.
type Deposited struct {
	ID        string       `json:"id" doc:"The deposit." example:"dep_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string       `json:"object" enum:"deposit" doc:"Always deposit."`
	Livemode  bool         `json:"livemode" doc:"Whether it pays live calls."`
	Wallet    string       `json:"wallet" doc:"Whose it is."`
	Amount    money.Amount `json:"amount" doc:"How much."`
	CreatedAt time.Time    `json:"created_at" doc:"When."`
}

func (f Billing) deposit(ctx context.Context, p directory.Principal, in *newDeposit) (*Answer[Deposited], error) {
	n, err := walletOf(p, in.ID, in.Body.Currency)
	if err != nil {
		return nil, err
	}
	d := billing.Deposit{ID: NewID(ctx, "dep"), To: n, Amount: money.Amount{Minor: in.Body.Amount, Currency: n.Currency}, Note: in.Body.Note, By: p.ID}
	done, err := f.Book.Deposit(ctx, d)
	return answer(Deposited{ID: d.ID, Object: "deposit", Livemode: !p.Test, Wallet: in.ID, Amount: d.Amount, CreatedAt: done.At.UTC()}), err
}
