//go:build e2e

package static

import "testing"

// A visitor is asked while they wait, agrees, is told that it records, and takes that back;
// a page that is loaded again knows how it stands, and a call that is over asks nothing more.
func TestAVisitorIsAskedForARecording(t *testing.T) {
	s, p, l, id := queue(t)
	p.ByKeys()
	l.say(message{"type": "recording", "id": id, "state": "asked", "text": "2026-11"})
	p.Says("status", "May we record this call?")
	p.Accessible(axe, "a question")
	p.Click("button", "Yes, you may record")
	said := l.want("consent")
	if said["id"] != id || said["granted"] != true || said["language"] != "en" {
		t.Errorf("the page says %v", said)
	}
	l.say(message{"type": "recording", "id": id, "state": "off"})
	p.Says("status", "You have agreed to a recording. Nothing is recorded at the moment.")
	l.say(message{"type": "answered", "id": id})
	l.say(message{"type": "recording", "id": id, "state": "off", "reason": "consent"}) // of somebody else
	p.Click("button", "Do not record me any more")
	if said := l.want("consent"); said["granted"] != false {
		t.Errorf("the page says %v", said)
	}
	l.say(message{"type": "recording", "id": id, "state": "paused", "reason": "consent"})
	p.Says("status", "Nothing is recorded, because somebody in the call has not agreed.")
	p.Click("button", "Yes, you may record")
	l.want("consent")
	l.say(message{"type": "recording", "id": id, "state": "on"})
	p.Says("status", "This call is recorded.")
	p.Accessible(axe, "a recording")
	p.Click("button", "Do not record me any more")
	if said := l.want("consent"); said["granted"] != false {
		t.Errorf("the page says %v", said)
	}
	l.say(message{"type": "recording", "id": id, "state": "paused", "reason": "consent"})
	p.Says("status", "Nothing is recorded, because somebody in the call has not agreed.")
	p.Eventually("the focus where one agrees again", func() bool { return evaluate[bool](p, part("recording-yes")+`.matches(":focus")`) })
	l.say(message{"type": "recording", "id": id, "state": "paused", "reason": "agent"})
	p.Says("status", "The recording is paused.")
	l.cut()
	l = s.answerSocket()
	l.comesBack(message{"id": id, "state": "answered", "recorded": message{"state": "on"}})
	p.Says("status", "This call is recorded.")
	l.say(message{"type": "ended", "id": id, "reason": "hangup", "message": "", "by": "them"})
	p.Eventually("nothing said of a recording", func() bool {
		return evaluate[bool](p, part("recording")+`.hidden`)
	})
}
