//go:build e2e

package main

import (
	"testing"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// The panel says how the network carries a call.
func aWeakNetworkIsTold(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	way := fly(t, r.browsers.MediaAddr())
	p := r.phone(b)
	p.Reroute(way.port(), false)
	p.Call(echoNumber)
	p.Says("status", "In call")
	well := func() bool {
		return browser.Evaluate[bool](p, `document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=quality]").innerText.includes("Good connection")`)
	}
	p.Eventually("a good network", well)
	way.thin.Store(true)
	p.Says("status", "Your connection is weak: parts of what is said are lost.")
	way.thin.Store(false)
	p.Eventually("a good network again", well)
	if got := p.Text("status"); got != "In call" {
		t.Errorf("the status is still %q", got)
	}
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

// watchScreen keeps what the page is given to keep the screen awake.
const watchScreen = `(() => {
	window.locks = [];
	const ask = navigator.wakeLock.request.bind(navigator.wakeLock);
	navigator.wakeLock.request = async (kind) => { const lock = await ask(kind); locks.push(lock); return lock; };
	return true;
})()`

// A browser lets the screen go dark while the page is out of sight: the lock is gone, and
// is asked for again when the page is back.
func theScreenStaysAwake(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	browser.Evaluate[bool](p, watchScreen)
	held := func() float64 { return browser.Evaluate[float64](p, `locks.filter((lock) => !lock.released).length`) }
	p.Call(echoNumber)
	p.Says("status", "In call")
	p.Eventually("a screen that stays awake", func() bool { return held() == 1 })
	browser.Evaluate[bool](p, `locks[0].release().then(() => document.dispatchEvent(new Event("visibilitychange")))`)
	p.Eventually("another lock", func() bool { return held() == 1 })
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	p.Eventually("a screen that may go dark", func() bool { return held() == 0 })
	browser.Evaluate[bool](p, `document.dispatchEvent(new Event("visibilitychange"))`)
	if n := held(); n != 0 {
		t.Errorf("after the call %v locks are held", n)
	}
}
