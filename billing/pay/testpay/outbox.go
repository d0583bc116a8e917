package testpay

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/billing/pay"
)

// An event is a webhook's body.
type event struct {
	ID       string         `json:"id"`
	Kind     pay.EventKind  `json:"kind"`
	At       time.Time      `json:"at"`
	Customer pay.CustomerID `json:"customer,omitempty"`
	Setup    pay.SetupID    `json:"setup,omitempty"`
	Payment  pay.PaymentID  `json:"payment,omitempty"`
}

// A delivery is a webhook that is not sent as often as it has to be.
type delivery struct {
	Event event     `json:"event"`
	Sent  int       `json:"sent"`  // how often it was answered
	Tried int       `json:"tried"` // how often it was not, in a row
	Next  time.Time `json:"next"`
}

// mostTries is how often a webhook is sent that nobody answers.
const mostTries = 20

func (s *state) send(e event) {
	e.ID, e.At = webtrunk.NewID("evt"), time.Now().UTC()
	s.Outbox = append(s.Outbox, &delivery{Event: e, Next: e.At})
}

func (s *state) changed(p *payment) {
	s.send(event{Kind: pay.PaymentChanged, Customer: p.Customer, Payment: p.ID})
}

// work decides what is pending and sends what is in the outbox, whenever it is due.
func (srv *Server) work(ctx context.Context) {
	defer close(srv.gone)
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for ctx.Err() == nil {
		next, at, late := srv.next(time.Now())
		switch {
		case late:
			srv.decide()
		case next != nil && !at.After(time.Now()):
			srv.deliver(ctx, client, *next)
		default:
			srv.rest(ctx, at)
		}
	}
}

// rest waits until a time, if there is one, or until something changes.
func (srv *Server) rest(ctx context.Context, until time.Time) {
	wait := time.Hour
	if !until.IsZero() {
		wait = time.Until(until)
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-srv.wake:
	case <-t.C:
	}
}

// next is the webhook to be sent first, and when the next thing is to be done; late says that
// a payment is to be decided now.
func (srv *Server) next(now time.Time) (first *event, at time.Time, late bool) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for _, p := range srv.s.Payments {
		if p.State != pay.Pending {
			continue
		}
		if !p.DecidedAt.After(now) {
			return nil, at, true
		}
		if at.IsZero() || p.DecidedAt.Before(at) {
			at = p.DecidedAt
		}
	}
	if srv.s.Controls.HoldHooks || srv.cfg.Hook == "" {
		return nil, at, false
	}
	out := slices.Clone(srv.s.Outbox)
	if srv.s.Controls.ReverseHooks {
		slices.Reverse(out)
	}
	for _, d := range out {
		if !d.Next.After(now) {
			return &d.Event, d.Next, false
		}
		if at.IsZero() || d.Next.Before(at) {
			at = d.Next
		}
	}
	return nil, at, false
}

// decide lets the slow card's payments succeed that are due.
func (srv *Server) decide() {
	err := srv.change(func(s *state) error {
		for _, p := range s.Payments {
			if p.State == pay.Pending && !p.DecidedAt.After(time.Now()) {
				p.succeed()
				s.changed(p)
			}
		}
		return nil
	})
	if err != nil {
		srv.cfg.Log.Error("testpay: a payment is decided in memory alone", "err", err)
	}
}

// deliver sends a webhook once, and writes down whether it was answered.
func (srv *Server) deliver(ctx context.Context, client *http.Client, e event) {
	err := srv.post(ctx, client, e)
	if ctx.Err() != nil {
		return // the next server sends it
	}
	if err != nil {
		srv.cfg.Log.Info("testpay: a webhook was not answered", "event", e.ID, "err", err)
	}
	srv.change(func(s *state) error {
		i := slices.IndexFunc(s.Outbox, func(d *delivery) bool { return d.Event.ID == e.ID })
		d := s.Outbox[i]
		if err == nil {
			d.Sent, d.Tried = d.Sent+1, 0
		} else {
			d.Tried++
			d.Next = time.Now().Add(min(srv.cfg.Retry<<min(d.Tried-1, 12), time.Hour))
		}
		if d.Sent >= max(1, s.Controls.HookCopies) || d.Tried >= mostTries {
			s.Outbox = slices.Delete(s.Outbox, i, i+1)
		}
		return nil
	})
}

func (srv *Server) post(ctx context.Context, client *http.Client, e event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.cfg.Hook, bytes.NewReader(body))
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set(HeaderSignature, sign(srv.cfg.Secret, time.Now(), body))
	answer, err := client.Do(q)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	if answer.StatusCode/100 != 2 {
		return pay.Fail("webhook", pay.Unknown, "It was answered "+answer.Status+".", nil)
	}
	return nil
}
