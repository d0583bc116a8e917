//go:build e2e

package main

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk"
	"webtrunk/e2e/browser"
)

// TestPeopleWriteInACall has a visitor in one browser and an agent in another write to
// each other while they talk: lost connections on both sides and pages that are loaded
// anew change nothing of what both read, and the record is what they have read.
func TestPeopleWriteInACall(t *testing.T) {
	r, c, desk, visitor, agent := talkByCable(t)

	visitor.ByKeys()
	agent.ByKeys()
	w, a := writing{visitor, "Your message", `document.querySelector("webtrunk-call").shadowRoot`}, writing{agent, "Message to all in the call", "document"}
	visitor.Click("button", "Chat")
	w.write(hostile)
	a.reads(hostile)
	isText(t, agent, "the chat")
	a.write("Good morning")
	w.reads(hostile, "Good morning")
	visitor.Eventually("that it was read", func() bool { return w.has(`.mark`, " · Read") })
	filesAreSent(t, visitor, agent)
	for scheme, width := range map[string]int64{"light": 360, "dark": 900} {
		for _, p := range []*browser.Tab{visitor, agent} {
			p.Scheme(scheme)
			p.Do(chromedp.EmulateViewport(width, 740))
			p.Accessible(axe, "a chat, "+scheme)
		}
	}

	c.cut()
	visitor.Says("status", "The connection is lost. Reconnecting…")
	w.write("Can you read this?")
	visitor.Eventually("that it is on its way", func() bool { return w.has(".unsent small", "Sending…") })
	a.write("You were gone")
	c.mend()
	both := []string{hostile, "Good morning", "You were gone", "Can you read this?"}
	w.reads(both...)
	a.reads(both...)

	desk.cut()
	shows(t, agent, "Connection lost. Reconnecting…")
	a.write("And now I am")
	w.write("Hello?")
	desk.mend()
	both = append(both, "Hello?", "And now I am")
	w.reads(both...)
	a.reads(both...)

	for _, scheme := range []string{"light", "dark"} {
		visitor.Scheme(scheme)
		agent.Scheme(scheme)
		window(t, visitor, "widget-chat-"+scheme)
		picture(t, agent, "console-chat-"+scheme)
	}

	// Both pages are loaded anew. What was read is not new again, and what is, is counted.
	visitor.Do(chromedp.Reload())
	visitor.The("button", "Chat")
	a.write("Welcome back")
	both = append(both, "Welcome back")
	visitor.Eventually("one new message", func() bool { return w.has(".badge", "1") })
	visitor.Click("button", "Chat")
	w.reads(both...)
	visitor.Eventually("nothing new", func() bool { return w.has(".badge", "") })
	agent.Do(chromedp.Reload())
	a.reads(both...)

	// The call ends while the visitor writes: what was written can still be read, and who
	// goes on writing calls nobody.
	id := webtrunk.CallID(visitor.Reached("in_call").Call)
	visitor.Reach("textbox", "Your message")
	visitor.Do(chromedp.KeyEvent("One more"))
	press(agent, "E")
	visitor.WantEnd("hangup")
	visitor.Eventually("what was not sent", func() bool { return w.has(".unsent .text", "One more") })
	visitor.Settled() // from when a press is meant
	visitor.Do(chromedp.KeyEvent(" thing\r"))
	if told := visitor.Told(); told[len(told)-1].State != "ended" {
		t.Errorf("who writes on is told %+v", told[len(told)-1])
	}
	visitor.Gone("button", "Send")
	w.reads(both...)
	agent.Click("button", "History")
	agent.Click("button", "Chat in the call with a visitor of the site")
	past := writing{agent, "", `document.querySelector(".past-chat")`}
	past.reads(both...)

	agent.Click("button", "Chat in the call with a visitor of the site")
	isOneStory(t, agent, both)

	wantRecord(t, r, id, both)
}

// talkByCable has a visitor of the cart's page talk with the demo's agent, each in a
// browser of their own and over a cable that can be cut.
func talkByCable(t *testing.T) (r *rehearsal, c, desk *cable, visitor, agent *browser.Tab) {
	return talkByCableFrom(t, browser.Start(t, browser.Speaking(t, harbour)))
}

// talkByCableFrom has the visitor use this browser.
func talkByCableFrom(t *testing.T, visitors *browser.Browser, change ...func(*demo)) (r *rehearsal, c, desk *cable, visitor, agent *browser.Tab) {
	r, c = rehearseByCable(t, append(change, furnished)...)
	desk = lay(t, r.site.addr().String())
	visitor = visitors.Open(t, c.url()+"/cart", browser.Granted)
	agent = browser.Start(t, browser.Speaking(t, harbour)).Open(t, desk.url()+"/console", browser.Granted)
	r.logIn(agent, demoAgentEmail, r.account.agentPassword)
	online(t, agent)
	visitor.Click("button", "Ask us")
	visitor.Click("button", "Call")
	agent.Click("button", "Answer")
	visitor.Says("status", "In call")
	return r, c, desk, visitor, agent
}

// writing is the chat of a page.
type writing struct {
	*browser.Tab
	field string // where one writes
	root  string // what holds it, as a script
}

func (w writing) write(text string) {
	w.Write(w.field, text)
	w.Click("button", "Send")
}

// reads waits until the chat shows these messages, in this order.
func (w writing) reads(want ...string) {
	text, _ := json.Marshal(want)
	w.Eventually("the messages "+string(text), func() bool { return slices.Equal(w.texts(`[role=log] .text`), want) })
}

// has reports whether an element shows a text; an empty one is also had where there is none.
func (w writing) has(selector, text string) bool {
	all := w.texts(selector)
	return slices.Contains(all, text) || text == "" && len(all) == 0
}

func (w writing) texts(selector string) (all []string) {
	read := browser.Evaluate[string](w.Tab, `JSON.stringify([...(`+w.root+`?.querySelectorAll(`+"`"+selector+"`"+`) ?? [])].map((e) => e.textContent))`)
	_ = json.Unmarshal([]byte(read), &all)
	return all
}

// filesAreSent has each of two people in a call send a file, which the other saves byte by
// byte; what is not what its name says is refused with a sentence, and put away.
func filesAreSent(t *testing.T, visitor, agent *browser.Tab) {
	t.Helper()
	order, terms := []byte("Two mugs, <b>blue</b>"), []byte("%PDF-1.7 terms")
	visitor.Upload("<i>order.txt", order)
	link := `document.querySelector('.chat a.file[aria-label="Save the file iorder.txt"]')`
	agent.Eventually("the visitor's file", func() bool { return browser.Evaluate[bool](agent, `!!`+link) })
	if got := browser.Evaluate[string](agent, `fetch(`+link+`.href).then((answer) => answer.text())`); got != string(order) {
		t.Errorf("the agent gets %q", got)
	}
	agent.Upload("terms.pdf", terms)
	visitor.The("button", "Save the file terms.pdf")
	got := visitor.Saved(func() { visitor.Click("button", "Save the file terms.pdf") })
	if want := base64.StdEncoding.EncodeToString(terms); got != want {
		t.Errorf("the visitor saves %q, want %q", got, want)
	}
	for _, p := range []*browser.Tab{visitor, agent} {
		p.Upload("mug.png", []byte("MZ, a program"))
		p.Click("button", "Remove mug.png")
	}
	visitor.Upload("mug.svg", []byte("<svg onload='alert(1)'/>"))
	visitor.Eventually("why it is refused", func() bool {
		return browser.Evaluate[bool](visitor, `document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=chat-files]").innerText.includes("Not sent: the file is too large")`)
	})
	visitor.Click("button", "Remove mug.svg")
}
