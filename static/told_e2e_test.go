//go:build e2e

package static

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// keepConsole makes what goes to console.error readable as errors.
const keepConsole = `(() => { window.errors = []; const say = console.error;
	console.error = (...said) => { errors.push(said.join(" ")); say.apply(console, said); }; return true; })()`

func (p *tab) wantConsole(t *testing.T, want ...string) {
	t.Helper()
	got := evaluate[[]string](p, `errors`)
	for _, w := range want {
		if !strings.Contains(strings.Join(got, "\n"), w) {
			t.Errorf("the console has %q, want %q", got, w)
		}
	}
}

func serving(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func TestACallThatReachesNobodyOffersTheTelephone(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	p.Set("fallback", "+1 555 010 0199")
	p.Click("button", "Call")
	for _, c := range []struct {
		reason   string
		answered bool
		offered  bool
	}{
		{"busy", false, true}, {"no_answer", false, true}, {"rejected", false, true}, {"not_found", false, true}, {"unreachable", false, true},
		{"failed", false, true}, {"forbidden", false, true}, {"connection_lost", true, true}, {"hangup", true, false}, {"canceled", false, false},
	} {
		p.Forget()
		p.Click("button", "Call")
		l := s.answerSocket()
		l.welcome()
		call := l.want("call")
		if c.answered {
			l.answer(call)
			l.say(message{"type": "answered", "id": call["id"]})
			p.Says("status", "In call")
		}
		l.say(message{"type": "ended", "id": call["id"], "reason": c.reason, "by": "them", "message": "It is over."})
		p.WantEnd(c.reason)
		p.Says("status", "It is over.")
		link := p.Find("link", "Call +1 555 010 0199 from a telephone")
		if offered := len(link) == 1; offered != c.offered {
			t.Errorf("after %s the telephone is offered: %v, want %v", c.reason, offered, c.offered)
		}
	}
	if href := evaluate[string](p, part("fallback")+`.getAttribute("href")`); href != "tel:+15550100199" {
		t.Errorf("the link dials %s", href)
	}
}

func TestWhatStandsInTheElementIsShownWithoutTheScript(t *testing.T) {
	inside := `<webtrunk-call key="pk_visitor" to="ref_one"><a href="tel:+15550100199">Call us</a></webtrunk-call>`
	p := open(t, sharedChromium(t), site(t, "", inside), granted)
	p.The("link", "Call us")
	s := newScript(t, nil)
	p = open(t, sharedChromium(t), site(t, "", `<script type="module" src="`+s.url+`/v1/widget.js"></script>`+inside), granted)
	p.The("button", "Call")
	p.Gone("link", "Call us")
}

// The gateway lets a page of an origin that no key lists connect, to say so.
func TestAnOriginThatNoKeyListsIsToldAtOnce(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	evaluate[bool](p, keepConsole)
	p.Set("fallback", "+15550100199")
	p.Click("button", "Call")
	p.Click("button", "Call")
	socket := <-s.sockets
	_ = socket.WriteJSON(message{"type": "error", "seq": 0, "code": "bad_origin", "message": "No key lists https://x.example.",
		"remedies": []string{"Add it to the key's origins."}})
	_ = socket.WriteMessage(8, []byte{4001 >> 8, 4001 & 0xff})
	p.Says("alert", "Calls from this page do not work just now.")
	p.The("link", "Call +15550100199 from a telephone")
	if end := p.WantEnd("bad_origin"); end.Message != "No key lists https://x.example." {
		t.Errorf("the page is told %q", end.Message)
	}
	p.wantConsole(t, "bad_origin: No key lists https://x.example. Add it to the key's origins.")
	if text := p.Text("alert") + p.Text("status"); strings.Contains(text, "key") {
		t.Errorf("the visitor reads %q", text)
	}
	if len(s.sockets) != 0 {
		t.Error("the page tries again")
	}
	_ = socket.Close()
}

func TestAnElementWithoutAKeyAsksForNothing(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	evaluate[bool](p, keepConsole)
	evaluate[bool](p, watchMicrophone)
	p.Do(chromedp.RemoveAttribute(chromedp.CSS("webtrunk-call"), "key"))
	p.Click("button", "Call")
	p.Click("button", "Call")
	p.Says("alert", "Calls from this page do not work just now.")
	p.WantEnd("bad_key")
	p.wantConsole(t, "The element has no attribute key")
	if evaluate[float64](p, `asked`) != 0 {
		t.Error("the microphone was asked for")
	}
}

func TestAGatewayThatCannotBeReachedHintsAtTheOrigin(t *testing.T) {
	refusing := http.NewServeMux()
	refusing.Handle("/", Handler(demo))
	refusing.HandleFunc("/v1/ws", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	p := open(t, sharedChromium(t), serving(t, refusing)+"/", granted)
	evaluate[bool](p, keepConsole)
	p.Click("button", "Call")
	p.Click("button", "Call")
	p.Says("alert", "The call service cannot be reached from here.")
	p.WantEnd("gateway_unreachable")
	p.wantConsole(t, "refuses this page's origin, http://127.0.0.1")
}

func TestTheDeskSeesWhoCallsAndWhatComesAlong(t *testing.T) {
	p, l := desk(t, granted)
	evaluate[bool](p, `!!document.addEventListener("webtrunk-state", (e) => { window.detail = e.detail; })`)
	l.say(message{"type": "incoming", "id": "in1", "from": "visitor", "call": "call_in",
		"metadata": message{"order_id": "A7", "note": "<b>bold</b>"}})
	p.Says("status", "Incoming call from a visitor of the site")
	facts := evaluate[string](p, part("metadata")+`.innerText.replaceAll("\n", " ")`)
	for _, want := range []string{"order id A7", "note <b>bold</b>"} {
		if !strings.Contains(facts, want) {
			t.Errorf("the desk shows %q, want %q", facts, want)
		}
	}
	if made := evaluate[float64](p, part("metadata")+`.querySelectorAll("b").length`); made != 0 {
		t.Error("what a caller sent became an element")
	}
	if got := evaluate[string](p, `JSON.stringify([detail.from, detail.metadata.order_id])`); got != `["visitor","A7"]` {
		t.Errorf("the page is told of %s", got)
	}
	p.Accessible(axe, "an incoming call with facts")
	l.say(message{"type": "ended", "id": "in1", "reason": "canceled", "by": "them", "message": "The caller gave up."})
	p.Says("status", "The caller gave up.")
	l.ring("in2")
	p.Says("status", "Incoming call from +1")
	if facts := evaluate[string](p, part("metadata")+`.innerText`); facts != "" {
		t.Errorf("the next call shows %q", facts)
	}
}

func TestADeskWithoutHTTPSDoesNotRegister(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), strings.Replace(s.url, "127.0.0.1", "shop.example", 1)+"/desk", granted)
	p.Click("button", "Desk")
	p.Says("alert", "This page was opened without HTTPS")
	p.Says("status", "Not ready for calls.")
	if len(s.sockets) != 0 {
		t.Error("the page connects")
	}
}

func TestMutedIsToldWithThePanelClosed(t *testing.T) {
	_, p, _, _, _ := talk(t)
	p.Click("button", "Mute")
	p.Click("button", "Close")
	p.Eventually("the word on the launcher", func() bool {
		return strings.Contains(evaluate[string](p, part("launcher")+`.innerText`), "muted") &&
			strings.Contains(evaluate[string](p, part("launcher")+`.ariaLabel`), "muted")
	})
}

func TestDuringACallNoOtherNumberIsUsed(t *testing.T) {
	_, p, l, call, _ := talk(t)
	disabled := func(want bool) func() bool {
		return func() bool {
			return evaluate[bool](p, fmt.Sprintf(`[...document.querySelectorAll("[data-dial]")].every((b) => b.disabled === %v)`, want))
		}
	}
	p.Eventually("no number to use", disabled(true))
	l.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "them", "message": "They hung up."})
	p.Eventually("numbers to use", disabled(false))
}

func TestOpeningAPanelHidesTheOther(t *testing.T) {
	s := newScript(t, nil)
	p := open(t, sharedChromium(t), site(t, "", `<script type="module" src="`+s.url+`/v1/widget.js"></script>
		<webtrunk-call key="pk_visitor" to="ref_one" label="One"></webtrunk-call>
		<webtrunk-call key="pk_visitor" to="ref_two" label="Two"></webtrunk-call>`), granted)
	p.Click("button", "One")
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	evaluate[bool](p, `(document.querySelectorAll("webtrunk-call")[1].open(), true)`)
	p.The("heading", "Two")
	p.Gone("heading", "One")
	if state := evaluate[string](p, `document.querySelector("webtrunk-call").state`); state != "in_call" {
		t.Errorf("the first call is %s", state)
	}
	evaluate[bool](p, `(document.querySelector("webtrunk-call").open(), true)`)
	p.The("heading", "One")
	p.Gone("heading", "Two")
}
