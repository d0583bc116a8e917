//go:build e2e

package static

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// videoOf is the direction of the pictures in an offer; empty without any.
func videoOf(offer message) string {
	_, section, there := strings.Cut(offer["sdp"].(string), "m=video")
	if !there {
		return ""
	}
	return regexp.MustCompile(`a=(sendrecv|sendonly|recvonly|inactive)`).FindString(section)
}

func (p *tab) withVideo() {
	p.Do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), "video", ""))
}

// A camera that cannot be had is explained, with a way out, and the call goes
// on: the person may still see the other side.
func TestACallGoesOnWithoutACamera(t *testing.T) {
	for name, c := range map[string]struct{ policy, says, remedy string }{
		"refused by the person": {"microphone=(self), camera=(self)", "The camera is not allowed for this page", "Allow it in your browser"},
		"kept off by the site":  {"microphone=(self), camera=()", "This site's settings keep the camera off", "Only the site can change this."},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, demo)
			shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Permissions-Policy", c.policy)
				w.Header().Set("Content-Type", "text/html")
				_, _ = w.Write([]byte(`<!doctype html><script type="module" src="` + s.url + `/v1/widget.js"></script>
					<webtrunk-call key="pk_visitor" to="ref_workshop" video></webtrunk-call>`))
			}))
			t.Cleanup(shop.Close)
			p := open(t, sharedChromium(t), shop.URL, granted)
			p.PermitCamera(denied)
			press(t, p)
			l := s.answerSocket()
			l.welcome()
			call := l.want("call")
			if got := videoOf(call); got != "a=recvonly" {
				t.Errorf("pictures are offered %q, want to see without being seen", got)
			}
			p.Says("alert", c.says)
			p.Says("alert", c.remedy)
			l.answer(call)
			l.say(message{"type": "answered", "id": call["id"]})
			p.Says("status", "In call")
			p.Gone("button", "Camera off")
			p.Click("button", "Hang up")
			l.want("hangup")
			l.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "you", "message": "You hung up."})
			p.WantEnd("hangup")
		})
	}
}

// A call with pictures fits a telephone's screen, is usable by everyone, and
// says what is to be seen.
func TestACallWithPicturesOnASmallScreen(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone", granted)
	p.PermitCamera(granted)
	p.withVideo()
	p.look("light", 360)
	p.Click("button", "Call")
	p.Write("Telephone number", "+15550100101")
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	if got := videoOf(call); got != "a=sendrecv" {
		t.Errorf("pictures are offered %q", got)
	}
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	note := func() string {
		return evaluate[string](p, `document.querySelector("webtrunk-call").shadowRoot.querySelector(".note")?.innerText ?? ""`)
	}
	p.Eventually("no picture yet", func() bool { return note() == "No picture yet" })
	p.Accessible(axe, "a call with pictures")
	p.roomy("a call with pictures")
	p.Eventually("the own picture", func() bool {
		return evaluate[bool](p, `document.querySelector("webtrunk-call").shadowRoot.querySelector("video[part=self]").videoWidth > 0`)
	})

	l.say(message{"type": "video", "id": call["id"], "state": "not_sent", "message": "The other side sends no picture."})
	p.Eventually("what the gateway says", func() bool { return note() == "The other side sends no picture." })

	// Asked for its pictures in another coding, the page offers anew.
	l.say(message{"type": "video", "id": call["id"], "state": "on", "renew": true})
	l.want("offer")

	// The camera goes off by the keyboard, and says so.
	evaluate[bool](p, `(document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=camera]").focus(), true)`)
	p.Do(chromedp.KeyEvent("\r"))
	p.Eventually("a button that is pressed", func() bool {
		return evaluate[string](p, `document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=camera]").ariaPressed`) == "true"
	})
	l.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "them", "message": "The other side hung up."})
	p.WantEnd("hangup")
	p.Eventually("no open camera", func() bool {
		return evaluate[bool](p, `document.querySelector("webtrunk-call").shadowRoot.querySelector("video[part=self]").srcObject === null`)
	})
}

// A page that is called is filmed for a caller who can see it, and for no other.
func TestOnlyWhoCanSeeFilmsTheDesk(t *testing.T) {
	p, l := desk(t, granted)
	p.PermitCamera(granted)
	p.withVideo()
	for id, caller := range map[string]struct {
		sees bool
		want string
	}{"in1": {false, ""}, "in2": {true, "a=sendrecv"}} {
		l.say(message{"type": "incoming", "id": id, "from": "browser:visitor", "call": "call_in", "video": caller.sees})
		p.Click("button", "Accept")
		accept := l.want("accept")
		if got := videoOf(accept); got != caller.want {
			t.Errorf("for a caller who sees (%v) pictures are offered %q, want %q", caller.sees, got, caller.want)
		}
		l.say(message{"type": "ended", "id": id, "reason": "hangup", "by": "them", "message": "The caller hung up."})
		p.Says("status", "The caller hung up.")
	}
}
