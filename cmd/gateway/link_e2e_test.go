//go:build e2e

package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
)

// Somebody who has got a link opens it, presses the button twice and talks.
func aLinkIsCalled(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	p := b.Open(t, r.urls()[0]+"/r/"+r.pages.Reference, browser.Granted)
	for _, language := range []string{"ar", "zh", "en"} { // it is remembered: the last is what the call below is in
		p.Click("link", map[string]string{"ar": "العربية", "zh": "中文", "en": "English"}[language])
		p.The("heading", map[string]string{"ar": "اتصال", "zh": "通话", "en": "Call"}[language])
		for _, scheme := range []string{"light", "dark"} {
			p.Scheme(scheme)
			p.Accessible(axe, "the page of a link in "+language+", "+scheme)
		}
		fits(t, p, 360, "the page of a link in "+language)
	}
	p.Click("button", "Call")
	until(t, "the shop and whoever has its link", func() error {
		p.Forget()
		p.Click("button", "Call")
		heard := p.Hear()
		p.Says("status", "In call")
		far := r.at(shopNumber, carrier.Up)
		said := hearing(t, far, 4*time.Second)
		greeting := allSaid(t, far, heard)
		p.Click("button", "Hang up")
		p.WantEnd("hangup")
		if err := far.Wait(inTime(t), carrier.Ended); err != nil {
			t.Fatal(err)
		}
		return errors.Join(greeted(greeting), tellRoughly(said, harbour, garden))
	})
}

// A link that was withdrawn looks like one that never was.
func aWithdrawnLinkLeadsToNobody(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	id := r.ask("POST", "/v1/references", map[string]any{"target": shopNumber})["id"].(string)
	operator, err := r.directory.Operator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	by := directory.Principal{Account: operator.ID, ID: directory.CommandLine, Test: true}
	if _, err := r.directory.UpdateReference(t.Context(), by, id, directory.ReferenceChange{Enabled: new(bool)}); err != nil {
		t.Fatal(err)
	}
	page := func(reference string) string {
		p := b.Open(t, r.urls()[0]+"/r/"+reference, browser.Granted)
		p.The("heading", "This link leads to nobody")
		p.Accessible(axe, "a link to nobody")
		p.Scheme("dark")
		p.Accessible(axe, "a link to nobody, dark")
		return browser.Evaluate[string](p, `document.documentElement.outerHTML`)
	}
	withdrawn, never := page(id), page("ref_never_was")
	if withdrawn != never || strings.Contains(withdrawn, "webtrunk-call") {
		t.Errorf("a withdrawn link can be told from one that never was:\n%s\n%s", withdrawn, never)
	}
}
