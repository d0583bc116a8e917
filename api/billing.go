package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// Billing is what calls cost, and who has paid.
type Billing struct {
	Book  *billing.Book
	Calls Calls
}

const billingTag = "Billing"

// Routes implements Feature.
func (f Billing) Routes(s *Server) {
	f.eventTypes(s)
	f.priceRoutes(s)
	f.walletRoutes(s)
	f.offerRoutes(s)
	Register(s, Route{Method: "GET", Path: "/v1/billing_sessions", Summary: "List billed calls", Tag: billingTag, Right: directory.BillingRead,
		Doc: "How calls are billed, newest first; of one payer, where `wallet` names one."}, f.sessions)
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/billing", Summary: "See how a call is billed", Tag: billingTag, Right: directory.BillingRead,
		Doc: "What it was quoted, what was said to that, which of its seconds were charged and why the others were not. Of a running call, as it stands."}, f.session)
}

func (f Billing) eventTypes(s *Server) {
	for _, e := range [][2]string{
		{"price.created", "A price was made."},
		{"price.updated", "A price changed, for calls from now on."},
		{"price.deleted", "A price is gone."},
		{"quote.created", "A call was quoted a price, and its beginning set aside."},
		{"billing.free_started", "Both sides talk, and for a while nothing is charged."},
		{"billing.acceptance_requested", "The payer is asked for the price."},
		{"billing.accepted", "The payer accepted the price."},
		{"billing.declined", "The payer declined the price: nothing is charged."},
		{"billing.unanswered", "The payer said nothing in time: nothing is charged."},
		{"billing.metering_started", "From here on the call is charged."},
		{"billing.paused", "Nothing is charged, for a reason."},
		{"billing.resumed", "The call is charged again."},
		{"billing.rate_changed", "It costs another rate from here on: with pictures, or without."},
		{"billing.low_balance", "The payer's balance is nearly used up."},
		{"billing.settled", "The call is over and paid; what was held is free again."},
		{"wallet.deposited", "Money was put into a wallet."},
		{"wallet.daily_cap_set", "What may leave a sponsor's budget in one day changed."},
	} {
		s.Event(e[0], e[1])
	}
}

// BilledCall is how a call is billed.
type BilledCall struct {
	ID        string          `json:"id" doc:"The billing session." example:"bill_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string          `json:"object" enum:"billing_session" doc:"Always billing_session."`
	Livemode  bool            `json:"livemode" doc:"Whether the call was a live one."`
	Call      webtrunk.CallID `json:"call" doc:"The call."`
	State     meter.State     `json:"state" enum:"quoted,free,awaiting_acceptance,metering,paused,settling,settled,voided" doc:"How it stands: nobody has answered (quoted); nothing is charged (free); the payer was asked for the price (awaiting_acceptance); its seconds are charged (metering), or not just now (paused); it is over and paid (settled), or nothing was due (voided)."`
	Wallet    string          `json:"wallet" doc:"Who pays: a customer's ID, or sponsor: and a sponsor's." example:"sponsor:acme"`
	Charged   money.Amount    `json:"charged" doc:"What was charged so far."`
	Seller    string          `json:"seller,omitempty" doc:"Whose part of it is paid to them."`
	ToSeller  int64           `json:"to_seller" doc:"And how much that is, in the currency's smallest unit."`
	Seconds   float64         `json:"charged_seconds" doc:"Of talk that were charged, before they were counted in steps."`
	Video     float64         `json:"charged_video_seconds" doc:"Of these, with pictures."`
	Free      float64         `json:"free_seconds" doc:"Of the free time that were used."`
	Quote     QuoteShown      `json:"quote" doc:"What was offered, and what was said to it."`
	Intervals []IntervalShown `json:"intervals" nullable:"false" doc:"What each second was, in order and without a gap, from the answer."`
	CreatedAt time.Time       `json:"created_at" doc:"When it was quoted."`
	UpdatedAt time.Time       `json:"updated_at" doc:"Of when this is: of now for a running call, else of its last tick."`
}

// QuoteShown is what a call was offered.
type QuoteShown struct {
	ID         string         `json:"id" doc:"The quote." example:"quote_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Price      string         `json:"price" doc:"The price that it is a copy of." example:"price_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Terms      TermsShown     `json:"terms" doc:"What was offered."`
	Answer     billing.Answer `json:"answer,omitempty" enum:"accepted,declined,unanswered" doc:"What the payer said; left out while they said nothing."`
	Method     billing.Method `json:"method,omitempty" enum:"page,digits,use,sponsor" doc:"How: on a page, by keys of a telephone, by calling where the price is shown (use), or because a sponsor has paid in for such calls."`
	AnsweredBy string         `json:"answered_by,omitempty" doc:"And who: a customer, or a leg of the call."`
	AnsweredAt *time.Time     `json:"answered_at" doc:"And when; null while nobody did."`
}

// IntervalShown is a part of a call in which all seconds were the same.
type IntervalShown struct {
	From   float64      `json:"from_seconds" doc:"Since the call was answered."`
	To     float64      `json:"to_seconds" doc:"Since the call was answered."`
	Reason meter.Reason `json:"reason" enum:"talk,video,waiting,held,reconnecting,silent,consent,free,awaiting_acceptance,grace,declined,unfunded" doc:"talk and video were charged. The others were not: the other side was not there (waiting), the seller's side held the call (held), a line was lost (reconnecting), no sound came from one side (silent), somebody was asked whether they may be recorded (consent), the time is free (free), the price was being asked for (awaiting_acceptance), it was accepted a moment ago (grace), it was not accepted (declined), or no money was set aside (unfunded)."`
	Rate   string       `json:"per_minute,omitempty" doc:"What a minute of it cost." example:"1.20"`
}

type billedPath struct {
	ID webtrunk.CallID `path:"call" id:"call" maxLength:"64" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Billing) session(ctx context.Context, p directory.Principal, in *billedPath) (*Answer[BilledCall], error) {
	is, err := f.Book.SessionOf(ctx, shelf.TenantOf(p), in.ID)
	if err != nil {
		return nil, err
	}
	q, err := f.Book.Quote(ctx, is.Tenant, is.Quote)
	return answer(billedShown(f.Book.Live(ctx, is)[0], q)), err
}

type billedList struct {
	Page
	Wallet   string `query:"wallet" id:"-" maxLength:"64" doc:"Only calls that it pays for: a customer's ID, or sponsor: and a sponsor's." example:"customer-7"`
	Currency string `query:"currency" maxLength:"3" doc:"Of the wallet; EUR where it is left out." example:"EUR"`
}

func (f Billing) sessions(ctx context.Context, p directory.Principal, in *billedList) (*Answer[List[BilledCall]], error) {
	q := billing.SessionQuery{Limit: in.Limit + 1, After: in.StartingAfter}
	if in.Wallet != "" {
		w, err := walletOf(p, in.Wallet, in.Currency)
		if err != nil {
			return nil, err
		}
		q.Payer = w
	}
	found, quotes, err := billedCalls(ctx, f.Book, shelf.TenantOf(p), q)
	return listed(found, err, in.Limit, func(is billing.Session) BilledCall { return billedShown(is, quotes[is.Quote]) }, func(is billing.Session) string { return is.ID })
}

// billedCalls are sessions, and what was quoted for each.
func billedCalls(ctx context.Context, b *billing.Book, of shelf.Tenant, q billing.SessionQuery) ([]billing.Session, map[string]billing.Quote, error) {
	found, err := b.Sessions(ctx, of, q)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(found))
	for i, is := range found {
		ids[i] = is.Quote
	}
	quotes, err := b.Quotes(ctx, of, ids)
	return b.Live(ctx, found...), quotes, err
}

// billedShown shows a session with its quote.
func billedShown(is billing.Session, q billing.Quote) BilledCall {
	shown := BilledCall{ID: is.ID, Object: "billing_session", Livemode: !is.Tenant.Test, Call: is.Call, State: is.State, Wallet: billing.WalletName(is.Payer), Charged: is.Amount(),
		Seller: is.Seller, ToSeller: is.ToSeller, Seconds: is.Talk.Total().Seconds(), Video: is.Talk.Video.Seconds(), Free: is.Free.Seconds(),
		Quote: quoteShown(q), Intervals: make([]IntervalShown, len(is.Intervals)), CreatedAt: is.Created.UTC(), UpdatedAt: is.Updated.UTC()}
	for i, x := range is.Intervals {
		shown.Intervals[i] = IntervalShown{From: float64(x.From) / 1000, To: float64(x.To) / 1000, Reason: x.Reason}
		if x.Rate > 0 {
			shown.Intervals[i].Rate = x.Rate.Decimal()
		}
	}
	return shown
}

func quoteShown(q billing.Quote) QuoteShown {
	shown := QuoteShown{ID: q.ID, Price: q.Price, Terms: termsShown(q.Terms), Answer: q.Answer, Method: q.Method, AnsweredBy: q.By}
	if !q.Answered.IsZero() {
		at := q.Answered.UTC()
		shown.AnsweredAt = &at
	}
	return shown
}

// TermsShown is what a call costs.
type TermsShown struct {
	Currency  money.Currency `json:"currency" doc:"Of all amounts here, by ISO 4217." example:"EUR"`
	PerMinute string         `json:"per_minute" doc:"What a minute of talk costs." example:"1.20"`
	Video     string         `json:"video_per_minute,omitempty" doc:"What it costs instead while pictures flow; left out where that is the same." example:"2.40"`
	Connect   int64          `json:"connect" doc:"What is due once, with the first second that is charged, in the currency's smallest unit." example:"50"`
	Free      int            `json:"free_seconds" doc:"How long both can talk before anything is charged."`
	Minimum   int            `json:"minimum_seconds" doc:"What is charged at least, once anything is."`
	First     int            `json:"first_seconds" doc:"The first step in which time is counted."`
	Increment int            `json:"increment_seconds" doc:"And the steps after it."`
	After     price.After    `json:"after" enum:"end,free" doc:"What follows where nobody accepts: the call ends, or goes on for nothing."`
}

func termsShown(t price.Terms) TermsShown {
	shown := TermsShown{Currency: t.Currency, PerMinute: t.PerMinute.Decimal(), Connect: t.Connect, Free: int(t.Free), Minimum: int(t.Minimum), First: int(t.First), Increment: int(t.Increment), After: t.After}
	if t.Video > 0 {
		shown.Video = t.Video.Decimal()
	}
	return shown
}
