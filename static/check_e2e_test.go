//go:build e2e

package static

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

const (
	heardWell    = "Your microphone is heard well."
	unchecked    = "Your connection could not be checked just now."
	foundButWell = "Everything is ready. You can call now."
)

// check opens the panel and presses the button that the attribute test puts there; the
// gateway does not probe just now.
func (s *script) check(t *testing.T, p *tab) {
	t.Helper()
	p.Set("test", "")
	p.Set("fallback", "+15550100199")
	p.Click("button", "Call")
	p.Click("button", "Check before you call")
	s.refuseProbes()
}

// refuseProbes answers a check's WebSocket, and what it asks.
func (s *script) refuseProbes() {
	s.t.Helper()
	l := s.answerSocket()
	l.welcome()
	for range 2 {
		probe := l.want("probe")
		l.say(message{"type": "error", "id": probe["id"], "code": "rate_limited", "message": "Too often.", "remedies": []string{}})
	}
}

// Why there is no microphone is told before a call as it is at one, with the way out.
func TestACheckTellsWhyThereIsNoMicrophone(t *testing.T) {
	for _, c := range []struct {
		name, says string
		page       func(*testing.T, *script) *tab
	}{
		{"refused by the person", "The microphone is not allowed for this page. Allow it in your browser", func(t *testing.T, s *script) *tab {
			return open(t, sharedChromium(t), s.url+"/", denied)
		}},
		{"kept off by the page", "This site's settings keep the microphone off on this page", func(t *testing.T, s *script) *tab {
			shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Permissions-Policy", "microphone=()")
				w.Header().Set("Content-Type", "text/html")
				_, _ = w.Write([]byte(`<!doctype html><script type="module" src="` + s.url + `/v1/widget.js"></script>
					<webtrunk-call key="pk_visitor" to="ref_workshop"></webtrunk-call>`))
			}))
			t.Cleanup(shop.Close)
			return open(t, sharedChromium(t), shop.URL, granted)
		}},
		{"no device", "No microphone was found. Connect one", func(t *testing.T, s *script) *tab {
			return open(t, browser.Start(t), s.url+"/", granted)
		}},
		{"in use", "Another program is using the microphone. Close it", func(t *testing.T, s *script) *tab {
			p := open(t, sharedChromium(t), s.url+"/", granted)
			evaluate[bool](p, `!!(navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("busy", "NotReadableError"); })`)
			return p
		}},
		{"an insecure page", "This page was opened without HTTPS", func(t *testing.T, s *script) *tab {
			return open(t, sharedChromium(t), strings.Replace(s.url, "127.0.0.1", "shop.example", 1)+"/", granted)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript(t, demo)
			p := c.page(t, s)
			s.check(t, p)
			p.Says("status", c.says)
			p.Says("status", "Here is what was found.")
			wantWayOut(t, p)
		})
	}
}

func TestACheckHearsASilentMicrophone(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, browser.Start(t, browser.Speaking(t, make([]int16, soundcheck.Rate))), s.url+"/", granted)
	s.check(t, p)
	p.Says("status", "Say something, such as your name.")
	p.Says("status", "Nothing is heard from this microphone. Turn it on at its switch")
	wantWayOut(t, p)
}

// A room in which the microphone hears the loudspeaker, the browser's cancelling of
// echoes notwithstanding: what is played comes back, so much weaker.
const echoing = `(loss) => {
	const room = new AudioContext(), air = new MediaStreamAudioDestinationNode(room), wall = new GainNode(room, { gain: loss });
	wall.connect(air);
	const into = (stream, to) => room.createMediaStreamSource(stream).connect(to);
	const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
	navigator.mediaDevices.getUserMedia = async (wanted) => { await room.resume(); into(await ask(wanted), air); return air.stream; };
	const play = HTMLMediaElement.prototype.play;
	HTMLMediaElement.prototype.play = function () { if (this.srcObject) into(this.srcObject, wall); return play.call(this); };
	return true;
}`

func TestACheckHearsAnEcho(t *testing.T) {
	for _, c := range []struct{ name, loss, says string }{
		{"loud", "0.3", "Your microphone hears your loudspeaker, so the other side would hear themselves. Use headphones or turn the loudspeaker down, then check again."},
		{"hardly there", "0.005", heardWell},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript(t, demo)
			p := open(t, sharedChromium(t), s.url+"/", granted)
			evaluate[bool](p, "("+echoing+")("+c.loss+")")
			p.Set("fallback", "+15550100199")
			s.check(t, p)
			p.Says("status", c.says)
			if c.says != heardWell {
				p.The("button", "Check again")
				p.The("link", "Call +15550100199 from a telephone")
			}
		})
	}
}

// A check is used without a mouse, in any theme and language, on a telephone's screen.
func TestEveryoneCanCheck(t *testing.T) {
	for _, as := range []struct{ scheme, language, open, check, ready, close string }{
		{"light", "en", "Call", "Check before you call", foundButWell, "Close the check"},
		{"dark", "ar", "اتصال", "افحص قبل الاتصال", "كل شيء جاهز. يمكنك الاتصال الآن.", "أغلق الفحص"},
		{"light", "zh", "通话", "通话前检查", "一切就绪，现在可以拨打。", "关闭检查"},
	} {
		t.Run(as.scheme+" "+as.language, func(t *testing.T) {
			s := newScript(t, demo)
			p := open(t, sharedChromium(t), s.url+"/", granted)
			p.look(as.scheme, 360)
			p.Set("test", "")
			p.Set("lang", as.language)
			p.ByKeys()
			p.Click("button", as.open)
			p.Click("button", as.check)
			s.refuseProbes()
			p.Says("status", as.ready)
			p.Accessible(axe, "after a check")
			p.Operable("after a check")
			p.fits("after a check")
			p.roomy("after a check")
			p.Click("button", as.close)
			p.Gone("button", as.close)
			if got := evaluate[string](p, `document.activeElement.shadowRoot.activeElement.part.value`); got != "check" {
				t.Errorf("the focus is on %q, want the button that began the check", got)
			}
		})
	}
}

// The page asks for a check and is told what was found; a call ends one.
func TestThePageChecks(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	evaluate[bool](p, watchMicrophone)
	p.Do(chromedp.Evaluate[chromedp.Void](`void (window.found = document.querySelector("webtrunk-call").test())`))
	s.refuseProbes()
	got := evaluate[string](p, `found.then(({ ok, microphone, network, messages, level }) =>
		[ok, microphone, network.outcome, network.udp, messages.length, level > 0.15 && level <= 1].join())`)
	if want := "true,good,unknown,,2,true"; got != want {
		t.Errorf("the page is told %s, want %s", got, want)
	}
	p.Click("button", "Check again")
	s.refuseProbes()
	p.Says("status", heardWell)
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	l.want("call")
	p.Gone("button", "Close the check")
	if n := evaluate[float64](p, `live()`); n != 1 {
		t.Errorf("%v microphones are open in the call, want the call's alone", n)
	}
	if name := evaluate[string](p, `document.querySelector("webtrunk-call").test().catch(({ name }) => name)`); name != "InvalidStateError" {
		t.Errorf("a check during a call is told %q", name)
	}
}

// Who checks again, or puts the check away, lets the one before go; its promise says so.
func TestACheckIsPutAway(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	evaluate[bool](p, watchMicrophone)
	p.Do(chromedp.Evaluate[chromedp.Void](`void (window.found = document.querySelector("webtrunk-call").test().catch(({ name }) => name))`))
	l := s.answerSocket()
	p.Eventually("a microphone", func() bool { return evaluate[float64](p, `live()`) == 1 })
	p.Click("button", "Close the check")
	if name := evaluate[string](p, `found`); name != "InvalidStateError" {
		t.Errorf("who asked is told %q", name)
	}
	l.wantClosed()
	p.Eventually("no microphone", func() bool { return evaluate[float64](p, `live()`) == 0 })
}

// What is chosen in the check is what the call uses.
func TestTheChosenMicrophoneIsTheCalls(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	evaluate[bool](p, watchMicrophone)
	s.check(t, p)
	p.Says("status", heardWell)
	other := evaluate[string](p, `[...`+part("check-microphone")+`.options].find((o) => !o.selected && o.value && o.value !== "default").value`)
	p.Choose("Microphone", other)
	p.Says("status", foundButWell)
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	l.want("call")
	if got := evaluate[string](p, `given.at(-1).getAudioTracks()[0].getSettings().deviceId`); got != other {
		t.Errorf("the call uses %s, want %s", got, other)
	}
}
