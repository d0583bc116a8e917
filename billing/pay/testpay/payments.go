package testpay

import (
	"net/http"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/billing/money"
	"webtrunk/billing/pay"
)

func newCustomer(s *state, _ *http.Request, _ pay.Key, body request) (string, error) {
	id := pay.CustomerID(webtrunk.NewID("cus"))
	s.Customers[id] = body.Customer
	return string(id), nil
}

// newPayment decides at once, but for the slow card, which the worker decides.
func (srv *Server) newPayment(s *state, _ *http.Request, key pay.Key, body request) (string, error) {
	m := s.method(body.Method)
	if m == nil || m.Customer != body.CustomerID {
		return "", pay.Fail("", pay.Invalid, "The customer has no such method.", nil)
	}
	amount := money.Amount{Minor: body.Amount, Currency: money.Currency(body.Currency)}
	order := pay.Order{Customer: body.CustomerID, Method: body.Method, Amount: amount}
	if err := order.Check(key); err != nil {
		return "", err
	}
	none := money.Amount{Currency: amount.Currency}
	p := &payment{
		Payment: pay.Payment{
			ID: pay.PaymentID(webtrunk.NewID("pay")), Key: key, Customer: body.CustomerID,
			Amount: amount, Captured: none, Refunded: none, Created: time.Now().UTC(),
		},
		Description: body.Description, Later: !body.Capture, ReturnTo: body.ReturnTo,
	}
	s.Payments = append(s.Payments, p)
	switch m.Does {
	case later:
		p.decline(noFunds)
	case confirms:
		p.State, p.ConfirmURL = pay.RequiresConfirmation, srv.cfg.Origin+"/confirm/"+string(p.ID)
	case slow:
		p.State, p.DecidedAt = pay.Pending, time.Now().Add(srv.cfg.Decides)
		return string(p.ID), nil // nothing has changed that one could look at
	default:
		p.succeed()
	}
	s.changed(p)
	return string(p.ID), nil
}

func (p *payment) succeed() {
	p.State, p.ConfirmURL = pay.Authorised, ""
	if !p.Later {
		p.State, p.Captured = pay.Captured, p.Amount
	}
}

func (p *payment) decline(reason string) { p.State, p.ConfirmURL, p.Reason = pay.Declined, "", reason }

// wanted is the payment of a request that has to be in a state.
func (s *state) wanted(q *http.Request, in ...pay.State) (*payment, error) {
	p := s.payment(pay.PaymentID(q.PathValue("id")))
	if p == nil {
		return nil, pay.Fail("", pay.Missing, "There is no such payment.", nil)
	}
	if !slices.Contains(in, p.State) {
		return nil, pay.Fail("", pay.Invalid, "The payment is "+string(p.State)+": that cannot be done with it.", nil)
	}
	return p, nil
}

// part is an amount that is more than nothing and no more than what is left.
func part(body request, left money.Amount) (money.Amount, error) {
	a := money.Amount{Minor: body.Amount, Currency: money.Currency(body.Currency)}
	if a.Currency != left.Currency || a.Minor <= 0 || a.Minor > left.Minor {
		return a, pay.Fail("", pay.Invalid, "Of this payment, "+left.String()+" are left.", nil)
	}
	return a, nil
}

func capture(s *state, q *http.Request, _ pay.Key, body request) (string, error) {
	p, err := s.wanted(q, pay.Authorised)
	if err != nil {
		return "", err
	}
	taken, err := part(body, p.Amount)
	if err != nil {
		return "", err
	}
	p.State, p.Captured = pay.Captured, taken
	s.changed(p)
	return string(p.ID), nil
}

func cancel(s *state, q *http.Request, _ pay.Key, _ request) (string, error) {
	p, err := s.wanted(q, pay.Authorised, pay.RequiresConfirmation)
	if err != nil {
		return "", err
	}
	p.State, p.ConfirmURL = pay.Canceled, ""
	s.changed(p)
	return string(p.ID), nil
}

func refund(s *state, q *http.Request, _ pay.Key, body request) (string, error) {
	p, err := s.wanted(q, pay.Captured)
	if err != nil {
		return "", err
	}
	back, err := part(body, money.Amount{Minor: p.Captured.Minor - p.Refunded.Minor, Currency: p.Amount.Currency})
	if err != nil {
		return "", err
	}
	p.Refunded = p.Refunded.Plus(back)
	s.changed(p)
	return string(p.ID), nil
}
