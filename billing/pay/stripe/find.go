package stripe

import (
	"context"
	"iter"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"webtrunk/billing/pay"
)

// indexed is how long Stripe's search may take to know a payment, and more: it says a minute
// where nothing is wrong, and an hour where something is.
const indexed = 2 * time.Hour

// Find searches, and looks itself through what the search may not know yet.
func (p *Provider) Find(ctx context.Context, key pay.Key) (pay.Payment, error) {
	if err := pay.CheckKey(key); err != nil {
		return pay.Payment{}, err
	}
	for now, err := range p.Since(ctx, time.Now().Add(-indexed)) {
		if err != nil || now.Key == key {
			return now, err
		}
	}
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(string(key))
	ask := &api.PaymentIntentSearchParams{Expand: []*string{api.String("data.latest_charge")}}
	ask.Query = "metadata['" + keyName + "']:'" + quoted + "'"
	for got, err := range p.api.V1PaymentIntents.Search(ctx, ask).All(ctx) {
		if err != nil {
			return pay.Payment{}, failed("find", err)
		}
		if now := payment(got); now.Key == key {
			return now, nil
		}
	}
	return pay.Payment{}, pay.Fail("find", pay.Missing, "No payment has this key.", nil)
}

func (p *Provider) Since(ctx context.Context, at time.Time) iter.Seq2[pay.Payment, error] {
	return func(yield func(pay.Payment, error) bool) {
		ask := &api.PaymentIntentListParams{
			CreatedRange: &api.RangeQueryParams{GreaterThanOrEqual: max(at.Unix(), 1)},
			Expand:       []*string{api.String("data.latest_charge")},
		}
		ask.Limit = api.Int64(100)
		for got, err := range p.api.V1PaymentIntents.List(ctx, ask).All(ctx) {
			if err != nil {
				yield(pay.Payment{}, failed("list", err))
				return
			}
			if !yield(payment(got), nil) {
				return
			}
		}
	}
}
