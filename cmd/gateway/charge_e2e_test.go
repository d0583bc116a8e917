//go:build e2e

package main

import (
	"testing"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestAChargeIsPaidInBrowsers: an agent asks for a charge in the console, the visitor declines
// one and pays another, by keys alone, both pages say what came of it, and the agent gives
// it back.
func TestAChargeIsPaidInBrowsers(t *testing.T) {
	r := rehearse(t, carrier.Config{}, furnished)
	r.ask("POST", "/v1/wallets/customer-7/deposits", map[string]any{"amount": 10_000, "currency": "EUR"})
	key, secret := r.signing()
	visitor := browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Harbour))).Open(t, r.urls()[0]+"/cart", browser.Granted).ByKeys()
	visitor.Set("key", key)
	visitor.Set("identity", signed(t, secret, "Ada"))
	agent := r.console(browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Garden))))
	agent.ByKeys()
	visitor.Click("button", "Ask us")
	visitor.Click("button", "Call")
	agent.Click("button", "Answer")
	agent.Eventually("the panel is there", func() bool { return browser.Evaluate[bool](agent, `!!document.querySelector("details.charge")`) })
	browser.Evaluate[bool](agent, `(document.querySelector("details.charge").open = true)`)

	asks := func(what string) {
		agent.Write("What for", what)
		agent.Write("Price of one", "12.50")
		agent.Click("button", "Ask the customer to pay")
		visitor.Says("alert", "You are asked to pay €12.50 for: \u2068"+what+"\u2069. Without your yes nothing is charged.")
		shows(t, agent, "The customer is being asked to pay €12.50.")
	}
	agent.Click("button", "Ask the customer to pay")
	shows(t, agent, "Write a price above zero")
	asks("A birth chart")
	inEach(visitor, func(scheme string) {
		visitor.Accessible(axe, "asked to pay, "+scheme)
		window(t, visitor, "widget-charge-"+scheme)
	})
	accessibleEveryWay(t, agent, "a customer who is asked to pay", "console-charge")
	visitor.Click("button", "Do not pay")
	visitor.Says("status", "You have declined, so nothing is charged.")
	shows(t, agent, "The customer declined to pay €12.50. Nothing was charged.")

	asks("A map")
	visitor.Click("button", "Pay")
	visitor.Says("status", "You have paid €12.50 for: \u2068A map\u2069")
	shows(t, agent, "The customer has paid €12.50.")
	shows(t, agent, "You have earned €12.50 that you were not paid yet.")
	agent.Click("button", "Give it back")
	agent.Click("button", "Yes, give all of it back")
	visitor.Says("status", "€12.50 of it were given back to you.")
	shows(t, agent, "€12.50 were given back to the customer.")
	shows(t, agent, "You have earned €0.00 that you were not paid yet.")
	shows(t, agent, "A birth chart: The customer declined to pay €12.50.")
	accessibleEveryWay(t, agent, "what was charged and earned", "console-earned")
	visitor.Click("button", "Hang up")

	all := r.ask("GET", "/v1/charges", nil)["data"].([]any)
	if len(all) != 2 || all[0].(map[string]any)["state"] != "refunded" || all[1].(map[string]any)["state"] != "declined" {
		t.Errorf("on record are %v", all)
	}
	if left := r.ask("GET", "/v1/wallets/customer-7", nil)["balances"].([]any)[0].(map[string]any); left["amount"] != 10_000.0 {
		t.Errorf("the wallet has %v", left)
	}
}
