//go:build e2e

package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/e2e/browser"
)

// TestACallMovesToAWindowOfItsOwn has a visitor move a call to the gateway's own window, and
// back to the page, and to the window again, which they close, and to another one with which
// they leave the site: the two hear each other all along. A window that the browser blocks is told of, and changes nothing.
func TestACallMovesToAWindowOfItsOwn(t *testing.T) {
	r, site := atShop(t)
	elsewhere := serve(t, func() string { return "<p>Another site" })
	visitor, robin := arrive(t, "the visitor", harbour), arrive(t, "Robin", garden)
	robin.open(t, robin.b.Open(t, r.urls()[0]+"/console", browser.Granted))
	r.logIn(robin.page, demoAgentEmail, r.account.agentPassword)
	online(t, robin.page)
	unprocessed(robin.page)
	visitor.open(t, visitor.b.Open(t, site.URL+"/cart", browser.Granted))
	visitor.page.Unprocessed()
	visitor.page.Set("pop-out", "")
	visitor.page.Click("button", "Ask us")
	visitor.page.Click("button", "Call")
	robin.page.Click("button", "Answer")
	visitor.page.Says("status", "In call")
	robin.listen()

	browser.Evaluate[bool](visitor.page, `window.reallyOpen = window.open, window.open = () => null, true`)
	visitor.page.Click("button", "Move to a window")
	visitor.page.Says("alert", "The browser has blocked the window.")
	browser.Evaluate[bool](visitor.page, `window.open = window.reallyOpen, true`)

	move := func() *party {
		t.Helper()
		w := visitor.page.Opens(func() { visitor.page.Click("button", "Move to a window") })
		inWindow := &party{name: "the visitor in the window", b: visitor.b, says: harbour}
		inWindow.open(t, w)
		w.Accessible(axe, "before it goes on")
		w.Click("button", "Go on here")
		w.Says("status", "In call")
		inWindow.listen()
		wantHeard(t, "in the window", inWindow.hears(garden, harbour), robin.hears(harbour, garden))
		return inWindow
	}
	window := move()
	visitor.page.Says("status", "The call goes on in a window of its own.")
	for _, scheme := range []string{"light", "dark"} {
		for _, p := range []*browser.Tab{visitor.page, window.page} {
			p.Scheme(scheme)
			p.Accessible(axe, "a call in a window of its own, "+scheme)
		}
	}
	window.page.Click("button", "Back to the page")
	visitor.page.Says("status", "In call")
	window.page.Shuts()
	visitor.listen()
	wantHeard(t, "back in the page", visitor.hears(garden, harbour), robin.hears(harbour, garden))

	move().page.Close()
	visitor.page.Says("status", "In call")
	visitor.listen()
	wantHeard(t, "when the window was closed", visitor.hears(garden, harbour), robin.hears(harbour, garden))

	window = move()
	visitor.page.Do(chromedp.Navigate(elsewhere.URL))
	wantHeard(t, "after the site was left", window.hears(garden, harbour), robin.hears(harbour, garden))
	window.page.Click("button", "Back to the page")
	window.page.Says("alert", "The page that the call came from is gone.")
	window.page.Click("button", "Hang up")
	window.page.WantEnd("hangup")
	shows(t, window.page, "The call is over. You can close this window.")
	shows(t, robin.page, "The call has ended.")
}
