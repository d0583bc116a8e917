package api

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/charge"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// sales are the calls in which agents of the tests sell, by their IDs. The file's name puts
// it after those that open the book and the directory.
func init() {
	features = append(features, func(w *world) Feature {
		l := ledger.Open(w.db, time.Now)
		w.sales = map[webtrunk.CallID]call.View{}
		w.charges = charge.Open(charge.Options{DB: w.db, Ledger: l, Book: w.billing,
			Call:     w.onSale,
			Customer: func(_ context.Context, v call.View) (string, error) { return v.Context["identity.sub"], nil },
			Seller:   func(v call.View, id call.LegID) string { return directory.AgentIn(v.Legs[id-1].Address) },
			Phrase:   func(charge.Charge) string { return "" }})
		w.Cleanup(func() { w.charges.Close(); l.Close() })
		return Charges{Desk: w.charges, Directory: w.directory}
	})
	makers["charge"] = func(w *world, t tenant) string { return w.charge(t) }
	makers["payout"] = func(w *world, t tenant) string {
		w.charge(t)
		p, err := w.charges.Pay(context.Background(), charge.Payout{ID: webtrunk.NewID("po"), Tenant: shelf.Tenant{Account: t.account, Test: t.test}, Seller: "agent_sue", Amount: money.Amount{Minor: 1, Currency: "EUR"}})
		return made(w)(p.ID, err)
	}
}

// onSale returns a call that runs: one in which an agent sells, or one through the exchange.
func (w *world) onSale(id webtrunk.CallID) (call.View, bool) {
	if v, runs := w.sales[id]; runs {
		return v, true
	}
	for _, l := range w.exchange.board.Snapshot() {
		if l.View.ID == id {
			return l.View, true
		}
	}
	return call.View{}, false
}

// sale begins a call of user-1's with the agent Sue.
func (w *world) sale(t tenant) webtrunk.CallID {
	id := webtrunk.CallID(webtrunk.NewID("call"))
	w.sales[id] = call.View{ID: id, Account: t.account, Test: t.test, Status: call.InProgress, Context: map[string]string{"identity.sub": "user-1"}, Legs: []call.Leg{
		{ID: 1, Role: call.Caller, Kind: call.WebRTC, State: call.Connected},
		{ID: 2, Role: call.Callee, Kind: call.WebRTC, State: call.Connected, Staff: true, Address: webtrunk.Address{Scheme: webtrunk.Browser, Value: "agent_sue"}},
	}}
	return id
}

// charge has user-1 pay Sue € 5 in a call.
func (w *world) charge(t tenant) string {
	w.Helper()
	of := shelf.Tenant{Account: t.account, Test: t.test}
	_, err := w.billing.Deposit(context.Background(), billing.Deposit{ID: webtrunk.NewID("dep"), To: billing.Wallet(of, "user-1", "EUR"), Amount: money.Amount{Minor: 5_00, Currency: "EUR"}})
	made(w)("", err)
	id := w.sale(t)
	c, err := w.charges.Request(context.Background(), of, charge.New{ID: webtrunk.NewID("chg"), Call: id, Unit: 2_50, Quantity: 2, Currency: "EUR", Description: "Charts"})
	made(w)("", err)
	return made(w)(c.ID, w.charges.Answer(context.Background(), id, 1, c.ID, true))
}

// TestAChargeOverTheAPI: asked for, paid, given back in part, with its receipt.
func TestAChargeOverTheAPI(t *testing.T) {
	w := newWorld(t)
	id := w.sale(shop)
	path := "/v1/calls/" + string(id) + "/charges"
	w.ask("sk_shop", "PUT", "/v1/charge_policy", `{"seller_part": 8000, "within_seconds": 45}`).has(t, 200, `"within_seconds":45`)
	w.ask("sk_shop", "GET", "/v1/charge_policy", "").has(t, 200, `"seller_part":8000`)
	w.ask("sk_shop", "PUT", "/v1/charge_policy", `{"seller_part": 8000, "within_seconds": 29}`).is(t, 400, "")
	body := `{"unit": 250, "quantity": 2, "currency": "EUR", "description": "Charts"}`
	first := w.ask("sk_shop", "POST", path, body, "Idempotency-Key: one").has(t, 201, `"state":"requested"`)
	chg := first.str("id")
	if again := w.ask("sk_shop", "POST", path, body, "Idempotency-Key: one").is(t, 201, ""); again.str("id") != chg {
		t.Errorf("the same again is %s, and was %s", again.str("id"), chg)
	}
	w.ask("sk_shop", "POST", path, body).is(t, 409, "")
	w.ask("sk_shop", "POST", path, `{"unit": 250, "currency": "EURO", "description": "x"}`).is(t, 400, "")
	w.ask("sk_other", "GET", "/v1/charges/"+chg, "").is(t, 404, "")
	_, err := w.billing.Deposit(t.Context(), billing.Deposit{ID: "dep_1", To: billing.Wallet(shelf.TenantOf(shop.principal()), "user-1", "EUR"), Amount: money.Amount{Minor: 7_00, Currency: "EUR"}})
	made(w)("", err)
	made(w)("", w.charges.Answer(t.Context(), id, 1, chg, true))
	w.ask("sk_shop", "GET", "/v1/charges/"+chg, "").has(t, 200, `"wallet":"user-1","amount":{"amount":500,"currency":"EUR"}`)
	w.ask("sk_shop", "POST", "/v1/charges/"+chg+"/refunds", `{"amount": 100, "note": "late"}`).has(t, 201, `"state":"partly_refunded"`)
	w.ask("sk_shop", "GET", "/v1/charges/"+chg+"/receipt", "").has(t, 200, `"amount":100,"note":"late"`)
	w.ask("sk_shop", "GET", "/v1/charges?call="+string(id), "").has(t, 200, chg)
	w.ask("sk_shop", "GET", "/v1/sellers/agent_sue/earnings", "").has(t, 200, `{"currency":"EUR","amount":320,"held":0,"available":320}`)
	w.ask("sk_shop", "POST", "/v1/payouts", `{"seller": "agent_sue", "amount": 321, "currency": "EUR"}`).is(t, 409, "")
	po := w.ask("sk_shop", "POST", "/v1/payouts", `{"seller": "agent_sue", "amount": 300, "currency": "EUR"}`).has(t, 201, `"state":"pending"`).str("id")
	w.ask("sk_shop", "GET", "/v1/sellers/agent_sue/earnings", "").has(t, 200, `"held":300,"available":20`)
	w.ask("sk_shop", "POST", "/v1/payouts/"+po+"/paid", "").has(t, 200, `"state":"paid"`)
	w.ask("sk_shop", "POST", "/v1/payouts/"+po+"/failed", "").is(t, 409, "")
	w.ask("sk_shop", "GET", "/v1/sellers/agent_sue/movements", "").has(t, 200, `"amount":{"amount":-300,"currency":"EUR"},"reason":"payout"`)
}

// TestAnAgentSeesTheirOwnCharges, and no colleague's, and who pays in none.
func TestAnAgentSeesTheirOwnCharges(t *testing.T) {
	w := newWorld(t)
	chg := w.charge(shop)
	for _, who := range []string{"sue", "bob"} {
		w.users.keys["tok_"+who] = directory.Principal{Account: shop.account, ID: "person_" + who, Rights: directory.Agent.Rights()}
	}
	if got := w.ask("tok_sue", "GET", "/v1/charges", "").has(t, 200, chg); strings.Contains(got.text, "user-1") {
		t.Errorf("an agent is shown who pays: %s", got.text)
	}
	w.ask("tok_sue", "GET", "/v1/sellers/me/earnings", "").has(t, 200, `"amount":500`)
	w.ask("tok_bob", "GET", "/v1/charges", "").has(t, 200, `"data":[]`)
	for _, path := range []string{"/v1/charges/" + chg, "/v1/charges/" + chg + "/receipt", "/v1/sellers/agent_sue/earnings", "/v1/sellers/agent_sue/movements"} {
		w.ask("tok_bob", "GET", path, "").is(t, 404, "")
	}
	w.ask("tok_bob", "POST", "/v1/charges/"+chg+"/refunds", `{}`).is(t, 404, "")
	body := `{"unit": 250, "currency": "EUR", "description": "Charts", "seller": "agent_sue"}`
	w.ask("tok_bob", "POST", fmt.Sprintf("/v1/calls/%s/charges", w.sale(shop)), body).is(t, 403, "")
	w.ask("tok_bob", "POST", "/v1/payouts", `{"seller": "agent_bob", "amount": 1, "currency": "EUR"}`).is(t, 403, "")
	w.ask("tok_sue", "POST", "/v1/charges/"+chg+"/refunds", `{}`).has(t, 201, `"state":"refunded"`)
}

// TestACustomerSeesTheirOwnReceipts, without what the account keeps for its sellers.
func TestACustomerSeesTheirOwnReceipts(t *testing.T) {
	w := newWorld(t, real)
	_, key := w.grace()
	chg := w.charge(shop)
	b := w.signsIn(map[string]string{"key": key, "email": "grace@example.com", "password": passphrase})
	if got := w.ask("", "GET", "/v1/me/charges", "", b.reads()).has(t, 200, chg); strings.Contains(got.text, "to_seller") || strings.Contains(got.text, "agent_sue") {
		t.Errorf("a customer is shown %s", got.text)
	}
}
