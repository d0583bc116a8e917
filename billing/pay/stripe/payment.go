package stripe

import (
	"context"
	"errors"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"webtrunk/billing/money"
	"webtrunk/billing/pay"
)

// keyName is where an intent's metadata have our key.
const keyName = "webtrunk_key"

// whole has an intent come with its charge, which knows what was refunded.
func whole() []*string { return []*string{api.String("latest_charge")} }

func (p *Provider) Authorise(ctx context.Context, key pay.Key, o pay.Order) (pay.Payment, error) {
	return p.order(ctx, "authorise", key, o, "manual")
}

func (p *Provider) Charge(ctx context.Context, key pay.Key, o pay.Order) (pay.Payment, error) {
	return p.order(ctx, "charge", key, o, "automatic")
}

func (p *Provider) order(ctx context.Context, op string, key pay.Key, o pay.Order, capture string) (pay.Payment, error) {
	if err := o.Check(key); err != nil {
		return pay.Payment{}, err
	}
	amount, err := toStripe(o.Amount)
	if err != nil {
		return pay.Payment{}, err
	}
	made, err := p.api.V1PaymentIntents.Create(ctx, &api.PaymentIntentCreateParams{
		Params: keyed(key), Amount: api.Int64(amount), Currency: api.String(strings.ToLower(string(o.Amount.Currency))),
		Customer: api.String(string(o.Customer)), PaymentMethod: api.String(string(o.Method)),
		PaymentMethodTypes: []*string{api.String("card")}, CaptureMethod: api.String(capture),
		Confirm: api.Bool(true), OffSession: api.Bool(true), Description: said(o.Description),
		Metadata: map[string]string{keyName: string(key)}, Expand: whole(),
	})
	if id := wantsPayer(err); id != "" && o.ReturnTo != "" {
		made, err = p.api.V1PaymentIntents.Confirm(ctx, id, &api.PaymentIntentConfirmParams{
			Params: keyed(key + ":payer"), PaymentMethod: api.String(string(o.Method)),
			ReturnURL: api.String(o.ReturnTo), Expand: whole(),
		})
	}
	return p.moved(ctx, op, made, err)
}

// wantsPayer is the intent that the bank wants the payer to confirm, if that is what the error says.
func wantsPayer(err error) string {
	var e *api.Error
	if errors.As(err, &e) && e.Code == api.ErrorCodeAuthenticationRequired && e.PaymentIntent != nil {
		return e.PaymentIntent.ID
	}
	return ""
}

func (p *Provider) Capture(ctx context.Context, key pay.Key, id pay.PaymentID, a money.Amount) (pay.Payment, error) {
	if err := pay.CheckKey(key); err != nil {
		return pay.Payment{}, err
	}
	amount, err := toStripe(a)
	if err != nil {
		return pay.Payment{}, err
	}
	got, err := p.api.V1PaymentIntents.Capture(ctx, string(id), &api.PaymentIntentCaptureParams{
		Params: keyed(key), AmountToCapture: api.Int64(amount), Expand: whole(),
	})
	return p.moved(ctx, "capture", got, err)
}

func (p *Provider) Cancel(ctx context.Context, key pay.Key, id pay.PaymentID) (pay.Payment, error) {
	if err := pay.CheckKey(key); err != nil {
		return pay.Payment{}, err
	}
	got, err := p.api.V1PaymentIntents.Cancel(ctx, string(id), &api.PaymentIntentCancelParams{Params: keyed(key), Expand: whole()})
	return p.moved(ctx, "cancel", got, err)
}

// Refund asks for the payment after the refund: a refund that has not told how the payment
// stands is asked for again, with its key.
func (p *Provider) Refund(ctx context.Context, key pay.Key, id pay.PaymentID, a money.Amount) (pay.Payment, error) {
	if err := pay.CheckKey(key); err != nil {
		return pay.Payment{}, err
	}
	amount, err := toStripe(a)
	if err != nil {
		return pay.Payment{}, err
	}
	_, err = p.api.V1Refunds.Create(ctx, &api.RefundCreateParams{
		Params: keyed(key), PaymentIntent: api.String(string(id)), Amount: api.Int64(amount),
	})
	if err != nil {
		return pay.Payment{}, failed("refund", err)
	}
	return p.Payment(ctx, id)
}

// moved says what came of a request that moves money. What Stripe repeats is how it was, so
// how it is now is asked.
func (p *Provider) moved(ctx context.Context, op string, got *api.PaymentIntent, err error) (pay.Payment, error) {
	var e *api.Error
	switch {
	case errors.As(err, &e) && e.Type == api.ErrorTypeCard && e.PaymentIntent != nil:
		now, err := p.Payment(ctx, pay.PaymentID(e.PaymentIntent.ID))
		if err != nil {
			return now, err
		}
		if now.State == pay.Declined && e.Msg != "" {
			now.Reason = e.Msg
		}
		return now, now.Outcome(op)
	case err != nil:
		return pay.Payment{}, failed(op, err)
	}
	now := payment(got)
	if got.LastResponse != nil && got.LastResponse.Header.Get("Idempotent-Replayed") == "true" {
		if now, err = p.Payment(ctx, now.ID); err != nil {
			return now, err
		}
	}
	return now, now.Outcome(op)
}

func (p *Provider) Payment(ctx context.Context, id pay.PaymentID) (pay.Payment, error) {
	got, err := p.api.V1PaymentIntents.Retrieve(ctx, string(id), &api.PaymentIntentRetrieveParams{Expand: whole()})
	if err != nil {
		return pay.Payment{}, failed("payment", err)
	}
	return payment(got), nil
}

// states are Stripe's, as ours (https://docs.stripe.com/payments/paymentintents/lifecycle). An
// intent of ours is confirmed as it is made: one that wants a method was declined.
var states = map[api.PaymentIntentStatus]pay.State{
	api.PaymentIntentStatusCanceled:              pay.Canceled,
	api.PaymentIntentStatusProcessing:            pay.Pending,
	api.PaymentIntentStatusRequiresAction:        pay.RequiresConfirmation,
	api.PaymentIntentStatusRequiresCapture:       pay.Authorised,
	api.PaymentIntentStatusRequiresConfirmation:  pay.RequiresConfirmation,
	api.PaymentIntentStatusRequiresPaymentMethod: pay.Declined,
	api.PaymentIntentStatusSucceeded:             pay.Captured,
}

// payment is an intent as everybody here knows it. A state that is new to us is Pending: nobody
// takes it for a yes or a no.
func payment(i *api.PaymentIntent) pay.Payment {
	c := money.Currency(strings.ToUpper(string(i.Currency)))
	state, known := states[i.Status]
	if !known {
		state = pay.Pending
	}
	p := pay.Payment{
		ID: pay.PaymentID(i.ID), Key: pay.Key(i.Metadata[keyName]), State: state,
		Amount: fromStripe(i.Amount, c), Captured: fromStripe(0, c), Refunded: fromStripe(0, c),
		Created: time.Unix(i.Created, 0).UTC(),
	}
	if i.Customer != nil {
		p.Customer = pay.CustomerID(i.Customer.ID)
	}
	if state == pay.Captured {
		p.Captured = fromStripe(i.AmountReceived, c)
		if i.LatestCharge != nil {
			p.Refunded = fromStripe(i.LatestCharge.AmountRefunded, c)
		}
	}
	if state == pay.Declined {
		p.Reason = declined
		if i.LastPaymentError != nil && i.LastPaymentError.Msg != "" {
			p.Reason = i.LastPaymentError.Msg
		}
	}
	if a := i.NextAction; state == pay.RequiresConfirmation && a != nil && a.RedirectToURL != nil {
		p.ConfirmURL = a.RedirectToURL.URL
	}
	return p
}

// declined is for the payer where Stripe does not say why.
const declined = "The card was declined. Pay with another card."
