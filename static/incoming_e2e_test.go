//go:build e2e

package static

import (
	"testing"

	"webtrunk/e2e/browser"
)

// desk opens the page that takes calls; it returns when it is ready for them.
func desk(t *testing.T, microphone browser.Microphone) (*tab, *line) {
	t.Helper()
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/desk", microphone)
	l := s.answerSocket()
	if l.hello["key"] != "pk_agent" || l.hello["token"] != "agent-token" {
		t.Errorf("hello is %s", asJSON(l.hello))
	}
	l.welcome()
	p.Click("button", "Desk")
	p.Says("status", "Ready for calls.")
	return p, l
}

func (l *line) ring(id string) {
	l.say(message{"type": "incoming", "id": id, "from": "+15550100177", "call": "call_in"})
}

func TestAnIncomingCallIsAnsweredAndEnds(t *testing.T) {
	p, l := desk(t, granted)
	p.ByKeys()
	l.ring("in1")
	p.Says("status", "Incoming call from +1\u00a0555\u00a0010\u00a00177")
	p.Click("button", "Accept")
	accept := l.want("accept")
	if accept["id"] != "in1" {
		t.Errorf("accepted %v", accept["id"])
	}
	far := l.answer(accept)
	p.Says("status", "In call")
	p.Eventually("media", func() bool { return far.ConnectionState().String() == "connected" })
	l.say(message{"type": "answered", "id": "in1"})
	l.say(message{"type": "ended", "id": "in1", "reason": "hangup", "by": "them", "message": "The caller hung up."})
	p.Says("status", "The caller hung up.")
	p.WantEnd("hangup")
	p.WantStates("incoming", "connecting", "in_call", "ended")

	// The desk is ready for the next.
	l.ring("in2")
	p.Says("status", "Incoming call from +1\u00a0555\u00a0010\u00a00177")
}

func TestAnIncomingCallOpensAClosedPanel(t *testing.T) {
	p, l := desk(t, granted)
	p.Click("button", "Close")
	p.Gone("button", "Close")
	l.ring("in1")
	p.The("button", "Accept")
	l.say(message{"type": "ended", "id": "in1", "reason": "canceled", "by": "them", "message": "The caller gave up."})
	p.Says("status", "The caller gave up.")
	p.Gone("button", "Accept")
	p.WantEnd("canceled")
}

func TestAnIncomingCallIsRejected(t *testing.T) {
	p, l := desk(t, granted)
	p.ByKeys()
	l.ring("in1")
	p.Click("button", "Reject")
	if reject := l.want("reject"); reject["id"] != "in1" {
		t.Errorf("rejected %v", reject["id"])
	}
	l.say(message{"type": "ended", "id": "in1", "reason": "rejected", "by": "you", "message": "You rejected the call."})
	p.WantEnd("rejected")
}

func TestASecondCallIsRejectedWhileTheFirstLasts(t *testing.T) {
	p, l := desk(t, granted)
	l.ring("in1")
	p.The("button", "Accept")
	l.ring("in2")
	if reject := l.want("reject"); reject["id"] != "in2" {
		t.Errorf("rejected %v", reject["id"])
	}
	p.The("button", "Accept")
}

func TestAnIncomingCallRingsOnWhileTheMicrophoneIsRefused(t *testing.T) {
	p, l := desk(t, denied)
	l.ring("in1")
	p.Click("button", "Accept")
	p.Says("alert", "The microphone is not allowed for this page.")
	p.Permit(granted)
	p.Click("button", "Accept")
	l.answer(l.want("accept"))
	p.Says("status", "In call")
	if alert := p.Text("alert"); alert != "" {
		t.Errorf("the alert still says %q", alert)
	}
	p.WantStates("incoming", "connecting", "in_call")
}

func TestADeskThatLosesItsConnectionIsReadyAgain(t *testing.T) {
	p, first := desk(t, granted)
	first.cut()
	p.Says("status", "Connecting to take calls…")
	second := first.answerSocket()
	if second.hello["token"] != "agent-token" || second.hello["session"] != "secret" {
		t.Errorf("hello is %s", asJSON(second.hello))
	}
	second.resume(nil)
	p.Says("status", "Ready for calls.")
	second.ring("in1")
	p.The("button", "Accept")
}

func TestADeskWithABadTokenSaysSo(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/desk", granted)
	l := s.answerSocket()
	l.say(message{"type": "error", "code": "bad_token", "message": "This token is not known.", "remedies": []string{"Ask for a new one."}})
	p.Click("button", "Desk")
	p.Says("alert", "This token is not known.")
	p.Says("status", "Not ready for calls.")
	p.Click("button", "Take calls")
	s.answerSocket().welcome()
	p.Says("status", "Ready for calls.")
}

func TestACallThatRangWhenTheGatewayForgotThePage(t *testing.T) {
	p, first := desk(t, granted)
	first.ring("in1")
	p.The("button", "Accept")
	first.cut()
	second := first.answerSocket()
	second.welcome() // of a new session, in which nothing rings
	p.Gone("button", "Accept")
	p.WantEnd("connection_lost")
	p.Says("status", "The connection was lost")
}

// The first microphone is the one: a second would stay open beside it, and a
// second accept would be refused.
func TestAcceptPressedTwiceAcceptsOnce(t *testing.T) {
	p, l := desk(t, granted)
	l.ring("in1")
	p.The("button", "Accept")
	evaluate[bool](p, `(() => {
		const opened = [];
		const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async (wish) => { const s = await ask(wish); opened.push(s); return s; };
		window.live = () => opened.flatMap((s) => s.getTracks()).filter((t) => t.readyState === "live").length;
		const accept = document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=accept]");
		accept.click();
		accept.click();
		return true;
	})()`)
	l.answer(l.want("accept"))
	p.Says("status", "In call")
	p.Eventually("one open microphone", func() bool { return evaluate[float64](p, `live()`) == 1 })
	l.say(message{"type": "ended", "id": "in1", "reason": "hangup", "by": "them", "message": "The caller hung up."})
	p.WantEnd("hangup")
	p.WantStates("incoming", "connecting", "in_call", "ended")
	p.Eventually("no open microphone", func() bool { return evaluate[float64](p, `live()`) == 0 })
	l.ring("in2")
	p.Click("button", "Reject")
	l.want("reject") // and no second accept before it
}

func TestADeskThatIsPutBackLaterTakesCallsAgain(t *testing.T) {
	p, l := desk(t, granted)
	evaluate[bool](p, `((window.kept = document.querySelector("webtrunk-call")).remove(), true)`)
	l.wantClosed()
	evaluate[bool](p, `(document.body.append(kept), true)`)
	again := l.answerSocket()
	if again.hello["token"] != "agent-token" || again.hello["session"] != nil {
		t.Errorf("hello is %s", asJSON(again.hello))
	}
	again.welcome()
	p.Click("button", "Desk")
	p.Says("status", "Ready for calls.")
	again.ring("in1")
	p.Click("button", "Accept")
	again.answer(again.want("accept"))
	p.Says("status", "In call")
}
