package testpay

import (
	"net/http"
	"time"

	"webtrunk/billing/pay"
)

// pageSize is how many payments an answer has at most.
const pageSize = 100

func (srv *Server) show(w http.ResponseWriter, q *http.Request) {
	srv.mu.Lock()
	p := srv.s.payment(pay.PaymentID(q.PathValue("id")))
	var now pay.Payment
	if p != nil {
		now = p.Payment
	}
	srv.mu.Unlock()
	if p == nil {
		fail(w, pay.Fail("", pay.Missing, "There is no such payment.", nil))
		return
	}
	show(w, now)
}

// list is payments from the latest on: of ?key=, or those ?since= a time and made ?before= an ID.
func (srv *Server) list(w http.ResponseWriter, q *http.Request) {
	key, before := pay.Key(q.FormValue("key")), q.FormValue("before")
	since, err := time.Parse(time.RFC3339Nano, q.FormValue("since"))
	if err != nil && q.FormValue("since") != "" {
		fail(w, pay.Fail("", pay.Invalid, "since is no time of RFC 3339.", nil))
		return
	}
	found := []pay.Payment{}
	srv.mu.Lock()
	for i := len(srv.s.Payments) - 1; i >= 0 && len(found) < pageSize; i-- {
		p := srv.s.Payments[i].Payment
		if (key == "" || p.Key == key) && !p.Created.Before(since) && (before == "" || string(p.ID) < before) {
			found = append(found, p)
		}
	}
	srv.mu.Unlock()
	show(w, found)
}

func (srv *Server) methods(w http.ResponseWriter, q *http.Request) {
	id := pay.CustomerID(q.PathValue("id"))
	found := []pay.Method{}
	srv.mu.Lock()
	_, known := srv.s.Customers[id]
	for i := len(srv.s.Methods) - 1; i >= 0; i-- {
		if m := srv.s.Methods[i]; m.Customer == id {
			found = append(found, m.Method)
		}
	}
	srv.mu.Unlock()
	if !known {
		fail(w, pay.Fail("", pay.Missing, "There is no such customer.", nil))
		return
	}
	show(w, found)
}
