package api

import (
	"context"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/member"
)

// What the gateway calls for customers. The file's name puts it after tenants_test.go, which
// makes the directory.
func init() {
	features = append(features, func(w *world) Feature {
		w.verifier.Directory, w.verifier.Calls, w.verifier.Reach = w.directory, w.exchange.board, w.exchange
		w.Cleanup(w.verifier.Wait)
		return Members{Verifier: w.verifier, Caller: &member.Caller{Directory: w.directory, Calls: w.exchange.board, Reach: w.exchange},
			Calls: Calls{Board: w.exchange.board, Log: w.db, Records: w.exchange.archive, Reach: w.exchange}}
	})
}

// keysIn has a telephone press digits once it is asked.
func (w *world) keysIn(id string, p *phone, asked int, digits string) {
	w.Helper()
	eventually(w, "it is asked", func() bool { return w.happened(id, "prompt.started") == asked })
	for _, d := range digits {
		p.report(call.LegDigit{Leg: 1, Digit: string(d)})
	}
}

// happened counts a kind of event in a call.
func (w *world) happened(id, kind string) (n int) {
	w.Helper()
	for r, err := range w.db.Read(context.Background(), event.Stream{Call: webtrunk.CallID(id)}, 0) {
		made(w)("", err)
		if r.Type == kind {
			n++
		}
	}
	return n
}

// calling is the call that a customer's page has had made.
func (w *world) calling() string {
	w.Helper()
	id := ""
	eventually(w, "there is a call", func() bool {
		w.exchange.mu.Lock()
		defer w.exchange.mu.Unlock()
		if n := len(w.exchange.phones); n > 0 {
			id = string(w.exchange.phones[n-1].leg.Call)
		}
		return id != ""
	})
	return id
}

// TestACustomerIsCalledAndConnected tells what a member's page sees: the number is verified
// by a code, and then the member's telephone rings, and the merchant's.
func TestACustomerIsCalledAndConnected(t *testing.T) {
	w := newWorld(t, real).claim()
	_, key := w.grace()
	b := w.signsIn(map[string]string{"key": key, "email": "grace@example.com", "password": passphrase})
	const to = "+15550100102"
	wish := `{"key":"` + key + `","to":"` + to + `"}`
	w.ask("", "POST", "/v1/me/calls", wish, b.writes()...).is(t, 409, "")

	began := w.ask("", "POST", "/v1/me/phone_verifications", "{}", b.writes()...).is(t, 201, "")
	if began.str("state") != "calling" || len(began.str("code")) != directory.CodeDigits {
		t.Fatalf("it begins with %s", began.text)
	}
	id := w.calling()
	mine := w.exchange.phone(t, id, 1)
	mine.report(call.LegAnswered{Leg: 1})
	w.keysIn(id, mine, 1, began.str("code"))
	at := "/v1/me/phone_verifications/" + began.str("id")
	eventually(t, "it is verified", func() bool { return w.ask("", "GET", at, "", b.reads()).str("state") == "verified" })
	if seen := w.ask("", "GET", at, "", b.reads()); seen.str("code") != "" || seen.str("message") != "" {
		t.Errorf("afterwards it is %s", seen.text)
	}
	mine.report(call.PromptEnded{Leg: 1})
	eventually(t, "it is over", func() bool { return w.happened(id, "call.ended") == 1 })
	if me := w.ask("", "GET", "/v1/me", "", b.reads()); me.body["phone_verified_at"] == nil {
		t.Errorf("she sees %s", me.text)
	}

	w.ask("", "POST", "/v1/me/calls", `{"key":"`+key+`","to":"nobody at all"}`, b.writes()...).is(t, 400, "address_invalid")
	w.ask("", "POST", "/v1/me/calls", wish, b.writes()...).is(t, 403, "") // the page may call nobody
	page := w.page("+1555")
	wish = `{"key":"` + page + `","to":"` + to + `"}`
	made := w.ask("", "POST", "/v1/me/calls", wish, b.writes()...).is(t, 201, "")
	if made.str("stage") != "calling_you" || made.str("to") != "tel:"+to {
		t.Errorf("the call is %s", made.text)
	}
	at = "/v1/me/calls/" + made.str("id")
	stage := func(want string) {
		t.Helper()
		eventually(t, want, func() bool { return w.ask("", "GET", at, "", b.reads()).str("stage") == want })
	}
	w.exchange.phone(t, made.str("id"), 1).report(call.LegAnswered{Leg: 1})
	stage("connecting")
	w.exchange.phone(t, made.str("id"), 2).report(call.LegAnswered{Leg: 2})
	stage("talking")
	ended := w.ask("", "POST", at+"/hangup", "{}", b.writes()...).is(t, 200, "")
	if ended.str("stage") != "ended" || ended.str("end_reason") != "hangup" {
		t.Errorf("it ended as %s", ended.text)
	}
	w.ask("", "POST", at+"/hangup", "{}", b.writes()...).is(t, 200, "") // again
	if legs := w.exchange.phone(t, made.str("id"), 2).leg.Context; legs["identity.sub"] != "user-1" || legs["identity.name"] != "Grace" {
		t.Errorf("the merchant is told %v", legs)
	}
	w.ask("", "GET", "/v1/me/calls/"+w.call(shop), "", b.reads()).is(t, 404, "") // not hers
}

// page is the key of a page that may call where one says.
func (w *world) page(prefix string) string {
	w.Helper()
	to, err := directory.ParseDestination(prefix)
	made(w)("", err)
	page, err := w.directory.CreateWidget(context.Background(), shop.principal(), directory.NewWidget{Origins: []directory.Origin{"https://shop.example"}, Destinations: []directory.Destination{to}})
	made(w)("", err)
	return page.Key
}

// call is one that the account has made.
func (w *world) call(t tenant) string {
	w.Helper()
	id := webtrunk.NewCallID()
	from, to := webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}, webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100102"}
	made(w)("", w.exchange.board.Request(call.Requested{ID: id, Account: t.account, Test: t.test, Caller: call.Target{Address: from}, To: to, Via: "key_made"}))
	w.exchange.phone(w, string(id), 1)
	return string(id)
}
