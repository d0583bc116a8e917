//go:build e2e

package main

import (
	"testing"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestTheDemosAdvice is what the demo says to try: a visitor sees the price, calls, accepts it,
// and sees on Ada's page what each second has cost.
func TestTheDemosAdvice(t *testing.T) {
	r := rehearse(t, carrier.Config{}, furnished, staffed)
	b := browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Harbour)))
	visitor := b.Open(t, r.urls()[0]+"/advice", browser.Granted).ByKeys()
	inEach(visitor, func(scheme string) { fitsEverybody(t, visitor, "the advice, "+scheme) })
	visitor.The("link", "Open Ada’s page")
	member := b.Open(t, browser.Evaluate[string](visitor, `document.querySelector("a[href^='/member#']").href`), browser.Granted)
	shows(t, member, "€10.00")
	visitor.Click("button", "Ask a ceramist")
	visitor.Eventually("the price beside the button", func() bool {
		return browser.Evaluate[bool](visitor, `(document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=cost]")?.innerText ?? "").includes("€6.00 a minute")`)
	})
	visitor.Click("button", "Call")
	visitor.Click("button", "Accept the price")
	visitor.Says("status", "You have accepted the price.")
	visitor.Says("status", "This call is being charged.")
	shows(t, member, "This call is being charged. You have accepted the price.")
	visitor.Click("button", "Hang up")
	visitor.WantEnd("hangup")
	shows(t, member, "€9.")
	if list := r.ask("GET", "/v1/billing_sessions?limit=10", nil)["data"].([]any); len(list) != 1 {
		t.Errorf("%d calls are billed", len(list))
	}
}
