//go:build e2e

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// What each party of the supervised call says, in Hz, so that everybody can be told
// from everybody.
const (
	callerSays     = 440
	agentSays      = 720
	supervisorSays = 1250
)

// tone is a microphone that says one note.
func tone(t *testing.T, hz float64) browser.Flag {
	return browser.Speaking(t, soundcheck.Sine(hz, 12000, 10*soundcheck.Rate))
}

// TestTheSupervisor sees a caller wait and an agent's state change, listens,
// whispers, joins and leaves; the call goes on.
func TestTheSupervisor(t *testing.T) {
	t.Parallel()
	r := rehearse(t, carrier.Config{}, furnished)
	r.ask("POST", "/v1/agents", map[string]any{"person": demoAgent})
	sales := r.ask("POST", "/v1/queues", map[string]any{"name": "Sales", "service_level_seconds": 3600})["id"].(string)
	r.ask("POST", "/v1/queues", map[string]any{"name": "Night"})
	r.ask("POST", "/v1/agents/"+directory.AgentName(demoAgent), map[string]any{"queues": []string{sales}})

	boss := r.employs(browser.Start(t, tone(t, supervisorSays)), "Sue", "supervisor")
	unprocessed(boss)
	boss.Click("button", "Supervise")
	shows(t, boss, "Nobody waits.")
	far, err := r.carrier.Call(inTime(t), callersNumber, r.line(sales), func(ctx context.Context, c *carrier.Call) error { return c.Tone(ctx, callerSays) })
	if err != nil {
		t.Fatal(err)
	}
	shows(t, boss, "+1 555 010 0177")
	shows(t, boss, "Nobody is on duty")
	shows(t, boss, "Place 1")
	figure(boss, "Sales", "Longest wait", `^\d+:\d\d$`)
	figure(boss, "Sales", "Answered in time", `^–$`)

	agent := r.console(browser.Start(t, tone(t, agentSays)))
	unprocessed(agent)
	choose(t, agent, "Your presence", "available")
	agent.Click("button", "Answer")
	id := r.running()
	r.answered(id)
	shows(t, boss, "In a call")
	shows(t, boss, "with +1 555 010 0177 from Sales")
	shows(t, boss, "Nobody waits.")
	figure(boss, "Sales", "Longest wait", `^–$`)
	figure(boss, "Sales", "Answered in time", `^100%$`)
	figure(boss, "Sales", "Gave up today", `^0$`)
	figure(boss, "Night", "Answered in time", `^–$`)

	strikes(boss, "Listen to Robin")
	shows(t, boss, "You listen. Nobody hears you.") // answered unasked, for it was asked for
	shows(t, agent, "listens")
	mine, hers := agent.Hear(), boss.Hear()
	hears := func(where string, next func() []int16, these ...float64) {
		t.Helper()
		until(t, where, func() error { return tellOnly(next(), these...) })
	}
	page := func(heard browser.Recording) func() []int16 {
		return func() []int16 { return heard.Next(1500 * time.Millisecond).PCM }
	}
	phone := func() []int16 { return hearing(t, far, 1500*time.Millisecond) }
	hears("the supervisor, listening", page(hers), callerSays, agentSays)
	hears("the agent, listened to", page(mine), callerSays)
	hears("the caller, listened to", phone, agentSays)

	strikes(boss, "Whisper to Robin")
	shows(t, boss, "You whisper to Robin. Nobody else hears you.")
	hears("the agent, whispered to", page(mine), callerSays, supervisorSays)
	hears("the caller, while they whisper", phone, agentSays)

	strikes(boss, "Talk with all")
	shows(t, boss, "You take part. All hear you.")
	hears("the caller, of three", phone, agentSays, supervisorSays)
	hears("the agent, of three", page(mine), callerSays, supervisorSays)

	strikes(boss, "Leave the call")
	shows(t, boss, "Last call")
	hears("the caller, of two again", phone, agentSays)
	if now := r.ask("GET", "/v1/calls/"+id, nil); now["status"] != "in_progress" {
		t.Errorf("after the supervisor has left the call is %v", now["status"])
	}
	agent.Click("button", "Hang up")
	shows(t, boss, "Available")
	strikes(boss, "Figures")
	shows(t, boss, "The same in figures")
	boss.Click("button", "Close supervision")
	boss.Gone("button", "Figures")
}

// figure waits until the board says something of a queue, as a pattern has it.
func figure(p *browser.Tab, queue, name, pattern string) {
	p.Eventually(fmt.Sprintf("%s of %s as %s", name, queue, pattern), func() bool {
		return browser.Evaluate[bool](p, fmt.Sprintf(`(() => {
			const card = [...document.querySelectorAll(".queues .queue")].find((one) => one.querySelector("h3").innerText.trim() === %q);
			const row = [...(card?.querySelectorAll("dl div") ?? [])].find((one) => one.querySelector("dt").textContent === %q);
			return new RegExp(%q).test(row?.querySelector("dd").textContent ?? "");
		})()`, queue, name, pattern))
	})
}

// line makes a reference that leads to a queue.
func (r *rehearsal) line(queue string) string {
	r.t.Helper()
	return r.ask("POST", "/v1/references", map[string]any{"target": "queue:" + queue})["id"].(string)
}

// running is the one call that runs.
func (r *rehearsal) running() string {
	r.t.Helper()
	return r.ask("GET", "/v1/live/calls", nil)["data"].([]any)[0].(map[string]any)["id"].(string)
}

// tellOnly checks that these notes are heard, and of what the parties say no other.
func tellOnly(heard []int16, these ...float64) error {
	for _, hz := range []float64{callerSays, agentSays, supervisorSays} {
		purity, level := soundcheck.Tone(heard, hz)
		switch wanted := slices.Contains(these, hz); {
		case wanted && purity < 0.15:
			return fmt.Errorf("%v Hz is only %.2f of the sound, at %.0f dB", hz, purity, level)
		case !wanted && purity > 0.03:
			return fmt.Errorf("%v Hz is %.2f of the sound, and should not be heard", hz, purity)
		}
	}
	return nil
}

// TestTheBoard holds the supervisor's board to WCAG 2.2 AA, and leads callers by it.
func TestTheBoard(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, harbour))
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) { t.Parallel(); aBoard(t, b, scheme) })
	}
}

func aBoard(t *testing.T, b *browser.Browser, scheme string) {
	r := rehearse(t, carrier.Config{}, furnished)
	sales := r.ask("POST", "/v1/queues", map[string]any{"name": "Sales"})["id"].(string)
	r.ask("POST", "/v1/queues", map[string]any{"name": "Repairs"})
	r.ask("POST", "/v1/agents", map[string]any{"person": demoAgent, "queues": []string{sales}, "phone": echoNumber}) // somewhere to be reached
	p := b.Open(t, r.urls()[0]+"/console#supervise", browser.Granted)
	p.Scheme(scheme)
	r.logIn(p, r.account.email, r.account.password)
	shows(t, p, "Nobody waits.")
	far, err := r.carrier.Call(inTime(t), callersNumber, r.line(sales), nil)
	if err != nil {
		t.Fatal(err)
	}
	shows(t, p, "Nobody is on duty")
	says := func(product string) {
		r.ask("POST", "/v1/calls/"+r.running(), map[string]any{"metadata": map[string]string{"page": "/cart", "product": product}})
		shows(t, p, product)
	}
	says("Harbour mug")
	const lead = "Lead +1\u00a0555\u00a0010\u00a00177"
	press := func(name string) { p.Click("button", name) }
	if scheme == "dark" { // by keys alone
		press = func(name string) { strikes(p, name) }
	}
	press(lead)
	well := func(when string) {
		t.Helper()
		fitsEverybody(t, p, when)
	}
	well("the board")
	picture(t, p, "supervisor-"+scheme)
	says(hostile)
	press("Move")
	shows(t, p, "Moved.")
	p.Eventually("the caller in the other queue", func() bool { return strings.Contains(visible(p), "Repairs · Place 1") })
	choose(t, p, "Presence of Robin", "away")
	presence := "/v1/agents/" + directory.AgentName(demoAgent) + "/presence"
	p.Eventually("Robin away", func() bool { return r.ask("GET", presence, nil)["presence"] == "away" })

	press(lead)
	press("End the waiting")
	press("Really end it")
	if err := far.Wait(inTime(t), carrier.Ended); err != nil {
		t.Error(err)
	}
	shows(t, p, "Nobody waits.")
	another, err := r.carrier.Call(inTime(t), callersNumber, r.line(sales), nil)
	if err != nil {
		t.Fatal(err)
	}
	p.The("button", lead)
	if err := another.Hangup(inTime(t)); err != nil {
		t.Error(err)
	}
	figure(p, "Sales", "Gave up today", `^1$`)
	press("Figures")
	shows(t, p, "The same in figures")
	p.Eventually("the caller in the figures", func() bool {
		return browser.Evaluate[bool](p, `[...document.querySelectorAll(".wide tbody td:nth-child(2)")].some((cell) => cell.textContent === "2")`)
	})
	well("the history")
	picture(t, p, "history-"+scheme)
	choose(t, p, "Language", "ar")
	shows(t, p, "الأرقام نفسها")
	well("the history, from right to left")
	p.Click("button", "الآن")
	shows(t, p, "لا أحد ينتظر.")
	well("the board, from right to left")
}
