//go:build e2e

package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// askedForMicrophone counts how often a page has asked for it.
const askedForMicrophone = `window.asked ?? (() => {
	const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
	window.asked = 0;
	devices.getUserMedia = (wanted) => (window.asked++, ask(wanted));
	return 0;
})()`

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
	browser.Evaluate[int](page, askedForMicrophone)
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
	if asked := browser.Evaluate[int](page, askedForMicrophone); asked != 0 {
		t.Errorf("the page of a visitor who writes has asked %d times for the microphone", asked)
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
	page.Click("button", "Hang up")
	page.WantEnd("hangup")
	wantRecord(t, r, id, []string{hostile, "Good morning", "You can hear me"})
}
