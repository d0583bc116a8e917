package testpay

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"webtrunk/billing/money"
	"webtrunk/billing/pay"
)

// A Client is the provider as others see it.
type Client struct {
	Origin  string       // the server's
	Key     pay.Secret   // the server's
	Secrets []pay.Secret // by any of which a webhook may be signed: two while one is changed
	HTTP    *http.Client // with a time-out; 20 s if nil
}

var _ pay.Provider = (*Client)(nil)

var patient = &http.Client{Timeout: 20 * time.Second}

func (c *Client) NewCustomer(ctx context.Context, key pay.Key, who pay.Customer) (pay.CustomerID, error) {
	var made struct {
		ID pay.CustomerID `json:"id"`
	}
	err := c.do(ctx, "customer", key, "/v1/customers", who, &made)
	return made.ID, err
}

func (c *Client) Setup(ctx context.Context, key pay.Key, customer pay.CustomerID, returnTo string) (pay.Setup, error) {
	var made pay.Setup
	err := c.do(ctx, "setup", key, "/v1/setups", request{CustomerID: customer, ReturnTo: returnTo}, &made)
	return made, err
}

func (c *Client) Methods(ctx context.Context, customer pay.CustomerID) (found []pay.Method, err error) {
	err = c.do(ctx, "methods", "", "/v1/customers/"+url.PathEscape(string(customer))+"/methods", nil, &found)
	return found, err
}

func (c *Client) Authorise(ctx context.Context, key pay.Key, o pay.Order) (pay.Payment, error) {
	return c.order(ctx, "authorise", key, o, false)
}

func (c *Client) Charge(ctx context.Context, key pay.Key, o pay.Order) (pay.Payment, error) {
	return c.order(ctx, "charge", key, o, true)
}

func (c *Client) order(ctx context.Context, op string, key pay.Key, o pay.Order, capture bool) (pay.Payment, error) {
	if err := o.Check(key); err != nil {
		return pay.Payment{}, err
	}
	return c.move(ctx, op, key, "/v1/payments", request{
		CustomerID: o.Customer, Method: o.Method, Amount: o.Amount.Minor, Currency: string(o.Amount.Currency),
		Capture: capture, Description: o.Description, ReturnTo: o.ReturnTo,
	})
}

func (c *Client) Capture(ctx context.Context, key pay.Key, id pay.PaymentID, a money.Amount) (pay.Payment, error) {
	return c.move(ctx, "capture", key, at(id)+"/capture", request{Amount: a.Minor, Currency: string(a.Currency)})
}

func (c *Client) Cancel(ctx context.Context, key pay.Key, id pay.PaymentID) (pay.Payment, error) {
	return c.move(ctx, "cancel", key, at(id)+"/cancel", request{})
}

func (c *Client) Refund(ctx context.Context, key pay.Key, id pay.PaymentID, a money.Amount) (pay.Payment, error) {
	return c.move(ctx, "refund", key, at(id)+"/refunds", request{Amount: a.Minor, Currency: string(a.Currency)})
}

func at(id pay.PaymentID) string { return "/v1/payments/" + url.PathEscape(string(id)) }

// move asks for what moves money, and says what came of it.
func (c *Client) move(ctx context.Context, op string, key pay.Key, path string, body request) (p pay.Payment, err error) {
	if err := pay.CheckKey(key); err != nil {
		return p, err
	}
	if err := c.do(ctx, op, key, path, body, &p); err != nil {
		return p, err
	}
	return p, p.Outcome(op)
}

func (c *Client) Payment(ctx context.Context, id pay.PaymentID) (p pay.Payment, err error) {
	err = c.do(ctx, "payment", "", at(id), nil, &p)
	return p, err
}

func (c *Client) Find(ctx context.Context, key pay.Key) (pay.Payment, error) {
	if err := pay.CheckKey(key); err != nil {
		return pay.Payment{}, err
	}
	var found []pay.Payment
	if err := c.do(ctx, "find", "", "/v1/payments?key="+url.QueryEscape(string(key)), nil, &found); err != nil {
		return pay.Payment{}, err
	}
	if len(found) == 0 {
		return pay.Payment{}, pay.Fail("find", pay.Missing, "No payment has this key.", nil)
	}
	return found[0], nil
}

func (c *Client) Since(ctx context.Context, since time.Time) iter.Seq2[pay.Payment, error] {
	return func(yield func(pay.Payment, error) bool) {
		before := ""
		for {
			var page []pay.Payment
			ask := url.Values{"since": {since.UTC().Format(time.RFC3339Nano)}, "before": {before}}
			if err := c.do(ctx, "list", "", "/v1/payments?"+ask.Encode(), nil, &page); err != nil {
				yield(pay.Payment{}, err)
				return
			}
			for _, p := range page {
				if !yield(p, nil) {
					return
				}
				before = string(p.ID)
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}

func (c *Client) ReadWebhook(h http.Header, body []byte) (pay.Event, error) {
	if err := verify(h, body, time.Now(), c.Secrets); err != nil {
		return pay.Event{}, err
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil || e.ID == "" {
		return pay.Event{}, pay.Fail("webhook", pay.Refused, "The webhook's body is no event.", err)
	}
	return pay.Event(e), nil
}

// do asks the server and reads its answer: by POST where there is a body. Whatever is no answer
// of the server's leaves Unknown what has happened.
func (c *Client) do(ctx context.Context, op string, key pay.Key, path string, body, answer any) error {
	q, err := c.request(ctx, key, path, body)
	if err != nil {
		return pay.Fail(op, pay.Invalid, "The request cannot be written.", err)
	}
	client := c.HTTP
	if client == nil {
		client = patient
	}
	a, err := client.Do(q)
	if err != nil {
		return pay.Fail(op, pay.Unknown, "The payment provider has not answered.", err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(io.LimitReader(a.Body, 4<<20))
	if err == nil && a.StatusCode == http.StatusOK {
		err = json.Unmarshal(text, answer)
	}
	if err != nil {
		return pay.Fail(op, pay.Unknown, "The payment provider's answer cannot be read.", err)
	}
	if a.StatusCode == http.StatusOK {
		return nil
	}
	var no refusal
	json.Unmarshal(text, &no) // what is no JSON has no message
	return pay.Fail(op, kind(a.StatusCode), no.Message, nil)
}

func (c *Client) request(ctx context.Context, key pay.Key, path string, body any) (*http.Request, error) {
	method, text := http.MethodGet, []byte(nil)
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
		method = http.MethodPost
	}
	q, err := http.NewRequestWithContext(ctx, method, c.Origin+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Authorization", "Bearer "+c.Key.Reveal())
	if key != "" {
		q.Header.Set(headerKey, string(key))
	}
	return q, nil
}

// kind is what a code of HTTP says about whether it happened.
func kind(code int) pay.Kind {
	for k, c := range codes {
		if c == code {
			return k
		}
	}
	return pay.Unknown
}
