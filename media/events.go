package media

import (
	"encoding/binary"
	"time"
)

// eventLength is the length of a telephone-event payload (RFC 4733 §2.3):
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|     event     |E|R| volume    |          duration             |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
const eventLength = 4

// keyNames are the keys by their event codes 0 to 15 (RFC 4733 §3.2, table 3).
const keyNames = "0123456789*#ABCD"

// An event is one report on a key that is or was held.
type event struct {
	code     uint8
	end      bool
	volume   uint8  // -dBm0
	duration uint32 // so far, in units of the events' clock
}

// parseEvent reads a payload; not ok means that it is no key's event.
func parseEvent(payload []byte) (e event, ok bool) {
	if len(payload) != eventLength || int(payload[0]) >= len(keyNames) {
		return event{}, false
	}
	return event{
		code:     payload[0],
		end:      payload[1]&0x80 != 0,
		volume:   payload[1] & 0x3f,
		duration: uint32(binary.BigEndian.Uint16(payload[2:])),
	}, true
}

// write writes e. A duration past 16 bits (1.4 s at 48 kHz) stays at their
// end: what counts for the far end is that the key is still held.
func (e event) write(payload *[eventLength]byte) []byte {
	payload[0], payload[1] = e.code, e.volume
	if e.end {
		payload[1] |= 0x80
	}
	binary.BigEndian.PutUint16(payload[2:], uint16(min(e.duration, 0xffff)))
	return payload[:]
}

// convert changes a duration from one clock's units to another's.
func convert(duration, from, to uint32) uint32 {
	return uint32(uint64(duration) * uint64(to) / uint64(from))
}

// event takes a telephone-event from the leg: it goes on to the other leg, and
// the keypad makes presses of it. What the keypad does not take nobody is told.
func (p *Port) event(f Frame, a arrival, way path, clock uint32, pressed *presses) {
	e, ok := parseEvent(f.Payload)
	if !ok {
		p.counts.Dropped++
		way.skip(f, a)
		return
	}
	if a.order == restarted {
		p.keys.restart(pressed)
	}
	if !p.keys.event(f.Timestamp, e, clock, p.now(), pressed) {
		way.skip(f, a)
		return
	}
	way.event(f, e, a)
}

// soundEnds is how many audio packets after a key's last report tell that it
// was let go, though no end arrived. Some senders mix audio and events, and
// report on a key every 50 ms only.
const soundEnds = 5

// longest is a duration field's end, where a report goes on as another event
// (RFC 4733 §2.5.1.3).
const longest = 0xffff

// A press is one key press, known when it has ended.
type press struct {
	digit byte
	held  time.Duration
}

// presses are those that one packet ends: the key held before, and its own.
type presses struct {
	list    [2]press
	n       int
	hasty   uint64            // presses that are not told, for they come too fast
	relieve *func(digit byte) // takes them for a joined leg that gets no events
	member  *member           // whose conference is told of them
	tones   tones
}

func (p *presses) add(x press) {
	p.list[p.n] = x
	p.n++
}

// How fast keys may be pressed. A person presses five a second and a dialler ten,
// and what a network held up comes all at once; who sends more floods the log of
// events and the trunk, where each press is an event and a record.
const (
	pressesAtOnce = 32
	pressInterval = time.Second / 15
)

// A keypad makes key presses of event packets, which are sent many times over:
// what has the same timestamp is the same press (RFC 4733 §2.5.2.3).
type keypad struct {
	known  bool
	ts     uint32 // of the last press
	down   bool   // it is not reported yet
	hasty  bool   // it is one too many, and not taken
	code   uint8
	clock  uint32
	before uint32 // held in earlier segments
	held   uint32 // and in this one
	sounds int    // audio packets since

	past  uint32 // the timestamp before ts
	taken bool   // that press was taken: its late reports are, too
	pace  allowance
}

// event takes a report, or does not: of presses that come too fast, and of any
// that lies further back than the one before.
func (k *keypad) event(ts uint32, e event, clock uint32, now time.Time, pressed *presses) (taken bool) {
	k.sounds = 0
	step := int32(ts - k.ts)
	switch {
	case !k.known || step > 0:
		k.press(ts, step, e, clock, now, pressed)
	case step < 0:
		return k.taken && ts == k.past
	}
	if k.hasty {
		return false
	}
	k.held = max(k.held, e.duration)
	if e.end {
		k.lift(pressed)
	}
	return true
}

// press begins a press, or another segment of one that is long.
func (k *keypad) press(ts uint32, step int32, e event, clock uint32, now time.Time, pressed *presses) {
	hasty := !k.pace.take(now, pressInterval, pressesAtOnce)
	past, taken := k.ts, k.known && !k.hasty
	if k.known && !hasty && k.continues(step, e) {
		k.ts, k.before, k.held = ts, k.before+k.held, 0
	} else {
		k.lift(pressed)
		*k = keypad{known: true, ts: ts, down: !hasty, hasty: hasty, code: e.code, clock: clock, pace: k.pace}
	}
	k.past, k.taken = past, taken
	if hasty {
		pressed.hasty++
	}
}

// continues reports whether an event carries on one that was too long for its
// duration field.
func (k *keypad) continues(step int32, e event) bool {
	return k.down && e.code == k.code && k.held == longest && step == longest
}

// sound tells the keypad that audio has arrived.
func (k *keypad) sound(pressed *presses) {
	if k.down {
		if k.sounds++; k.sounds >= soundEnds {
			k.lift(pressed)
		}
	}
}

// restart forgets the timeline: its timestamps mean nothing any more.
func (k *keypad) restart(pressed *presses) {
	k.lift(pressed)
	k.known = false
}

// lift reports the press that has ended, once.
func (k *keypad) lift(pressed *presses) {
	if !k.down {
		return
	}
	k.down = false
	held := time.Duration(k.before+k.held) * time.Second / time.Duration(k.clock)
	pressed.add(press{keyNames[k.code], held})
}
