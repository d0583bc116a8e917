//go:build e2e

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"webtrunk/e2e/browser"
)

// othersStop is ten times what other pages may take to stop ringing once somebody
// has answered. go run ./bench queue measures, from when they begin to.
const othersStop = 5 * time.Second

// TestACallIsTakenOnce: two tabs of one agent and another agent ring. One tab answers:
// the others stop, and who presses Answer too late reads that the call is taken. The
// answering tab's network changes under it, and it is loaded again; each time the call
// goes on, and the caller is told meanwhile.
func TestACallIsTakenOnce(t *testing.T) {
	t.Parallel()
	r, cable := rehearseByCable(t, furnished, staffed)
	r.ringAll()
	visitor, robin, sam := arrive(t, "the visitor", harbour), arrive(t, "Robin", garden), arrive(t, "Sam", kitchen)
	r.work(robin, r.urls()[0], demoAgentEmail, r.account.agentPassword)
	r.work(sam, cable.url(), demoSecondEmail, r.account.secondPassword)
	second := &party{name: "Robin's second tab", b: robin.b, says: garden}
	second.open(t, robin.b.Beside(robin.page, r.urls()[0]+"/console", browser.Granted))
	online(t, second.page)

	r.callsFromCart(visitor)
	for _, p := range []*party{robin, second, sam} {
		shows(t, p.page, "Call from")
	}
	answeredTooLate(r, cable, second, sam)
	visitor.page.Says("status", "In call")
	second.page.Click("button", "Hang up")
	visitor.page.WantEnd("hangup")
	second.page.Click("button", "Finish wrapping up")

	way := fly(t, r.browsers.MediaAddr())
	second.page.Reroute(way.port(), false)
	visitor.page.Forget()
	visitor.page.Click("button", "Call")
	othersStopRinging(t, second, robin, sam)
	visitor.page.Says("status", "In call")
	visitor.listen()
	second.listen()
	wantHeard(t, "in the call", visitor.hears(garden, kitchen, harbour), second.hears(harbour, kitchen, garden))

	comesBack(t, "on another path", func() {
		way.cut()
		wantHeard(t, "on another path", visitor.hears(garden, kitchen, harbour), second.hears(harbour, kitchen, garden))
	})
	if n := second.page.Received().Connections; n != 1 {
		t.Errorf("the page has made %d connections, want its first to go on", n)
	}

	said := noteAlerts(visitor.page)
	comesBack(t, "loaded again", func() {
		second.page.Do(chromedp.Reload())
		shows(t, second.page, "In call with a visitor of the site")
		second.listen()
		wantHeard(t, "loaded again", visitor.hears(garden, kitchen, harbour), second.hears(harbour, kitchen, garden))
	})
	const reconnects = "The other side's connection is lost and is being restored. Stay on the line."
	if all := said(); !strings.Contains(all, reconnects) {
		t.Errorf("the visitor was told %q", all)
	}
	visitor.page.Eventually("no word of it any more", func() bool { return visitor.page.Text("alert") == "" })
	second.page.Click("button", "Hang up")
	visitor.page.WantEnd("hangup")
	if n := len(r.ask("GET", "/v1/events?types=offer.accepted", nil)["data"].([]any)); n != 2 {
		t.Errorf("%d offers were accepted, want one of each call", n)
	}
}

// ringAll has the demo's queue ring everybody, whatever is in the cart.
func (r *rehearsal) ringAll() {
	r.t.Helper()
	for _, rule := range r.ask("GET", "/v1/context_rules", nil)["data"].([]any) {
		r.ask("DELETE", "/v1/context_rules/"+rule.(map[string]any)["id"].(string), nil)
	}
	for _, queue := range r.ask("GET", "/v1/queues", nil)["data"].([]any) {
		r.ask("POST", "/v1/queues/"+queue.(map[string]any)["id"].(string), map[string]any{"strategy": "ring_all"})
	}
}

// answeredTooLate has one answer while the other, who does not hear of it yet, presses
// Answer too: they read that the call is taken.
func answeredTooLate(r *rehearsal, cable *cable, first, late *party) {
	r.t.Helper()
	cable.stall()
	first.page.Click("button", "Answer")
	shows(r.t, first.page, "In call")
	late.page.Click("button", "Answer")
	shows(r.t, late.page, "Connecting…")
	cable.flow()
	shows(r.t, late.page, "Somebody else has answered this call")
	late.page.Gone("button", "Answer")
	shows(r.t, first.page, "In call")
}

// othersStopRinging has one answer, and the pages say when the others stopped. How long
// the one's microphone and path for sound take is no part of it: until then the call is
// not answered.
func othersStopRinging(t *testing.T, first *party, others ...*party) {
	t.Helper()
	for _, p := range append(others, first) {
		shows(t, p.page, "Call from")
		ringing := browser.Evaluate[bool](p.page, `(() => {
			const rings = () => [...document.querySelectorAll("button")].some((b) => b.innerText === "Answer");
			const talks = () => document.querySelector(".call.in_call") !== null;
			[window.stopped, window.talked] = [0, 0];
			new MutationObserver(() => {
				if (!stopped && !rings()) stopped = Date.now();
				if (!talked && talks()) talked = Date.now();
			}).observe(document.body, { subtree: true, childList: true, attributes: true });
			addEventListener("click", () => (window.pressed ??= Date.now()), { capture: true });
			return rings();
		})()`)
		if !ringing {
			t.Fatalf("%s does not ring", p.name)
		}
	}
	first.page.Click("button", "Answer")
	shows(t, first.page, "In call")
	pressed, answered := browser.Evaluate[float64](first.page, `window.pressed ?? 0`), browser.Evaluate[float64](first.page, `talked`)
	for _, p := range others {
		p.page.Gone("button", "Answer")
		stopped := browser.Evaluate[float64](p.page, `stopped`)
		if pressed == 0 || answered == 0 || stopped == 0 {
			t.Fatalf("pressed at %v, answered at %v, %s stopped at %v: the pages have not told all of it", pressed, answered, p.name, stopped)
		}
		after := time.Duration(stopped-answered) * time.Millisecond
		t.Logf("%s stopped ringing %v after the other was in the call, %v after Answer was pressed", p.name, after, time.Duration(stopped-pressed)*time.Millisecond)
		if after > othersStop {
			t.Errorf("%s stopped ringing %v after the call was answered, want within %v", p.name, after, othersStop)
		}
	}
}

// comesBack has a call lose its sound, and get it back within ten times the time that
// is named for it.
func comesBack(t *testing.T, what string, lose func()) {
	t.Helper()
	begun := time.Now()
	lose()
	took := time.Since(begun).Round(time.Second / 10)
	t.Logf("%s: three seconds of sound were heard %v after it was lost", what, took)
	if took > 10*browser.SoundBack+3*time.Second {
		t.Errorf("%s: sound was back after %v, want within %v", what, took, 10*browser.SoundBack)
	}
}

// noteAlerts notes what the widget says is wrong, from now on.
func noteAlerts(p *browser.Tab) func() string {
	browser.Evaluate[bool](p, `(() => {
		const root = document.querySelector("webtrunk-call").shadowRoot;
		window.alerts = [];
		const note = () => root.querySelectorAll("[role=alert]").forEach((e) => e.innerText && alerts.push(e.innerText));
		new MutationObserver(note).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
		return true;
	})()`)
	return func() string { return fmt.Sprint(browser.Evaluate[[]string](p, `[...new Set(alerts)]`)) }
}
