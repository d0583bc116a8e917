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
	"webtrunk/dispatch"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// callersName is how the console names who calls, in labels.
const callersName = "+1\u00a0555\u00a0010\u00a00177"

// answersSupport opens a console whose agent answers a queue, which has a number.
func (r *rehearsal) answersSupport(b *browser.Browser, wrapUp int) (*browser.Tab, dispatch.Queue) {
	r.t.Helper()
	_, queue := queueAt(r.t, r.demo)
	r.ask("POST", "/v1/queues/"+queue.ID, map[string]any{"wrap_up_seconds": wrapUp})
	r.ask("POST", "/v1/agents", map[string]any{"person": demoAgent, "queues": []string{queue.ID}})
	agent := r.console(b)
	agent.The("combobox", "Your presence")
	return agent, queue
}

// becomes waits until the demo's agent is something.
func (r *rehearsal) becomes(presence string) {
	r.t.Helper()
	var now map[string]any
	if !eventually(func() bool {
		now = r.ask("GET", "/v1/agents/"+directory.AgentName(demoAgent)+"/presence", nil)
		return now["presence"] == presence
	}) {
		r.t.Fatalf("the agent is %v, not %s", now, presence)
	}
}

// callsItself is what a telephone says of its owner: the worst that a stranger may
// write, or a name where pictures are taken.
func callsItself() string {
	if *pictures != "" {
		return "Ann Lee"
	}
	return hostile
}

// telephone calls the queue's number, and calls itself what a stranger may.
func (r *rehearsal) telephone() *carrier.Call {
	r.t.Helper()
	far, err := r.carrier.CallAs(inTime(r.t), callsItself(), callersNumber, waitingNumber, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return far
}

// inNotes is what stands in the field of notes.
func inNotes(p *browser.Tab) string {
	return browser.Evaluate[string](p, `document.querySelector(".notes textarea")?.value ?? ""`)
}

// headOf is how the card of the call is headed.
func headOf(p *browser.Tab) string {
	return browser.Evaluate[string](p, `document.getElementById("call-title")?.innerText ?? ""`)
}

// An agent opens the page that a rule names, writes while they talk, loads the page
// again, chooses what came of it and is done; what was not saved outlives a logout.
func anAgentNotesWhatCameOfACall(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	r.ask("POST", "/v1/context_rules", map[string]any{"name": "All", "then": map[string]any{"page": "https://crm.example/call?from=queue"}})
	sold := r.ask("POST", "/v1/dispositions", map[string]any{"name": "Sold"})["id"].(string)
	agent, _ := r.answersSupport(b, 600)
	shows(t, agent, "queues offer you no calls") // connected, and not ready
	if head := headOf(agent); head != "Offline" {
		t.Errorf("while no calls come, the card is headed %q", head)
	}
	strikes(agent, "Take calls")
	r.becomes("available")
	agent.Eventually("ready for calls", func() bool { return headOf(agent) == "Ready for calls" })
	far := r.telephone()
	shows(t, agent, "Call from +1 555 010 0177")
	shows(t, agent, "From the telephone network, not checked")
	name := callsItself()
	name = name[:min(len(name), 64)] // as far as one is taken
	shows(t, agent, name)            // nothing of it runs
	if n := browser.Evaluate[int](agent, `document.querySelectorAll("#console img, #console script").length`); n != 0 {
		t.Errorf("%d elements were made of what the telephone calls itself", n)
	}
	agent.The("link", "Open the page about this call (crm.example)")
	link := browser.Evaluate[string](agent, `(({ href, rel, target }) => [href, rel, target].join(" "))(document.querySelector(".facts a"))`)
	if link != "https://crm.example/call?from=queue noopener noreferrer _blank" {
		t.Errorf("the link is %s", link)
	}
	agent.Click("button", "Answer")
	shows(t, agent, "In call with")
	press(agent, "L") // notes
	agent.Do(chromedp.KeyEvent("Wants two mugs"))
	shows(t, agent, "Not saved yet.")
	agent.Do(chromedp.Reload())
	shows(t, agent, "In call with")
	agent.Eventually("the words, after the reload", func() bool { return inNotes(agent) == "Wants two mugs" })

	if err := far.Hangup(inTime(t)); err != nil {
		t.Error(err)
	}
	r.becomes("wrap_up")
	shows(t, agent, " left")
	tabTo(agent, "What came of it")
	agent.Do(chromedp.KeyEvent("S")) // a list is chosen from by the first letter
	accessibleEveryWay(t, agent, "wrapping up", "console-wrap-up")
	fits(t, agent, 360, "wrapping up")
	strikes(agent, "Save and finish")
	r.becomes("available")
	shows(t, agent, "Saved.")
	found := r.ask("GET", "/v1/records?disposition="+sold, nil)
	if text := fmt.Sprint(found["data"]); !strings.Contains(text, "caller.name:"+name) || !strings.Contains(text, "Wants two mugs") || !strings.Contains(text, directory.AgentName(demoAgent)) {
		t.Errorf("the record is %s", text)
	}

	// The next caller hangs up: what was noted of another is not theirs.
	gone := r.telephone()
	shows(t, agent, "Call from +1 555 010 0177")
	if err := gone.Hangup(inTime(t)); err != nil {
		t.Error(err)
	}
	agent.Eventually("no notes of a call that was missed", func() bool {
		return strings.HasPrefix(headOf(agent), "Last call") && !browser.Evaluate[bool](agent, `!!document.querySelector(".notes")`)
	})

	// More occurs to the agent, who is logged out before it is saved.
	strikes(agent, "With notes")
	strikes(agent, "Notes on the call with "+callersName)
	agent.Eventually("the focus in the notes", func() bool {
		return browser.Evaluate[bool](agent, `document.activeElement.matches(".notes textarea")`)
	})
	agent.Do(chromedp.KeyEvent(kb.End + " and a plate"))
	shows(t, agent, "Not saved yet.")
	agent.Click("button", "Log out")
	r.logIn(agent, demoAgentEmail, r.account.agentPassword)
	agent.Eventually("the words, after the login", func() bool { return inNotes(agent) == "Wants two mugs and a plate" })
	agent.Click("button", "Save")
	shows(t, agent, "Saved.")
	agent.Eventually("the words in the history", func() bool {
		return strings.Contains(browser.Evaluate[string](agent, `document.querySelector(".past .noted")?.textContent ?? ""`), "Sold Wants two mugs and a plate")
	})
}

// A caller leaves a message while everybody is away. The agent sees that it is new,
// hears it, and calls back.
func anAgentHearsAMessage(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	agent, _ := r.answersSupport(b, 0)
	choose(t, agent, "Your presence", "away")
	r.becomes("away")
	far := r.telephone()
	reaches(t, far, carrier.Reached(carrier.Confirmed))
	hears(t, r.phrases, far, "hold", "music")
	hears(t, r.phrases, far, "music", "hold")
	if err := far.SendDigits(t.Context(), "2"); err != nil {
		t.Fatal(err)
	}
	isAsked(t, r.phrases, far)
	if err := far.Play(t.Context(), harbour); err != nil {
		t.Fatal(err)
	}
	if err := far.SendDigits(t.Context(), "#"); err != nil {
		t.Fatal(err)
	}
	reaches(t, far, carrier.Ended)
	strikes(agent, "Voicemails 1")
	agent.The("button", "Call back: "+callersName)
	accessibleEveryWay(t, agent, "messages", "console-messages")
	fits(t, agent, 360, "messages")
	if err := soundcheck.Hears(agent.Play(".messages audio").PCM, harbour, garden); err != nil {
		t.Errorf("the agent hears no harbour: %v", err)
	}
	agent.The("button", "Voicemails") // none is new any more
	strikes(agent, "Call back: "+callersName)
	r.at(callersNumber) // where the simulated network has nobody
	shows(t, agent, "Last call")
}
