//go:build e2e

package static

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// accessible runs the rules of axe for WCAG 2.2 AA on the page as it is now.
func accessible(t *testing.T, p *tab, when string) {
	t.Helper()
	rules, err := os.ReadFile(filepath.Join("..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe is not here, run npm ci: %v", err)
	}
	p.check(chromedp.Do(p.ctx, chromedp.Evaluate[chromedp.Void]("void (() => {"+string(rules)+"})()")))
	report, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`
		axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) =>
			JSON.stringify({ checked: r.passes.length, wrong: r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target + " " + n.failureSummary).join("; ")) }))`,
		chromedp.EvalAwaitPromise))
	p.check(err)
	var found struct {
		Checked int
		Wrong   []string
	}
	p.check(json.Unmarshal([]byte(report), &found))
	if found.Checked < 15 {
		t.Errorf("%s: only %d rules applied", when, found.Checked)
	}
	for _, wrong := range found.Wrong {
		t.Errorf("%s: %s", when, wrong)
	}
}

func (p *tab) look(scheme string, width int64) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	p.check(err)
	p.do(chromedp.EmulateViewport(width, 760))
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

// roomy checks that every button that is shown is large enough for a finger.
func (p *tab) roomy(when string) {
	p.t.Helper()
	small := evaluate[[]string](p, `[...document.querySelector("webtrunk-call").shadowRoot.querySelectorAll("button, input, a")]
		.filter((e) => e.checkVisibility()).map((e) => [e.getBoundingClientRect(), e])
		.filter(([box]) => box.height < 44 || box.width < 44).map(([box, e]) => e.part + " " + box.width + "×" + box.height)`)
	for _, target := range small {
		p.t.Errorf("%s: %s is too small", when, target)
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
				accessible(t, p, when)
				p.fits(when)
				p.roomy(when)
			}
			p.look(as.scheme, as.width)
			check("the shop")
			p.do(chromedp.Navigate(s.url + "/phone"))
			p.click("button", "Call")
			p.the("textbox", "Telephone number")
			check("the panel")
			p.click("button", "Call")
			p.says("alert", "Write the number")
			check("a mistake")
			p.write("Telephone number", "+15550100101")
			p.click("button", "Call")
			l := s.answerSocket()
			l.welcome()
			call := l.want("call")
			l.answer(call)
			l.say(message{"type": "ringing", "id": call["id"]})
			p.says("status", "Ringing…")
			check("ringing")
			l.say(message{"type": "answered", "id": call["id"]})
			p.click("button", "Dial pad")
			p.click("button", "Mute")
			p.says("status", "You are muted.")
			check("in call")
			l.say(message{"type": "ended", "id": call["id"], "reason": "busy", "by": "them", "message": "The line is busy."})
			p.says("status", "The line is busy.")
			check("ended")
			p.permit(denied)
			p.do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), "fallback", "+15550100199"))
			p.click("button", "Call")
			p.says("alert", "The microphone is not allowed")
			check("the microphone refused")
		})
	}
}

func TestTheDeskIsAccessible(t *testing.T) {
	p, l := desk(t, granted)
	accessible(t, p, "the desk")
	l.ring("in1")
	p.the("button", "Accept")
	accessible(t, p, "an incoming call")
	p.roomy("an incoming call")
}

func TestACallWithTheKeyboardAlone(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone", granted)
	evaluate[bool](p, `(document.querySelector("webtrunk-call").shadowRoot.querySelector("button").focus(), true)`)
	p.do(chromedp.KeyEvent("\r"))
	p.the("textbox", "Telephone number") // the focus is in it
	p.eventually("the focus in the field", func() bool { return p.focused() == "input" })
	p.do(chromedp.KeyEvent("+15550100101\r"))
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	p.eventually("the focus on Cancel", func() bool { return p.focused() == "cancel" })
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.eventually("the focus on Hang up", func() bool { return p.focused() == "hang-up" })
	p.do(chromedp.KeyEvent("\r"))
	l.want("hangup")
	l.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "you", "message": "You hung up."})
	p.eventually("the focus on Call", func() bool { return p.focused() == "call" })
}

// focused is the part of the widget that has the focus.
func (p *tab) focused() string {
	return evaluate[string](p, `document.querySelector("webtrunk-call").shadowRoot.activeElement?.part.value ?? ""`)
}
