//go:build e2e

package static

import "testing"

// A site puts its notice and its price into the panel. Nobody calls, or writes, before
// whatever the notice requires is agreed to, by the button or by the page's own script.
func TestASitesNoticeAndPrice(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone", granted)
	p.Set("write", "")
	evaluate[bool](p, `(() => {
		const price = Object.assign(document.createElement("p"), { slot: "price", textContent: "€ 1.20 a minute, € 14.00 left" });
		const agree = Object.assign(document.createElement("input"), { type: "checkbox", required: true, id: "agree" });
		const notice = Object.assign(document.createElement("label"), { slot: "notice" });
		notice.append(agree, " I have read how calls are kept");
		document.querySelector("webtrunk-call").append(price, notice);
		return true;
	})()`)
	shown := func(what string) bool {
		return evaluate[bool](p, `document.querySelector("webtrunk-call > [slot=`+what+`]").checkVisibility()`)
	}
	if shown("price") || shown("notice") {
		t.Error("a panel that was never opened shows what the site has put into it")
	}
	p.Click("button", "Call")
	p.Eventually("the site's own words", func() bool { return shown("price") && shown("notice") })
	p.Write("Telephone number", "+15550100101")
	for _, begin := range []string{"Call", "Write to us"} {
		p.Click("button", begin)
		p.Eventually("the focus on what is to be agreed to", func() bool { return evaluate[string](p, `document.activeElement.id`) == "agree" })
	}
	if why := evaluate[string](p, `document.querySelector("webtrunk-call").call("+15550100101").then(() => "called", ({ name }) => name)`); why != "InvalidStateError" {
		t.Errorf("the page's script: %s", why)
	}
	if told := p.Told(); len(told) != 0 {
		t.Errorf("told %+v before anything was agreed to", told)
	}
	p.Accessible(axe, "a notice in the panel")

	p.Click("checkbox", "I have read how calls are kept")
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	l.answer(call)
	p.Eventually("the price, and the notice no more", func() bool { return shown("price") && !shown("notice") })
	l.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "them", "message": "The other side hung up."})
	p.WantEnd("hangup")
}
