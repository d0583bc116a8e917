//go:build e2e

package static

import (
	"testing"

	"github.com/chromedp/cdproto/browser"
)

// desk opens the page that takes calls; it returns when it is ready for them.
func desk(t *testing.T, microphone browser.PermissionSetting) (*tab, *line) {
	t.Helper()
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/desk", microphone)
	l := s.answerSocket()
	if l.hello["key"] != "pk_agent" || l.hello["token"] != "agent-token" {
		t.Errorf("hello is %s", asJSON(l.hello))
	}
	l.welcome()
	p.click("button", "Desk")
	p.says("status", "Ready for calls.")
	return p, l
}

func (l *line) ring(id string) {
	l.say(message{"type": "incoming", "id": id, "from": "+15550100177", "call": "call_in"})
}

func TestAnIncomingCallIsAnsweredAndEnds(t *testing.T) {
	p, l := desk(t, granted)
	l.ring("in1")
	p.says("status", "Incoming call from +15550100177")
	p.click("button", "Accept")
	accept := l.want("accept")
	if accept["id"] != "in1" {
		t.Errorf("accepted %v", accept["id"])
	}
	far := l.answer(accept)
	p.says("status", "In call")
	p.eventually("media", func() bool { return far.ConnectionState().String() == "connected" })
	l.say(message{"type": "answered", "id": "in1"})
	l.say(message{"type": "ended", "id": "in1", "reason": "hangup", "by": "them", "message": "The caller hung up."})
	p.says("status", "The caller hung up.")
	p.ended("hangup")
	p.wantStates("incoming", "connecting", "in_call", "ended")

	// The desk is ready for the next.
	l.ring("in2")
	p.says("status", "Incoming call from +15550100177")
}

func TestAnIncomingCallOpensAClosedPanel(t *testing.T) {
	p, l := desk(t, granted)
	p.click("button", "Close")
	p.gone("button", "Close")
	l.ring("in1")
	p.the("button", "Accept")
	l.say(message{"type": "ended", "id": "in1", "reason": "canceled", "by": "them", "message": "The caller gave up."})
	p.says("status", "The caller gave up.")
	p.gone("button", "Accept")
	p.ended("canceled")
}

func TestAnIncomingCallIsRejected(t *testing.T) {
	p, l := desk(t, granted)
	l.ring("in1")
	p.click("button", "Reject")
	if reject := l.want("reject"); reject["id"] != "in1" {
		t.Errorf("rejected %v", reject["id"])
	}
	l.say(message{"type": "ended", "id": "in1", "reason": "rejected", "by": "you", "message": "You rejected the call."})
	p.ended("rejected")
}

func TestASecondCallIsRejectedWhileTheFirstLasts(t *testing.T) {
	p, l := desk(t, granted)
	l.ring("in1")
	p.the("button", "Accept")
	l.ring("in2")
	if reject := l.want("reject"); reject["id"] != "in2" {
		t.Errorf("rejected %v", reject["id"])
	}
	p.the("button", "Accept")
}

func TestAnIncomingCallRingsOnWhileTheMicrophoneIsRefused(t *testing.T) {
	p, l := desk(t, denied)
	l.ring("in1")
	p.click("button", "Accept")
	p.says("alert", "The microphone is not allowed for this page.")
	p.permit(granted)
	p.click("button", "Accept")
	l.answer(l.want("accept"))
	p.says("status", "In call")
	if alert := p.text("alert"); alert != "" {
		t.Errorf("the alert still says %q", alert)
	}
	p.wantStates("incoming", "connecting", "in_call")
}

func TestADeskThatLosesItsConnectionIsReadyAgain(t *testing.T) {
	p, first := desk(t, granted)
	first.cut()
	p.says("status", "Connecting to take calls…")
	second := first.answerSocket()
	if second.hello["token"] != "agent-token" || second.hello["session"] != "secret" {
		t.Errorf("hello is %s", asJSON(second.hello))
	}
	second.resume(nil)
	p.says("status", "Ready for calls.")
	second.ring("in1")
	p.the("button", "Accept")
}

func TestADeskWithABadTokenSaysSo(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/desk", granted)
	l := s.answerSocket()
	l.say(message{"type": "error", "code": "bad_token", "message": "This token is not known.", "remedies": []string{"Ask for a new one."}})
	p.click("button", "Desk")
	p.says("alert", "This token is not known.")
	p.says("status", "Not ready for calls.")
	p.click("button", "Take calls")
	s.answerSocket().welcome()
	p.says("status", "Ready for calls.")
}

func TestACallThatRangWhenTheGatewayForgotThePage(t *testing.T) {
	p, first := desk(t, granted)
	first.ring("in1")
	p.the("button", "Accept")
	first.cut()
	second := first.answerSocket()
	second.welcome() // of a new session, in which nothing rings
	p.gone("button", "Accept")
	p.ended("connection_lost")
	p.says("status", "The connection was lost")
}
