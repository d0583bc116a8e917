package signaling

import (
	"webtrunk/call"
	"webtrunk/switchboard"
)

// A verdictNotice tells a page why it, or who it talks to, cannot be heard, or
// that this is over.
type verdictNotice struct {
	head
	Verdict call.Metric `json:"verdict"`
	About   string      `json:"about"` // you, them
	Raised  bool        `json:"raised"`
	Message string      `json:"message,omitempty"` // while it is raised
}

// verdictsOfYou tell a person why the others do not hear him, and the way out.
var verdictsOfYou = map[call.Metric]string{
	call.NoPacketsFromBrowser: "The other side cannot hear you: nothing arrives from your browser. Check your connection, or reload this page.",
	call.SilentMicrophone:     "The other side cannot hear you: your microphone is silent. Check its switch, and whether another one is chosen in the browser's settings.",
	call.MicrophoneMuted:      "The other side cannot hear you: your device has muted the microphone. Unmute it on the headset, the keyboard or in the system's settings.",
	call.CodecNotAgreed:       "The other side cannot hear you: your browser's sound cannot be read. Reload this page, or try another browser.",
	call.PathLost:             "The path for sound is lost. Check your connection; if it does not return, call again from another network.",
}

// verdictsOfThem tell a person why he hears nothing.
var verdictsOfThem = map[call.Metric]string{
	call.NoPacketsFromBrowser: "You hear nothing because nothing arrives from the other side's browser. They have been told what to do.",
	call.SilentMicrophone:     "You hear nothing because the other side's microphone is silent. They have been told what to do.",
	call.MicrophoneMuted:      "You hear nothing because the other side's device has muted its microphone. They have been told what to do.",
	call.PathLost:             "The path for sound to the other side is lost. It may come back; else call again.",
	call.Reconnecting:         "The other side's connection is lost and is being restored. Stay on the line.",
}

// unheardTelephone is what a person can do about a telephone's silence, whatever
// its cause: that is the operator's to find.
const unheardTelephone = "No sound comes from the telephone network. If it stays silent, hang up and call again."

// verdictSentence tells a person of a verdict.
func verdictSentence(v call.Metric, you bool) string {
	said := verdictsOfThem
	if you {
		said = verdictsOfYou
	}
	if s := said[v]; s != "" {
		return s
	}
	return unheardTelephone
}

var _ switchboard.Page = (*leg)(nil)

// Verdict tells the page why somebody cannot be heard, or that this is over.
func (l *leg) Verdict(v call.TellVerdict) {
	n := &verdictNotice{head: head{Type: "verdict"}, Verdict: v.Verdict, About: "them", Raised: v.Raised}
	if v.About == l.id {
		n.About = "you"
	}
	if v.Raised {
		n.Message = verdictSentence(v.Verdict, v.About == l.id)
	}
	_ = l.tell(func(s *session, c *pageCall) { // a page that is gone needs no advice
		n.ID = c.id
		s.send(n)
	})
}

// Quality returns what is measured of the page's sound, and what the page says of
// its microphone; after the end, what was measured last.
func (l *leg) Quality() call.Quality {
	q := call.Quality(l.mouth.meter.Quality(l.port))
	q.Muted, q.SystemMuted = l.muted.Load(), l.systemMuted.Load()
	return q
}
