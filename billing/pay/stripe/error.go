package stripe

import (
	"errors"
	"net/http"

	api "github.com/stripe/stripe-go/v85"

	"webtrunk/billing/pay"
)

// failed is an error of Stripe's as everybody here knows it. Only what says that nothing was
// done is taken for a no (https://docs.stripe.com/error-low-level).
func failed(op string, err error) *pay.Error {
	var e *api.Error
	if !errors.As(err, &e) {
		return pay.Fail(op, pay.Unknown, "Stripe has not answered.", err)
	}
	switch {
	case e.HTTPStatusCode == http.StatusUnauthorized || e.HTTPStatusCode == http.StatusForbidden:
		return pay.Fail(op, pay.Refused, "Stripe does not take our key for this.", asked(e)) // its own words have a part of the key
	case e.Type == api.ErrorTypeCard:
		return pay.Fail(op, pay.CardDeclined, e.Msg, asked(e))
	case e.HTTPStatusCode == http.StatusNotFound:
		return pay.Fail(op, pay.Missing, "Stripe knows no such thing.", asked(e))
	case e.Type == api.ErrorTypeIdempotency && e.HTTPStatusCode == http.StatusBadRequest:
		return pay.Fail(op, pay.Invalid, "This key belongs to another request.", asked(e))
	case e.HTTPStatusCode == http.StatusBadRequest && e.Code == api.ErrorCodeResourceMissing:
		return pay.Fail(op, pay.Invalid, "Stripe does not know the customer or the method.", asked(e))
	case e.HTTPStatusCode == http.StatusBadRequest:
		return pay.Fail(op, pay.Invalid, "Stripe refuses the request: "+e.Msg, asked(e))
	}
	return pay.Fail(op, pay.Unknown, "Stripe cannot say what happened.", asked(e))
}

// asked is by which Stripe's people find a request.
func asked(e *api.Error) error {
	if e.RequestID == "" {
		return nil
	}
	return errors.New("request " + e.RequestID)
}
