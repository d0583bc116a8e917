package api

import (
	"testing"

	"webtrunk/directory"
)

// TestWhoMayAskForAPrice: whoever sets prices, and an agent in a call of their own; nobody in a
// call that the account has made itself.
func TestWhoMayAskForAPrice(t *testing.T) {
	w := newWorld(t)
	w.key("sk_developer", shop, directory.Developer.Rights()...)
	w.key("sk_agent", shop, directory.Agent.Rights()...)
	id := makers["call"](w, shop)
	path := "/v1/calls/" + id + "/offers"
	const offer = `{"currency": "EUR", "per_minute": "1.20"}`
	w.ask("sk_agent", "POST", path, offer).has(t, 403, "billing:write")
	w.ask("sk_agent", "GET", path, "").has(t, 403, "billing:read")
	w.ask("sk_other", "POST", path, offer).has(t, 404, "no such call")
	w.ask("sk_developer", "POST", path, offer).has(t, 409, "Somebody else pays")
	w.ask("sk_developer", "POST", path, `{"currency": "EUR"}`).has(t, 400, `"param":"per_minute"`)
	w.ask("sk_developer", "POST", path, `{"currency": "XXX", "per_minute": "1"}`).has(t, 400, `"param":"currency"`)
	w.ask("sk_developer", "POST", path, `{"currency": "EUR", "per_minute": "1", "seller_part": 10001}`).has(t, 400, `seller_part`)
	w.ask("sk_developer", "GET", path, "").has(t, 200, `"data":[]`)
}
