//go:build e2e

package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// TestAVisitorWritesFirst: nobody is there yet, and the visitor writes all the same, without
// a microphone. An agent comes, reads it and answers in writing. The agent opens the
// microphone; the visitor, who is asked, opens theirs: they hear each other, and the chat
// goes on. It is one call, and one story.
func TestAVisitorWritesFirst(t *testing.T) {
	r := rehearse(t, carrier.Config{}, furnished, staffed)
	visitor, robin := arrive(t, "the visitor", harbour), arrive(t, "Robin", garden)
	site := r.urls()[0]
	page := visitor.b.Open(t, site+"/cart", browser.Granted)
	visitor.open(t, page)
	page.Click("button", "Ask us")
	page.Click("button", "Write to us")
	page.Says("status", "You are next in line.")
	w := writing{page, "Your message", `document.querySelector("webtrunk-call").shadowRoot`}
	page.Eventually("that one may begin", func() bool { return w.has("[aria-live]", "Write already: whoever comes reads it.") })
	w.write(hostile)
	w.reads(hostile)
	page.Accessible(axe, "who writes and waits")

	r.work(robin, site, demoAgentEmail, r.account.agentPassword)
	shows(t, robin.page, "Message from a visitor of the site")
	robin.page.Click("button", "Answer")
	a := writing{robin.page, "Message to all in the call", "document"}
	a.reads(hostile)
	isText(t, robin.page, "the chat")
	shows(t, robin.page, "You are writing with a visitor of the site")
	robin.page.Accessible(axe, "who is written to")
	page.Says("status", "You are writing with us.")
	a.write("Good morning")
	w.reads(hostile, "Good morning")
	page.Gone("button", "Mute")
	robin.page.Gone("button", "Hold")

	page.Do(chromedp.Reload())
	page.Says("status", "You are writing with us.")
	w.reads(hostile, "Good morning")
	if asked := browser.Evaluate[int](page, `window.microphones.length`); asked != 0 {
		t.Errorf("the page of a visitor who writes was given the microphone %d times", asked)
	}

	robin.page.Click("button", "Talk")
	shows(t, robin.page, "Your microphone is open.")
	page.Says("alert", "They would like to talk to you. Press Talk, or write on.")
	for _, scheme := range []string{"light", "dark"} {
		page.Scheme(scheme)
		page.Accessible(axe, "who is asked to talk, "+scheme)
		window(t, page, "widget-writing-"+scheme)
	}
	page.Click("button", "Talk")
	page.Says("status", "In call")
	shows(t, robin.page, "In call with a visitor of the site")
	visitor.listen()
	robin.listen()
	wantHeard(t, "once both talk", visitor.hears(garden, kitchen, harbour), robin.hears(harbour, kitchen, garden))
	a.write("You can hear me")
	w.reads(hostile, "Good morning", "You can hear me")

	id := webtrunk.CallID(page.Reached("in_call").Call)

	page.Click("button", "End the sound, write on")
	page.Says("status", "You are writing with us.")
	shows(t, robin.page, "You are writing with a visitor of the site")
	page.Gone("button", "Mute")
	w.write("And afterwards")
	a.reads(hostile, "Good morning", "You can hear me", "And afterwards")
	page.Eventually("no microphone any more", func() bool {
		return browser.Evaluate[bool](page, `window.microphones.length > 0 && window.microphones.every((one) => one.getTracks().every(({ readyState }) => readyState === "ended"))`)
	})
	robin.page.Click("button", "End")
	page.WantEnd("hangup")
	wantRecord(t, r, id, []string{hostile, "Good morning", "You can hear me", "And afterwards"})
}
