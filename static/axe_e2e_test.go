//go:build e2e

package static

import (
	"testing"

	"github.com/chromedp/chromedp"
)

const axe = "../node_modules/axe-core/axe.min.js"

func (p *tab) look(scheme string, width int64) {
	p.t.Helper()
	p.Scheme(scheme)
	p.Do(chromedp.EmulateViewport(width, 760))
}

// fits checks that nothing is wider than the screen.
func (p *tab) fits(when string) {
	p.t.Helper()
	if over := evaluate[float64](p, `Math.max(0, document.documentElement.scrollWidth - innerWidth)`); over > 0 {
		p.t.Errorf("%s: the page is %v px wider than the screen", when, over)
	}
	outside := evaluate[float64](p, `(() => {
		const panel = document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=panel]");
		const box = panel ? panel.getBoundingClientRect() : { left: 0, right: 0 };
		return Math.max(0, -box.left, box.right - innerWidth);
	})()`)
	if outside > 0 {
		p.t.Errorf("%s: the panel reaches %v px over the edge", when, outside)
	}
}

// roomy checks that every button that is shown is large enough for a finger, and
// for its words.
func (p *tab) roomy(when string) {
	p.t.Helper()
	small := evaluate[[]string](p, `[...document.querySelector("webtrunk-call").shadowRoot.querySelectorAll("button, input, a")]
		.filter((e) => e.checkVisibility()).map((e) => [e.getBoundingClientRect(), e])
		.filter(([box]) => box.height < 44 || box.width < 44).map(([box, e]) => e.part + " " + box.width + "×" + box.height)`)
	for _, target := range small {
		p.t.Errorf("%s: %s is too small", when, target)
	}
	for _, button := range evaluate[[]string](p, `[...document.querySelector("webtrunk-call").shadowRoot.querySelectorAll("button")]
		.filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth).map((e) => e.part + " " + e.scrollWidth + " of " + e.clientWidth)`) {
		p.t.Errorf("%s: the words of %s px stand out of their button", when, button)
	}
}

func TestEveryStageIsAccessible(t *testing.T) {
	for _, as := range []struct {
		scheme string
		width  int64
	}{{"light", 1000}, {"dark", 320}} {
		t.Run(as.scheme, func(t *testing.T) {
			s := newScript(t, demo)
			p := open(t, sharedChromium(t), s.url+"/", granted)
			check := func(when string) {
				t.Helper()
				p.Accessible(axe, when)
				p.fits(when)
				p.roomy(when)
			}
			p.look(as.scheme, as.width)
			check("the shop")
			p.Do(chromedp.Navigate(s.url + "/video"))
			check("face to face")
			p.Do(chromedp.Navigate(s.url + "/cart"))
			check("the cart")
			p.Do(chromedp.Navigate(s.url + "/?lang=ar"))
			check("the shop, from right to left")
			for _, page := range []string{"/phone", "/video", "/cart"} { // the choice is kept
				p.Do(chromedp.Navigate(s.url + page))
				check(page + ", from right to left")
			}
			p.Do(chromedp.Navigate(s.url + "/phone?lang=en"))
			p.Click("button", "Call")
			p.The("textbox", "Telephone number")
			check("the panel")
			p.Click("button", "Call")
			p.Says("alert", "Write the number")
			check("a mistake")
			p.Write("Telephone number", "+15550100101")
			p.Click("button", "Call")
			l := s.answerSocket()
			l.welcome()
			call := l.want("call")
			l.answer(call)
			l.say(message{"type": "ringing", "id": call["id"]})
			p.Says("status", "Ringing…")
			check("ringing")
			l.say(message{"type": "answered", "id": call["id"]})
			p.Click("button", "Dial pad")
			p.Click("button", "Mute")
			p.Says("status", "You are muted.")
			check("in call")
			l.say(message{"type": "ended", "id": call["id"], "reason": "busy", "by": "them", "message": "The line is busy."})
			p.Says("status", "The line is busy.")
			check("ended")
			p.Permit(denied)
			p.Do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), "fallback", "+15550100199"))
			p.Click("button", "Call")
			p.Says("alert", "The microphone is not allowed")
			check("the microphone refused")
		})
	}
}

// A call in Arabic: what stands on the left in English stands on the right.
func TestACallFromRightToLeftIsAccessible(t *testing.T) {
	const launcher, call, number, dialPad, mute = "اتصال", "اتصل", "رقم الهاتف", "لوحة الأرقام", "كتم الصوت"
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone?lang=ar", granted)
	check := func(when string) {
		t.Helper()
		for _, scheme := range []string{"light", "dark"} {
			p.look(scheme, 320)
			p.Accessible(axe, when+", in the "+scheme)
			p.fits(when)
			p.roomy(when)
		}
	}
	p.Click("button", launcher)
	p.Write(number, "+15550100101")
	p.Click("button", call)
	l := s.answerSocket()
	l.welcome()
	made := l.want("call")
	l.answer(made)
	l.say(message{"type": "ringing", "id": made["id"]})
	p.Reached("ringing")
	check("ringing")
	l.say(message{"type": "answered", "id": made["id"]})
	p.Click("button", dialPad)
	p.Click("button", mute)
	check("in call")
	l.say(message{"type": "ended", "id": made["id"], "reason": "busy", "by": "them", "message": "The line is busy."})
	p.Reached("ended")
	check("ended")
}

// The first page of a gateway that is no demo says what it is, and where to go.
func TestTheGatewaysOwnPageIsAccessible(t *testing.T) {
	s := newScript(t, nil)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	for _, scheme := range []string{"light", "dark"} {
		for _, language := range []string{"en", "zh", "ar"} {
			p.Scheme(scheme)
			p.Do(chromedp.EmulateViewport(320, 760), chromedp.Navigate(s.url+"/?lang="+language))
			p.Accessible(axe, "the gateway's page in "+language+", in the "+scheme)
		}
	}
}

func TestTheDeskIsAccessible(t *testing.T) {
	p, l := desk(t, granted)
	p.Accessible(axe, "the desk")
	l.ring("in1")
	p.The("button", "Accept")
	p.Accessible(axe, "an incoming call")
	p.roomy("an incoming call")
}

func TestTheDeskFromRightToLeftIsAccessible(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/desk?lang=ar", granted)
	l := s.answerSocket()
	l.welcome()
	p.Click("button", "المكتب")
	p.Accessible(axe, "the desk, from right to left")
	l.ring("in1")
	p.The("button", "الرد")
	p.Accessible(axe, "an incoming call, from right to left")
	p.roomy("an incoming call, from right to left")
}

func TestACallWithTheKeyboardAlone(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone", granted)
	evaluate[bool](p, `(document.querySelector("webtrunk-call").shadowRoot.querySelector("button").focus(), true)`)
	p.Do(chromedp.KeyEvent("\r"))
	p.The("textbox", "Telephone number") // the focus is in it
	p.Eventually("the focus in the field", func() bool { return p.focused() == "input" })
	p.Do(chromedp.KeyEvent("+15550100101\r"))
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	p.Eventually("the focus on Cancel", func() bool { return p.focused() == "cancel" })
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Eventually("the focus on Hang up", func() bool { return p.focused() == "hang-up" })
	p.ByKeys()
	p.Click("button", "Mute")
	p.Says("status", "You are muted.")
	p.Click("button", "Mute")
	p.Says("status", "In call")
	p.Click("button", "Dial pad")
	p.Click("button", "5")
	p.Says("group", "5")
	p.Click("button", "Hang up")
	l.want("hangup")
	l.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "you", "message": "You hung up."})
	p.Eventually("the focus on Call", func() bool { return p.focused() == "call" })
}

// focused is the part of the widget that has the focus.
func (p *tab) focused() string {
	return evaluate[string](p, `document.querySelector("webtrunk-call").shadowRoot.activeElement?.part.value ?? ""`)
}
