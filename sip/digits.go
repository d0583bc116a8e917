package sip

import (
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/trunk"
)

// maxKeys bounds the keys that wait for their INFO.
const maxKeys = 64

func checkDigits(digits string) error {
	if strings.Trim(digits, "0123456789*#ABCD") != "" || len(digits) > maxKeys {
		return &webtrunk.Error{Op: "sip: send digits", Kind: webtrunk.Invalid, Message: "only the keys 0 to 9, *, # and A to D can be sent, 64 at once"}
	}
	return nil
}

// sendDigits presses keys towards the far side: as telephone-events where it
// takes them (RFC 4733), else by SIP INFO, one request a key, unless the trunk
// wants one of the two only.
func (l *leg) sendDigits(digits string) {
	if l.phase == over {
		return
	}
	if l.session.carries(digits) {
		err := l.socket.Port().SendDigits(digits)
		if err == nil {
			return
		}
		l.debug("sip: telephone-events not taken", "error", err)
	}
	if l.line.DTMF == trunk.DTMFEvents {
		l.log.Warn("sip: keys not sent: the trunk is set to telephone-events, and the far side takes none such", "trunk", l.line.Name)
		return
	}
	if len(l.keys)+len(digits) > maxKeys {
		l.log.Warn("sip: keys are pressed faster than the far side takes them")
		return
	}
	idle := len(l.keys) == 0 // else the key before sends it, or the ACK
	l.keys = append(l.keys, digits...)
	if idle {
		l.sendKey()
	}
}

// carries reports whether telephone-events carry these keys: where they were
// agreed on, and A to D only where the far side named them (RFC 4733 §2.4.1).
func (s *session) carries(digits string) bool {
	return s.format.EventsClock != 0 && (s.letters || !strings.ContainsAny(digits, "ABCD"))
}

// sendKey sends the key at the head of the queue; the next goes when this one
// is answered, so that they cannot overtake one another.
func (l *leg) sendKey() {
	switch {
	case len(l.keys) == 0 || l.phase == unconfirmed: // the dialog's requests follow its ACK
		return
	case l.phase != confirmed:
		l.keys = nil
		return
	}
	body := fmt.Appendf(nil, "Signal=%c\r\nDuration=100\r\n", l.keys[0])
	l.ask(&l.dialog, sip.INFO, func(req *sip.Request) {
		req.AppendHeader(sip.NewHeader("Content-Type", "application/dtmf-relay"))
		req.SetBody(body)
	}, func(res *sip.Response) {
		if res == nil || !res.IsSuccess() {
			l.log.Warn("sip: the far side takes no keys")
			l.keys = nil
			return
		}
		l.keys = l.keys[1:]
		l.sendKey()
	})
}
