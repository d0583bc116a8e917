//go:build e2e

package main

import (
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// slowToCall keeps the message back that begins a call, until letGo.
const slowToCall = `(() => {
	const send = WebSocket.prototype.send, kept = [];
	WebSocket.prototype.send = function (text) {
		if (text.includes('"type":"call"')) kept.push(() => send.call(this, text));
		else send.call(this, text);
	};
	window.kept = () => kept.length;
	window.letGo = () => (kept.splice(0).forEach((go) => go()), true);
	return true;
})()`

// pressedTwice is a double click on "Write to us", where another button takes its place.
const pressedTwice = `(() => {
	const { shadowRoot } = document.querySelector("webtrunk-call");
	for (const part of ["write", "cancel"]) shadowRoot.querySelector("[part=" + part + "]").click();
	return true;
})()`

// deafToTalk has a page hear nothing of what became of its sound.
const deafToTalk = `(() => {
	const heard = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
	Object.defineProperty(WebSocket.prototype, "onmessage", { ...heard, set(hear) {
		heard.set.call(this, (event) => void (event.data.includes('"type":"talk"') || hear(event)));
	} });
})()`

// TestATalkThatComesToNothing: the visitor presses "Talk" with a browser that cannot take the
// gateway's answer, and loads the page anew while the sound is still on its way. The visitor
// writes on each time, and can talk in the end. Before the gateway knows of the call there is
// nothing to press, and a double click does not give it up. An agent who writes is not offered
// to "talk first" to a colleague: the visitor would read it.
func TestATalkThatComesToNothing(t *testing.T) {
	r := rehearse(t, carrier.Config{}, furnished, staffed)
	visitor, robin := arrive(t, "the visitor", harbour), arrive(t, "Robin", garden)
	site := r.urls()[0]
	page := visitor.b.Open(t, site+"/cart", browser.Granted)
	visitor.open(t, page)
	browser.Evaluate[bool](page, slowToCall)
	page.Click("button", "Ask us")
	page.The("button", "Write to us")
	browser.Evaluate[bool](page, pressedTwice)
	page.Eventually("that the page would begin", func() bool { return browser.Evaluate[int](page, `kept()`) == 1 })
	page.Gone("button", "Talk")
	browser.Evaluate[bool](page, `letGo()`)
	page.Says("status", "You are next in line.")

	browser.Evaluate[bool](page, `(RTCPeerConnection.prototype.setRemoteDescription = () => Promise.reject(new Error("not today")), true)`)
	page.Click("button", "Talk")
	page.Says("alert", "Sound cannot get through this network. Try another network, or use a telephone.")
	page.Says("status", "You are next in line.")

	browser.Evaluate[bool](page, `(RTCPeerConnection.prototype.setRemoteDescription = () => new Promise(() => {}), true)`)
	page.Click("button", "Talk")
	page.Gone("button", "Talk") // the gateway has answered
	if _, err := chromedp.Call(page.Context(), cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: deafToTalk}); err != nil {
		t.Fatal(err)
	}
	page.Do(chromedp.Reload())
	page.The("button", "Talk")

	r.work(robin, site, demoAgentEmail, r.account.agentPassword)
	robin.page.Click("button", "Answer")
	shows(t, robin.page, "You are writing with a visitor of the site")
	robin.page.Click("button", "Transfer")
	robin.page.The("button", "Hand over now")
	robin.page.Gone("button", "Talk first")
	robin.page.Click("button", "Talk")
	page.Click("button", "Talk")
	shows(t, robin.page, "In call with a visitor of the site")
	page.Says("status", "In call")
	robin.page.The("button", "Talk first")
	page.Click("button", "Hang up")
	page.WantEnd("hangup")
}
