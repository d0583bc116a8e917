//go:build e2e

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
)

// A pageServer is a site of somebody's, which counts how often each of its pages was asked for.
type pageServer struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
}

// serve serves pages that hold some HTML each.
func serve(t *testing.T, html func() string) *pageServer {
	s := &pageServer{asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.URL.Path]++
		s.mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Site</title><main><h1>%s</h1></main>%s`, strings.TrimPrefix(r.URL.Path, "/"), html())
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *pageServer) was(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// shopPages is a site with the gateway's button, and a script that notes which pages it is told of.
func shopPages(t *testing.T, r **rehearsal) *pageServer {
	return serve(t, func() string {
		return fmt.Sprintf(`<script type="module" src="%s/v1/widget.js"></script><webtrunk-call key="%s" to="%s" label="Ask us"></webtrunk-call><script>
			window.shownPages = []
			addEventListener("webtrunk-page", (e) => {
				shownPages.push(e.detail.by + " " + e.detail.name + " " + e.detail.title)
				if (!e.detail.url.endsWith("/next")) return
				e.preventDefault()
				location.href = e.detail.url
			})</script>`, (*r).urls()[0], (*r).pages.Key, (*r).pages.Queue)
	})
}

// atShop rehearses with a shop of another origin whose visitors may call.
func atShop(t *testing.T, change ...func(*demo)) (r *rehearsal, site *pageServer) {
	site = shopPages(t, &r)
	r = rehearse(t, carrier.Config{}, append(change, furnished, func(d *demo) {
		origin, err := directory.ParseOrigin(site.URL)
		must(t, err)
		d.cfg.Keys[0].Origins = append(d.cfg.Keys[0].Origins, origin)
	})...)
	return r, site
}

// TestAnAgentShowsAPage has an agent show a visitor pages during a call, while neither
// stops hearing the other: in a frame beside the call, as a link, and by the site's own
// hand, which goes there with the call. What is not listed is refused, and what was shown
// is there after a reload, told to the site once, and on record.
func TestAnAgentShowsAPage(t *testing.T) {
	r, site := atShop(t)
	help := serve(t, func() string { return "<p>How to hang a mug" })
	r.ask("POST", "/v1/shared_pages", map[string]any{"name": "Hanging mugs", "url": help.URL + "/mugs", "beside": true})
	r.ask("POST", "/v1/shared_pages", map[string]any{"name": "The shop", "url": site.URL, "whole_site": true, "position": 1})
	visitor, robin := arrive(t, "the visitor", harbour), arrive(t, "Robin", garden)
	robin.open(t, robin.b.Open(t, r.urls()[0]+"/console", browser.Granted))
	r.logIn(robin.page, demoAgentEmail, r.account.agentPassword)
	online(t, robin.page)
	unprocessed(robin.page)
	visitor.open(t, visitor.b.Open(t, site.URL+"/cart", browser.Granted))
	visitor.page.Unprocessed()
	visitor.page.Click("button", "Ask us")
	visitor.page.Click("button", "Call")
	robin.page.Click("button", "Answer")
	visitor.page.Says("status", "In call")
	robin.listen()
	visitor.listen()

	robin.page.Click("button", "Show")
	told := func(want ...string) {
		t.Helper()
		visitor.page.Eventually(fmt.Sprintf("that the site was told of %q", want), func() bool {
			return slices.Equal(strings.Split(browser.Evaluate[string](visitor.page, `shownPages.join("\n")`), "\n"), want)
		})
	}
	told("agent Robin Hanging mugs")
	card := writing{visitor.page, "", `document.querySelector("webtrunk-call").shadowRoot`}
	card.Eventually("the card", func() bool {
		return card.has(".pages-slot li span", "Robin shows you:") && card.has(".pages-slot strong", "Hanging mugs")
	})
	if help.was("/mugs") != 0 {
		t.Error("the page was opened before anybody has pressed for it")
	}
	visitor.page.Click("button", "Show here: Hanging mugs")
	visitor.page.Eventually("that the page is opened", func() bool { return help.was("/mugs") == 1 })
	visitor.page.The("button", "Close this page")
	for scheme, width := range map[string]int64{"light": 1100, "dark": 400} {
		for _, p := range []*browser.Tab{visitor.page, robin.page} {
			p.Scheme(scheme)
			p.Do(chromedp.EmulateViewport(width, 800))
			p.Accessible(axe, "a page beside the call, "+scheme)
		}
	}
	visitor.page.Do(chromedp.EmulateViewport(1100, 800))
	for _, scheme := range []string{"light", "dark"} {
		visitor.page.Scheme(scheme)
		window(t, visitor.page, "widget-page-"+scheme)
	}
	visitor.page.Click("button", "Close this page")
	visitor.page.Gone("button", "Close this page")

	robin.page.Choose("Page", "another")
	show := func(url string) {
		t.Helper()
		robin.page.Write("Address of the page", url)
		robin.page.Click("button", "Show")
	}
	show("https://elsewhere.example/")
	shows(t, robin.page, "Not shown: the account has listed neither this page nor its site.")
	show("javascript:alert(1)")
	shows(t, robin.page, "Write a whole address that begins with https://.")
	show(site.URL + "/offers?of=today")
	card.Eventually("the link", func() bool { return card.has(".pages-slot small", strings.TrimPrefix(site.URL, "http://")+"/offers") })
	wantHeard(t, "beside the pages", visitor.hears(garden, harbour), robin.hears(harbour, garden))
	robin.wantNoSilence(t)
	visitor.wantNoSilence(t)

	visitor.page.Do(chromedp.Reload())
	visitor.page.Says("status", "In call")
	card.Eventually("both pages", func() bool { return len(card.texts(".pages-slot li")) == 2 })
	if again := browser.Evaluate[string](visitor.page, `shownPages.join()`); again != "" {
		t.Errorf("after a reload the site is told of %s again", again)
	}

	// The site goes to a page of its own, and the call with it.
	show(site.URL + "/next")
	visitor.page.Eventually("the next page", func() bool { return browser.Evaluate[string](visitor.page, `location.pathname`) == "/next" })
	visitor.page.Says("status", "In call")
	card.Eventually("that the site shows it itself", func() bool { return len(card.texts(".pages-slot li")) == 2 })
	visitor.listen()
	wantHeard(t, "on the next page", visitor.hears(garden, harbour), robin.hears(harbour, garden))
	if n := site.was("/next"); n != 1 {
		t.Errorf("the site has gone to the page %d times", n)
	}

	id := visitor.page.Reached("in_call").Call
	press(robin.page, "E")
	visitor.page.WantEnd("hangup")
	var shown []string
	for _, p := range r.ask("GET", "/v1/calls/"+id+"/pages", nil)["pages"].([]any) {
		p := p.(map[string]any)
		shown = append(shown, p["role"].(string)+" "+p["url"].(string))
	}
	if want := []string{"agent " + help.URL + "/mugs", "agent " + site.URL + "/offers?of=today", "agent " + site.URL + "/next"}; !slices.Equal(shown, want) {
		t.Errorf("on record is %q", shown)
	}
	if kept := browser.Evaluate[float64](visitor.page, `Object.keys(sessionStorage).filter((k) => k.startsWith("webtrunk")).length`); kept != 0 {
		t.Error("something of the call is still kept")
	}
}

// TestWhoWaitsIsShownAPage has a rule show a page to a visitor whom nobody has answered
// yet; it is still there when they are answered.
func TestWhoWaitsIsShownAPage(t *testing.T) {
	r, site := atShop(t, staffed)
	r.ask("POST", "/v1/context_rules", map[string]any{"name": "All", "position": -10, "then": map[string]any{"caller_page": site.URL + "/catalogue"}})
	visitor, robin := arrive(t, "the visitor", harbour), arrive(t, "Robin", garden)
	visitor.open(t, visitor.b.Open(t, site.URL+"/cart", browser.Granted))
	visitor.page.Click("button", "Ask us")
	visitor.page.Click("button", "Call")
	card := writing{visitor.page, "", `document.querySelector("webtrunk-call").shadowRoot`}
	shown := func(when string) {
		t.Helper()
		card.Eventually("the card "+when, func() bool {
			return card.has(".pages-slot li span", "This site shows you:") && card.has(".pages-slot small", strings.TrimPrefix(site.URL, "http://")+"/catalogue")
		})
	}
	visitor.page.Reached("waiting")
	shown("in the queue")
	visitor.page.Accessible(axe, "a page for who waits")
	r.work(robin, r.urls()[0], demoAgentEmail, r.account.agentPassword)
	robin.page.Click("button", "Answer")
	visitor.page.Says("status", "In call")
	shown("in the call")
	shows(t, robin.page, "A rule of the account")
	if len(card.texts(".pages-slot li")) != 1 {
		t.Errorf("shown are %q", card.texts(".pages-slot li"))
	}
	visitor.page.Click("button", "Hang up")
	visitor.page.WantEnd("hangup")
}
