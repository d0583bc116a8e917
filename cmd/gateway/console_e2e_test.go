//go:build e2e

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
)

// TestTheConsole has agents at work in real browsers. As in TestFromABrowser, the longest
// stories stand last.
func TestTheConsole(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, harbour))
	for _, story := range []struct {
		name string
		tell func(*testing.T, *browser.Browser)
	}{
		{"one tab of two answers", oneTabOfTwoAnswers},
		{"an agent says whether they are there", anAgentSaysWhetherTheyAreThere},
		{"an agent calls out", anAgentCallsOut},
		{"an agent notes what came of a call", anAgentNotesWhatCameOfACall},
		{"a stranger writes what it likes", aStrangerWritesWhatItLikes},
		{"everyone can answer", everyoneCanAnswer},
		{"a newcomer answers the first call", aNewcomerAnswersTheFirstCall},
		{"an agent hears a message", anAgentHearsAMessage},
		{"a call is handed over", aCallIsHandedOver},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(t, b)
		})
	}
}

// console opens the console and logs the demo's agent in.
func (r *rehearsal) console(b *browser.Browser) *browser.Tab {
	r.t.Helper()
	p := b.Open(r.t, r.urls()[0]+"/console", browser.Granted)
	r.logIn(p, demoAgentEmail, r.account.agentPassword)
	online(r.t, p)
	return p
}

// online waits until calls reach a console, and it may call: its line says so.
func online(t *testing.T, p *browser.Tab) {
	t.Helper()
	p.Eventually("a line that is ready", func() bool { return browser.Evaluate[bool](p, `!!document.querySelector(".line.ready")`) })
}

// unprocessed has the page send the microphone as it is.
func unprocessed(p *browser.Tab) {
	p.Click("button", "Sound and keys")
	p.Click("checkbox", "Send my voice as it is, without noise suppression: for headsets")
}

// colleague hires another agent and opens a console for them.
func (r *rehearsal) colleague(b *browser.Browser, name string) *browser.Tab {
	r.t.Helper()
	return r.employs(b, name, "agent")
}

// employs is colleague for any role.
func (r *rehearsal) employs(b *browser.Browser, name, role string) *browser.Tab {
	r.t.Helper()
	invited := r.ask("POST", "/v1/people", map[string]any{"email": name + "@demo.example", "name": name, "role": role})
	p := b.Open(r.t, r.urls()[0]+"/console", browser.Granted)
	r.logInAnew(p, name+"@demo.example", invited["one_time_password"].(string))
	online(r.t, p)
	return p
}

// cart opens the shop's cart and calls from it.
func (r *rehearsal) cart(b *browser.Browser) *browser.Tab {
	r.t.Helper()
	p := b.Open(r.t, r.urls()[0]+"/cart", browser.Granted)
	p.Unprocessed()
	p.Click("button", "Ask us")
	p.Click("button", "Call")
	return p
}

func aNewcomerAnswersTheFirstCall(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	agent := r.console(b)
	unprocessed(agent)
	hearsThemselves(t, agent)
	visitor := r.cart(b)
	shows(t, agent, "Call from a visitor of the site")
	for _, fact := range []string{"From the page, not checked", "Harbour mug", "2 × Harbour mug, 1 × Harbour plate: € 80", "/cart"} {
		shows(t, agent, fact) // before anybody answers
	}
	agent.Click("button", "Answer")
	shows(t, agent, "In call with a visitor of the site")
	visitor.Says("status", "In call")
	saysHarbour(t, "the visitor", inPage(visitor.Hear()))
	saysHarbour(t, "the agent", inPage(agent.Hear()))

	agent.Click("button", "Hold")
	shows(t, agent, "A visitor of the site is on hold")
	visitor.Says("status", "On hold.")
	agent.Click("button", "Resume")
	visitor.Says("status", "In call")

	// The page is loaded again, and the call is kept.
	agent.Do(chromedp.Reload())
	shows(t, agent, "In call with a visitor of the site")
	saysHarbour(t, "the visitor, after the agent's reload", inPage(visitor.Hear()))
	press(agent, "E") // hang up
	visitor.WantEnd("hangup")
	shows(t, agent, "Last call: a visitor of the site")
	agent.Click("button", "Close the last call")
	agent.Gone("button", "Close the last call")
	if seen := visible(agent); strings.Contains(seen, "Last call") || strings.Contains(seen, "Harbour mug") {
		t.Errorf("with the last call put away, the agent reads\n%s", seen)
	}
	agent.Click("button", "History")
	agent.Eventually("the call in the history", func() bool { return strings.Contains(visible(agent), "From a visitor of the site") })
}

// press presses Ctrl+Shift with a letter.
func press(p *browser.Tab, letter string) {
	browser.Evaluate[bool](p, fmt.Sprintf(
		`document.body.dispatchEvent(new KeyboardEvent("keydown", { code: "Key%s", ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true })) || true`, letter))
}

func aCallIsHandedOver(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	agent, second := r.console(b), r.colleague(b, "Kim").ByKeys()
	unprocessed(second)
	visitor := r.cart(b)
	agent.Click("button", "Answer")
	shows(t, agent, "In call with")

	// Nobody takes it: the agent is back with the caller.
	agent.Click("button", "Transfer")
	agent.The("button", "Kim") // before anything is written
	writeReach(agent, "hand-over", "Nobody")
	agent.Gone("button", "Kim")
	writeReach(agent, "hand-over", "ki")
	agent.The("button", "Kim")
	agent.Do(chromedp.KeyEvent(kb.ArrowDown + kb.Enter)) // out of the field, into the list
	agent.Eventually("Kim picked", func() bool {
		return browser.Evaluate[string](agent, `document.getElementById("hand-over").value`) == "Kim"
	})
	agent.Click("button", "Talk first")
	shows(t, second, asksKim)
	visitor.Says("status", "On hold.")
	second.Click("button", "Reject")
	shows(t, agent, "The call was not handed over.")
	visitor.Says("status", "In call")

	agent.Click("button", "Transfer")
	writeReach(agent, "hand-over", "Kim")
	agent.Click("button", "Talk first")
	second.Click("button", "Answer")
	for _, p := range []*browser.Tab{agent, second} {
		shows(t, p, "You talk")
		shows(t, p, "A visitor of the site is on hold and hears music")
	}
	shows(t, agent, "You talk to Kim. A visitor of the site hears music and does not hear you.")
	for _, known := range []string{asksKim, "From your colleague", "Asked by"} {
		shows(t, second, known)
	}
	if seen := visible(second); strings.Contains(seen, "In call with") || strings.Contains(seen, "Handed over by") {
		t.Errorf("who is asked reads, before the call is handed over,\n%s", seen)
	}
	if seen := visible(agent); strings.Contains(seen, "Asked by") {
		t.Errorf("who asks reads\n%s", seen)
	}

	// Asked once more after the agent's return, Kim takes the call.
	agent.Click("button", "Back to the caller")
	shows(t, agent, "In call with a visitor of the site")
	shows(t, second, "has gone back to the call without handing it over to you.")
	agent.Click("button", "Transfer")
	writeReach(agent, "hand-over", "Kim")
	agent.Click("button", "Talk first")
	second.Click("button", "Answer")
	shows(t, agent, "You talk to Kim.")
	strikes(agent, "Hand over")
	shows(t, agent, "handed")
	shows(t, second, "In call with a visitor of the site")
	shows(t, second, "Handed over by")
	visitor.Says("status", "In call")
	saysHarbour(t, "the visitor", inPage(visitor.Hear()))

	// A queue is picked, whose agent the first one is by now; the note goes with the call.
	repairs := r.ask("POST", "/v1/queues", map[string]any{"name": "Repairs"})["id"].(string)
	r.ask("POST", "/v1/agents", map[string]any{"person": demoAgent, "queues": []string{repairs}})
	second.Click("button", "Transfer")
	second.Write("Note for whoever takes the call", "Wants a new handle")
	second.Eventually("what those in the list are doing", func() bool {
		list := browser.Evaluate[string](second, `document.querySelector(".reachable")?.innerText ?? ""`)
		return strings.Contains(list, "Offline") && strings.Contains(list, "nobody waits")
	})
	second.Click("button", "Repairs")
	strikes(second, "Hand over now")
	visitor.Says("status", "You are next")
	shows(t, second, "The call was handed on")
	r.takesCalls()
	for _, known := range []string{"Call from a visitor of the site", "Note for you", "Wants a new handle", "Handed over by", "Kim", "Harbour mug"} {
		shows(t, agent, known) // before anybody answers
	}
	agent.Click("button", "Answer")
	visitor.Says("status", "In call")
	agent, second = second, agent

	// A telephone joins, and the first agent is free again.
	second.Click("button", "Add someone")
	writeReach(second, "hand-over", echoNumber)
	second.Click("button", "Add")
	r.at(echoNumber, carrier.Up)
	shows(t, second, "In this call")
	visitor.Click("button", "Hang up")
	visitor.WantEnd("hangup")
	second.Click("button", "Hang up")
	shows(t, second, "Last call")
	shows(t, agent, "Ready for calls")
}

// asksKim is what Kim reads who is asked by the demo's agent.
const asksKim = "asks you about a visitor of the site, who hears music and does not hear you."

// writeReach names somebody in a field.
func writeReach(p *browser.Tab, field, name string) {
	p.Eventually("a field "+field, func() bool {
		return browser.Evaluate[bool](p, fmt.Sprintf(`(() => {
			const field = document.getElementById(%q);
			if (!field) return false;
			field.focus();
			field.select();
			return document.execCommand("insertText", false, %q);
		})()`, field, name))
	})
}

func oneTabOfTwoAnswers(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	one := r.console(b)
	two := b.Beside(one, r.urls()[0]+"/console", browser.Granted)
	online(t, two) // logged in already
	visitor := r.cart(b)
	shows(t, one, "Call from")
	two.Click("button", "Answer")
	shows(t, two, "In call")
	shows(t, one, "You are in a call with a visitor of the site in another tab.")
	one.Gone("button", "Answer")
	visitor.Says("status", "In call")
	two.Click("button", "Hang up")
	visitor.WantEnd("hangup")
	one.Eventually("no call elsewhere", func() bool {
		return !strings.Contains(visible(one), "in another tab.") || strings.Contains(visible(one), "Somebody else")
	})

	// A call that rings goes on ringing where the page is loaded again.
	visitor.Forget()
	visitor.Click("button", "Call")
	shows(t, one, "Call from")
	one.Do(chromedp.Reload())
	shows(t, one, "Harbour mug")
	one.Click("button", "Answer")
	shows(t, two, "in another tab")
	visitor.Says("status", "In call")

	// Logging out ends the work in all tabs.
	one.Click("button", "Log out")
	one.The("button", "Log in")
	visitor.Reached("ended")
	two.The("button", "Log in")
}

func anAgentSaysWhetherTheyAreThere(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	agent := r.console(b)
	agent.Gone("combobox", "Your presence") // of no queue yet, nobody asks for it
	r.ask("POST", "/v1/agents", map[string]any{"person": demoAgent})
	r.ask("POST", "/v1/presence_reasons", map[string]any{"name": "Lunch"})
	agent.Do(chromedp.Reload())
	agent.The("combobox", "Your presence")
	agent.Eventually("the account's reason", func() bool { return strings.Contains(visible(agent), "Lunch") })
	is := func(presence, reason string) {
		t.Helper()
		path := "/v1/agents/" + directory.AgentName(demoAgent) + "/presence"
		var now map[string]any
		if !eventually(func() bool {
			now = r.ask("GET", path, nil)
			return now["presence"] == presence && (reason == "" || now["reason"] == reason)
		}) {
			t.Fatalf("the agent is %v, want %s %s", now, presence, reason)
		}
	}
	reason := browser.Evaluate[string](agent, `[...document.querySelectorAll(".presence option")].find((o) => o.text === "Lunch").value`)
	agent.ByKeys()
	choose(t, agent, "Your presence", reason)
	is("away", "Lunch")
	second := r.colleague(b, "Kim").ByKeys()
	second.Click("button", "Colleagues")
	shows(t, second, "Robin")
	shows(t, second, "Lunch") // is what a colleague sees, too
	choose(t, agent, "Your presence", "available")
	is("available", "")

	// A call of their own keeps the queues from offering another.
	second.Click("button", "Call Robin")
	shows(t, agent, "Call from Kim")
	agent.Click("button", "Answer")
	shows(t, second, "In call with Robin")
	is("on_call", "")
	second.Click("button", "Hang up")
	shows(t, agent, "Last call: Kim")
}

func anAgentCallsOut(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	agent := r.console(b).ByKeys()
	writeReach(agent, "dial", "0101")
	agent.Click("button", "Call")
	shows(t, agent, "This is neither a colleague nor a complete number.")
	writeReach(agent, "dial", "+")
	shows(t, agent, "A colleague's name or extension, or a number with country code")
	agent.Click("button", "Keypad")
	for _, key := range "15550100109" {
		agent.Click("button", string(key))
	}
	agent.Click("button", "Delete the last digit")
	agent.Click("button", "1")
	if wrote := browser.Evaluate[string](agent, `document.getElementById("dial").value`); wrote != "+1\u00a0555\u00a0010\u00a00101" {
		t.Errorf("the keys wrote %q", wrote)
	}
	agent.Click("button", "Call")
	shows(t, agent, "In call with +1 555 010 0101")
	far := r.at(echoNumber, carrier.Up)
	agent.Click("button", "Keypad")
	agent.Click("button", "5")
	agent.Eventually("the digit that was sent", func() bool {
		return browser.Evaluate[string](agent, `document.querySelector(".keypad output").value`) == "5"
	})
	agent.Click("button", "Hash")
	wantDigits(t, far, "5#")
	until(t, "the agent's voice at the telephone", func() error { return wantSilence(t, far, false) })
	agent.Click("button", "Mute")
	shows(t, agent, "You are muted.")
	until(t, "silence at the telephone", func() error { return wantSilence(t, far, true) })
	agent.Click("button", "Unmute")
	until(t, "the agent's voice again", func() error { return wantSilence(t, far, false) })
	agent.Click("button", "Hang up")
	if err := far.Wait(inTime(t), carrier.Ended); err != nil {
		t.Fatal(err)
	}
	agent.The("button", "Call +1\u00a0555\u00a0010\u00a00101") // in the history, to be called again

	// Who is not answered is found there, too; the agent looks at something else.
	speaker := ringsAt(t, agent)
	looksAway(agent)
	visitor := r.cart(b)
	shows(t, agent, "Call from")
	wantRing(agent, speaker)
	agent.Click("button", "Reject")
	visitor.WantEnd("rejected")
	wantNoRing(agent)
	looksBack(agent)
	agent.Click("button", "History")
	shows(t, agent, "missed")
}

func aStrangerWritesWhatItLikes(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	agent := r.console(b)
	visitor := b.Open(t, r.urls()[0]+"/cart", browser.Granted)
	for _, name := range []string{"data-page", "data-cart", "data-referrer", "data-title"} {
		visitor.Set(name, hostile)
	}
	key, secret := r.signing()
	r.someoneElseSigns(b, key)
	visitor.Set("key", key)
	visitor.Set("identity", signed(t, secret, "Ada <b>Lovelace</b>"))
	visitor.Click("button", "Ask us")
	visitor.Click("button", "Call")
	shows(t, agent, "Call from Ada <b>Lovelace</b>")
	shows(t, agent, "Checked by the site")
	shows(t, agent, "ada@shop.example")
	shows(t, agent, hostile)
	agent.Click("button", "Answer")
	shows(t, agent, "In call with Ada <b>Lovelace</b>")
	if n := browser.Evaluate[int](agent, `document.querySelectorAll("#console img, #console b, #console script, #console a[href^='javascript']").length`); n != 0 {
		t.Errorf("%d elements were made of what the stranger wrote", n)
	}
	if title := browser.Evaluate[string](agent, `document.title`); strings.Contains(title, "broken in") {
		t.Errorf("the title is %q", title)
	}
	agent.Click("button", "Hang up")
	visitor.WantEnd("hangup")

	// A viewer may look at calls and take none.
	invited := r.ask("POST", "/v1/people", map[string]any{"email": "eve@demo.example", "name": hostile, "role": "viewer"})
	viewer := b.Open(t, r.urls()[0]+"/console", browser.Granted)
	r.logInAnew(viewer, "eve@demo.example", invited["one_time_password"].(string))
	shows(t, viewer, "Your login may not make calls.")

	// Nor is a colleague's name more than text, wherever it is read.
	r.ask("POST", "/v1/people/"+invited["id"].(string), map[string]any{"role": "agent"})
	r.ask("POST", "/v1/agents", map[string]any{"person": invited["id"]})
	agent.Do(chromedp.Reload())
	online(t, agent)
	agent.Click("button", "Colleagues")
	isText(t, agent, "the colleagues")
	owner := r.admin(b, "agents")
	isText(t, owner, "the agents that are set up")
	owner.Do(chromedp.Navigate(r.urls()[0] + "/console#supervise"))
	isText(t, owner, "the board")
}

// isText waits until a page shows what a stranger wrote, and checks that it has made
// nothing of it.
func isText(t *testing.T, p *browser.Tab, where string) {
	t.Helper()
	shows(t, p, hostile)
	if n := browser.Evaluate[int](p, `document.querySelectorAll("img, body script:not([src])").length`); n != 0 {
		t.Errorf("%s: %d elements were made of what the stranger wrote", where, n)
	}
	if title := browser.Evaluate[string](p, `document.title`); strings.Contains(title, "broken in") {
		t.Errorf("%s: the title is %q", where, title)
	}
}

// takesCalls has the demo's agent say that they take calls.
func (r *rehearsal) takesCalls() {
	r.t.Helper()
	r.ask("PUT", "/v1/agents/"+directory.AgentName(demoAgent)+"/presence", map[string]any{"presence": "available"})
}

// everyoneCanAnswer holds each stage of the console to WCAG 2.2 AA, from left to
// right and from right to left, on a telephone's screen and a desk's.
func everyoneCanAnswer(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	p := b.Open(t, r.urls()[0]+"/console", browser.Granted)
	p.The("button", "Log in") // the page first asks whether somebody is logged in
	accessible(p, "the login")
	inEach(p, func(scheme string) { accessibleInArabic(t, p, "the login, "+scheme) })
	r.logIn(p, demoAgentEmail, r.account.agentPassword)
	online(t, p)
	well := func(when string) {
		t.Helper()
		inEach(p, func(scheme string) { fitsEverybody(t, p, when+", "+scheme) })
	}
	for _, view := range []string{"Colleagues", "Sound and keys", "History"} {
		p.Click("button", view)
		well(view)
	}
	p.Click("button", "Sound and keys")
	p.Click("button", "Test the microphone")
	p.The("button", "Stop the test")
	well("the check of the sound")
	p.Click("button", "Stop the test")
	p.Click("button", "History")

	visitor := r.cart(b)
	shows(t, p, "Call from")
	well("ringing")
	inEach(p, func(scheme string) { picture(t, p, "console-"+scheme) })
	choose(t, p, "Language", "ar")
	shows(t, p, "مكالمة من")
	if dir := browser.Evaluate[string](p, `getComputedStyle(document.body).direction`); dir != "rtl" {
		t.Errorf("Arabic is written %s", dir)
	}
	well("ringing, from right to left")
	p.The("button", "رد")
	choose(t, p, "اللغة", "en")
	p.Click("button", "Answer")
	visitor.Says("status", "In call")
	shows(t, p, "In call with")
	inEach(p, func(scheme string) { picture(t, p, "console-call-"+scheme) })
	inEach(visitor, func(scheme string) { window(t, visitor, "widget-call-"+scheme) })
	choose(t, p, "Language", "ar")
	p.Click("button", "تحويل")
	well("handing over, from right to left")
	choose(t, p, "اللغة", "zh")
	shows(t, p, "正在与网站访客通话")
	shows(t, p, "关于与网站访客的通话") // the notes, too, which were begun in English
	well("in call, in Chinese")
	p.Click("button", "挂断")
	visitor.WantEnd("hangup")
	choose(t, p, "语言", "en")
	well("after the call")
}
