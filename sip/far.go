package sip

import "github.com/emiago/sipgo/sip"

// A far is what the other end of a dialog has said that it can do. It is what
// its last word was: phones behind a carrier's switch change in mid-call.
type far struct {
	updates bool // takes UPDATE (RFC 3311 §4)
}

// hear takes note of the Allow in a message, if there is one.
func (f *far) hear(msg sip.Message) {
	if takes, known := takes(msg, sip.UPDATE); known {
		f.updates = takes
	}
}
