//go:build e2e

package static

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// site serves one page of another origin, with a policy of its own.
func site(t *testing.T, policy, html string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>Site</title>` + html))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestASiteWithTheStrictestPolicyEmbedsTheWidget(t *testing.T) {
	s := newScript(t, nil)
	socket := strings.Replace(s.url, "http://", "ws://", 1)
	url := site(t, "default-src 'none'; script-src "+s.url+"; connect-src "+s.url+" "+socket+
		"; require-trusted-types-for 'script'; trusted-types 'none'",
		`<script type="module" src="`+s.url+`/v1/widget.js"></script>
		<webtrunk-call key="pk_visitor" to="ref_workshop"></webtrunk-call>`)
	p := open(t, sharedChromium(t), url, granted)
	p.Click("button", "Call")
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	// Styled, though the page allows no style: a target is as large as it must be.
	if height := evaluate[float64](p, `document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=launcher]").offsetHeight`); height < 44 {
		t.Errorf("the launcher is %v px high", height)
	}
}

func TestAPinnedVersionWithItsIntegrityRuns(t *testing.T) {
	s := newScript(t, nil)
	url := site(t, "", `<script type="module" crossorigin src="`+s.url+Widget().Path+`" integrity="`+Widget().Integrity+`"></script>
		<webtrunk-call key="pk_visitor" to="ref_workshop"></webtrunk-call>`)
	p := open(t, sharedChromium(t), url, granted)
	p.Click("button", "Call")
	p.The("button", "Close")
}

func TestTwoWidgetsOnOnePageAreTwoTelephones(t *testing.T) {
	s := newScript(t, nil)
	url := site(t, "", `<script type="module" src="`+s.url+`/v1/widget.js"></script><script type="module" src="`+s.url+Widget().Path+`"></script>
		<webtrunk-call key="pk_visitor" to="ref_one" label="One"></webtrunk-call>
		<webtrunk-call key="pk_visitor" to="ref_two" label="Two"></webtrunk-call>`)
	p := open(t, sharedChromium(t), url, granted)
	p.Click("button", "Two")
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	if call := l.want("call"); call["to"] != "ref_two" {
		t.Errorf("the call goes to %v", call["to"])
	}
}

func TestACoreThatCannotBeLoadedIsTold(t *testing.T) {
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/core-") && !r.URL.Query().Has("try") {
			http.Error(w, "gone", http.StatusBadGateway)
			return
		}
		Handler(nil).ServeHTTP(w, r)
	}))
	t.Cleanup(broken.Close)
	url := site(t, "", `<script type="module" src="`+broken.URL+`/v1/widget.js"></script>
		<webtrunk-call key="pk_visitor" to="ref_one" fallback="+15550100199"></webtrunk-call>`)
	p := open(t, sharedChromium(t), url, granted)
	p.Click("button", "Call")
	p.Says("alert", "The call could not be loaded.")
	p.The("link", "+15550100199")
	// Another press tries again, and this time it comes.
	p.Click("button", "Call")
	p.The("button", "Close")
	p.Eventually("no complaint", func() bool { return p.Text("alert") == "" })
}

// A page in a sandbox has no origin that a key could list, nor gets it a microphone: it
// leads to the page of the reference, which has both.
func TestAPageWithoutAnOriginLeadsToOneThatHasIt(t *testing.T) {
	s := newScript(t, nil)
	url := site(t, "sandbox allow-scripts allow-popups", `<script type="module" src="`+s.url+`/v1/widget.js"></script>
		<webtrunk-call key="pk_visitor" to="ref_workshop"></webtrunk-call>`)
	p := open(t, sharedChromium(t), url, granted)
	p.Click("button", "Call")
	p.The("link", "Call from a page of its own")
	if href := evaluate[string](p, `document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=pop-out-link]").href`); href != s.url+"/r/ref_workshop" {
		t.Errorf("the link leads to %s", href)
	}
}
