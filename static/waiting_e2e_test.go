//go:build e2e

package static

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// queue has a caller wait in a queue that offers everything.
func queue(t *testing.T) (*script, *tab, *line, any) {
	t.Helper()
	s, p, l, call := dial(t, granted)
	l.answer(call)
	l.waits(call["id"])
	p.Says("status", "You are in line. Somebody will be with you.")
	return s, p, l, call["id"]
}

func (l *line) waits(id any) {
	l.say(message{"type": "queued", "id": id, "callback": true, "voicemail": true, "number": "+15550100102"})
}

// comesBack welcomes a page to its call as the gateway knows it.
func (l *line) comesBack(call message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.socket.WriteJSON(message{"type": "welcome", "seq": l.seq, "session": "secret", "resumed": true,
		"ice_servers": []any{}, "grace_seconds": 30, "calls": []message{call}})
}

// keepPlaces has the page note what it is told of its place.
const keepPlaces = `!!document.addEventListener("webtrunk-place", ({ detail: d }) => (window.places ??= []).push([d.place, d.wait, d.callback, d.voicemail]))`

// A visitor reads where they stand; asks to be called back and is refused, for the
// number or for the crowd; waits on, and is promised a call in the end.
func TestAVisitorWaitsAndIsCalledBack(t *testing.T) {
	_, p, l, id := queue(t)
	evaluate[bool](p, keepPlaces)
	l.say(message{"type": "place", "id": id, "position": 3, "wait": 120})
	p.Says("status", "You are number 3 in line. About 2 minutes to go.")
	l.say(message{"type": "place", "id": id, "position": 1, "wait": 0})
	p.Says("status", "You are next in line.")
	if got := evaluate[string](p, `JSON.stringify([places, document.querySelector("webtrunk-call").place])`); got != `[[[3,120,true,true],[1,0,true,true]],1]` {
		t.Errorf("the page is told %s", got)
	}
	p.Click("button", "Call me back")
	p.Eventually("the focus in the field", func() bool { return p.focused() == "input" })
	if known := evaluate[string](p, part("back-form")+`.querySelector("input").value`); known != "+1\u00a0555\u00a0010\u00a00102" {
		t.Errorf("the field holds %q", known)
	}
	p.Write("Your telephone number", "555")
	p.Click("button", "Call me at this number")
	p.Says("alert", "This is not a complete telephone number.")
	for _, refused := range []struct {
		says  message
		reads string
	}{
		{message{"type": "error", "id": id, "code": "not_allowed", "message": "No.", "remedies": []string{}}, "We cannot call this number."},
		{message{"type": "callback", "id": id, "state": "refused", "message": "No."}, "We cannot call you back: too many people are waiting for that already."},
	} {
		p.Write("Your telephone number", "+1 555 010 0101")
		p.Click("button", "Call me at this number")
		if asked := l.want("callback"); asked["number"] != "+15550100101" {
			t.Errorf("asked to be called at %v", asked["number"])
		}
		p.Says("status", "Asking whether we can call you back…")
		l.say(refused.says)
		p.Says("alert", refused.reads)
		p.Says("status", "You are next in line.")
	}
	p.Click("button", "Call me at this number")
	l.want("callback")
	l.say(message{"type": "ended", "id": id, "reason": "callback", "by": "gateway", "message": "You will be called back."})
	p.Says("status", "We will call +1\u00a0555\u00a0010\u00a00101 as soon as it is your turn.")
	p.WantEnd("callback")
	p.WantStates("preparing", "connecting", "waiting", "ended")
	p.Gone("button", "Call me back")
}

// A visitor leaves a message: hears what to do, speaks while the time runs, says that
// it is done, and reads that it is kept.
func TestAVisitorLeavesAMessage(t *testing.T) {
	_, p, l, id := queue(t)
	p.Click("button", "Leave a message")
	l.want("voicemail")
	l.say(message{"type": "voicemail", "id": id, "state": "greeting"})
	l.say(message{"type": "answered", "id": id})
	p.Says("status", "You can leave a message. Speak after the tone.")
	p.The("button", "Hang up")
	l.say(message{"type": "voicemail", "id": id, "state": "recording", "longest": 180})
	p.Says("status", "Speak now. Your message is being recorded.")
	p.Says("timer", " / 3:00")
	p.Eventually("the time that runs", func() bool { return p.Text("timer") > "0:00 / 3:00" })
	p.Eventually("the focus on Done", func() bool { return p.focused() == "done" })
	p.Gone("button", "Hang up")
	p.Click("button", "Close")
	p.Eventually("the word on the launcher", func() bool { return evaluate[string](p, part("launcher")+`.innerText`) == "Recording" })
	p.Click("button", "Recording – show")
	p.Click("button", "Done")
	if pressed := l.want("dtmf"); pressed["digits"] != "#" {
		t.Errorf("pressed %v", pressed["digits"])
	}
	l.say(message{"type": "voicemail", "id": id, "state": "saving"})
	p.Says("status", "Your message is being saved…")
	l.say(message{"type": "voicemail", "id": id, "state": "kept"})
	p.Says("status", "Your message was left. Thank you.")
	l.say(message{"type": "ended", "id": id, "reason": "voicemail", "by": "you", "message": "Your message was left."})
	p.WantEnd("voicemail")
	p.WantStates("preparing", "connecting", "waiting", "voicemail", "ended")
}

// Who waits and reloads the page, or loses the network, stands where they stood; who
// speaks a message goes on with it.
func TestAVisitorWhoWaitsComesBack(t *testing.T) {
	s, p, l, id := queue(t)
	l.say(message{"type": "place", "id": id, "position": 4, "wait": 0})
	p.Says("status", "You are number 4 in line.")
	l.cut()
	p.Says("status", "The connection is lost. Reconnecting…")
	l = s.answerSocket()
	l.comesBack(message{"id": id, "state": "queued", "callback": true, "position": 3, "wait": 60})
	p.Says("status", "You are number 3 in line. About 1 minute to go.")
	p.Gone("button", "Leave a message") // another queue, which does not offer it

	p.Do(chromedp.Reload())
	l = s.answerSocket()
	l.comesBack(message{"id": id, "state": "queued", "voicemail": true, "position": 2})
	offer := l.want("offer")
	p.Says("status", "You are number 2 in line.")
	p.Gone("button", "Call me back")
	p.Click("button", "Leave a message")
	l.want("voicemail")
	l.answer(offer)
	l.say(message{"type": "voicemail", "id": id, "state": "recording", "longest": 180})
	l.say(message{"type": "answered", "id": id})
	p.Says("status", "Speak now.")

	p.Do(chromedp.Reload())
	l = s.answerSocket()
	l.comesBack(message{"id": id, "state": "answered", "recording": message{"state": "recording", "seconds": 65, "longest": 180}})
	l.answer(l.want("offer"))
	p.Says("status", "Speak now.")
	p.Says("timer", "1:")
}

// Agents who come and do not take the call leave the caller where they were; one who
// takes it ends the wait.
func TestAVisitorWhoWaitsIsAnswered(t *testing.T) {
	_, p, l, id := queue(t)
	p.Click("button", "Call me back")
	l.say(message{"type": "ringing", "id": id})
	p.Says("status", "Ringing…")
	l.waits(id)
	p.Says("status", "You are in line.")
	l.say(message{"type": "answered", "id": id})
	p.Says("status", "In call")
	p.Gone("textbox", "Your telephone number")

	// Who answered hands the call on to a queue: it goes on, and waits.
	l.waits(id)
	p.Says("status", "You are in line.")
	p.Says("timer", "0:")
	p.The("button", "Hang up")
	p.Gone("button", "Cancel")
	l.say(message{"type": "answered", "id": id})
	p.Says("status", "In call")
	p.WantStates("preparing", "connecting", "waiting", "ringing", "waiting", "in_call", "waiting", "in_call")
}

func TestAPageSpeaksForItsCaller(t *testing.T) {
	_, p, l, id := queue(t)
	thrown := func(what string) string {
		return evaluate[string](p, `(() => { try { document.querySelector("webtrunk-call").`+what+`; return ""; } catch (e) { return e.name; } })()`)
	}
	if got := thrown(`callBack("12")`); got != "SyntaxError" {
		t.Errorf("a number that is none throws %q", got)
	}
	if got := thrown(`callBack("+15550100101")`); got != "" {
		t.Errorf("a number throws %q", got)
	}
	l.want("callback")
	l.say(message{"type": "answered", "id": id})
	p.Says("status", "In call")
	if got := thrown(`leaveMessage()`) + " " + thrown(`callBack("+15550100101")`); got != "InvalidStateError InvalidStateError" {
		t.Errorf("in a call they throw %q", got)
	}
}

func TestWaitingIsAccessible(t *testing.T) {
	for _, as := range []struct {
		name, scheme, language          string
		width                           int64
		call, next, callMe, leave, done string
	}{
		{"light", "light", "en", 1000, "Call", "You are next", "Call me back", "Leave a message", "Speak now."},
		{"dark", "dark", "zh", 320, "呼叫", "下一位就是您", "给我回电", "留言", "请讲话"},
		{"from right to left", "light", "ar", 360, "اتصل", "أنت التالي", "عاودوا الاتصال بي", "اترك رسالة", "تحدّث الآن"},
	} {
		t.Run(as.name, func(t *testing.T) {
			s := newScript(t, demo)
			p := open(t, sharedChromium(t), s.url+"/", granted)
			p.Set("lang", as.language)
			check := func(when string) {
				t.Helper()
				p.Accessible(axe, when)
				p.fits(when)
				p.roomy(when)
				if as.language == "ar" { // the third of three: in dark colours, too
					p.Scheme("dark")
					p.Accessible(axe, when+", dark")
					p.Scheme(as.scheme)
				}
			}
			p.look(as.scheme, as.width)
			evaluate[bool](p, `document.querySelector("webtrunk-call").open().then(() => true)`)
			p.Click("button", as.call)
			l := s.answerSocket()
			l.welcome()
			call := l.want("call")
			if call["language"] != as.language {
				t.Errorf("the call is in %v", call["language"])
			}
			l.answer(call)
			l.waits(call["id"])
			l.say(message{"type": "place", "id": call["id"], "position": 1, "wait": 300})
			p.Says("status", as.next)
			check("waiting")
			p.Strike("button", as.callMe)
			check("asking for a number")
			p.Eventually("the focus in the field", func() bool { return p.focused() == "input" })
			p.Do(chromedp.KeyEvent("\r")) // it holds the number that the page has told
			if asked := l.want("callback"); asked["number"] != "+15550100102" {
				t.Errorf("asked to be called at %v", asked["number"])
			}
			l.say(message{"type": "callback", "id": call["id"], "state": "refused", "message": "No."})
			p.Says("status", as.next)
			p.Eventually("the form once more", func() bool { return p.focused() == "input" })
			p.Do(chromedp.KeyEvent("\x1b"))
			p.Strike("button", as.leave)
			l.want("voicemail")
			l.say(message{"type": "voicemail", "id": call["id"], "state": "recording", "longest": 180})
			l.say(message{"type": "answered", "id": call["id"]})
			p.Says("status", as.done)
			check("leaving a message")
		})
	}
}
