package sip

import (
	"time"

	"webtrunk/call"
)

// A way is how the far side's key press came.
type way uint8

const (
	byEvents way = iota // telephone-events (RFC 4733)
	byInfo              // SIP INFO
	byTone              // the tones themselves, while somebody is asked for digits
)

// sameKey is how long after one report of a key the other may come. An event
// tells of a key when it is let go, an INFO when it is pressed or let go; the
// networks that carry the two differ by less.
const sameKey = 2 * time.Second

// maxPresses bounds the reports that wait for their likes.
const maxPresses = 16

// A press is a key press that has not been said in every way yet.
type press struct {
	digit byte
	by    [byTone + 1]bool // how it was said
	until time.Time        // what comes later is another key press
}

// presses counts once what comes twice: some telephones and many gateways say
// a key by telephone-events and by SIP INFO, and leave its tone in the sound. Each
// report of one way makes up for one of another, so that 5 5, said twice each,
// are two.
type presses struct{ alone []press }

// fresh reports whether a report is the first of its key press.
func (p *presses) fresh(digit byte, by way, held time.Duration, now time.Time) bool {
	kept := p.alone[:0]
	first := true
	for _, x := range p.alone {
		switch {
		case first && x.digit == digit && !x.by[by] && !now.After(x.until.Add(held)):
			first = false
			x.by[by] = true
			kept = append(kept, x)
		case !now.After(x.until.Add(sameKey)):
			kept = append(kept, x)
		}
	}
	if first {
		x := press{digit: digit, until: now.Add(sameKey)}
		x.by[by] = true
		kept = append(kept, x)
		kept = kept[max(0, len(kept)-maxPresses):]
	}
	p.alone = kept
	return first
}

// pressed reports a key that the far side has pressed, once.
func (l *leg) pressed(digit byte, by way, held time.Duration) {
	if l.heard.fresh(digit, by, held, time.Now()) {
		l.tell(call.LegDigit{Leg: l.id, Digit: string(digit)})
	}
}
