package media

import (
	"strings"

	"webtrunk"
)

// How a digit is sent: 100 ms on and 100 ms off, as patient receivers like it,
// a report every 20 ms, and the last one three times (RFC 4733 §2.5.1.4).
const (
	ticksOn     = 5
	ticksRepeat = 2
	ticksWhole  = 10
	toneVolume  = 10 // -10 dBm0, what telephones send
)

// maxDigits bounds what waits to be sent: 50 s of dialling.
const maxDigits = 256

// SendDigits plays digits (0-9 * # A-D) to the leg as telephone-events, one
// after another, 100 ms each; it returns at once. It fails when the leg takes
// no events.
func (p *Port) SendDigits(digits string) error {
	const op = "media: send digits"
	for i := range len(digits) {
		if strings.IndexByte(keyNames, digits[i]) < 0 {
			return &webtrunk.Error{Op: op, Kind: webtrunk.Invalid, Message: "a telephone has the keys 0 to 9, * and #, and A to D"}
		}
	}
	if p.Format().EventsClock == 0 {
		return &webtrunk.Error{Op: op, Kind: webtrunk.Unsupported, Message: "the other side takes no digits"}
	}
	p.work.mu.Lock()
	defer p.work.mu.Unlock()
	switch w := &p.work; {
	case w.stopped:
		return &webtrunk.Error{Op: op, Kind: webtrunk.Conflict, Message: "the leg has ended"}
	case len(w.digits)+len(digits) > maxDigits:
		return &webtrunk.Error{Op: op, Kind: webtrunk.Exhausted, Message: "too many digits at once: wait until some have been sent"}
	case len(digits) > 0:
		w.digits = append(w.digits, digits...)
		if !w.dialing {
			w.dialing = true
			w.running.Go(p.dial)
		}
	}
	return nil
}

// dial sends digits until none waits.
func (p *Port) dial() {
	pace := newPace()
	defer pace.end()
	for {
		digit, ok := p.work.nextDigit()
		if !ok || !p.sendDigit(digit, pace) {
			return
		}
	}
}

func (w *worker) nextDigit() (digit byte, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.digits) == 0 || w.stopped {
		w.dialing = false
		return 0, false
	}
	digit = w.digits[0]
	w.digits = w.digits[1:]
	return digit, true
}

// sendDigit sends one digit with the pause after it; not ok when the port closes.
// The timestamps are the audio's also where the events have a clock of their
// own, for the stream has one timeline only.
func (p *Port) sendDigit(digit byte, pace *pace) bool {
	format := p.Format()
	clock := format.Codec.ClockRate()
	ts := p.out.beginEvent(clock)
	defer p.out.endEvent(ts + ticksOn*clock/50)
	e := event{code: uint8(strings.IndexByte(keyNames, digit)), volume: toneVolume}
	var payload [eventLength]byte
	for n := range ticksWhole {
		if n == ticksOn {
			p.out.endEvent(ts + ticksOn*clock/50)
		}
		if n < ticksOn+ticksRepeat && format.EventsClock != 0 {
			e.duration = uint32(min(n+1, ticksOn)) * format.EventsClock / 50
			e.end = n+1 >= ticksOn
			p.out.insert(Frame{PayloadType: format.Events, Marker: n == 0, Timestamp: ts, Payload: e.write(&payload)})
		}
		if _, ok := pace.wait(nil, p.work.done); !ok {
			return false
		}
	}
	return true
}
