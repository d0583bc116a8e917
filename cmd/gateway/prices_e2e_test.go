//go:build e2e

package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// aPriceIsSet: an owner makes a price by keys alone, reads what a call costs by it, changes
// it, takes it out of use and deletes it.
func aPriceIsSet(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	queue := r.ask("POST", "/v1/queues", map[string]any{"name": "Advice"})["id"].(string)
	ref := r.ask("POST", "/v1/references", map[string]any{"target": "queue:" + queue, "label": "Lawyers"})["id"].(string)
	owner := r.admin(b, "prices").ByKeys()
	number := func(name, text string) {
		t.Helper()
		owner.Reach("spinbutton", name)
		owner.Do(chromedp.KeyEvent(text))
	}

	owner.Click("link", "New price")
	owner.Write("Name", "Advice")
	owner.Write("A minute of talk (EUR)", "1,20") // as it is written in many countries
	owner.Write("A minute with pictures (EUR)", "2.40")
	owner.Write("Due once (EUR)", "0.50")
	number("Free seconds at the beginning", "180")
	number("First step in seconds", "60")
	owner.Click("checkbox", "Lawyers")
	number("Percent for the agent who answers", "70.5")
	owner.Click("button", "New price")
	shows(t, owner, "A call of 7 min 30 sec costs €5.90. 4 min 30 sec are charged. It can begin with a balance of €1.70.")
	made := r.ask("GET", "/v1/prices", nil)["data"].([]any)[0].(map[string]any)
	for field, want := range map[string]any{"currency": "EUR", "per_minute": "1.2", "connect": 50.0, "free_seconds": 180.0, "first_seconds": 60.0, "after": "end", "seller_part": 7050.0, "active": true} {
		if made[field] != want {
			t.Errorf("%s is %v, want %v", field, made[field], want)
		}
	}
	if to := made["destinations"].([]any); len(to) != 1 || to[0] != ref {
		t.Errorf("it is for %v, want %s", to, ref)
	}

	owner.Click("checkbox", "With pictures")
	number("Minutes", "10")
	owner.Click("button", "Work it out")
	shows(t, owner, "A call of 10 min 30 sec costs €18.50.")
	number("Minutes", "2")
	owner.Click("button", "Work it out")
	shows(t, owner, "A call of 2 min 30 sec costs nothing.")

	owner.Write("A minute of talk (EUR)", "2")
	owner.Click("button", "Save")
	shows(t, owner, "A call of 7 min 30 sec costs €9.50.")
	shows(t, owner, "€2.00 a minute · €0.50 at once")

	owner.Write("Payers", "whoever")
	owner.Click("button", "Save")
	shows(t, owner, `"whoever" cannot pay`)
	owner.Eventually("brought to what was refused", func() bool { return browser.Evaluate[bool](owner, broughtToTheRefused) })
	owner.Click("button", "Undo changes")

	owner.Click("checkbox", "In use")
	owner.Click("button", "Save")
	shows(t, owner, "not in use")
	if kept := r.ask("GET", "/v1/prices/"+made["id"].(string), nil); kept["active"] != false {
		t.Errorf("a price that was taken out of use is %v", kept)
	}
	owner.Click("button", "Delete")
	browser.Evaluate[bool](owner, `(document.querySelector("dialog .danger").click(), true)`)
	shows(t, owner, "Nothing here yet.")
}
