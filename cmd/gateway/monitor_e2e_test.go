//go:build e2e

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
)

// TestTheMonitor has an operator look at a real gateway with calls running.
func TestTheMonitor(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, harbour))
	for _, story := range []struct {
		name string
		tell func(*testing.T, *browser.Browser)
	}{
		{"logging in and out", loggingInAndOut},
		{"calls as they run", callsAsTheyRun},
		{"events without gap or repetition", eventsWithoutGapOrRepetition},
		{"events are chosen and paused", eventsAreChosenAndPaused},
		{"a delivery is replayed", aDeliveryIsReplayed},
		{"records are searched", recordsAreSearched},
		{"everyone can use it", everyoneCanMonitor},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(t, b)
		})
	}
}

// hostile is what a stranger may write.
const hostile = `<img src=x onerror="document.title='broken in'"><script>alert(1)</script>`

// furnished makes a demo's account, as the demo command does, and lets webhooks
// go to this machine.
func furnished(d *demo) {
	d.simulated, d.gateway.furnish = true, d.furnish
	d.cfg.Webhooks.AllowHTTP = true
	d.cfg.Webhooks.AllowNetworks = []network{network(netip.MustParsePrefix("127.0.0.1/32"))}
}

// ask asks the interface with the demo's key.
func (r *rehearsal) ask(method, path string, body any) (answer map[string]any) {
	r.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.urls()[0]+path, bytes.NewReader(text))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+r.account.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := client(nil).Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNoContent {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode >= 300 {
		r.t.Fatalf("%s %s: %s, %v, %v", method, path, response.Status, answer, err)
	}
	return answer
}

// join has two telephones called and joined. It returns the call's ID.
func (r *rehearsal) join(from, to string, metadata map[string]string) string {
	r.t.Helper()
	return r.ask("POST", "/v1/calls", map[string]any{"from": from, "to": to, "metadata": metadata})["id"].(string)
}

// hangUp ends a call from outside the page.
func (r *rehearsal) hangUp(id string) {
	r.t.Helper()
	r.ask("POST", "/v1/calls/"+id+"/hangup", map[string]any{})
}

// monitor opens a view of the monitor, logged in.
func (r *rehearsal) monitor(b *browser.Browser, base, view string) *browser.Tab {
	r.t.Helper()
	p := b.Open(r.t, base+"/monitor#"+view, browser.Granted)
	r.logIn(p, r.account.email, r.account.password)
	p.The("button", "Log out")
	return p
}

func (r *rehearsal) logIn(p *browser.Tab, email, password string) {
	r.t.Helper()
	p.Write("E-mail", email)
	p.Write("Password", password)
	p.Click("button", "Log in")
}

// logInAnew logs in whoever has been invited, with a password of their own.
func (r *rehearsal) logInAnew(p *browser.Tab, email, oneTime string) {
	r.t.Helper()
	r.logIn(p, email, oneTime)
	p.Write("New password, of at least 12 characters", "a longer new password\r")
}

// shows waits until the page shows a text.
func shows(t *testing.T, p *browser.Tab, text string) {
	t.Helper()
	p.Eventually(fmt.Sprintf("%q", text), func() bool { return strings.Contains(visible(p), text) })
}

// visible is all that the page shows, with plain spaces.
func visible(p *browser.Tab) string {
	return browser.Evaluate[string](p, `document.body.innerText.replaceAll("\u00a0", " ")`)
}

// choose chooses in a list, as a person does.
func choose(t *testing.T, p *browser.Tab, list, value string) {
	t.Helper()
	p.Choose(list, value)
}

// fits checks that nothing is wider than a screen.
func fits(t *testing.T, p *browser.Tab, width int64, when string) {
	t.Helper()
	p.Do(chromedp.EmulateViewport(width, 740))
	if over := browser.Evaluate[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("%s: the page is %v px wider than %d px", when, over, width)
	}
}

// fitsEverybody checks that a page can be used on screens of three widths, by who
// does not see it and by who points with a finger.
func fitsEverybody(t *testing.T, p *browser.Tab, when string) {
	t.Helper()
	for _, width := range []int64{320, 360, 1280} {
		fits(t, p, width, when)
	}
	p.Accessible(axe, when)
	if small := browser.Evaluate[string](p, tooSmall); small != "" {
		t.Errorf("%s: too small for a finger: %s", when, small)
	}
}

func loggingInAndOut(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	p := b.Open(t, r.urls()[0]+"/monitor", browser.Granted)
	r.logIn(p, r.account.email, "wrong")
	shows(t, p, "The email address, the password or the code is wrong.")
	p.Write("Password", r.account.password)
	p.Do(chromedp.KeyEvent("\r"))
	shows(t, p, "No call runs.")
	p.Do(chromedp.Reload())
	p.The("heading", "Calls 0") // still logged in
	p.Click("button", "Log out")
	p.The("button", "Log in")
	p.Do(chromedp.Reload())
	p.The("button", "Log in")

	invited := r.ask("POST", "/v1/people", map[string]any{"email": "eve@demo.example", "name": hostile, "role": "viewer"})
	r.logIn(p, "eve@demo.example", invited["one_time_password"].(string))
	p.The("textbox", "New password, of at least 12 characters")
	p.Do(chromedp.KeyEvent("a longer new password\r")) // the focus is in the new field
	shows(t, p, hostile)
	code := r.secondFactor(invited["id"].(string))
	p.Click("button", "Log out")
	r.logIn(p, "eve@demo.example", "a longer new password")
	p.The("textbox", "Code of your authenticator app, or a recovery code")
	p.Do(chromedp.KeyEvent("000000\r"))
	shows(t, p, "is wrong")
	p.Write("Code of your authenticator app, or a recovery code", code)
	p.Do(chromedp.KeyEvent("\r"))
	p.The("button", "Log out")

	r.ask("DELETE", "/v1/people/"+invited["id"].(string), nil)
	shows(t, p, "Your login has ended. Log in again.")

	// Who is not of the operator's account sees nothing of the gateway's.
	_, err := r.directory.Found(t.Context(), directory.Founding{Account: directory.NewAccount{Name: "Shop"},
		Owner: directory.NewPerson{Email: "shop@demo.example", Name: "Shopkeeper", Password: "a shopkeeper's password"}})
	if err != nil {
		t.Fatal(err)
	}
	r.logIn(p, "shop@demo.example", "a shopkeeper's password")
	shows(t, p, "No call runs.")
	p.Gone("link", "Trunks")
	p.Gone("combobox", "Show")
}

// secondFactor gives a person one, and returns a recovery code of it.
func (r *rehearsal) secondFactor(person string) string {
	r.t.Helper()
	operator, err := r.directory.Operator(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	self := directory.Principal{Account: operator.ID, ID: person}
	enrolled, err := r.directory.EnrolSecondFactor(r.t.Context(), self)
	if err != nil {
		r.t.Fatal(err)
	}
	code, err := totp.GenerateCode(enrolled.Secret, time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	recovery, err := r.directory.ConfirmSecondFactor(r.t.Context(), self, code)
	if err != nil {
		r.t.Fatal(err)
	}
	return recovery[0]
}

func callsAsTheyRun(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	p := r.monitor(b, r.urls()[0], "calls")
	shows(t, p, "No call runs.")
	first := r.join("+15550100103", echoNumber, map[string]string{"page": hostile})
	second := r.join("+15550100103", "+15550100102", nil)
	shows(t, p, "in progress")
	shows(t, p, hostile)
	shows(t, p, "PCMU · MOS 4.4")
	p.The("heading", "Calls 2")

	// The keyboard's place is kept while the list changes around it.
	name := "Hang up +1\u00a0555\u00a0010\u00a00103 to +1\u00a0555\u00a0010\u00a00101"
	p.The("button", name)
	browser.Evaluate[bool](p, fmt.Sprintf(`(document.querySelector("[aria-label='%s']").focus(), window.held = document.activeElement, true)`, name))
	third := r.join("+15550100103", shopNumber, nil)
	p.The("heading", "Calls 3")
	r.hangUp(second)
	r.hangUp(third)
	p.The("heading", "Calls 1")
	if !browser.Evaluate[bool](p, `window.held === document.activeElement`) {
		t.Error("the focus was lost while the list changed")
	}
	far := r.at(echoNumber, carrier.Up)
	p.Do(chromedp.KeyEvent("\r"))
	if err := far.Wait(inTime(t), carrier.Ended); err != nil {
		t.Fatalf("the telephone was not hung up: %v", err)
	}
	shows(t, p, "No call runs.")
	shows(t, p, "Hung up: +1 555 010 0103 to +1 555 010 0101.")
	p.Eventually("the focus on the heading", func() bool { return browser.Evaluate[string](p, `document.activeElement.id`) == "calls-title" })
	if by := r.ask("GET", "/v1/calls/"+first, nil)["end_reason"]; by != "hangup" {
		t.Errorf("the call ended for %v", by)
	}

	id := r.join("+15550100103", echoNumber, nil)
	p.The("heading", "Calls 1")
	choose(t, p, "Mode", "live")
	shows(t, p, "No call runs.")
	choose(t, p, "Show", "gateway")
	shows(t, p, "· test")
	p.Gone("button", name) // it is not of what the page looks at
	choose(t, p, "Mode", "test")
	p.The("button", name)
	r.hangUp(id)
	p.Click("link", "Trunks")
	shows(t, p, "simulated, for test calls")
	shows(t, p, "calls up")
}

// told are the events that the page lists, the oldest first, by type and place.
func told(p *browser.Tab) string {
	return browser.Evaluate[string](p, `[...document.querySelectorAll(".log summary")].map((e) =>
		e.querySelector("strong").innerText + " " + e.querySelector(".place").innerText).reverse().join("\n")`)
}

// logged are the account's events as the log has them, in the same words.
func (r *rehearsal) logged(query string) string {
	r.t.Helper()
	var lines []string
	for _, item := range r.ask("GET", "/v1/events?limit=100"+query, nil)["data"].([]any) {
		e := item.(map[string]any)
		place := fmt.Sprintf("event %v", e["seq"])
		if e["call"] != nil {
			place = fmt.Sprintf("%v of %v", e["call_seq"], e["call"])
		}
		lines = append(lines, fmt.Sprintf("%v %s", e["type"], place))
	}
	return strings.Join(lines, "\n")
}

// tells waits until the page lists exactly what the log has, which may have more in a
// moment.
func (r *rehearsal) tells(p *browser.Tab, query string) {
	r.t.Helper()
	want := ""
	defer func() {
		if r.t.Failed() {
			r.t.Logf("the log has\n%s", want)
		}
	}()
	p.Eventually("the events of the log", func() bool {
		want = r.logged(query)
		return told(p) == want
	})
}

func eventsWithoutGapOrRepetition(t *testing.T, b *browser.Browser) {
	var c *cable
	r := rehearse(t, carrier.Config{}, furnished, func(d *demo) { c = lay(t, d.site.addr().String()) })
	p := r.monitor(b, c.url(), "events")
	r.tells(p, "")
	for range 3 {
		c.cut()
		shows(t, p, "reconnecting")
		r.hangUp(r.join("+15550100103", echoNumber, nil))
		c.mend()
		r.hangUp(r.join("+15550100103", echoNumber, nil))
		shows(t, p, "live")
	}
	if !eventually(func() bool { return strings.Count(r.logged("&types=call.ended"), "\n") == 5 }) {
		t.Fatal("the calls did not end")
	}
	r.tells(p, "")
}

func eventsAreChosenAndPaused(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	p := r.monitor(b, r.urls()[0], "events")
	first := r.join("+15550100103", echoNumber, map[string]string{"page": hostile})
	p.Write("Types", "call.en")
	r.hangUp(first)
	shows(t, p, "call.ended") // while one writes
	p.Do(chromedp.KeyEvent("ded\r"))
	r.tells(p, "&types=call.ended")
	p.Click("button", "Pause")
	shows(t, p, "Paused. 0 new.")
	r.hangUp(r.join("+15550100103", echoNumber, nil))
	shows(t, p, "Paused. 1 new.")
	if got := told(p); strings.Contains(got, "\n") {
		t.Errorf("while it was paused, the page began to show %s", got)
	}
	p.Click("button", "Pause")
	r.tells(p, "&types=call.ended")

	browser.Evaluate[bool](p, `[...document.querySelectorAll("details")].at(-1).open = true`)
	p.Click("button", "Only this call")
	r.tells(p, "&call="+first)
	browser.Evaluate[bool](p, `[...document.querySelectorAll("details")].at(-1).open = true`)
	shows(t, p, `<img src=x onerror=`)
	p.Write("Call", "call_nobody\r")
	shows(t, p, "refused")
	p.Click("button", "Show all")
	r.tells(p, "")
	p.Write("Types", "no type!\r")
	shows(t, p, "is no type of event")
}

func aDeliveryIsReplayed(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	well, broken := newHook(t, true), newHook(t, false)
	for _, h := range []*hook{well, broken} {
		r.ask("POST", "/v1/webhook_endpoints", map[string]any{"url": h.url, "events": []string{"call.ended"}})
	}
	r.hangUp(r.join("+15550100103", echoNumber, nil))
	p := r.monitor(b, r.urls()[0], "deliveries")
	shows(t, p, well.url)
	shows(t, p, broken.url)
	choose(t, p, "Status", "pending")
	p.Eventually("the broken one alone", func() bool { v := visible(p); return strings.Contains(v, broken.url) && !strings.Contains(v, well.url) })
	shows(t, p, "500")
	browser.Evaluate[bool](p, `document.querySelector("details").open = true`)
	shows(t, p, hostile) // what the receiver answered
	before := broken.count()
	broken.heal()
	p.Click("button", browser.Evaluate[string](p, `document.querySelector("li button").ariaLabel`))
	shows(t, p, "call.ended is sent again.")
	shows(t, p, "There is no such delivery.") // none is pending
	if broken.count() <= before {
		t.Error("nothing was sent again")
	}
	choose(t, p, "Status", "delivered")
	shows(t, p, broken.url)
}

// A hook is an application server that takes webhooks, or fails.
type hook struct {
	url    string
	well   atomic.Bool
	number atomic.Int64
}

func newHook(t *testing.T, well bool) *hook {
	h := &hook{}
	h.well.Store(well)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.number.Add(1)
		if !h.well.Load() {
			http.Error(w, hostile, http.StatusInternalServerError)
		}
	}))
	t.Cleanup(s.Close)
	h.url = s.URL + "/hook"
	return h
}

func (h *hook) heal()        { h.well.Store(true) }
func (h *hook) count() int64 { return h.number.Load() }

func recordsAreSearched(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	const busy = "+15550100104"
	for range 51 {
		r.join("+15550100103", busy, nil)
	}
	id := r.join("+15550100103", "+15550100102", map[string]string{"order": "4711", "page": hostile})
	r.answered(id)
	hearing(t, r.at("+15550100102"), time.Second)
	r.hangUp(id)
	r.record(webtrunk.CallID(id)) // records are kept in the order of the log, a moment behind it
	p := r.monitor(b, r.urls()[0], "records")
	cards := func() int { return browser.Evaluate[int](p, `document.querySelectorAll(".card").length`) }
	p.Eventually("a page of records", func() bool { return cards() == 50 })
	p.Click("button", "Show more")
	p.Eventually("all records", func() bool { return cards() == 52 })
	p.Gone("button", "Show more")

	p.Write("Words", "4711\r")
	p.Eventually("one record", func() bool { return cards() == 1 })
	browser.Evaluate[bool](p, `document.querySelector("details").open = true`)
	for _, want := range []string{"completed", "Route", "answered", "callee, pstn", "PCMU · ", "0.0% lost", hostile, id, "callback"} {
		shows(t, p, want)
	}
	for kind, want := range map[string]string{"CSV": "id,", "JSON": `"id"`} {
		file := browser.Evaluate[string](p, fmt.Sprintf(`fetch([...document.links].find((a) => a.text === "Export %s").href).then((r) => r.text())`, kind))
		if strings.Count(file, id) == 0 || !strings.Contains(file, want) || strings.Contains(file, busy) {
			t.Errorf("the %s is not the one record: %s", kind, file)
		}
	}
	p.Write("Words", "\b")
	p.Write("Number or name", "+1 555 010 0104")
	choose(t, p, "Status", "busy")
	p.Click("button", "Search")
	p.Eventually("the busy ones", func() bool { return cards() == 50 })
	shows(t, p, "SIP 486")
	choose(t, p, "Mode", "live")
	shows(t, p, "No call matches.")
}

// everyoneCanMonitor holds each view to WCAG 2.2 AA, on a telephone's screen
// and on a wall.
func everyoneCanMonitor(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	h := newHook(t, false)
	r.ask("POST", "/v1/webhook_endpoints", map[string]any{"url": h.url + strings.Repeat("/long", 30), "events": []string{"call.*"}})
	r.join("+15550100103", "+15550100104", map[string]string{"page": hostile, strings.Repeat("n", 32): strings.Repeat("w", 200)})
	id := r.join("+15550100103", echoNumber, map[string]string{"page": hostile})
	r.at(echoNumber, carrier.Up)
	p := b.Open(t, r.urls()[0]+"/monitor", browser.Granted)
	p.The("button", "Log in") // the page first asks whether somebody is logged in
	accessible(p, "the login")
	inEach(p, func(scheme string) { accessibleInArabic(t, p, "the login, "+scheme) })
	r.logIn(p, r.account.email, r.account.password)
	for _, view := range []string{"Calls", "Events", "Deliveries", "Records", "Trunks"} {
		p.Click("link", view)
		if view != "Trunks" {
			p.Eventually(view, func() bool { return browser.Evaluate[bool](p, `document.querySelector("main li") !== null`) })
		}
		browser.Evaluate[bool](p, `([...document.querySelectorAll("details")].slice(0, 2).map((d) => d.open = true), true)`)
		inEach(p, func(scheme string) {
			for _, width := range []int64{320, 2560, 360, 1280} {
				fits(t, p, width, view)
				if width == 360 || width == 1280 {
					p.Accessible(axe, fmt.Sprintf("%s at %d px, %s", view, width, scheme))
				}
			}
			if small := browser.Evaluate[string](p, tooSmall); small != "" {
				t.Errorf("%s: too small for a finger: %s", view, small)
			}
		})
	}
	choose(t, p, "Language", "ar")
	for _, view := range []string{"المكالمات", "الأحداث", "الإرسالات", "السجلات", "الخطوط"} {
		p.Click("link", view)
		p.Eventually(view, func() bool {
			return browser.Evaluate[bool](p, `document.querySelector("main :is(li, .quiet)") !== null`)
		})
		browser.Evaluate[bool](p, `([...document.querySelectorAll("details")].slice(0, 2).map((d) => d.open = true), true)`)
		fits(t, p, 360, view)
		accessible(p, view+", from right to left")
	}
	choose(t, p, "اللغة", "zh")
	p.Click("link", "通话")
	shows(t, p, "进行中")
	p.Do(chromedp.Navigate(r.urls()[0] + "/docs"))
	accessible(p, "the documentation")
	fits(t, p, 360, "the documentation")
	r.hangUp(id)
}

const tooSmall = `[...document.querySelectorAll("main :is(button, select, input, summary, a), nav a")].filter((e) => e.checkVisibility() &&
	e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80)).join("; ")`
