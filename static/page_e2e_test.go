//go:build e2e

package static

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"webtrunk/e2e/browser"
)

const granted, denied = browser.Granted, browser.Denied

// dial opens the telephone page and calls the echo; it returns when the
// gateway has the call.
func dial(t *testing.T, microphone browser.Microphone) (*script, *tab, *line, message) {
	t.Helper()
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone", microphone)
	p.Click("button", "Call")
	p.Write("Telephone number", "+1 555 010 0101")
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	return s, p, l, l.want("call")
}

func TestACallFromTheFirstClickToTheLast(t *testing.T) {
	_, p, l, call := dial(t, granted)
	if l.hello["key"] != "pk_visitor" || l.hello["version"] != 1.0 || l.hello["token"] != nil || l.hello["session"] != nil {
		t.Errorf("hello is %s", asJSON(l.hello))
	}
	if call["to"] != "+15550100101" || call["metadata"] != nil {
		t.Errorf("the call goes to %v with %v", call["to"], call["metadata"])
	}
	id := call["id"]
	p.Says("status", "Connecting…")
	l.answer(call)
	l.say(message{"type": "ringing", "id": id})
	p.Says("status", "Ringing…")
	p.The("button", "Cancel")
	l.say(message{"type": "early_media", "id": id})
	p.Says("status", "You can already hear the other side.")
	l.say(message{"type": "answered", "id": id})
	p.Says("status", "In call")
	p.Says("timer", "0:0")
	p.Gone("button", "Cancel")
	p.Click("button", "Hang up")
	l.want("hangup")
	l.say(message{"type": "ended", "id": id, "reason": "hangup", "by": "you", "message": "You hung up."})
	p.Says("status", "You hung up.")
	l.wantClosed()
	if end := p.WantEnd("hangup"); end.Call != "call_test" || end.Message != "You hung up." {
		t.Errorf("the end is told as %+v", end)
	}
	p.WantStates("preparing", "connecting", "ringing", "early_media", "in_call", "ended")
	p.The("button", "Call")
}

func TestTheShopCallsItsReference(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	p.Do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), "data-order-id", "A 7"))
	p.Do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), "tells", "page"))
	p.Do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), "fields", "#order input"))
	p.Click("button", "Call")
	if fields := p.Find("textbox", ""); len(fields) != 0 {
		t.Error("a call button with a reference asks for a number")
	}
	evaluate[bool](p, `(() => {
		const form = Object.assign(document.createElement("form"), {id: "order"});
		for (const [name, type] of [["email", "email"], ["pin", "password"]])
			form.append(Object.assign(document.createElement("input"), {name, type, value: name + "@shop.example"}));
		document.body.append(form);
		return true;
	})()`)
	p.Click("button", "Call")
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	if call["to"] != "ref_workshop" || asJSON(call["metadata"]) != `{"email":"email@shop.example","order_id":"A 7","page":"`+s.url+`/"}` {
		t.Errorf("the call goes to %v with %s", call["to"], asJSON(call["metadata"]))
	}
}

func TestCancelWhileItRings(t *testing.T) {
	_, p, l, call := dial(t, granted)
	l.answer(call)
	l.say(message{"type": "ringing", "id": call["id"]})
	p.Says("status", "Ringing…")
	p.Click("button", "Cancel")
	if hangup := l.want("hangup"); hangup["id"] != call["id"] {
		t.Errorf("hung up %v", hangup)
	}
	// The answer crosses the cancel: the page must not show a call again.
	l.say(message{"type": "answered", "id": call["id"]})
	l.say(message{"type": "ended", "id": call["id"], "reason": "canceled", "by": "you", "message": "You gave up."})
	p.Says("status", "You gave up.")
	p.WantEnd("canceled")
	p.WantStates("preparing", "connecting", "ringing", "ended")
}

func TestAGatewayThatDoesNotConfirmTheHangUp(t *testing.T) {
	_, p, l, call := dial(t, granted)
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	p.Click("button", "Hang up")
	l.want("hangup")
	p.Says("status", "You ended the call.")
	l.say(message{"type": "ended", "id": call["id"], "reason": "failed", "by": "gateway", "message": "Too late."})
	p.WantEnd("hangup")
}

func TestRefusalsAreToldInTheGatewaysWords(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone", granted)
	p.Click("button", "Call")
	p.Write("Telephone number", "0015550100103")
	for i, reason := range []string{"busy", "rejected", "no_answer", "not_found", "unreachable"} {
		p.Click("button", "Call")
		l := s.answerSocket()
		l.welcome()
		call := l.want("call")
		l.answer(call)
		l.say(message{"type": "ended", "id": call["id"], "reason": reason, "by": "them", "message": "Sentence for " + reason + "."})
		p.Says("status", "Sentence for "+reason+".")
		ends := 0
		for _, told := range p.Told() {
			if told.State == "ended" {
				ends++
			}
		}
		if ends != i+1 {
			t.Errorf("after %d calls there are %d ends", i+1, ends)
		}
		if p.Text("alert") != "" {
			t.Errorf("%s is told as a fault: %q", reason, p.Text("alert"))
		}
	}
}

func TestACallTheGatewayWillNotStart(t *testing.T) {
	_, p, l, call := dial(t, granted)
	l.say(message{"type": "error", "id": call["id"], "code": "not_allowed", "message": "This key may not call there.",
		"remedies": []string{"Call another number."}})
	p.Says("alert", "This number cannot be called from this page.")
	if end := p.WantEnd("not_allowed"); end.Message != "This key may not call there." {
		t.Errorf("the page is told %q", end.Message)
	}
	l.wantClosed()
}

func TestAKeyOfAnotherSite(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	p.Click("button", "Call")
	p.Click("button", "Call")
	l := s.answerSocket()
	l.say(message{"type": "error", "code": "bad_origin", "message": "This page may not use this key.", "remedies": []string{}})
	p.Says("alert", "Calls from this page do not work just now.")
	if end := p.WantEnd("bad_origin"); end.Message != "This page may not use this key." {
		t.Errorf("the page is told %q", end.Message)
	}
}

func TestANumberThatIsNone(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone", granted)
	p.Click("button", "Call")
	p.Click("button", "Call")
	p.Says("alert", "Write the number to call.")
	p.Write("Telephone number", "+1 555 CALL ME")
	p.Click("button", "Call")
	p.Says("alert", "This is not a complete telephone number.")
	if focused := evaluate[string](p, `document.querySelector("webtrunk-call").shadowRoot.activeElement.id`); focused != "number" {
		t.Errorf("the focus is on %q", focused)
	}
	p.WantStates()
}

func TestTheTableFillsTheNumberIn(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/phone", granted)
	p.Click("button", "Use +15550100102")
	field := p.The("textbox", "Telephone number")
	if got := string(field.Value.Value); got != `"+15550100102"` {
		t.Errorf("the field holds %s", got)
	}
}

func TestDigitsAreSentAsTelephoneEvents(t *testing.T) {
	_, p, l, call := dial(t, granted)
	far := l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Click("button", "Dial pad")
	p.Eventually("a sender that takes digits", func() bool { return far.ConnectionState().String() == "connected" })
	p.Click("button", "1")
	p.Click("button", "Star")
	p.Do(chromedp.KeyEvent("42#")) // the focus is on the pad
	far.wantDigits(t, "1*42#")
	p.Says("group", "1*42#")
}

func TestDigitsGoByMessageWhereTheBrowserCannot(t *testing.T) {
	_, p, l, call := dial(t, granted)
	// No media is agreed on yet, so there is nobody to send tones to.
	l.say(message{"type": "early_media", "id": call["id"]})
	p.Click("button", "Dial pad")
	p.Click("button", "Hash")
	if dtmf := l.want("dtmf"); dtmf["digits"] != "#" {
		t.Errorf("sent %v", dtmf)
	}
}

func TestMuteIsToldAndStopsTheSound(t *testing.T) {
	_, p, l, call := dial(t, granted)
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	p.Click("button", "Mute")
	p.Says("status", "You are muted.")
	if !evaluate[bool](p, `document.querySelector("webtrunk-call").muted`) {
		t.Error("the property does not say that it is muted")
	}
	if pressed := evaluate[string](p, `document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=mute]").ariaPressed`); pressed != "true" {
		t.Errorf("aria-pressed is %q", pressed)
	}
	for m := range l.heard {
		if m["type"] == "mute" {
			if m["muted"] != true || m["id"] != call["id"] {
				t.Errorf("told %v", m)
			}
			break
		}
	}
}

func TestEscapeClosesThePanelAndKeepsTheCall(t *testing.T) {
	_, p, l, call := dial(t, granted)
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	p.The("button", "Hang up")
	p.Do(chromedp.KeyEvent(kb.Escape))
	p.Gone("button", "Hang up")
	if state := evaluate[string](p, `document.querySelector("webtrunk-call").state`); state != "in_call" {
		t.Errorf("after Escape the call is %s", state)
	}
	p.Do(chromedp.KeyEvent(kb.Enter)) // the focus is back on the launcher
	p.The("button", "Hang up")
}

func TestAnEndThatNobodySeesOpensThePanel(t *testing.T) {
	_, p, l, call := dial(t, granted)
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	p.Do(chromedp.KeyEvent(kb.Escape))
	p.Gone("button", "Hang up")
	l.say(message{"type": "ended", "id": call["id"], "reason": "busy", "by": "them", "message": "They left."})
	p.The("button", "Call")
	p.Says("status", "They left.")
}

func TestOnHold(t *testing.T) {
	_, p, l, call := dial(t, granted)
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	l.say(message{"type": "held", "id": call["id"]})
	p.Says("status", "On hold.")
	l.say(message{"type": "resumed", "id": call["id"]})
	p.Says("status", "In call")
	p.WantStates("preparing", "connecting", "in_call", "held", "in_call")
}
