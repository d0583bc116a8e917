package api

import (
	"context"
	"net/url"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/cashier"
	"webtrunk/billing/money"
	"webtrunk/billing/pay"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// TopUps fill wallets by a payment provider, which has the cards.
type TopUps struct {
	Cashier   *cashier.Cashier
	Directory *directory.Directory
}

// Routes implements Feature.
func (f TopUps) Routes(s *Server) {
	const wallet, one, mine = "/v1/wallets/{wallet}", "/v1/top_ups/{top_up}", "/v1/me"
	read, write := directory.BillingRead, directory.WalletsWrite
	for _, e := range [][2]string{
		{"top_up.created", "The payment provider is asked to fill a wallet."},
		{"top_up.paid", "It is paid, and in the wallet."},
		{"top_up.failed", "Nothing was paid."},
		{"top_up.refunded", "A part of it went back, or all of it."},
	} {
		s.Event(e[0], e[1])
	}
	Register(s, Route{Method: "POST", Path: wallet + "/card_setups", Summary: "Let a payer give a card", Tag: billingTag, Right: write, Status: 201,
		Doc: "To the payment provider, on its own page: send the payer to the answer's `url`. No card passes through here."}, f.setup)
	Register(s, Route{Method: "GET", Path: wallet + "/cards", Summary: "List the cards that a payer has given", Tag: billingTag, Right: read}, f.cards)
	Register(s, Route{Method: "POST", Path: wallet + "/top_ups", Summary: "Fill a wallet from a card", Tag: billingTag, Right: write, Status: 201,
		Doc: "Charges a card that its payer has given to the payment provider. One that is declined makes a top-up that has failed; one that its bank wants confirmed has a `confirm_url` to send the payer to. Calls that are short of money go on. Send an Idempotency-Key."}, f.create)
	Register(s, Route{Method: "GET", Path: wallet + "/top_ups", Summary: "List a wallet's top-ups", Tag: billingTag, Right: read}, f.list)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a top-up", Tag: billingTag, Right: read, Doc: "Of one that is not decided the payment provider is asked."}, f.get)
	Register(s, Route{Method: "POST", Path: one + "/refunds", Summary: "Give a top-up back", Tag: billingTag, Right: write, Status: 201,
		Doc: "A part or all of it, to the card, as far as it is in the wallet. It is set aside at once; while nobody knows whether it arrived it stays so, and the provider is asked again."}, f.refund)

	Register(s, Route{Method: "POST", Path: mine + "/card_setups", Summary: "Give a card of yours", Tag: customersTag, Customer: true, Status: 201,
		Doc: "To the payment provider, on its own page: go to the answer's `url`."}, f.ownSetup)
	Register(s, Route{Method: "GET", Path: mine + "/cards", Summary: "List the cards that you have given", Tag: customersTag, Customer: true}, f.ownCards)
	Register(s, Route{Method: "POST", Path: mine + "/top_ups", Summary: "Fill your own wallet", Tag: customersTag, Customer: true, Status: 201}, f.ownCreate)
	Register(s, Route{Method: "GET", Path: mine + "/top_ups", Summary: "List your own top-ups", Tag: customersTag, Customer: true}, f.ownList)
	Register(s, Route{Method: "GET", Path: mine + "/top_ups/{top_up}", Summary: "Get a top-up of your own", Tag: customersTag, Customer: true}, f.ownGet)
}

// A TopUp is money that comes into a wallet by the payment provider.
type TopUp struct {
	ID        string        `json:"id" doc:"The top-up." example:"top_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string        `json:"object" enum:"top_up" doc:"Always top_up."`
	Livemode  bool          `json:"livemode" doc:"Whether money moves."`
	Wallet    string        `json:"wallet" doc:"Where it comes to." example:"customer-7"`
	Amount    money.Amount  `json:"amount" doc:"How much it is."`
	State     cashier.State `json:"state" enum:"pending,requires_confirmation,paid,failed" doc:"Whether it is in the wallet (paid) or not."`
	Message   string        `json:"message,omitempty" doc:"Why it failed: a sentence for the payer."`
	Confirm   string        `json:"confirm_url,omitempty" doc:"Where the payer confirms it, at their bank."`
	Refunded  money.Amount  `json:"refunded" doc:"How much of it went back."`
	CreatedAt time.Time     `json:"created_at" doc:"When it was asked for."`
	UpdatedAt time.Time     `json:"updated_at" doc:"When its state was last another."`
}

func topUpShown(u cashier.TopUp) TopUp {
	return TopUp{ID: u.ID, Object: "top_up", Livemode: !u.Tenant.Test, Wallet: u.Wallet, Amount: u.Amount, State: u.State, Message: u.Reason, Confirm: u.Confirm,
		Refunded: money.Amount{Minor: u.Refunded, Currency: u.Amount.Currency}, CreatedAt: u.Created, UpdatedAt: u.Updated}
}

// A Card is a payer's card at the payment provider, as its owner knows it again.
type Card struct {
	ID       pay.MethodID `json:"id" doc:"The provider's name of it."`
	Object   string       `json:"object" enum:"card" doc:"Always card."`
	Livemode bool         `json:"livemode" doc:"Whether money moves."`
	Brand    string       `json:"brand" doc:"Whose card it is." example:"visa"`
	Last4    string       `json:"last4" doc:"Its last four digits; nothing else of it is known here." example:"4242"`
	Month    int          `json:"exp_month" doc:"Until when it is good."`
	Year     int          `json:"exp_year" doc:"Until when it is good."`
}

// A CardSetup is a page of the provider's on which a card is given.
type CardSetup struct {
	ID       pay.SetupID `json:"id" doc:"The provider's name of it."`
	Object   string      `json:"object" enum:"card_setup" doc:"Always card_setup."`
	Livemode bool        `json:"livemode" doc:"Whether it is for cards that pay."`
	URL      string      `json:"url" doc:"The provider's page: send the payer there."`
}

type setupBody struct {
	ReturnURL string `json:"return_url" maxLength:"2000" doc:"Where the payer comes back to." example:"https://shop.example/wallet"`
}

type setupWanted struct {
	WalletPath
	Body setupBody
}

type topUpBody struct {
	Amount    int64          `json:"amount" minimum:"1" doc:"In the currency's smallest unit: 2500 is 25.00 EUR." example:"2500"`
	Currency  money.Currency `json:"currency" minLength:"3" maxLength:"3" doc:"The currency, as in ISO 4217." example:"EUR"`
	Card      pay.MethodID   `json:"card,omitempty" maxLength:"200" doc:"Which of the payer's cards; the one that was given last if left out."`
	ReturnURL string         `json:"return_url" maxLength:"2000" doc:"Where the payer comes back to from confirming." example:"https://shop.example/wallet"`
}

type topUpWanted struct {
	WalletPath
	Body topUpBody
}

// payerOf is a wallet's owner.
func payerOf(p directory.Principal, wallet string) (cashier.Payer, error) {
	return cashier.Payer{Tenant: shelf.TenantOf(p), Wallet: wallet}, billing.CheckWallet(wallet)
}

// payer is the customer who asks.
func (f TopUps) payer(ctx context.Context, p directory.Principal) (cashier.Payer, error) {
	name, err := ownWallet(ctx, f.Directory, p)
	return cashier.Payer{Tenant: shelf.TenantOf(p), Wallet: name}, err
}

// checkReturn refuses what no browser can come back to.
func checkReturn(to string) error {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return &Problem{Kind: webtrunk.Invalid, Code: "url_invalid", Param: "return_url", Message: "Say where the payer comes back to: an address that begins with https://."}
	}
	return nil
}

func (f TopUps) setup(ctx context.Context, p directory.Principal, in *setupWanted) (*Answer[CardSetup], error) {
	who, err := payerOf(p, in.ID)
	return f.setupFor(ctx, p, who, err, in.Body)
}

func (f TopUps) ownSetup(ctx context.Context, p directory.Principal, in *struct{ Body setupBody }) (*Answer[CardSetup], error) {
	who, err := f.payer(ctx, p)
	return f.setupFor(ctx, p, who, err, in.Body)
}

func (f TopUps) setupFor(ctx context.Context, p directory.Principal, who cashier.Payer, err error, in setupBody) (*Answer[CardSetup], error) {
	if err == nil {
		err = checkReturn(in.ReturnURL)
	}
	if err != nil {
		return nil, err
	}
	s, err := f.Cashier.Setup(ctx, who, NewID(ctx, "setup"), in.ReturnURL)
	return answer(CardSetup{ID: s.ID, Object: "card_setup", Livemode: !p.Test, URL: s.URL}), err
}

func (f TopUps) cards(ctx context.Context, p directory.Principal, in *WalletPath) (*Answer[List[Card]], error) {
	who, err := payerOf(p, in.ID)
	return f.cardsOf(ctx, p, who, err)
}

func (f TopUps) ownCards(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[List[Card]], error) {
	who, err := f.payer(ctx, p)
	return f.cardsOf(ctx, p, who, err)
}

func (f TopUps) cardsOf(ctx context.Context, p directory.Principal, who cashier.Payer, err error) (*Answer[List[Card]], error) {
	if err != nil {
		return nil, err
	}
	found, err := f.Cashier.Methods(ctx, who)
	return listed(found, err, len(found), func(m pay.Method) Card {
		return Card{ID: m.ID, Object: "card", Livemode: !p.Test, Brand: m.Brand, Last4: m.Last4, Month: m.ExpMonth, Year: m.ExpYear}
	}, func(m pay.Method) string { return string(m.ID) })
}

func (f TopUps) create(ctx context.Context, p directory.Principal, in *topUpWanted) (*Answer[TopUp], error) {
	who, err := payerOf(p, in.ID)
	return f.createFor(ctx, who, err, in.Body)
}

func (f TopUps) ownCreate(ctx context.Context, p directory.Principal, in *struct{ Body topUpBody }) (*Answer[TopUp], error) {
	who, err := f.payer(ctx, p)
	return f.createFor(ctx, who, err, in.Body)
}

func (f TopUps) createFor(ctx context.Context, who cashier.Payer, err error, in topUpBody) (*Answer[TopUp], error) {
	if err == nil {
		err = checkReturn(in.ReturnURL)
	}
	if err != nil {
		return nil, err
	}
	u, err := f.Cashier.TopUp(ctx, cashier.New{ID: NewID(ctx, "top"), Payer: who, Amount: money.Amount{Minor: in.Amount, Currency: in.Currency}, Method: in.Card, ReturnTo: in.ReturnURL})
	return answer(topUpShown(u)), err
}

type topUpsOf struct {
	WalletPath
	Page
}

func (f TopUps) list(ctx context.Context, p directory.Principal, in *topUpsOf) (*Answer[List[TopUp]], error) {
	who, err := payerOf(p, in.ID)
	return f.listOf(ctx, who, err, in.Page)
}

func (f TopUps) ownList(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[TopUp]], error) {
	who, err := f.payer(ctx, p)
	return f.listOf(ctx, who, err, in.Page)
}

func (f TopUps) listOf(ctx context.Context, who cashier.Payer, err error, page Page) (*Answer[List[TopUp]], error) {
	if err != nil {
		return nil, err
	}
	found, err := f.Cashier.Of(ctx, who, page.Limit+1, page.StartingAfter)
	return listed(found, err, page.Limit, topUpShown, func(u cashier.TopUp) string { return u.ID })
}

type TopUpPath struct {
	ID string `path:"top_up" id:"top_up" maxLength:"64" doc:"The top-up." example:"top_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f TopUps) get(ctx context.Context, p directory.Principal, in *TopUpPath) (*Answer[TopUp], error) {
	u, err := f.Cashier.Look(ctx, shelf.TenantOf(p), in.ID)
	return answer(topUpShown(u)), err
}

type ownTopUpPath struct {
	ID string `path:"top_up" id:"-" maxLength:"64" doc:"The top-up." example:"top_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f TopUps) ownGet(ctx context.Context, p directory.Principal, in *ownTopUpPath) (*Answer[TopUp], error) {
	who, err := f.payer(ctx, p)
	if err != nil {
		return nil, err
	}
	u, err := f.Cashier.One(ctx, who.Tenant, in.ID)
	if err == nil && u.Wallet != who.Wallet {
		err = directory.Missing("top-up", "top-up")
	}
	if err != nil {
		return nil, err
	}
	u, err = f.Cashier.Look(ctx, who.Tenant, in.ID)
	return answer(topUpShown(u)), err
}

type refundWanted struct {
	TopUpPath
	Body struct {
		Amount int64 `json:"amount" minimum:"1" doc:"How much of it, in the currency's smallest unit." example:"500"`
	}
}

func (f TopUps) refund(ctx context.Context, p directory.Principal, in *refundWanted) (*Answer[TopUp], error) {
	u, err := f.Cashier.One(ctx, shelf.TenantOf(p), in.ID)
	if err != nil {
		return nil, err
	}
	u, err = f.Cashier.Refund(ctx, u.Tenant, u.ID, money.Amount{Minor: in.Body.Amount, Currency: u.Amount.Currency})
	return answer(topUpShown(u)), err
}
