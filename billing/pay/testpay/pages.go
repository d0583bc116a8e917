package testpay

import (
	"html/template"
	"net/http"
	"net/url"
	"time"

	"webtrunk"
	"webtrunk/billing/pay"
)

var page = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem}
label{display:block;margin:1rem 0}input{font:inherit;display:block;width:100%;box-sizing:border-box;padding:.5rem}
button{font:inherit;padding:.6rem 1.2rem}[role=alert]{color:#b00020}</style>
<main><h1>{{.Title}}</h1><p>This is a provider for tests. No money moves here.</p>
{{with .Alert}}<p role="alert">{{.}}</p>{{end}}
{{with .Text}}<p>{{.}}</p>{{end}}
{{if .Card}}<form method="post">
<label>Card number <input name="number" inputmode="numeric" autocomplete="off" required></label>
<label>Expiry, month and year <input name="expiry" placeholder="12/34" autocomplete="off" required></label>
<button>Save the card</button></form>{{end}}
{{if .Confirm}}<form method="post"><button name="answer" value="confirm">Confirm</button>
<button name="answer" value="refuse">Refuse</button></form>{{end}}</main></html>`))

type view struct {
	Title, Text, Alert string
	Card, Confirm      bool
}

func render(w http.ResponseWriter, code int, v view) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	page.Execute(w, v)
}

var over = view{Title: "Nothing to do here", Text: "This page was used already, or there never was one."}

func (srv *Server) newSetup(s *state, _ *http.Request, _ pay.Key, body request) (string, error) {
	if _, known := s.Customers[body.CustomerID]; !known {
		return "", pay.Fail("", pay.Invalid, "There is no such customer.", nil)
	}
	if !web(body.ReturnTo) {
		return "", pay.Fail("", pay.Invalid, "Say where the customer returns to: a page by http or https.", nil)
	}
	id := pay.SetupID(webtrunk.NewSessionID()) // cannot be guessed
	s.Setups[id] = &setup{Customer: body.CustomerID, ReturnTo: body.ReturnTo}
	return string(id), nil
}

// web reports an address to which a browser may be sent.
func web(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func (srv *Server) setupPage(w http.ResponseWriter, q *http.Request) {
	srv.mu.Lock()
	at := srv.s.Setups[pay.SetupID(q.PathValue("id"))]
	open := at != nil && !at.Over
	srv.mu.Unlock()
	if !open {
		render(w, http.StatusGone, over)
		return
	}
	render(w, http.StatusOK, view{Title: "Add a card", Card: true})
}

// typed stores a card that was typed: its last digits, and what it does.
func (srv *Server) typed(w http.ResponseWriter, q *http.Request) {
	q.Body = http.MaxBytesReader(w, q.Body, 4096)
	number, expiry := digits(q.PostFormValue("number")), q.PostFormValue("expiry")
	until, err := time.Parse("01/06", expiry)
	card, known := cards[number]
	alert := ""
	switch {
	case !known:
		alert = noCard
	case card.does == refused:
		alert = notTaken
	case err != nil || until.AddDate(0, 1, 0).Before(time.Now()):
		alert = "The expiry is a month and a year that is not over, such as 12/34."
	}
	if alert != "" {
		render(w, http.StatusUnprocessableEntity, view{Title: "Add a card", Card: true, Alert: alert})
		return
	}
	m := &method{Does: card.does, Method: pay.Method{
		ID: pay.MethodID(webtrunk.NewID("pm")), Brand: card.brand, Last4: number[len(number)-4:],
		ExpMonth: int(until.Month()), ExpYear: until.Year(),
	}}
	back := ""
	err = srv.change(func(s *state) error {
		id := pay.SetupID(q.PathValue("id"))
		at := s.Setups[id]
		if at == nil || at.Over {
			return pay.Fail("", pay.Missing, "", nil)
		}
		at.Over, back, m.Customer = true, at.ReturnTo, at.Customer
		s.Methods = append(s.Methods, m)
		s.send(event{Kind: pay.MethodStored, Customer: m.Customer, Setup: id})
		return nil
	})
	if err != nil {
		render(w, http.StatusGone, over)
		return
	}
	http.Redirect(w, q, back, http.StatusSeeOther)
}

func (srv *Server) confirmPage(w http.ResponseWriter, q *http.Request) {
	srv.mu.Lock()
	p := srv.s.payment(pay.PaymentID(q.PathValue("id")))
	open := p != nil && p.State == pay.RequiresConfirmation
	v := over
	if open {
		v = view{Title: "Confirm a payment", Text: p.Amount.String() + ": " + p.Description, Confirm: true}
	}
	srv.mu.Unlock()
	code := http.StatusOK
	if !open {
		code = http.StatusGone
	}
	render(w, code, v)
}

func (srv *Server) confirmed(w http.ResponseWriter, q *http.Request) {
	q.Body = http.MaxBytesReader(w, q.Body, 4096)
	answer, back := q.PostFormValue("answer"), ""
	err := srv.change(func(s *state) error {
		p, err := s.wanted(q, pay.RequiresConfirmation)
		switch {
		case err != nil:
			return err
		case answer == "confirm":
			p.succeed()
		case answer == "refuse":
			p.decline(saidNo)
		default:
			return pay.Fail("", pay.Invalid, "", nil)
		}
		back = p.ReturnTo
		s.changed(p)
		return nil
	})
	switch {
	case err != nil:
		render(w, http.StatusGone, over)
	case web(back):
		http.Redirect(w, q, back, http.StatusSeeOther)
	default:
		render(w, http.StatusOK, view{Title: "Thank you", Text: "You can close this page."})
	}
}
