//go:build e2e

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// hearsThemselves has an agent check the sound before the shift: what the console
// plays back is what the microphone took up, and nobody is told that it is silent.
func hearsThemselves(t *testing.T, p *browser.Tab) {
	t.Helper()
	p.Click("button", "Test the microphone")
	until(t, "what the agent said, played back", func() error {
		p.The("button", "Record and play back")
		replayed := p.Replay()
		p.Click("button", "Record and play back")
		shows(t, p, "This is how you sound.")
		said := replayed.AtLeast(2500 * time.Millisecond).PCM
		p.Eventually("the end of it", func() bool { return !strings.Contains(visible(p), "This is how you sound.") })
		return tellRoughly(said, harbour, garden)
	})
	if strings.Contains(visible(p), silentMicrophone) {
		t.Error("a microphone that is heard is called silent")
	}
	p.Click("button", "Stop the test")
}

// silentMicrophone is what an agent reads whose microphone says nothing.
const silentMicrophone = "Nothing is heard from this microphone."

// wantSilence listens whether a telephone hears somebody, or nobody.
func wantSilence(t *testing.T, far *carrier.Call, wanted bool) error {
	t.Helper()
	if silent := soundcheck.Silent(hearing(t, far, 2*time.Second)); silent != wanted {
		return fmt.Errorf("silence at the telephone: %v, want %v", silent, wanted)
	}
	return nil
}

// ringsAt chooses the loudspeaker at which the console rings, another than the
// system's.
func ringsAt(t *testing.T, p *browser.Tab) (speaker string) {
	t.Helper()
	p.Click("button", "Sound and keys")
	p.The("combobox", "Where it rings")
	p.Eventually("a choice of loudspeakers", func() bool {
		speaker = browser.Evaluate[string](p, `(async () => (await navigator.mediaDevices.enumerateDevices())
			.find((one) => one.kind === "audiooutput" && !["", "default", "communications"].includes(one.deviceId))?.deviceId ?? "")()`)
		return speaker != ""
	})
	choose(t, p, "Where it rings", speaker)
	return speaker
}

// looksAway has the agent allow notifications and look at another page. What the
// console then makes, and what becomes of it, is kept: the browser's own
// notifications and sound contexts.
func looksAway(p *browser.Tab) {
	p.PermitNotifications(browser.Granted)
	browser.Evaluate[bool](p, `(() => {
		Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
		window.notices = [];
		window.Notification = class extends Notification {
			constructor(title, options) { super(title, options); notices.push(this); }
			close() { this.over = true; super.close(); }
		};
		window.sounds = [];
		window.AudioContext = class extends AudioContext {
			constructor(options) { super(options); sounds.push(this); }
		};
		return true;
	})()`)
}

// looksBack has the agent look at the console again.
func looksBack(p *browser.Tab) {
	browser.Evaluate[bool](p, `delete document.hidden && document.dispatchEvent(new Event("visibilitychange"))`)
}

// wantRing waits until the console rings at a loudspeaker, and a notification says who
// calls and what about.
func wantRing(p *browser.Tab, speaker string) {
	p.Eventually("a ring at the chosen loudspeaker", func() bool {
		return browser.Evaluate[bool](p, fmt.Sprintf(`sounds.some((one) => one.state === "running" && one.sinkId === %q)`, speaker))
	})
	p.Eventually("a notification of the caller", func() bool {
		return browser.Evaluate[bool](p, `notices.length === 1 && !notices[0].over
			&& notices[0].title === "Call from a visitor of the site" && notices[0].body.includes("Harbour mug")`)
	})
}

// wantNoRing waits until nothing rings, and nothing tells of a call.
func wantNoRing(p *browser.Tab) {
	p.Eventually("no notification and no ring", func() bool {
		return browser.Evaluate[bool](p, `notices.length === 1 && notices.every((one) => one.over)
			&& sounds.length > 0 && sounds.every((one) => one.state === "closed") && !document.title.includes("Call from")`)
	})
}
