//go:build e2e

package main

import (
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestAnAgentAsksToCharge: a call that costs nothing is asked to cost something, from the console.
// The visitor says no, then yes to another price that leaves five seconds free, and no to a third,
// which changes nothing. The wallet pays what the call's record says, in steps of a second.
func TestAnAgentAsksToCharge(t *testing.T) {
	r := rehearse(t, carrier.Config{}, furnished, func(d *demo) { d.gateway.tick = 500 * time.Millisecond })
	r.ask("POST", "/v1/wallets/customer-7/deposits", map[string]any{"amount": 1_000_000, "currency": "EUR"})
	key, secret := r.signing()
	visitor := browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Harbour))).Open(t, r.urls()[0]+"/cart", browser.Granted).ByKeys()
	visitor.Set("key", key)
	visitor.Set("identity", signed(t, secret, "Ada"))
	agent := r.console(browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Garden))))
	visitor.Click("button", "Ask us")
	visitor.Click("button", "Call")
	agent.Click("button", "Answer")
	shows(t, agent, "Ask to charge")
	browser.Evaluate[bool](agent, `(document.querySelector("details.offer").open = true)`)
	asks := func(minute, free string) {
		t.Helper()
		agent.Write("A minute costs", minute)
		agent.Write("Seconds that stay free", free)
		agent.Click("button", "Ask for this price")
		shows(t, agent, "The other side is being asked for ")
	}

	asks("30,50", "0")
	visitor.Says("alert", "Do you accept the price of €30.50 a minute? Without your yes nothing is charged, and the call goes on.")
	visitor.Click("button", "Decline")
	visitor.Says("status", "You have not accepted the price, so nothing is charged.")
	shows(t, agent, "The other side has not accepted the price, so nothing is charged.")
	if left := r.wallet(); left["amount"] != 1_000_000.0 || left["held"] != 0.0 {
		t.Errorf("after a no the wallet has %v", left)
	}

	accessibleEveryWay(t, agent, "asking to charge", "console-offer")

	asks("60", "5")
	visitor.Says("alert", "Do you accept the price of €60.00 a minute · the first 5 sec are free?")
	visitor.Click("button", "Accept the price")
	visitor.Says("status", "This call is being charged. You have accepted the price.")
	shows(t, agent, "This call is being charged. The other side has accepted the price.")

	asks("600", "0")
	visitor.Says("alert", "From now on this call is to cost €600.00 a minute. Do you accept?")
	shows(t, agent, "The other side is being asked for another price: €600.00 a minute.")
	visitor.Click("button", "Decline")
	visitor.Gone("button", "Decline")
	shows(t, agent, "This call is being charged. The other side has accepted the price.")
	visitor.Click("button", "Hang up")

	var is map[string]any
	agent.Eventually("the call is settled", func() bool { is = r.billed(); return is["state"] == "settled" })
	charged := is["charged"].(map[string]any)["amount"].(float64)
	seconds := is["charged_seconds"].(float64)
	if whole := float64(int((seconds*1000 + 999) / 1000)); charged != 100*whole || charged < 100 {
		t.Errorf("for %v s at a euro a second %v cents were charged", seconds, charged)
	}
	if free := is["free_seconds"].(float64); free != 5 {
		t.Errorf("free were %v s", free)
	}
	if left := r.wallet(); left["amount"] != 1_000_000-charged || left["held"] != 0.0 {
		t.Errorf("%v cents were charged, and the wallet has %v", charged, left)
	}
	var said []any
	for _, o := range r.ask("GET", "/v1/calls/"+is["call"].(string)+"/offers", nil)["data"].([]any) {
		said = append(said, o.(map[string]any)["answer"])
	}
	if len(said) != 3 || said[0] != "declined" || said[1] != "accepted" || said[2] != "declined" {
		t.Errorf("said to the offers was %v", said)
	}
}

// wallet is what the visitor of these stories has.
func (r *rehearsal) wallet() map[string]any {
	r.t.Helper()
	return r.ask("GET", "/v1/wallets/customer-7", nil)["balances"].([]any)[0].(map[string]any)
}
