//go:build e2e

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestACallIsPaidInBrowsers: a visitor is asked for the price, declines in one call and accepts
// in another, by keys alone; the agent's page and the visitor's say the same of every second,
// and the wallet pays what the call's record says.
func TestACallIsPaidInBrowsers(t *testing.T) {
	r := rehearse(t, carrier.Config{}, furnished, func(d *demo) { d.gateway.tick = 500 * time.Millisecond })
	r.ask("POST", "/v1/prices", map[string]any{"name": "Advice", "currency": "EUR", "per_minute": "60", "free_seconds": 2, "after": "free"})
	r.ask("POST", "/v1/wallets/customer-7/deposits", map[string]any{"amount": 1_000_000, "currency": "EUR"})
	key, secret := r.signing()
	visitor := browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Harbour))).Open(t, r.urls()[0]+"/cart", browser.Granted).ByKeys()
	visitor.Set("key", key)
	visitor.Set("identity", signed(t, secret, "Ada"))
	agent := r.console(browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Garden))))
	agent.ByKeys()
	visitor.Click("button", "Ask us")

	visitor.Click("button", "Call")
	agent.Click("button", "Answer")
	visitor.Says("alert", "Do you accept the price of €60.00 a minute · the first 2 sec are free?")
	shows(t, agent, "The other side is being asked for the price. Nothing is charged unless they accept it.")
	inEach(visitor, func(scheme string) {
		visitor.Accessible(axe, "asked for the price, "+scheme)
		window(t, visitor, "widget-bill-"+scheme)
	})
	visitor.Click("button", "Decline")
	visitor.Says("status", "You have not accepted the price, so nothing is charged.")
	shows(t, agent, "The other side has not accepted the price, so nothing is charged.")
	visitor.Click("button", "Hang up")
	visitor.Says("status", "As last counted, this call has cost nothing.")
	shows(t, agent, "As last counted, this call has cost nothing.")
	agent.Eventually("nothing was charged", func() bool { return r.billed()["state"] == "voided" })

	visitor.Click("button", "Call")
	agent.Click("button", "Answer")
	visitor.Click("button", "Accept the price")
	visitor.Says("status", "This call is being charged. You have accepted the price.")
	shows(t, agent, "This call is being charged. The other side has accepted the price.")
	shows(t, agent, ".00 so far, for ")
	visitor.Gone("button", "Accept the price")
	agent.Gone("button", "Accept the price") // who is paid never could
	agent.Click("button", "Hold")
	visitor.Says("status", "Nothing is charged now: on hold.")
	shows(t, agent, "Nothing is charged now: on hold.")
	agent.Click("button", "Resume")
	visitor.Says("status", "This call is being charged.")
	browser.Evaluate[bool](agent, `(document.querySelector(".bill details").open = true)`)
	for _, part := range []string{": free time", ": talk, charged, at €60.00 a minute", ": on hold"} {
		shows(t, agent, part)
	}
	accessibleEveryWay(t, agent, "a call that is charged", "console-bill")
	agent.Do(chromedp.Reload())
	shows(t, agent, "This call is being charged. The other side has accepted the price.")
	visitor.Click("button", "Hang up")
	visitor.Says("status", "As last counted, this call has cost €")

	var is map[string]any
	agent.Eventually("the call is settled", func() bool { is = r.billed(); return is["state"] == "settled" })
	charged := is["charged"].(map[string]any)["amount"].(float64)
	left := r.ask("GET", "/v1/wallets/customer-7", nil)["balances"].([]any)[0].(map[string]any)
	if charged < 100 || left["amount"] != 1_000_000-charged || left["held"] != 0.0 {
		t.Errorf("%v cents were charged, and the wallet has %v", charged, left)
	}
	reasons := ""
	for _, part := range is["intervals"].([]any) {
		reasons += fmt.Sprint(part.(map[string]any)["reason"], " ")
	}
	if !strings.Contains(reasons, "free") || !strings.Contains(reasons, "talk held") {
		t.Errorf("the seconds were %s", reasons)
	}
}

// billed is how the newest call is billed.
func (r *rehearsal) billed() map[string]any {
	r.t.Helper()
	return r.ask("GET", "/v1/billing_sessions", nil)["data"].([]any)[0].(map[string]any)
}
