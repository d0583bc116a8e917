//go:build e2e

package static

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// part is an expression for one button of the widget's.
func part(name string) string {
	return `document.querySelector("webtrunk-call").shadowRoot.querySelector("[part=` + name + `]")`
}

// watchMicrophone counts how often the page asks for the microphone, and the
// tracks of it that are live.
const watchMicrophone = `(() => {
	window.given = [];
	window.asked = 0;
	const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
	navigator.mediaDevices.getUserMedia = async (wish) => { asked++; const s = await ask(wish); given.push(s); return s; };
	window.live = () => given.flatMap((s) => s.getTracks()).filter((t) => t.readyState === "live").length;
	return true;
})()`

func TestADoubleClickOnCallCalls(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	p.Click("button", "Call")
	p.The("button", "Close")
	evaluate[bool](p, `(`+part("call")+`.click(), `+part("cancel")+`.click(), true)`)
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	p.WantStates("preparing", "connecting", "in_call")
}

func TestADoubleClickOnHangUpDoesNotCallAgain(t *testing.T) {
	_, p, l, call, _ := talk(t)
	p.Settled()
	// The second click comes in the same moment as the button Call.
	evaluate[bool](p, `(() => {
		const again = new MutationObserver(() => { if (`+part("call")+`?.checkVisibility()) { again.disconnect(); `+part("call")+`.click(); window.clicked = true; } });
		again.observe(document.querySelector("webtrunk-call").shadowRoot, { subtree: true, childList: true, attributes: true });
		return (`+part("hang-up")+`.click(), true);
	})()`)
	l.want("hangup")
	l.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "you", "message": "You hung up."})
	p.Eventually("the second click", func() bool { return evaluate[bool](p, `window.clicked === true`) })
	p.Settled()
	p.WantStates("preparing", "connecting", "in_call", "ended")
}

// A page may hang up in the same breath in which it called, and while the core
// is on its way: nothing is asked of the person, and nothing goes live.
func TestHangingUpAtOnceEndsTheCall(t *testing.T) {
	s := newScript(t, demo)
	p := open(t, sharedChromium(t), s.url+"/", granted)
	evaluate[bool](p, watchMicrophone)
	for _, when := range []string{"before the core is loaded", "after"} {
		p.Forget()
		evaluate[bool](p, `(() => { const b = document.querySelector("webtrunk-call"); const done = b.call(); b.hangUp(); return done.then(() => true); })()`)
		if end := p.WantEnd("canceled"); end.Message == "" {
			t.Errorf("%s: the end has no sentence", when)
		}
		p.WantStates("preparing", "ended")
		if asked := evaluate[float64](p, `asked`); asked != 0 {
			t.Errorf("%s: the microphone was asked for", when)
		}
	}
	// While the microphone is asked for, it is let go as soon as it is had.
	p.Forget()
	evaluate[bool](p, `(() => { const b = document.querySelector("webtrunk-call"); const done = b.call();
		return new Promise((r) => b.addEventListener("webtrunk-state", r, { once: true })).then(() => (b.hangUp(), done)).then(() => true); })()`)
	p.WantEnd("canceled")
	p.Eventually("a microphone that is off", func() bool { return evaluate[bool](p, `given.length === asked && live() === 0`) })
}

func TestWhatCannotBeDoneIsThrown(t *testing.T) {
	_, p, l, call := dial(t, granted)
	thrown := func(script string) string {
		t.Helper()
		return evaluate[string](p, `(async () => { const b = document.querySelector("webtrunk-call");
			try { `+script+` } catch (e) { return e.name + ": " + e.message; } return ""; })()`)
	}
	wantThrown := func(script, want string) {
		t.Helper()
		if got := thrown(script); !strings.HasPrefix(got, want) || (want == "" && got != "") {
			t.Errorf("%s throws %q, want %q", script, got, want)
		}
	}
	wantThrown(`await b.call("+15550100101")`, "InvalidStateError: There is a call already")
	wantThrown(`b.sendDigits("1")`, "InvalidStateError: No call is there")
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "In call")
	wantThrown(`b.sendDigits("1x")`, "SyntaxError: Digits are")
	wantThrown(`b.sendDigits("")`, "SyntaxError: Digits are")
	wantThrown(`b.sendDigits("1"); b.mute(true); b.muted = false`, "")
	l.say(message{"type": "ended", "id": call["id"], "reason": "hangup", "by": "them", "message": "They hung up."})
	p.Says("status", "They hung up.")
	p.Forget()
	wantThrown(`await b.call("abc")`, "SyntaxError: This is not a complete telephone number.")
	p.Says("alert", "This is not a complete telephone number.")
	p.Write("Telephone number", " ")
	wantThrown(`await b.call()`, "SyntaxError: Write the number to call.")
	wantThrown(`b.mute(true)`, "InvalidStateError: There is no call.")
	wantThrown(`b.mute(false)`, "")
	p.WantStates()

	// And before the core is there.
	p.Do(chromedp.Reload())
	p.The("button", "Call")
	wantThrown(`b.sendDigits("1")`, "InvalidStateError: There is no call.")
	wantThrown(`b.muted = true`, "InvalidStateError: There is no call.")
	wantThrown(`b.muted = false; b.hangUp()`, "")
}
