//go:build e2e

package main

import (
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// Whoever cannot be heard is told why, and how to be heard again. Whoever runs
// the gateway sees it beside the call, and reads it in the events.

// watched looks at the sound of calls more often than a gateway that is served.
func watched(d *demo) { d.sampled = time.Second }

// explained waits until the events tell why somebody was not heard, with a
// sentence for an operator.
func (r *rehearsal) explained(verdict string) {
	r.t.Helper()
	told := func() bool {
		for _, item := range r.ask("GET", "/v1/events?limit=100&types=leg.quality_warning_raised", nil)["data"].([]any) {
			if data := item.(map[string]any)["data"].(map[string]any); data["metric"] == verdict {
				message, _ := data["message"].(string)
				return message != ""
			}
		}
		return false
	}
	if !eventually(told) {
		r.t.Errorf("no event explains %s; there are\n%s", verdict, r.logged(""))
	}
}

// A switch at the headset is off: the browser sends silence.
func aSilentMicrophoneIsExplained(t *testing.T, _ *browser.Browser) {
	b := browser.Start(t, browser.Speaking(t, make([]int16, soundcheck.Rate)))
	r := rehearse(t, carrier.Config{}, watched, furnished)
	agent := r.console(b) // who checks the sound before the shift reads it, too
	agent.Click("button", "Sound and keys")
	agent.Click("button", "Test the microphone")
	p := r.phone(b)
	p.Call(echoNumber)
	p.Says("alert", "The other side cannot hear you: your microphone is silent. Check its switch, and whether another one is chosen")
	shows(t, r.monitor(b, r.urls()[0], "calls"), "silent microphone")
	r.explained("silent_microphone")
	shows(t, agent, silentMicrophone)
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

// The browser loses the microphone in the call: the page says so by itself, with
// a button beside it, before the gateway has listened long enough.
func aMicrophoneThatIsTakenAwayIsExplained(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, watched)
	p := r.phone(b)
	p.Call(echoNumber)
	p.Says("status", "In call")
	far := r.at(echoNumber)
	saysHarbour(t, "before", atTelephone(t, far))
	p.Permit(browser.Denied)
	p.Says("alert", "Your microphone was interrupted. The other side cannot hear you.")
	shows(t, r.monitor(b, r.urls()[0], "calls"), "microphone muted by system")
	r.explained("microphone_muted_by_system")

	p.Permit(browser.Granted)
	p.Click("button", "Turn microphone on")
	p.Eventually("no complaint", func() bool { return p.Text("alert") == "" })
	saysHarbour(t, "after", atTelephone(t, far))
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

// A firewall lets the way be found and no sound pass; then it does. The telephone,
// an echo, falls silent too: the page says what its person can do about it.
func aNetworkThatLetsNothingOutIsExplained(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, watched)
	way := fly(t, r.browsers.MediaAddr())
	p := r.phone(b)
	p.Reroute(way.port(), false)
	p.Call(echoNumber)
	p.Says("status", "In call")
	far := r.at(echoNumber)
	saysHarbour(t, "before", atTelephone(t, far))
	way.mute.Store(true)
	p.Says("alert", "The other side cannot hear you: nothing arrives from your browser. Check your connection, or reload this page.")
	shows(t, r.monitor(b, r.urls()[0], "calls"), "no packets from browser")
	r.explained("no_packets_from_browser")

	way.mute.Store(false)
	p.Eventually("no complaint", func() bool { return p.Text("alert") == "" })
	saysHarbour(t, "after", atTelephone(t, far))
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}
