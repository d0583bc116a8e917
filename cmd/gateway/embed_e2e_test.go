//go:build e2e

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestTheWidgetOnOtherSites puts the call button where sites put it, in Chromium and in
// Firefox, with a whole gateway behind it: there is a call with sound both ways, or the
// panel says why not.
func TestTheWidgetOnOtherSites(t *testing.T) {
	f := browser.StartFirefox(t)
	for _, a := range []caller{
		{"Chromium", browser.Start(t, browser.Speaking(t, harbour), browser.Together()), netip.MustParseAddr("127.0.0.1"), tellHarbour},
		{"Firefox", f.Browser, f.Here(), tellFirefoxTone},
	} {
		for _, story := range []struct {
			name string
			tell func(*testing.T, caller)
		}{
			{"the strictest policy", underTheStrictestPolicy},
			{"a frame", inAFrame(`allow="microphone"`)},
			{"a frame without the microphone", inAFrameWithoutTheMicrophone},
			{"a sandbox with an origin", inAFrame(`allow="microphone" sandbox="allow-scripts allow-same-origin"`)},
			{"a sandbox without an origin", inASandboxWithoutAnOrigin},
			{"styles that mean harm", amongStylesThatMeanHarm},
			{"two buttons", twoButtonsAreTwoTelephones},
		} {
			t.Run(story.name+" in "+a.name, func(t *testing.T) {
				t.Parallel()
				story.tell(t, a)
			})
		}
	}
}

// A caller is a person at one make of browser.
type caller struct {
	name string
	*browser.Browser
	meets netip.Addr                      // where the browser's sound can come in
	tell  func(*testing.T, []int16) error // whether sound is what the microphone takes up
}

func tellHarbour(_ *testing.T, heard []int16) error {
	return soundcheck.Tell(heard, looped(harbour, heard), looped(garden, heard))
}

func tellFirefoxTone(t *testing.T, heard []int16) error {
	return tellTones(t, heard, browser.FirefoxTone)
}

// A foreignSite is a site that is not the gateway's.
type foreignSite struct {
	*rehearsal
	url    string
	pages  map[string]string // by path
	policy string
}

// foreign starts a site whose origin the demo's key lists, and a gateway.
func foreign(t *testing.T, v caller) *foreignSite {
	t.Helper()
	s := &foreignSite{pages: map[string]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", s.policy)
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>Site</title>` + s.pages[r.URL.Path]))
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	origin, err := directory.ParseOrigin(s.url)
	if err != nil {
		t.Fatal(err)
	}
	s.rehearsal = rehearse(t, carrier.Config{}, func(d *demo) {
		d.cfg.Media.ICEListen = v.meets
		d.cfg.Keys[0].Origins = append(d.cfg.Keys[0].Origins, origin)
	})
	return s
}

// snippet is what a site writes for a call button that calls an echo.
func (s *foreignSite) snippet(attributes ...string) string {
	gateway := s.urls()[0]
	return `<script type="module" src="` + gateway + `/v1/widget.js"></script>` + s.button(attributes...)
}

func (s *foreignSite) button(attributes ...string) string {
	return `<webtrunk-call key="` + s.demo.pages.Key + `" to="` + echoNumber + `" processing="off" ` + strings.Join(attributes, " ") + `></webtrunk-call>`
}

// open opens a page of the site, and what servers it needs.
func (s *foreignSite) open(v caller) *browser.Tab {
	s.t.Helper()
	if err := v.Serve(s.urls()[0]); err != nil {
		s.t.Fatal(err)
	}
	return v.Open(s.t, s.url+"/", browser.Granted)
}

// talk calls the echo: the telephone hears the microphone, and so does the page.
func (s *foreignSite) talk(v caller, p *browser.Tab) {
	s.t.Helper()
	p.Click("button", "Call")
	p.Click("button", "Call")
	p.Says("status", "In call")
	far := s.at(echoNumber, carrier.Up)
	heard := p.Hear()
	until(s.t, "at the telephone", func() error { return v.tell(s.t, hearing(s.t, far, 5*time.Second)) })
	until(s.t, "in the page", func() error { return v.tell(s.t, heard.Until(time.Second).PCM[soundcheck.Rate:]) }) // without the beginning
}

// hangUp ends the call at the page.
func (s *foreignSite) hangUp(p *browser.Tab) {
	s.t.Helper()
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

// The page allows nothing but the gateway, and no script to write what a browser would run.
func underTheStrictestPolicy(t *testing.T, v caller) {
	s := foreign(t, v)
	gateway := s.urls()[0]
	s.policy = "default-src 'none'; script-src " + gateway + "; connect-src " + gateway + " " + strings.Replace(gateway, "http", "ws", 1) +
		"; require-trusted-types-for 'script'; trusted-types 'none'"
	s.pages["/"] = s.snippet()
	p := s.open(v)
	if knows := browser.Evaluate[string](p, `String(window.trustedTypes?.getAttributeType("script", "src"))`); knows != "TrustedScriptURL" {
		t.Errorf("the browser knows no Trusted Types (%s): it holds the page to less than its policy says", knows)
	}
	s.talk(v, p)
	s.hangUp(p)
}

// inAFrame has the call button in a frame of another page.
func inAFrame(attributes string) func(*testing.T, caller) {
	return func(t *testing.T, v caller) {
		s := foreign(t, v)
		f := s.frame(v, attributes)
		s.talk(v, f)
		s.hangUp(f)
	}
}

// frame opens a page with the call button in a frame with these attributes. The frame is
// of another origin than the page: without being allowed to, it has no microphone.
func (s *foreignSite) frame(v caller, attributes string) *browser.Tab {
	s.t.Helper()
	around := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>Around</title><iframe title="Call" width="600" height="700" src="` + s.url + `/" ` + attributes + `></iframe>`))
	}))
	s.t.Cleanup(around.Close)
	s.pages["/"] = s.snippet()
	for _, server := range []string{s.urls()[0], s.url} {
		if err := v.Serve(server); err != nil {
			s.t.Fatal(err)
		}
	}
	return v.Open(s.t, around.URL+"/", browser.Granted).Frame()
}

func inAFrameWithoutTheMicrophone(t *testing.T, v caller) {
	s := foreign(t, v)
	f := s.frame(v, "")
	f.Set("test", "")
	f.Set("fallback", "+15550100199")
	f.Click("button", "Call")
	f.Click("button", "Check before you call")
	f.Says("status", "This site's settings keep the microphone off on this page")
	insteadDial(f)
	f.Click("button", "Close the check")
	f.Click("button", "Close")
	isKeptOff(f)
}

func isKeptOff(p *browser.Tab) {
	p.Click("button", "Call")
	p.Click("button", "Call")
	p.Says("alert", "This site's settings keep the microphone off on this page, so your browser did not ask you. Only the site can change this.")
	p.WantEnd("microphone_blocked")
}

func inASandboxWithoutAnOrigin(t *testing.T, v caller) {
	s := foreign(t, v)
	isKeptOff(s.frame(v, `allow="microphone" sandbox="allow-scripts"`))
}

// The styles of the page hide what they reach, and change what is inherited. They are
// the element's own where they are meant for it, and reach nothing inside.
func amongStylesThatMeanHarm(t *testing.T, v caller) {
	s := foreign(t, v)
	s.pages["/"] = `<style>
		* { font: 0/0 fantasy !important; color: transparent !important; visibility: hidden !important; pointer-events: none !important;
			text-transform: uppercase; letter-spacing: 2em; text-indent: -9999px; white-space: pre; word-spacing: 3em; text-align: end; }
		button, input, div, section, p, form, audio, svg, [part], [popover], .panel { display: none !important; }
		*::before, *::after { content: "Pay now" !important; }
		:host, :root { --accent: transparent; --text: transparent; --surface: transparent; }
	</style>` + s.snippet()
	p := s.open(v)
	for property, want := range map[string]string{
		"fontSize": "16px", "visibility": "visible", "pointerEvents": "auto", "textTransform": "none",
		"letterSpacing": "normal", "textIndent": "0px", "whiteSpace": "normal",
	} {
		for _, part := range []string{"launcher", "alert"} {
			got := browser.Evaluate[string](p, fmt.Sprintf(`getComputedStyle(document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=%s]"))[%q]`, part, property))
			if got != want {
				t.Errorf("the %s has %s %q, want %q", part, property, got, want)
			}
		}
	}
	s.talk(v, p)
	s.hangUp(p)
}

func twoButtonsAreTwoTelephones(t *testing.T, v caller) {
	s := foreign(t, v)
	s.pages["/"] = s.snippet(`label="One"`) + s.button(`label="Two"`)
	p := s.open(v)
	p.Click("button", "One")
	p.Click("button", "Call")
	p.Says("status", "In call")
	one := s.at(echoNumber, carrier.Up)
	p.Click("button", "Two")
	p.Click("button", "Call")
	if !eventually(func() bool { return s.carrier.Stats().CallsOpen == 2 }) {
		t.Fatalf("the carrier has %d calls, want 2", s.carrier.Stats().CallsOpen)
	}
	until(t, "at the first telephone", func() error { return v.tell(t, hearing(t, one, 5*time.Second)) })
	p.Click("button", "Hang up") // of the panel that is open, the second's
	if !eventually(func() bool { return s.carrier.Stats().CallsOpen == 1 }) {
		t.Fatalf("the carrier has %d calls, want the first", s.carrier.Stats().CallsOpen)
	}
	if one.State() != carrier.Confirmed {
		t.Errorf("the first call is %v", one.State())
	}
	browser.Evaluate[bool](p, `(document.querySelector("webtrunk-call").open(), true)`)
	p.Click("button", "Hang up")
	p.Says("status", "has ended.")
}
