package carrier

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pion/rtp"
)

// keypad holds the keys in the order of their RFC 4733 event codes, §3.2.
const keypad = "0123456789*#ABCD"

// A Digit is one key that was pressed.
type Digit struct {
	Key byte
	// Duration is how long it was held, zero while that is not known.
	Duration time.Duration
	By       string // "rtp" or "info"
}

// An eventTracker turns the many packets of a key press into one digit: they
// share their RTP timestamp (RFC 4733 §2.5.2.1), so losing the first or the
// last of them loses nothing.
type eventTracker struct {
	started bool
	ts      uint32
	last    Digit
}

// take reads one event packet. It returns a digit for the first packet of a
// press, and again, with its duration, as the press grows longer.
func (e *eventTracker) take(p *rtp.Packet) (Digit, bool) {
	if len(p.Payload) < 4 || int(p.Payload[0]) >= len(keypad) {
		return Digit{}, false
	}
	held := binary.BigEndian.Uint16(p.Payload[2:])
	d := Digit{Key: keypad[p.Payload[0]], By: "rtp", Duration: time.Duration(held) * time.Second / sampleRate}
	switch {
	case !e.started || int32(p.Timestamp-e.ts) > 0:
		e.started, e.ts, e.last = true, p.Timestamp, d
		return d, true
	case p.Timestamp == e.ts && d.Duration > e.last.Duration:
		e.last = d
		d.By = "" // the same press, now longer
		return d, true
	}
	return Digit{}, false
}

// A keyboard keeps the digits that a call has received.
type keyboard struct {
	changed func()
	bell    bell
	mu      sync.Mutex
	digits  []Digit
	read    int // by WaitDigit
}

// press takes a new digit, or the longer duration of the last one.
func (k *keyboard) press(d Digit) {
	k.mu.Lock()
	if d.By == "" {
		if n := len(k.digits); n > 0 {
			k.digits[n-1].Duration = d.Duration
		}
		k.mu.Unlock()
		return
	}
	k.digits = append(k.digits, d)
	k.mu.Unlock()
	k.bell.ring()
	k.changed()
}

func (k *keyboard) all() []Digit {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.digits)
}

func (k *keyboard) typed() string {
	var b strings.Builder
	for _, d := range k.all() {
		b.WriteByte(d.Key)
	}
	return b.String()
}

// next waits for a digit that next has not returned before.
func (k *keyboard) next(ctx context.Context) (byte, error) {
	for {
		pressed := k.bell.listen()
		k.mu.Lock()
		if k.read < len(k.digits) {
			key := k.digits[k.read].Key
			k.read++
			k.mu.Unlock()
			return key, nil
		}
		k.mu.Unlock()
		select {
		case <-pressed:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// How a key is sent: held for 100 ms, its last packet three times, and 60 ms
// of nothing before the next.
const (
	keyFrames = 5
	keyEnds   = 3
	keyPause  = 3
)

// A keypress is a key on its way out, one packet a frame.
type keypress struct {
	event byte
	frame int
	ts    uint32 // of its beginning, in every packet
}

// speakKey sends this frame's packet of a key press (RFC 4733 §2.5.1).
func (m *media) speakKey(u *utterance) {
	k := u.key
	if k.frame == 0 {
		k.ts, m.send.marker = m.send.ts, true
	}
	k.frame++
	if k.frame < keyFrames+keyEnds && m.wire.send {
		held := uint16(min(k.frame, keyFrames) * frameSamples)
		packet := make([]byte, 16)
		m.header(packet, m.wire.event.pt, k.ts)
		packet[12] = k.event
		packet[13] = 10 // volume, −10 dBm0
		if k.frame >= keyFrames {
			packet[13] |= 1 << 7 // end
		}
		binary.BigEndian.PutUint16(packet[14:], held)
		m.transmit(packet, 0)
	}
	if k.frame >= keyFrames+keyEnds-1+keyPause {
		m.send.marker = true // sound begins anew
		m.said()
	}
}

// keypresses turns "12#" into event codes.
func keypresses(digits string) ([]*keypress, error) {
	var keys []*keypress
	for _, r := range strings.ToUpper(digits) {
		i := strings.IndexRune(keypad, r)
		if i < 0 {
			return nil, fmt.Errorf("carrier: %q is not a key of a telephone", r)
		}
		keys = append(keys, &keypress{event: byte(i)})
	}
	return keys, nil
}
