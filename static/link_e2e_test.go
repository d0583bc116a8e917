//go:build e2e

package static

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// talk brings a call to its answer.
func talk(t *testing.T) (*script, *tab, *line, message, *peer) {
	t.Helper()
	s, p, l, call := dial(t, granted)
	far := l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	return s, p, l, call, far
}

// cut ends a connection as a lost network does, without a goodbye.
func (l *line) cut() { _ = l.socket.NetConn().Close() }

func TestALostConnectionIsTakenUpWhereItWasLost(t *testing.T) {
	s, p, first, call, _ := talk(t)
	first.cut()
	s.sayLost(message{"type": "held", "id": call["id"]})
	second := s.answerSocket()
	p.Says("status", "The connection is lost. Reconnecting…")
	if second.hello["session"] != "secret" || second.hello["last"] != 3.0 || second.hello["key"] != "pk_visitor" {
		t.Errorf("hello is %s", asJSON(second.hello))
	}
	second.resume(call["id"])
	second.sayAgain(3)
	p.Says("status", "On hold.")
	// Said twice, heard once.
	second.sayAgain(1)
	second.say(message{"type": "resumed", "id": call["id"]})
	p.Says("status", "In call")
	p.WantStates("preparing", "connecting", "in_call", "reconnecting", "in_call", "held", "in_call")
}

func TestACallThatEndedWhileThePageWasAway(t *testing.T) {
	s, p, first, call, _ := talk(t)
	first.cut()
	s.sayLost(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "them", "message": "The other side hung up."})
	second := s.answerSocket()
	second.resume(nil)
	second.sayAgain(3)
	p.Says("status", "The other side hung up.")
	p.WantEnd("hangup")
}

func TestACallMessageThatWasLostIsSaidAgain(t *testing.T) {
	s, p, first, call := dial(t, granted)
	first.cut()
	second := s.answerSocket()
	second.resume(nil)
	again := second.want("call")
	if again["id"] != call["id"] || again["sdp"] != call["sdp"] || again["to"] != call["to"] {
		t.Errorf("the call is said again as %s", asJSON(again))
	}
	second.answer(again)
	second.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
}

func TestAGraceThatIsOver(t *testing.T) {
	s, p, first, _, _ := talk(t)
	first.cut()
	second := s.answerSocket()
	second.welcome() // of a new session: resumed is false
	p.Says("status", "The connection was lost for too long")
	p.WantEnd("connection_lost")
	second.wantClosed()
}

func TestASessionTakenUpElsewhere(t *testing.T) {
	_, p, l, _, _ := talk(t)
	closing := []byte{4002 >> 8, 4002 & 0xff}
	_ = l.socket.WriteMessage(8, closing)
	p.Says("alert", "The call was taken up in another window.")
	p.WantEnd("taken_over")
}

// Saying it again, as after any other lost connection, would have the gateway
// close again, and so on for ever.
func TestAMessageThatIsTooLarge(t *testing.T) {
	_, p, l, _ := dial(t, granted)
	_ = l.socket.WriteMessage(8, []byte{1009 >> 8, 1009 & 0xff})
	p.Says("alert", "This page sends too much along with a call.")
	p.WantEnd("too_large")
	p.WantStates("preparing", "connecting", "ended")
	l.wantClosed()
}

func TestHangingUpWhileTheConnectionIsLost(t *testing.T) {
	s, p, first, call, _ := talk(t)
	first.cut()
	p.Says("status", "Reconnecting…")
	p.Click("button", "Hang up")
	p.Says("status", "You ended the call.")
	p.WantEnd("hangup")
	// The far side is not left waiting: the page still tells the gateway.
	second := s.answerSocket()
	second.resume(call["id"])
	if hangup := second.want("hangup"); hangup["id"] != call["id"] {
		t.Errorf("hung up %v", hangup)
	}
	second.wantClosed()
}

func TestANewNetworkRestartsICE(t *testing.T) {
	_, p, l, call, far := talk(t)
	p.Eventually("media", func() bool { return far.ConnectionState().String() == "connected" })
	evaluate[bool](p, `dispatchEvent(new Event("online"))`)
	offer := l.want("offer")
	if offer["id"] != call["id"] {
		t.Errorf("the offer is for %v", offer["id"])
	}
	l.say(message{"type": "answer", "id": call["id"], "call": "call_test", "sdp": far.take(t, offer)})
	p.Eventually("media", func() bool { return far.ConnectionState().String() == "connected" })
	p.WantStates("preparing", "connecting", "in_call")
}

func TestACallSurvivesTheWayToAnotherPage(t *testing.T) {
	s, p, first, call, _ := talk(t)
	p.Click("button", "Mute")
	p.Says("status", "You are muted.")
	p.Do(chromedp.Navigate(s.url + "/"))
	first.cut()
	second := s.answerSocket()
	if second.hello["session"] != "secret" || second.hello["last"] != 3.0 {
		t.Errorf("hello is %s", asJSON(second.hello))
	}
	second.resume(call["id"])
	offer := second.want("offer")
	if offer["id"] != call["id"] {
		t.Errorf("the offer is for %v", offer["id"])
	}
	far := second.answer(offer)
	p.Says("status", "In call. You are muted.")
	p.Eventually("media", func() bool { return far.ConnectionState().String() == "connected" })
	second.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "them", "message": "The other side hung up."})
	p.Says("status", "The other side hung up.")
	p.WantEnd("hangup")

	// The call is over: yet another page has none.
	p.Do(chromedp.Navigate(s.url + "/phone"))
	p.The("button", "Call")
	if kept := evaluate[float64](p, `Object.keys(sessionStorage).filter((k) => k.startsWith("webtrunk")).length`); kept != 0 {
		t.Error("something of the call is still kept")
	}
}

// The far side would hear nothing for as long as the gateway waits for the page.
func TestACallWhoseNextPageGetsNoMicrophoneIsHungUp(t *testing.T) {
	s, p, first, call, _ := talk(t)
	p.Permit(denied)
	p.Do(chromedp.Navigate(s.url + "/"))
	first.cut()
	second := s.answerSocket()
	second.resume(call["id"])
	if hangup := second.want("hangup"); hangup["id"] != call["id"] {
		t.Errorf("hung up %v", hangup)
	}
	p.Says("alert", "The microphone is not allowed for this page.")
	p.WantEnd("microphone_refused")
	second.wantClosed()
}

func TestAnElementThatLeavesThePageHangsUp(t *testing.T) {
	_, p, l, call, _ := talk(t)
	evaluate[bool](p, `(document.querySelector("webtrunk-call").remove(), true)`)
	if hangup := l.want("hangup"); hangup["id"] != call["id"] {
		t.Errorf("hung up %v", hangup)
	}
	l.wantClosed()
}

func TestAnElementThatIsMovedKeepsItsCall(t *testing.T) {
	_, p, l, call, _ := talk(t)
	evaluate[bool](p, `(document.body.append(document.querySelector("webtrunk-call")), true)`)
	l.say(message{"type": "held", "id": call["id"]})
	p.Says("status", "On hold.")
}
