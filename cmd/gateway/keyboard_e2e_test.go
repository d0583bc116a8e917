//go:build e2e

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// anAgentUsesKeysAlone logs in, takes calls, calls out and logs out, without a mouse.
func anAgentUsesKeysAlone(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	p := b.Open(t, r.urls()[0]+"/console", browser.Granted)
	p.The("button", "Log in")
	tabTo(p, "E-mail")
	p.Do(chromedp.KeyEvent(demoAgentEmail))
	tabTo(p, "Password")
	p.Do(chromedp.KeyEvent(r.account.agentPassword + "\r"))
	online(t, p)

	visitor := r.cart(b)
	shows(t, p, "Call from")
	chord(p, "X") // reject
	visitor.WantEnd("rejected")
	visitor.Forget()
	visitor.Click("button", "Call")
	shows(t, p, "Call from")
	chord(p, "A") // answer
	shows(t, p, "In call with")
	chord(p, "M") // mute
	shows(t, p, "You are muted.")
	chord(p, "M")
	chord(p, "H") // hold
	visitor.Says("status", "On hold.")
	chord(p, "H")
	visitor.Says("status", "In call")
	chord(p, "F") // transfer: the field is there, and the call as it was
	p.Eventually("the focus in the transfer's field", func() bool {
		return browser.Evaluate[bool](p, `document.activeElement.id === "hand-over"`)
	})
	p.Do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))) // the note stands before it
	p.Do(chromedp.KeyEvent("About the mug" + kb.Tab + echoNumber))
	strikes(p, "Talk first")
	shows(t, p, "You talk to +1 555 010 0101.")
	strikes(p, "Back to the caller")
	visitor.Says("status", "In call")
	p.Gone("button", "Back to the caller")
	p.Eventually("the focus on the call, whose button has gone", func() bool {
		return browser.Evaluate[string](p, `document.activeElement.id`) == "call-title"
	})
	if strings.Contains(visible(p), "The call was not handed over") {
		t.Error("who goes back to the caller reads that this failed")
	}

	tabTo(p, "Add someone")
	p.Do(chromedp.KeyEvent(" " + toneNumber + "\r")) // however fast, every key goes into the field that opens
	third := r.at(toneNumber, carrier.Up)
	shows(t, p, "+1 555 010 0103")
	if err := third.Hangup(inTime(t)); err != nil {
		t.Error(err)
	}
	p.Eventually("the third one gone", func() bool { return !strings.Contains(visible(p), "+1 555 010 0103") })
	strikes(p, "Keypad")
	p.Eventually("the focus on the keys", func() bool { return browser.Evaluate[string](p, focused) == "1" })
	p.Do(chromedp.KeyEvent("5"))
	p.Eventually("the digit that was sent", func() bool {
		return browser.Evaluate[string](p, `document.querySelector(".keypad output").value`) == "5"
	})
	p.Do(chromedp.KeyEvent(kb.Escape))
	p.Eventually("the focus where the keypad was opened", func() bool { return browser.Evaluate[string](p, focused) == "Keypad" })
	chord(p, "E") // hang up
	visitor.WantEnd("hangup")
	shows(t, p, "Last call")

	chord(p, "D") // dial: the focus is in the field
	p.Do(chromedp.KeyEvent("+1 (555) 010-0101\r"))
	shows(t, p, "In call with +1 555 010 0101")
	chord(p, "E")
	shows(t, p, "Last call")
	for _, view := range []string{"Colleagues", "Sound and keys", "History"} {
		strikes(p, view)
		p.Eventually(view, func() bool {
			return browser.Evaluate[string](p, `document.querySelector(".tabs [aria-pressed=true]").firstChild.textContent`) == view // before how many are new
		})
	}
	strikes(p, "Log out")
	p.The("button", "Log in")
}

// chord presses Ctrl and Shift with a letter.
func chord(p *browser.Tab, letter string) {
	p.Settled()
	p.Do(chromedp.KeyEvent(letter, chromedp.KeyModifiers(chromedp.ModifierCtrl, chromedp.ModifierShift)))
}

// strikes finds a button by the tabulator and presses the space bar.
func strikes(p *browser.Tab, name string) {
	tabTo(p, name)
	p.Do(chromedp.KeyEvent(" "))
}

// tabTo presses the tabulator until the focus is on something with a name. A page that
// keeps the focus, or has nothing of that name in its order, fails.
func tabTo(p *browser.Tab, name string) {
	p.Eventually(fmt.Sprintf("%q in the order of its focus", name), func() bool {
		for range 80 {
			at := browser.Evaluate[string](p, focused)
			if at == name {
				return true
			}
			p.Do(chromedp.KeyEvent(kb.Tab))
		}
		return false
	})
}

// focused is what has the focus, by its name.
const focused = `(() => {
	const e = document.activeElement;
	return (e?.ariaLabel ?? e?.labels?.[0]?.firstChild?.textContent ?? e?.textContent ?? "").trim();
})()`
