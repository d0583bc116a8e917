//go:build e2e

package main

import (
	"strings"
	"testing"

	"webtrunk/e2e/browser"
)

// TestAVisitorLeavesAMessageInWriting: who writes after hours reads that nobody is there and
// leaves what they have to say, however often the connection is lost meanwhile; who gave up
// waiting finds what they wrote in the form. An agent sees both, answers, and marks them.
func TestAVisitorLeavesAMessageInWriting(t *testing.T) {
	r, c := rehearseByCable(t, furnished, staffed)
	b := browser.Start(t, browser.Speaking(t, harbour))
	page := b.Open(t, c.url()+"/cart", browser.Granted)
	page.Click("button", "Ask us")
	page.Click("button", "Write to us")
	page.Says("status", "You are next in line.")
	w := writing{page, "Your message", `document.querySelector("webtrunk-call").shadowRoot`}
	w.write("Do you ship to Malta?")
	w.reads("Do you ship to Malta?")
	page.Click("button", "Cancel")
	page.WantEnd("canceled")
	page.Settled()
	page.Click("button", "Leave a message")
	page.Eventually("what was written already", func() bool {
		return browser.Evaluate[string](page, `document.querySelector("webtrunk-call").shadowRoot.querySelector("#letter-text").value`) == "Do you ship to Malta?"
	})
	page.Click("button", "Send the message")
	page.Says("alert", "Write where we can answer you.")
	for _, scheme := range []string{"dark", "light"} {
		page.Scheme(scheme)
		page.Accessible(axe, "the form for a message, "+scheme)
		window(t, page, "widget-letter-"+scheme)
	}
	page.Write("Where we can answer you", "ann@example.com")
	page.Write("Your name, if you like", hostile)
	c.cut()
	page.Click("button", "Send the message")
	page.Says("status", "Sending…")
	c.mend()
	page.Says("status", "Your message has arrived. Thank you.")
	page.Click("button", "Done")

	r.closes()
	page.Forget()
	page.Click("button", "Write to us")
	page.WantEnd("no_answer")
	page.Settled()
	page.Click("button", "Leave a message")
	page.Write("Your message", "And to Gozo?")
	page.Write("Where we can answer you", callersNumber)
	page.Write("Your name, if you like", "Bob")
	page.Click("button", "Send the message")
	page.Says("status", "Your message has arrived. Thank you.")

	agent := browser.Start(t, browser.Speaking(t, harbour)).Open(t, r.urls()[0]+"/console", browser.Granted)
	r.logIn(agent, demoAgentEmail, r.account.agentPassword)
	online(t, agent)
	agent.Click("button", "Messages 2")
	a := writing{agent, "", "document"}
	agent.Eventually("both messages", func() bool {
		return strings.Join(a.texts(".messages .text"), "; ") == "And to Gozo?; Do you ship to Malta?"
	})
	isText(t, agent, "the list of messages")
	agent.Accessible(axe, "the list of messages")
	agent.The("link", "Answer by e-mail: "+hostile)
	agent.The("button", "Call back: Bob")
	agent.Click("button", "Done: "+hostile)
	agent.The("button", "Not done yet: "+hostile)
	agent.The("button", "Messages 1")
}

// closes has the demo's queues close for good.
func (r *rehearsal) closes() {
	r.t.Helper()
	never := r.ask("POST", "/v1/hours", map[string]any{"name": "Never", "time_zone": "UTC"})["id"]
	for _, q := range r.ask("GET", "/v1/queues", nil)["data"].([]any) {
		r.ask("POST", "/v1/queues/"+q.(map[string]any)["id"].(string), map[string]any{"hours": never})
	}
}
