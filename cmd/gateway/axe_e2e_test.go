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
	inEach(p, func(scheme string) {
		p.Accessible(axe, when+", "+scheme)
		picture(t, p, name+"-"+scheme)
	})
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

// schemes are those that pages are shown in.
var schemes = []string{"light", "dark"}

// inEach does something with a page in each of them.
func inEach(p *browser.Tab, do func(scheme string)) {
	for _, scheme := range schemes {
		p.Scheme(scheme)
		do(scheme)
	}
}

// accessible holds a page to axe's rules as it stands, in each scheme.
func accessible(p *browser.Tab, when string) {
	inEach(p, func(scheme string) { p.Accessible(axe, when+", "+scheme) })
}

// everyoneCanUse holds the demo's pages to WCAG 2.2 AA at each stage of a real call.
func everyoneCanUse(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	shop := b.Open(t, r.urls()[0]+"/", browser.Granted)
	accessible(shop, "the shop")
	shop.Click("button", "Call")
	accessible(shop, "the shop, panel open")
	shop.Click("button", "Call")
	shop.Says("status", "In call")
	shop.Click("button", "Dial pad")
	shop.Click("button", "Mute")
	shop.Says("status", "You are muted.")
	accessible(shop, "the shop, in call")
	shop.Click("button", "Hang up")
	shop.WantEnd("hangup")
	accessible(shop, "the shop, ended")

	desk := r.desk(b)
	accessible(desk, "the desk")
	far := r.ring(desk)
	accessible(desk, "the desk, ringing")
	desk.Click("button", "Accept")
	desk.Says("status", "In call")
	if err := far.Wait(inTime(t), carrier.Reached(carrier.Confirmed), carrier.Up); err != nil {
		t.Fatal(err)
	}
	accessible(desk, "the desk, in call")
	if err := far.Hangup(inTime(t)); err != nil {
		t.Error(err)
	}
	desk.WantEnd("hangup")
	accessible(desk, "the desk, ended")
}
