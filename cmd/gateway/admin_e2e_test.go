//go:build e2e

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// TestTheAdminPage has an owner set up an account in a real browser.
func TestTheAdminPage(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, harbour))
	for _, story := range []struct {
		name string
		tell func(*testing.T, *browser.Browser)
	}{
		{"from nothing to the first call", fromNothingToTheFirstCall},
		{"nothing is lost silently", nothingIsLostSilently},
		{"a price is set", aPriceIsSet},
		{"a wallet is filled", aWalletIsFilled},
		{"everyone can set up", everyoneCanSetUp},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(t, b)
		})
	}
}

// admin opens the page on which things are set up, as the demo's owner.
func (r *rehearsal) admin(b *browser.Browser, view string) *browser.Tab {
	r.t.Helper()
	p := b.Open(r.t, r.urls()[0]+"/admin#"+view, browser.Granted)
	r.logIn(p, r.account.email, r.account.password)
	p.The("button", "Log out")
	return p
}

// A shopPage is a customer's page on a site of its own.
type shopPage struct {
	url          string
	html, policy atomic.Value
}

func newShopPage(t *testing.T) *shopPage {
	t.Helper()
	s := &shopPage{}
	s.html.Store("")
	s.policy.Store("")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if policy := s.policy.Load().(string); policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">%s`, s.html.Load())
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// allDay has every day be open for all of it.
const allDay = `(async () => {
	for (const day of document.querySelectorAll(".day > .field:first-child input")) {
		if (!day.checked) day.click();
		await new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame));
	}
	const clocks = [...document.querySelectorAll("input.clock")];
	for (const [i, field] of clocks.entries()) {
		field.value = i % 2 ? "24:00" : "00:00";
		field.dispatchEvent(new Event("input", { bubbles: true }));
		await new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame));
	}
	return clocks.length;
})()`

// fromNothingToTheFirstCall: an owner who has never seen the page follows its
// first steps, and somebody calls from the page that got the button.
func fromNothingToTheFirstCall(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	shop := newShopPage(t)
	owner := r.admin(b, "").ByKeys()

	owner.Click("link", "Say when you are open")
	owner.Click("link", "New opening hours")
	owner.Write("Name", "Office")
	if clocks := browser.Evaluate[int](owner, allDay); clocks != 14 {
		t.Fatalf("there are %d times to fill in", clocks)
	}
	owner.Click("button", "New opening hours")
	shows(t, owner, "Open now")

	owner.Click("link", "First steps")
	owner.Click("link", "Make a queue in which callers wait")
	owner.Click("link", "New queue")
	owner.Write("Name", "Sales") // and keeps the only hours there are
	owner.Click("button", "New queue")
	owner.The("button", "Delete")

	owner.Click("link", "Agents")
	owner.Click("link", "New agent")
	owner.Click("button", "Invite somebody new")
	owner.Write("Their name", "Kim")
	owner.Write("E-mail", "kim@demo.example")
	owner.Click("button", "Invite")
	shows(t, owner, "one-time password")
	password := browser.Evaluate[string](owner, `document.querySelector(".copied code").innerText`)
	owner.Click("checkbox", "Sales")
	owner.Click("button", "New agent")
	owner.The("button", "Delete")

	owner.Click("link", "References")
	owner.Click("link", "New reference")
	owner.Write("Name", "Sales desk")
	owner.Click("button", "New reference") // a queue is what it leads to where nothing else was chosen
	shows(t, owner, "Link that anybody may open")
	ref := browser.Evaluate[string](owner, `location.hash.split("/")[1]`)

	owner.Click("link", "Numbers")
	owner.Click("link", "New number")
	owner.Write("Number", "+15550100250")
	owner.Click("button", "New number")
	choose(t, owner, "It leads to", ref)
	owner.Click("button", "Save")
	shows(t, owner, "Saved.")

	owner.Click("link", "Widgets")
	owner.Click("link", "New widget")
	owner.Write("Name", "Shop")
	owner.Write("Sites", shop.url)
	owner.Click("checkbox", "Sales desk")
	owner.Click("button", "New widget")
	owner.Click("button", "Copy: The two lines")
	shows(t, owner, "Copied.")
	shop.html.Store(browser.Evaluate[string](owner, `document.querySelector("pre[aria-label='The two lines']").innerText`))

	// The page's own policy is in the way, and says so before a visitor finds out.
	shop.policy.Store("script-src " + r.urls()[0] + "; connect-src 'self'")
	owner.Click("button", "Check the page")
	shows(t, owner, "The button cannot work on this page yet.")
	shows(t, owner, "connect-src 'self' "+r.urls()[0]+" ws")
	shop.policy.Store("")
	owner.Click("button", "Check the page")
	shows(t, owner, "Nothing was found that keeps the button from working.")

	agent := b.Open(t, r.urls()[0]+"/console", browser.Granted)
	r.logInAnew(agent, "kim@demo.example", password)
	online(t, agent)
	agent.The("combobox", "Your presence")
	choose(t, agent, "Your presence", "available")

	visitor := b.Open(t, shop.url, browser.Granted)
	visitor.Click("button", "Call")
	visitor.Click("button", "Call")
	shows(t, agent, "Call from a visitor of the site")
	agent.Click("button", "Answer")
	visitor.Says("status", "In call")
	agent.Click("button", "Hang up")
	visitor.WantEnd("hangup")
	for _, number := range r.ask("GET", "/v1/numbers?limit=100", nil)["data"].([]any) {
		if n := number.(map[string]any); n["number"] == "+15550100250" && n["reference"] != ref {
			t.Errorf("the number leads to %v, want %s", n["reference"], ref)
		}
	}
	numbersAreRouted(t, r, owner)
}

// numbersAreRouted: the operator makes another trunk and a route over it, sees
// which numbers would go that way before anybody calls, and takes both back.
func numbersAreRouted(t *testing.T, r *rehearsal, owner *browser.Tab) {
	owner.Click("link", "Trunks")
	shows(t, owner, "Switch to live calls")
	owner.Gone("link", "New trunk")
	choose(t, owner, "Mode", "live")
	owner.Click("link", "New trunk")
	owner.Write("Name", "second")
	owner.Write("Address", "127.0.0.99:5099") // where nobody is
	owner.Write("User name", "acme")
	owner.Write("Password", "open sesame")
	owner.Write("Caller ID", "015550100")
	owner.Click("button", "New trunk")
	shows(t, owner, "begin the number with +")
	owner.Eventually("brought to what was refused", func() bool { return browser.Evaluate[bool](owner, broughtToTheRefused) })
	owner.Do(chromedp.EmulateViewport(360, 740)) // a telephone's, on which the bar takes more of the screen
	tabTo(owner, "New trunk")
	owner.Do(chromedp.KeyEvent("\r"))
	owner.Eventually("brought there on a small screen, by the keyboard", func() bool { return browser.Evaluate[bool](owner, broughtToTheRefused) })
	owner.Do(chromedp.EmulateViewport(1280, 740))
	owner.Write("Caller ID", "+15550100001")
	owner.Click("button", "New trunk")
	owner.The("button", "Delete")
	if kept := browser.Evaluate[string](owner, `document.querySelector("input[type=password]").value + document.body.innerText`); strings.Contains(kept, "sesame") {
		t.Error("the password is shown")
	}

	owner.Click("link", "Routes")
	owner.Click("link", "New route")
	owner.Write("Name", "new") // a name like any other, and not the address of the form
	owner.Write("Numbers that begin with", "+49")
	owner.Click("button", "Add a trunk: Trunks, in the order in which they are tried")
	owner.Click("button", "Try number 2 earlier")
	owner.Click("button", "New route")
	owner.The("button", "Delete")
	owner.Click("link", "New route")
	owner.The("textbox", "Name")
	r.show(owner, "routes/new")
	owner.The("button", "Delete")
	if over := r.ask("GET", "/v1/routes/new", nil)["trunks"].([]any); len(over) != 2 || over[0] != "second" {
		t.Errorf("Germany goes over %v", over)
	}
	owner.Write("Number", "+4930901820")
	owner.Click("button", "Try it")
	shows(t, owner, "second would carry the call.")
	shows(t, owner, "carries test calls alone") // the demonstration's own
	owner.Write("Number", "+33140205050")
	owner.Click("button", "Try it")
	shows(t, owner, "it is refused")

	confirmed := func() {
		owner.Click("button", "Delete")
		browser.Evaluate[bool](owner, `(document.querySelector("dialog .danger").click(), true)`)
	}
	r.show(owner, "trunks/second")
	confirmed()
	shows(t, owner, "routed over it by new")
	r.show(owner, "routes/new")
	confirmed()
	shows(t, owner, "Nothing here yet.")
	r.show(owner, "trunks/second")
	confirmed()
	owner.Gone("button", "Delete")
	if left := r.ask("GET", "/v1/trunks", nil)["data"].([]any); len(left) != 1 {
		t.Errorf("after both were deleted there are %v", left)
	}
}

// broughtToTheRefused is whether what was refused has the focus and lies in view,
// clear of the bar with the buttons, and both it and the bar say why.
const broughtToTheRefused = `(() => {
	const field = document.activeElement, bar = document.querySelector(".sticky");
	if (field?.getAttribute("aria-invalid") !== "true") return false;
	const { top, bottom } = field.getBoundingClientRect();
	const said = field.closest(".field").querySelector(".problem").innerText;
	return top >= 0 && bottom <= bar.getBoundingClientRect().top && said !== "" && bar.querySelector("[role=alert]").innerText === said;
})()`

// inTheSameInstant has somebody else change what the page is about to change,
// once the page has looked at it for the last time.
const inTheSameInstant = `(() => {
	const real = window.fetch;
	window.fetch = async (path, how) => {
		if (how?.method === "POST" && String(path).startsWith("/v1/queues/")) {
			window.fetch = real;
			await real(path, { ...how, headers: { ...how.headers, "If-Match": "*" }, body: JSON.stringify({ ring_seconds: 33 }) });
		}
		return real(path, how);
	};
	return true;
})()`

func nothingIsLostSilently(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	queue := r.ask("POST", "/v1/queues", map[string]any{"name": hostile})["id"].(string)
	ref := r.ask("POST", "/v1/references", map[string]any{"target": "queue:" + queue, "label": "Shop"})["id"].(string)
	p := r.admin(b, "queues/"+queue)
	shows(t, p, hostile) // as it was written, and nothing of it runs

	// Whoever goes elsewhere is asked first.
	p.Write("Name", "Mine")
	shows(t, p, "Not saved yet")
	p.Click("link", "Agents")
	strikes(p, "Stay")
	if at := browser.Evaluate[string](p, `location.hash`); at != "#queues/"+queue {
		t.Errorf("who stays is at %s", at)
	}
	browser.Evaluate[bool](p, `(() => {
		const modes = document.querySelector("select");
		modes.value = "live";
		return modes.dispatchEvent(new Event("change", { bubbles: true }));
	})()`)
	p.Click("button", "Stay")
	if mode := browser.Evaluate[string](p, `document.querySelector("select").value`); mode != "test" {
		t.Errorf("who stays in test mode reads %q", mode)
	}
	shows(t, p, "Not saved yet")

	// Somebody else was faster.
	r.ask("POST", "/v1/queues/"+queue, map[string]any{"name": "Theirs"})
	p.Click("button", "Save")
	shows(t, p, "Somebody else has changed this")
	strikes(p, "Show theirs, drop my changes")
	shows(t, p, "Theirs")
	tabTo(p, "Name")
	p.Do(chromedp.KeyEvent("Ours\r")) // a form is saved by Enter; what comes into a field by the tabulator is chosen whole
	shows(t, p, "Saved.")

	// Somebody else saves in the same instant: between this page's last look and its change.
	browser.Evaluate[bool](p, inTheSameInstant)
	p.Write("Name", "Ours again")
	p.Click("button", "Save")
	shows(t, p, "Somebody else has changed this")
	if typed, theirs := browser.Evaluate[string](p, `document.querySelector(".editor input").value`), browser.Evaluate[bool](p, `[...document.querySelectorAll(".conflict :disabled input")].some(({ value }) => value === "33")`); typed != "Ours again" || !theirs {
		t.Errorf("what was typed is %q now, and whether theirs is shown: %t", typed, theirs)
	}
	p.Click("button", "Save mine over theirs")
	shows(t, p, "Saved.")
	if both := r.ask("GET", "/v1/queues/"+queue, nil); both["name"] != "Ours again" || both["ring_seconds"] != 33.0 {
		t.Errorf("of two who have changed different things, the queue has %v and %v", both["name"], both["ring_seconds"])
	}

	// What is wrong is said at its field, and nothing is lost by it.
	strikes(p, "Add a step: Asking for less skill")
	browser.Evaluate[bool](p, `(() => { const by = document.querySelector(".step input[max='10']"); by.value = "11"; by.dispatchEvent(new Event("input", { bubbles: true })); by.form.noValidate = true; return true; })()`)
	p.Click("button", "Save")
	shows(t, p, "relax")
	strikes(p, "Undo changes")

	// What is in use is not deleted, and deleting asks.
	strikes(p, "Delete")
	p.The("button", "Keep it")
	strikes(p, "Keep it")
	p.Click("button", "Delete")
	p.The("button", "Keep it")
	strikes(p, "Delete") // the question's, which keeps the focus until it is answered
	shows(t, p, "leads to this queue.")
	r.ask("DELETE", "/v1/references/"+ref, nil)
	p.Click("button", "Delete")
	browser.Evaluate[bool](p, `(document.querySelector("dialog .danger").click(), true)`)
	shows(t, p, "Nothing here yet.")

	// Who may only look changes nothing.
	r.ask("POST", "/v1/queues", map[string]any{"name": "Seen"})
	invited := r.ask("POST", "/v1/people", map[string]any{"email": "eve@demo.example", "name": "Eve", "role": "viewer"})
	viewer := b.Open(t, r.urls()[0]+"/admin#queues", browser.Granted)
	r.logInAnew(viewer, "eve@demo.example", invited["one_time_password"].(string))
	viewer.Click("link", "Seen")
	shows(t, viewer, "Who answers")
	viewer.Gone("button", "Save")
	viewer.Gone("link", "New queue")
	viewer.Gone("link", "Agents")
	if open := browser.Evaluate[int](viewer, `document.querySelectorAll("form :is(input, select, textarea):enabled").length`); open != 0 {
		t.Errorf("%d fields can be written into", open)
	}
}

// everyoneCanSetUp holds each view to WCAG 2.2 AA, from left to right and from
// right to left, on a telephone's screen and a desk's.
func everyoneCanSetUp(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	shop := newShopPage(t)
	shop.html.Store(`<script type="module" src="` + r.urls()[0] + `/v1/widget.js"></script><p>Soon with a button`)
	shop.policy.Store("script-src " + r.urls()[0] + "; connect-src 'self'")
	views := r.furnishAdmin(shop.url)
	p := b.Open(t, r.urls()[0]+"/admin", browser.Granted)
	p.The("button", "Log in") // the page first asks whether somebody is logged in
	accessible(p, "the login")
	inEach(p, func(scheme string) { accessibleInArabic(t, p, "the login, "+scheme) })
	r.logIn(p, r.account.email, r.account.password)
	p.The("button", "Log out")
	well := func(when string) {
		t.Helper()
		inEach(p, func(scheme string) { fitsEverybody(t, p, when+", "+scheme) })
	}
	shows(t, p, "From nothing to the first call.")
	well("the first steps")
	inEach(p, func(scheme string) { picture(t, p, "admin-"+scheme) })
	for _, view := range views {
		r.show(p, view)
		well(view)
	}
	r.show(p, views[len(views)-1]) // the widget
	p.Click("button", "Show the button")
	p.The("button", "Call")
	p.Click("button", "Check the page")
	shows(t, p, "The button cannot work on this page yet.")
	well("the widget's button, and what is wrong with the page")
	inEach(p, func(scheme string) { picture(t, p, "admin-widget-"+scheme) })
	choose(t, p, "Mode", "live") // in which trunks and routes can be edited
	for _, view := range []string{"trunks/-new", "routes/-new"} {
		r.show(p, view)
		well(view)
	}
	p.Write("Number", "+4930901820")
	p.Click("button", "Try it")
	shows(t, p, "would carry the call.")
	well("a number that was tried")
	inEach(p, func(scheme string) { picture(t, p, "admin-routes-"+scheme) })
	inEach(p, func(scheme string) { accessibleInArabic(t, p, "a number that was tried, "+scheme) })
	r.show(p, views[11]) // the trunk
	p.Write("Number to call", echoNumber)
	p.Click("button", "Call")
	shows(t, p, "Everything went well.")
	well("a test call")
	inEach(p, func(scheme string) { accessibleInArabic(t, p, "a test call, "+scheme) })
	choose(t, p, "Mode", "test")
	r.show(p, views[1]) // the queue
	p.Write("Name", "Mine")
	r.ask("POST", "/v1/"+views[1], map[string]any{"name": "Theirs"})
	p.Click("button", "Save")
	shows(t, p, "Somebody else has changed this")
	well("two who have changed the same")
	inEach(p, func(scheme string) { accessibleInArabic(t, p, "two who have changed the same, "+scheme) })
	p.Click("button", "Show theirs, drop my changes")
	shows(t, p, "Theirs")
	choose(t, p, "Language", "ar")
	if dir := browser.Evaluate[string](p, `getComputedStyle(document.body).direction`); dir != "rtl" {
		t.Errorf("Arabic is written %s", dir)
	}
	for _, view := range []string{views[0], views[1], views[len(views)-1]} {
		r.show(p, view)
		well(view + ", from right to left")
	}
	choose(t, p, "اللغة", "zh")
	r.show(p, views[1])
	well("a queue, in Chinese")
}

// furnishAdmin makes one thing of each kind, the widget for a site, and returns
// where each is edited.
func (r *rehearsal) furnishAdmin(site string) []string {
	r.t.Helper()
	made := func(path string, body map[string]any) string { return r.ask("POST", path, body)["id"].(string) }
	hours := made("/v1/hours", map[string]any{"name": "Office", "time_zone": "Europe/Berlin", "week": []any{map[string]any{"day": "monday", "from": "09:00", "to": "17:00"}},
		"holidays": []any{map[string]any{"date": "12-25", "name": "Christmas"}}, "exceptions": []any{map[string]any{"date": "2026-12-24", "open": []any{map[string]any{"from": "09:00", "to": "12:00"}}}}})
	night := made("/v1/queues", map[string]any{"name": "Night"})
	queue := made("/v1/queues", map[string]any{"name": "Sales", "hours": hours, "strategy": "skills", "overflow": []any{map[string]any{"after_seconds": 60, "queue": night}}, "relax": []any{map[string]any{"after_seconds": 30, "by": 2}}})
	agent := made("/v1/agents", map[string]any{"person": demoAgent, "queues": []any{queue}, "skills": map[string]any{"german": 8}})
	rule := made("/v1/context_rules", map[string]any{"name": "Gold", "when": []any{map[string]any{"key": "product", "is": "equals", "values": []any{"mug"}}}, "then": map[string]any{"queue": queue, "needs": map[string]any{"german": 5}}})
	reason := made("/v1/presence_reasons", map[string]any{"name": "Lunch"})
	disposition := made("/v1/dispositions", map[string]any{"name": "Sold"})
	shared := made("/v1/shared_pages", map[string]any{"name": "Offers", "url": "https://shop.example/offers", "whole_site": true})
	ref := made("/v1/references", map[string]any{"target": "queue:" + queue, "label": "Sales desk"})
	number := made("/v1/numbers", map[string]any{"number": "+15550100251", "account": r.ask("GET", "/v1/account", nil)["id"]})
	widget := made("/v1/widgets", map[string]any{"name": "Shop", "origins": []any{site}, "destinations": []any{ref}})
	price := made("/v1/prices", map[string]any{"name": "Advice", "currency": "EUR", "per_minute": "1.20", "video_per_minute": "2.40", "free_seconds": 180, "destinations": []any{ref}})
	trunk := r.ask("GET", "/v1/trunks", nil)["data"].([]any)[0].(map[string]any)["name"].(string)
	return []string{"hours/" + hours, "queues/" + queue, "people/" + demoAgent, "agents/" + agent, "rules/" + rule, "reasons/" + reason, "dispositions/" + disposition, "pages/" + shared,
		"references/" + ref, "numbers/" + number, "trunks", "trunks/" + trunk, "routes", "queues", "agents/-new", "prices", "prices/-new", "prices/" + price, "widgets/" + widget}
}

// show opens a view, and waits until it is there.
func (r *rehearsal) show(p *browser.Tab, view string) {
	r.t.Helper()
	browser.Evaluate[bool](p, fmt.Sprintf(`(location.hash = %q, true)`, view))
	wanted := `document.querySelector(".editor form") !== null`
	if !strings.Contains(view, "/") {
		wanted = `document.querySelector(".editor") === null && document.querySelector("main h1") !== null`
	}
	p.Eventually(view, func() bool {
		return browser.Evaluate[bool](p, fmt.Sprintf(`location.hash === "#%s" && %s`, view, wanted))
	})
}
