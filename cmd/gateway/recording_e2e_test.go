//go:build e2e

package main

import (
	"testing"

	"webtrunk/archive/recordings"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestACallIsRecordedInBrowsers has a visitor asked on the page, agree, and take it back in
// the end; the agent pauses the recording by keys alone, and hears it with the call's story.
func TestACallIsRecordedInBrowsers(t *testing.T) {
	r := rehearse(t, carrier.Config{}, furnished)
	account, err := r.directory.Operator(t.Context())
	must(t, err)
	by := directory.Principal{Account: account.ID, ID: directory.CommandLine, Rights: directory.AllRights(), Test: true, Operator: true}
	_, err = r.directory.UpdatePerson(t.Context(), by, demoAgent, directory.PersonChange{Role: new(directory.Supervisor)}) // who may hear recordings
	must(t, err)
	harbour, garden := soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)

	visitor := browser.Start(t, browser.Speaking(t, harbour)).Open(t, r.urls()[0]+"/cart", browser.Granted).ByKeys()
	desk := browser.Start(t, browser.Speaking(t, garden))
	owner := desk.Open(t, r.urls()[0]+"/admin", browser.Granted)
	r.logIn(owner, r.account.email, r.account.password)
	choose(t, owner, "Mode", "test")
	r.show(owner, "queues")
	choose(t, owner, "Calls are recorded", "ask")
	fitsEverybody(t, owner, "how calls are recorded")
	owner.Click("button", "Save")
	shows(t, owner, "Saved.")
	owner.Click("button", "Log out")
	agent := desk.Open(t, r.urls()[0]+"/console", browser.Granted)
	r.logIn(agent, demoAgentEmail, r.account.agentPassword)
	online(t, agent)
	agent.ByKeys()
	visitor.Click("button", "Ask us")
	visitor.Click("button", "Call")
	visitor.Says("status", "May we record this call?")
	inEach(visitor, func(scheme string) {
		visitor.Accessible(axe, "a question, "+scheme)
		window(t, visitor, "widget-recording-"+scheme)
	})
	agent.Click("button", "Answer")
	visitor.Says("status", "In call")
	shows(t, agent, "Nothing is recorded. Somebody in the call has not agreed.")
	visitor.Click("button", "Yes, you may record")
	visitor.Says("status", "This call is recorded.")
	shows(t, agent, "This call is recorded.")
	agent.Click("button", "Pause the recording")
	visitor.Says("status", "The recording is paused.")
	shows(t, agent, "What is said now is not in it.")
	accessibleEveryWay(t, agent, "a paused recording", "console-recording")
	agent.Click("button", "Go on recording")
	visitor.Says("status", "This call is recorded.")
	visitor.Eventually("enough said", func() bool {
		return browser.Evaluate[bool](visitor, `(window.since ??= performance.now()) < performance.now() - 6000`)
	})
	visitor.Click("button", "Do not record me any more")
	shows(t, agent, "The recording is paused. Somebody in the call has not agreed.")
	visitor.Click("button", "Hang up")

	var kept []recordings.Recording
	agent.Eventually("the recording", func() bool {
		kept, err = r.library.List(t.Context(), account.ID, true, 10, "")
		must(t, err)
		return len(kept) == 1
	})
	left, right := r.channels(t, account.ID, kept[0].ID)
	if err := soundcheck.Hears(left, harbour, garden); err != nil {
		t.Error("on the left: ", err)
	}
	if err := soundcheck.Hears(right, garden, harbour); err != nil {
		t.Error("on the right: ", err)
	}
	agent.Click("button", "Timeline of the call with a visitor of the site")
	shows(t, agent, "agreed to be recorded")
	shows(t, agent, "did not agree to be recorded")
	if pcm := agent.Play(".heard audio").PCM; !soundcheck.Find(pcm, harbour).Heard() && !soundcheck.Find(pcm, garden).Heard() {
		t.Error("what the agent hears of the recording is neither of them")
	}
}
