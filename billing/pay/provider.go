package pay

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"time"

	"webtrunk/billing/money"
)

// IDs are the provider's own, and mean nothing to anybody else.
type (
	CustomerID string
	SetupID    string
	MethodID   string
	PaymentID  string
)

// A Key makes what is asked for twice happen once. It is up to 200 visible ASCII characters, and
// one key belongs to one request: with another body it is Invalid.
type Key string

// A Provider moves money. Its methods fail with an *Error; those that return a Payment return
// it beside the error, too, where the provider has told of one.
type Provider interface {
	// NewCustomer makes somebody who can pay.
	NewCustomer(ctx context.Context, key Key, c Customer) (CustomerID, error)
	// Setup begins that a customer gives a card, to the provider: send them to its URL.
	Setup(ctx context.Context, key Key, customer CustomerID, returnTo string) (Setup, error)
	// Methods are what the customer can pay by, the latest first.
	Methods(ctx context.Context, customer CustomerID) ([]Method, error)

	// Authorise sets an amount aside with who issued the card, for some days at most.
	Authorise(ctx context.Context, key Key, o Order) (Payment, error)
	// Charge takes an amount at once.
	Charge(ctx context.Context, key Key, o Order) (Payment, error)
	// Capture takes what was authorised or less, once; the rest is free again.
	Capture(ctx context.Context, key Key, id PaymentID, amount money.Amount) (Payment, error)
	// Cancel gives up what is not captured yet.
	Cancel(ctx context.Context, key Key, id PaymentID) (Payment, error)
	// Refund returns a part of what was captured, or all of it.
	Refund(ctx context.Context, key Key, id PaymentID, amount money.Amount) (Payment, error)

	// Payment is how a payment stands now.
	Payment(ctx context.Context, id PaymentID) (Payment, error)
	// Find is the payment that was authorised or charged with a key. Where there is none,
	// the error's Kind is Missing: the request has not arrived, or not yet.
	Find(ctx context.Context, key Key) (Payment, error)
	// Since are all payments made at a time or later, the latest first.
	Since(ctx context.Context, at time.Time) iter.Seq2[Payment, error]

	// ReadWebhook reads what came by a webhook; the body is the bytes as they came. It fails
	// with Refused where the provider has not signed it, or not just now.
	ReadWebhook(header http.Header, body []byte) (Event, error)
}

// A Customer is who pays, as the provider is told of them.
type Customer struct {
	Name      string `json:"name,omitempty"`
	Email     string `json:"email,omitempty"`
	Reference string `json:"reference,omitempty"` // ours, for people who look there
}

// A Setup is a page of the provider's, on which a customer gives a card.
type Setup struct {
	ID  SetupID `json:"id"`
	URL string  `json:"url"`
}

// A Method is something to pay by, as its owner knows it again.
type Method struct {
	ID       MethodID `json:"id"`
	Brand    string   `json:"brand"` // "visa"
	Last4    string   `json:"last4"`
	ExpMonth int      `json:"exp_month"`
	ExpYear  int      `json:"exp_year"`
}

// An Order says who is to pay what, by which method.
type Order struct {
	Customer    CustomerID
	Method      MethodID
	Amount      money.Amount
	Description string // what the payer reads on the receipt
	ReturnTo    string // where the payer comes back to from confirming, if they must
}

// Check fails with Invalid for an order that no provider can carry out.
func (o Order) Check(key Key) error {
	switch {
	case o.Amount.Minor <= 0 || o.Amount.Minor > money.Most || !o.Amount.Currency.Known():
		return Fail("order", Invalid, "An amount to be paid is more than nothing, in a currency.", nil)
	case o.Customer == "" || o.Method == "":
		return Fail("order", Invalid, "Say who pays, and by which method.", nil)
	}
	return CheckKey(key)
}

// CheckKey fails with Invalid for what is no Key: without one, nothing moves money.
func CheckKey(key Key) error {
	unseen := func(r rune) bool { return r <= ' ' || r > '~' }
	if key == "" || len(key) > 200 || strings.ContainsFunc(string(key), unseen) {
		return Fail("key", Invalid, "What moves money needs a key of 1 to 200 visible ASCII characters.", nil)
	}
	return nil
}
