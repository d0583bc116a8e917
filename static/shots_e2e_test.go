//go:build e2e

package static

import (
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

func shot(p *tab, name string) {
	b, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	p.check(err)
	os.WriteFile("/tmp/st/"+name+".png", b, 0o644)
}

func TestShots(t *testing.T) {
	for _, scheme := range []string{"light", "dark"} {
		for _, w := range []int64{360, 1000} {
			s, p, l, call := dial(t, granted)
			_ = s
			_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			p.check(err)
			p.do(chromedp.EmulateViewport(w, 760))
			n := scheme
			if w == 360 {
				n += "360"
			}
			l.answer(call)
			l.say(message{"type": "ringing", "id": call["id"]})
			p.says("status", "Ringing…")
			shot(p, n+"-ringing")
			l.say(message{"type": "answered", "id": call["id"]})
			p.says("status", "In call")
			p.click("button", "Dial pad")
			p.click("button", "Mute")
			p.says("timer", "0:02")
			shot(p, n+"-pad")
			l.say(message{"type": "ended", "id": call["id"], "reason": "busy", "by": "them", "message": "The line is busy. Try again in a moment."})
			p.says("status", "The line is busy")
			shot(p, n+"-ended")
			p.permit(denied)
			evaluate[bool](p, `!document.querySelector("webtrunk-call").setAttribute("fallback","+15550100199")`)
			p.click("button", "Call")
			p.says("alert", "The microphone")
			shot(p, n+"-denied")
			p.do(chromedp.Navigate(s.url + "/"))
			p.click("button", "Call")
			p.the("button", "Close")
			shot(p, n+"-shop")
		}
	}
	p, l := desk(t, granted)
	l.ring("in1")
	p.the("button", "Accept")
	shot(p, "desk")
}
