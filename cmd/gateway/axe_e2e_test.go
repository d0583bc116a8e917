//go:build e2e

package main

import (
	"testing"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

const axe = "../../node_modules/axe-core/axe.min.js"

// accessibleEveryWay holds a page of those who log in to axe's rules as it stands:
// in light and in dark colours, of which it takes pictures, and in Arabic, from right
// to left.
func accessibleEveryWay(t *testing.T, p *browser.Tab, when, name string) {
	t.Helper()
	fits(t, p, 1280, when)
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Accessible(axe, when+", "+scheme)
		picture(t, p, name+"-"+scheme)
	}
	accessibleInArabic(t, p, when+", dark")
}

// accessibleInArabic turns a page, holds it to axe's rules, and turns it back.
func accessibleInArabic(t *testing.T, p *browser.Tab, when string) {
	t.Helper()
	choose(t, p, "Language", "ar")
	p.Eventually("the page from right to left", func() bool {
		return browser.Evaluate[string](p, `getComputedStyle(document.body).direction`) == "rtl"
	})
	p.Accessible(axe, when+", from right to left")
	fits(t, p, 360, when+", from right to left")
	choose(t, p, "اللغة", "en")
}

// everyoneCanUse holds the demo's pages to WCAG 2.2 AA at each stage of a real
// call, in the colours of a scheme.
func everyoneCanUse(scheme string) func(*testing.T, *browser.Browser) {
	return func(t *testing.T, b *browser.Browser) {
		r := rehearse(t, carrier.Config{})
		shop := b.Open(t, r.urls()[0]+"/", browser.Granted)
		shop.Scheme(scheme)
		shop.Accessible(axe, "the shop")
		shop.Click("button", "Call")
		shop.Accessible(axe, "the shop, panel open")
		shop.Click("button", "Call")
		shop.Says("status", "In call")
		shop.Click("button", "Dial pad")
		shop.Click("button", "Mute")
		shop.Says("status", "You are muted.")
		shop.Accessible(axe, "the shop, in call")
		shop.Click("button", "Hang up")
		shop.WantEnd("hangup")
		shop.Accessible(axe, "the shop, ended")

		desk := r.desk(b)
		desk.Scheme(scheme)
		desk.Accessible(axe, "the desk")
		far := r.ring(desk)
		desk.Accessible(axe, "the desk, ringing")
		desk.Click("button", "Accept")
		desk.Says("status", "In call")
		if err := far.Wait(inTime(t), carrier.Reached(carrier.Confirmed), carrier.Up); err != nil {
			t.Fatal(err)
		}
		desk.Accessible(axe, "the desk, in call")
		if err := far.Hangup(inTime(t)); err != nil {
			t.Error(err)
		}
		desk.WantEnd("hangup")
		desk.Accessible(axe, "the desk, ended")
	}
}
