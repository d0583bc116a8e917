//go:build e2e

package static

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/e2e/browser"
)

// press opens the shop and presses Call, twice: on the page and in the panel.
func press(t *testing.T, p *tab) {
	t.Helper()
	p.Do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), "fallback", "+15550100199"))
	p.Click("button", "Call")
	p.Click("button", "Call")
}

// wantWayOut checks the number that is offered instead.
func wantWayOut(t *testing.T, p *tab) {
	t.Helper()
	link := p.The("link", "Call +15550100199 from a telephone")
	if link == nil {
		t.Error("there is no way out")
	}
}

func TestAMicrophoneThatThePersonRefuses(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", denied)
	press(t, p)
	p.Says("alert", "The microphone is not allowed for this page.")
	wantWayOut(t, p)
	p.WantStates("preparing", "ended")
	p.WantEnd("microphone_refused")

	// Having allowed it, the same button calls.
	p.Permit(granted)
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	l.want("call")
	p.Eventually("no complaint", func() bool { return p.Text("alert") == "" })
}

func TestAMicrophoneThatThePageKeepsOff(t *testing.T) {
	s := newScript(t, demo)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Permissions-Policy", "microphone=()")
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><script type="module" src="` + s.url + `/v1/widget.js"></script>
			<webtrunk-call key="pk_visitor" to="ref_workshop"></webtrunk-call>`))
	}))
	t.Cleanup(shop.Close)
	p := open(t, sharedChromium(t), shop.URL, granted)
	press(t, p)
	p.Says("alert", "This site's settings keep the microphone off on this page")
	wantWayOut(t, p)
	p.WantEnd("microphone_blocked")
}

func TestNoMicrophone(t *testing.T) {
	s := newScript(t, demo)
	// Without the fake device this machine has none.
	p := open(t, browser.Start(t), s.url+"/", granted)
	press(t, p)
	p.Says("alert", "No microphone was found.")
	wantWayOut(t, p)
	p.WantEnd("no_microphone")
}

// No flag makes a device busy, so here the browser's answer is given for it.
func TestAMicrophoneInUse(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	evaluate[bool](p, `!!(navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("busy", "NotReadableError"); })`)
	press(t, p)
	p.Says("alert", "Another program is using the microphone.")
	wantWayOut(t, p)
	p.WantEnd("microphone_busy")
}

func TestAPageWithoutHTTPS(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), strings.Replace(s.url, "127.0.0.1", "shop.example", 1)+"/", granted)
	p.Eventually("the note", func() bool { return evaluate[bool](p, `!document.getElementById("insecure").hidden`) })
	press(t, p)
	p.Says("alert", "This page was opened without HTTPS")
	wantWayOut(t, p)
	p.WantEnd("insecure_page")
}

func TestProcessingIsOnUnlessThePageTurnsItOff(t *testing.T) {
	s := newScript(t, demo)
	for attribute, want := range map[string]string{"on": "true,true,true", "off": "false,false,false"} {
		p := open(t, sharedChromium(t), s.url+"/", granted)
		p.Do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), "processing", attribute))
		evaluate[bool](p, `(() => {
			const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
			devices.getUserMedia = async (wanted) => { window.given = await ask(wanted); return given; };
			return true;
		})()`)
		p.Click("button", "Call")
		p.Click("button", "Call")
		l := s.answerSocket()
		l.welcome()
		l.want("call")
		got := evaluate[string](p, `(({ echoCancellation: e, noiseSuppression: n, autoGainControl: g }) => [e, n, g].join())(given.getAudioTracks()[0].getSettings())`)
		if got != want {
			t.Errorf("processing=%s: echo cancellation, noise suppression, gain are %s", attribute, got)
		}
	}
}

// The sound of the microphone stops with the call, and the browser's sign of
// it with the sound.
func TestTheMicrophoneIsLetGo(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	evaluate[bool](p, `(() => {
		const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
		devices.getUserMedia = async (wanted) => { window.given = await ask(wanted); return given; };
		return true;
	})()`)
	p.Click("button", "Call")
	p.Click("button", "Call")
	l := s.answerSocket()
	p.Says("status", "Connecting…")
	p.Click("button", "Cancel") // before the gateway has said anything
	p.WantEnd("canceled")
	l.wantClosed()
	p.Eventually("a microphone that is off", func() bool {
		return evaluate[string](p, `given.getAudioTracks()[0].readyState`) == "ended"
	})
}
