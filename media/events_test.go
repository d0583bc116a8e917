package media

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/transcode"
)

// press returns the packets of one key press as a telephone sends them: a
// report every 20 ms, the last three times.
func (k *talker) press(code byte, held time.Duration) []Frame {
	ts := k.ts
	var frames []Frame
	ticks := int(held / tick)
	for n := range ticks + 2 {
		duration := uint32(min(n+1, ticks)) * k.format.EventsClock / 50
		f := k.packet(eventPayload(code, n+1 >= ticks, uint16(duration)), 160)
		f.PayloadType, f.Timestamp, f.Marker = k.format.Events, ts, n == 0
		frames = append(frames, f)
	}
	return frames
}

func eventPayload(code byte, end bool, duration uint16) []byte {
	b := []byte{code, 10, 0, 0}
	if end {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], duration)
	return b
}

// heard collects a port's digits as "5 for 100ms".
func heard(l *leg) *[]string {
	var list []string
	l.OnDigit(func(digit byte, held time.Duration) { list = append(list, fmt.Sprintf("%c for %v", digit, held)) })
	return &list
}

func give(l *leg, packets []Frame) {
	for _, f := range packets {
		l.Receive(f)
	}
}

// Events cross with payload type, clock and duration of the other leg; their
// timestamp marks the key's start on the other leg's timeline.
func TestKeysCrossBetweenAllFormats(t *testing.T) {
	for name, pair := range map[string][2]Format{
		"Chromium to telephone":  {chromium, phone},
		"Firefox to telephone":   {firefox, phone},
		"telephone to Chromium":  {phone, chromium},
		"telephone to telephone": {phoneA, phone},
		"relayed":                {phone, Format{Codec: transcode.PCMU, PayloadType: 0, Events: 99, EventsClock: 16000}},
		"Chromium to Firefox":    {chromium, firefox},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := joined(t, pair[0], pair[1])
			digits := heard(from)
			k := newTalker(t, pair[0])
			give(from, k.say(t, speech[:4000]))
			give(from, k.press(5, 100*time.Millisecond))
			give(from, k.say(t, speech[4000:8000]))

			if want := []string{"5 for 100ms"}; !slices.Equal(*digits, want) {
				t.Errorf("heard %v, want %v", *digits, want)
			}
			frames := to.frames()
			for i := 1; i < len(frames); i++ {
				if frames[i].Sequence != frames[i-1].Sequence+1 {
					t.Errorf("frame %d: number +%d", i, frames[i].Sequence-frames[i-1].Sequence)
				}
			}
			events := of(pair[1].Events, frames)
			if len(events) != 7 {
				t.Fatalf("%d events crossed, want all 7", len(events))
			}
			clock, scale := pair[1].EventsClock, pair[1].Codec.ClockRate()/8000
			sound := of(pair[1].PayloadType, frames)
			if got := events[0].Timestamp - sound[24].Timestamp; got != 160*scale {
				t.Errorf("the key begins %d after the last frame of sound, want %d", got, 160*scale)
			}
			for i, f := range events {
				e, ok := parseEvent(f.Payload)
				want := event{code: 5, end: i >= 4, volume: 10, duration: uint32(min(i+1, 5)) * clock / 50}
				if !ok || e != want || f.Timestamp != events[0].Timestamp || f.Marker != (i == 0) {
					t.Errorf("event %d: %+v, marker %v, timestamp +%d; want %+v", i, e, f.Marker, f.Timestamp-events[0].Timestamp, want)
				}
			}
			if got := sound[25].Timestamp - events[0].Timestamp; got != 7*160*scale {
				t.Errorf("sound goes on %d after the key's start, want %d", got, 7*160*scale)
			}
			if s := from.Stats(); s.Digits != 1 || s.Concealed != 0 || s.Dropped != 0 {
				t.Errorf("%+v, want one digit, nothing made up", s)
			}
		})
	}
}

func TestAKeyIsHeardOnceWhateverIsLost(t *testing.T) {
	for name, keep := range map[string]func(i int) bool{
		"nothing lost":               func(i int) bool { return true },
		"the first two lost":         func(i int) bool { return i > 1 },
		"all but one in the middle":  func(i int) bool { return i == 3 },
		"the ends lost":              func(i int) bool { return i < 4 },
		"only the last end arrives":  func(i int) bool { return i == 6 },
		"every other":                func(i int) bool { return i%2 == 0 },
		"everything but the last":    func(i int) bool { return i < 6 },
		"only the first end arrives": func(i int) bool { return i < 5 },
	} {
		for _, after := range []string{"sound", "another key"} {
			from, _ := joined(t, phone, chromium)
			digits := heard(from)
			k := newTalker(t, phone)
			give(from, k.say(t, speech[:1600]))
			for i, f := range k.press(7, 100*time.Millisecond) {
				if keep(i) {
					from.Receive(f)
				}
			}
			k.pause(800)
			if after == "sound" {
				give(from, k.say(t, speech[1600:3200]))
			} else {
				give(from, k.press(11, 60*time.Millisecond))
			}
			want := 1
			if after != "sound" {
				want = 2
			}
			if len(*digits) != want || !strings.HasPrefix((*digits)[0], "7") || want == 2 && (*digits)[1] != "# for 60ms" {
				t.Errorf("%s, then %s: heard %v", name, after, *digits)
			}
		}
	}
}

func TestTheSameKeyTwiceIsTwoPresses(t *testing.T) {
	from, _ := joined(t, phone, phone)
	digits := heard(from)
	k := newTalker(t, phone)
	for range 3 {
		give(from, k.press(1, 60*time.Millisecond))
		k.pause(400)
	}
	if want := []string{"1 for 60ms", "1 for 60ms", "1 for 60ms"}; !slices.Equal(*digits, want) {
		t.Errorf("heard %v, want %v", *digits, want)
	}
}

func TestALateReportIsNoPress(t *testing.T) {
	from, _ := joined(t, phone, phone)
	digits := heard(from)
	k := newTalker(t, phone)
	first, second := k.press(1, 60*time.Millisecond), k.press(2, 100*time.Millisecond)
	give(from, first[:2])
	give(from, second[:2])
	give(from, first[2:]) // the first key's end, while the second is held
	give(from, second[2:])
	if want := []string{"1 for 40ms", "2 for 100ms"}; !slices.Equal(*digits, want) {
		t.Errorf("heard %v, want %v", *digits, want)
	}
}

// Reports that are lost are no sound that is missing.
func TestALostReportIsNotConcealed(t *testing.T) {
	from, to := joined(t, chromium, phone)
	k := newTalker(t, chromium)
	give(from, k.say(t, speech[:1600]))
	give(from, k.press(1, 100*time.Millisecond)[:4])
	give(from, k.say(t, speech[1600:3200]))
	if s := from.Stats(); s.Lost != 3 || s.Concealed+s.Recovered != 0 || len(to.frames()) != 24 {
		t.Errorf("%+v, %d frames; want 3 lost, nothing made up", s, len(to.frames()))
	}
}

// Some senders go on with sound while a key is held.
func TestSoundBetweenReportsDoesNotEndAKey(t *testing.T) {
	from, _ := joined(t, phone, phone)
	digits := heard(from)
	k := newTalker(t, phone)
	ts := k.ts
	for n := range 10 {
		f := k.packet(eventPayload(9, n == 9, uint16(n+1)*320), 0)
		f.PayloadType, f.Timestamp = phone.Events, ts
		from.Receive(f)
		give(from, k.say(t, speech[:320]))
	}
	if want := []string{"9 for 400ms"}; !slices.Equal(*digits, want) {
		t.Errorf("heard %v, want %v", *digits, want)
	}
}

// Held past what the duration field can say, a key is reported on in segments.
func TestAKeyHeldForLongIsOnePress(t *testing.T) {
	from, to := joined(t, phone, chromium)
	digits := heard(from)
	k := newTalker(t, phone)
	ts := k.ts
	for _, r := range []struct {
		ts       uint32
		end      bool
		duration uint16
	}{{0, false, 160}, {0, false, 65535}, {65535, false, 160}, {65535, true, 14465}, {65535, true, 14465}} {
		f := k.packet(eventPayload(0, r.end, r.duration), 160)
		f.PayloadType, f.Timestamp = phone.Events, ts+r.ts
		from.Receive(f)
	}
	if want := []string{"0 for 10s"}; !slices.Equal(*digits, want) {
		t.Errorf("heard %v, want %v", *digits, want)
	}
	if e, _ := parseEvent(to.frames()[1].Payload); e.duration != 0xffff {
		t.Errorf("8 s at 48 kHz were written as %d, want the end of the field", e.duration)
	}
}

// A leg that takes no events is spared them; who listens still hears.
// A leg without events may take keys by another way, and is told of each, once.
func TestALegWithoutEventsGetsNone(t *testing.T) {
	for name, from := range map[string]Format{"relayed": phone, "transcoded": chromium} {
		a, b := joined(t, from, noEvents)
		digits := heard(a)
		uncarried := ""
		b.OnUncarried(func(digit byte) { uncarried += string(digit) })
		a.OnUncarried(func(byte) { t.Errorf("%s: told of its own", name) })
		k := newTalker(t, from)
		give(a, k.say(t, speech[:1600]))
		give(a, k.press(3, 60*time.Millisecond))
		give(a, k.say(t, speech[1600:3200]))
		if len(*digits) != 1 || uncarried != "3" {
			t.Errorf("%s: heard %v, told of %q", name, *digits, uncarried)
		}
		frames := b.frames()
		if len(frames) != 20 {
			t.Errorf("%s: %d frames, want the 20 of sound", name, len(frames))
		}
		for i := 1; i < len(frames); i++ {
			if frames[i].Sequence != frames[i-1].Sequence+1 {
				t.Errorf("%s: frame %d: number +%d: what was kept back looks lost", name, i, frames[i].Sequence-frames[i-1].Sequence)
			}
		}
		b.SetFormat(phone)
		give(a, k.press(4, 60*time.Millisecond))
		if len(*digits) != 2 || uncarried != "3" {
			t.Errorf("%s: heard %v, told of %q, though it takes events now", name, *digits, uncarried)
		}
	}
}

func TestAKeyBeforeAnySoundCrosses(t *testing.T) {
	for name, pair := range map[string][2]Format{"to the telephone": {chromium, phone}, "to the browser": {phone, chromium}, "relayed": {phone, phone}} {
		from, to := joined(t, pair[0], pair[1])
		k := newTalker(t, pair[0])
		give(from, k.press(3, 60*time.Millisecond))
		give(from, k.say(t, speech[:1600]))
		frames := to.frames()
		if len(frames) != 15 || !frames[0].Marker {
			t.Fatalf("%s: %d frames, marker %v", name, len(frames), frames[0].Marker)
		}
		scale := pair[1].Codec.ClockRate() / 8000
		if got := frames[5].Timestamp - frames[0].Timestamp; got != 5*160*scale {
			t.Errorf("%s: sound begins %d after the key, want %d", name, got, 5*160*scale)
		}
	}
}

func TestForgedEventsAreDropped(t *testing.T) {
	from, to := joined(t, phone, chromium)
	digits := heard(from)
	k := newTalker(t, phone)
	for _, payload := range [][]byte{{5}, {5, 0x80, 1}, {5, 0x80, 1, 0, 5, 0x80, 1, 0}, {16, 0x80, 1, 0}, {255, 0x80, 1, 0}, make([]byte, 1500)} {
		f := k.packet(payload, 160)
		f.PayloadType = phone.Events
		from.Receive(f)
	}
	if len(*digits) != 0 || len(to.frames()) != 0 || from.Stats().Dropped != 6 {
		t.Errorf("heard %v, %d frames crossed, %+v", *digits, len(to.frames()), from.Stats())
	}
}

// Whoever is told of a digit may change the call: no lock is held meanwhile.
func TestTheListenerMayPartTheLegs(t *testing.T) {
	from, to := newLeg(t, "from", phone), newLeg(t, "to", phone)
	unjoin, err := Join(from.Port, to.Port)
	if err != nil {
		t.Fatal(err)
	}
	from.OnDigit(func(byte, time.Duration) { unjoin() })
	k := newTalker(t, phone)
	give(from, k.press(3, 60*time.Millisecond))
	give(from, k.say(t, speech[:1600]))
	if n := len(of(phone.PayloadType, to.frames())); n != 0 {
		t.Errorf("%d frames of sound crossed after the legs were parted", n)
	}
	from.OnDigit(nil)
	give(from, k.press(4, 60*time.Millisecond))
}

// keysAt has a leg press keys, one every so often for so long, by the leg's clock;
// it returns how many. Each is two packets.
func keysAt(l *leg, k *talker, every, lasts time.Duration, now *time.Time) (pressed int) {
	l.now = func() time.Time { return *now }
	for end := now.Add(lasts); now.Before(end); *now = now.Add(every) {
		ts := k.ts
		for n := range 2 {
			f := k.packet(eventPayload(byte(pressed%10), n == 1, uint16(n+1)*80), 80)
			f.PayloadType, f.Timestamp = k.format.Events, ts
			l.Receive(f)
		}
		pressed++
	}
	return pressed
}

// presses returns how many different presses frames hold.
func pressesIn(frames []sent) int {
	seen := map[uint32]bool{}
	for _, f := range of(phone.Events, frames) {
		seen[f.Timestamp] = true
	}
	return len(seen)
}

// Keys that come faster than anybody presses them are neither told nor sent to
// the trunk, but counted; sound goes on without a hole, and so do keys at a
// dialler's pace.
func TestKeysFasterThanAnybodyPresses(t *testing.T) {
	t.Parallel()
	for name, pair := range map[string][2]Format{"relayed": {phone, phone}, "transcoded": {phoneA, phone}, "to no events": {phone, noEvents}} {
		from, to := joined(t, pair[0], pair[1])
		digits, uncarried := heard(from), 0
		to.OnUncarried(func(byte) { uncarried++ })
		k, now := newTalker(t, pair[0]), time.Now()
		pressed := keysAt(from, k, 10*time.Millisecond, 10*time.Second, &now)
		told, crossed, s := len(*digits), pressesIn(to.frames()), from.Stats()
		if told < 32+149 || told > 32+151 || s.Digits != uint64(told) || s.Hasty != uint64(pressed-told) {
			t.Errorf("%s: of %d presses in 10 s %d were told, %+v; want 32 and 15 a second, and the others counted", name, pressed, told, s)
		}
		if pair[1] == noEvents && uncarried != told || pair[1] != noEvents && crossed != told {
			t.Errorf("%s: %d crossed and %d went another way, want the %d that were told", name, crossed, uncarried, told)
		}
		now = now.Add(3 * time.Second)
		if n := keysAt(from, k, 100*time.Millisecond, 10*time.Second, &now); len(*digits)-told != n {
			t.Errorf("%s: of %d presses at a dialler's pace %d were told", name, n, len(*digits)-told)
		}
		give(from, k.say(t, speech[:1600]))
		frames := to.frames()
		for i := 1; i < len(frames); i++ {
			if d := frames[i].Sequence - frames[i-1].Sequence; d != 1 {
				t.Fatalf("%s: frame %d: number +%d: what was kept back looks lost", name, i, d)
			}
		}
		if n := len(of(pair[1].PayloadType, frames)); n != 10 {
			t.Errorf("%s: %d frames of sound, want 10", name, n)
		}
	}
}

// Whose reports go back in time, or say that a press goes on and on, gets no
// more keys across than anybody else.
func TestOldAndEndlessReportsAreNoWayRoundThat(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]int32{"back in time": -400, "endless": longest} {
		from, to := joined(t, phone, phone)
		digits := heard(from)
		k := newTalker(t, phone)
		ts := k.ts
		for range 1000 {
			f := k.packet(eventPayload(5, false, longest), 0)
			f.PayloadType, f.Timestamp = phone.Events, ts
			from.Receive(f)
			ts += uint32(step)
		}
		if n := pressesIn(to.frames()); n > pressesAtOnce || len(*digits) > 1 {
			t.Errorf("%s: %d presses crossed and %d were told, want %d at most and one", name, n, len(*digits), pressesAtOnce)
		}
	}
}

// The press before may still be told of late.
func TestALateReportStillCrosses(t *testing.T) {
	t.Parallel()
	from, to := joined(t, phone, phone)
	k := newTalker(t, phone)
	first, second := k.press(1, 60*time.Millisecond), k.press(2, 60*time.Millisecond)
	give(from, first[:3])
	give(from, second[:1])
	give(from, first[3:])
	give(from, second[1:])
	if n := len(of(phone.Events, to.frames())); n != 10 {
		t.Errorf("%d of 10 reports crossed", n)
	}
}
