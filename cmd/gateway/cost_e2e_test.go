//go:build e2e

package main

import (
	"testing"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestAPriceStandsBesideTheButton in a real browser: nothing where calls cost nothing, then what
// one costs and how long the visitor's balance lasts; and calling accepts what was shown.
func TestAPriceStandsBesideTheButton(t *testing.T) {
	r := rehearse(t, carrier.Config{}, furnished)
	key, secret := r.signing()
	visitor := browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Harbour))).Open(t, r.urls()[0]+"/cart", browser.Granted).ByKeys()
	for name, value := range map[string]string{"key": key, "identity": signed(t, secret, "Ada"), "price": ""} {
		visitor.Set(name, value)
	}
	const box = `document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=cost]")`
	said := func() string {
		return browser.Evaluate[string](visitor, `(`+box+`?.checkVisibility() ? `+box+`.innerText : "").replaceAll("\u00a0", " ").replace(/\n+/g, "\n")`)
	}
	says := func(want string) {
		t.Helper()
		visitor.Eventually("what a call costs: "+want, func() bool { return said() == want })
	}
	visitor.Click("button", "Ask us")
	visitor.The("button", "Call")
	visitor.Eventually("that the gateway has answered", func() bool { return browser.Evaluate[bool](visitor, `!!`+box) })
	says("")

	r.ask("POST", "/v1/prices", map[string]any{"name": "Advice", "currency": "EUR", "per_minute": "60", "free_seconds": 10, "minimum_seconds": 2, "accepted_by_use": true})
	again := func() {
		visitor.Click("button", "Close")
		visitor.Click("button", "Ask us")
	}
	again()
	says("€60.00 a minute · the first 10 sec are free · at least 2 sec\nYour balance of €0.00 does not cover the beginning, which costs €2.00.")
	r.ask("POST", "/v1/wallets/customer-7/deposits", map[string]any{"amount": 60_00, "currency": "EUR"})
	again()
	says("€60.00 a minute · the first 10 sec are free · at least 2 sec\nYour balance of €60.00 lasts for 1 min 10 sec. By calling you accept this price.")
	inEach(visitor, func(scheme string) {
		visitor.Accessible(axe, "a price beside the button, "+scheme)
		window(t, visitor, "widget-cost-"+scheme)
	})

	agent := r.console(browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Garden))))
	visitor.Click("button", "Call")
	agent.Click("button", "Answer")
	visitor.Says("status", "You have accepted the price.")
	says("")
	visitor.Gone("button", "Accept the price")
	visitor.Click("button", "Hang up")
	visitor.WantEnd("hangup")
	visitor.Eventually("the price beside the button again", func() bool { return said() != "" })
}
