package media

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
)

// Digits go out as a telephone sends them: 100 ms on, 100 ms off, on time.
func TestDigitsAreSentOnTime(t *testing.T) {
	for name, format := range map[string]Format{"telephone": phone, "Chromium": chromium, "Firefox": firefox} {
		synctest.Test(t, func(t *testing.T) {
			l := newLeg(t, name, format)
			start := time.Now()
			if err := l.SendDigits("1#"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			frames := l.frames()
			if len(frames) != 14 {
				t.Fatalf("%s: %d packets, want 7 for each of 2 digits", name, len(frames))
			}
			for i, f := range frames {
				n, digit := i%7, i/7
				want := event{code: []uint8{1, 11}[digit], end: n >= 4, volume: 10, duration: uint32(min(n+1, 5)) * format.EventsClock / 50}
				e, _ := parseEvent(f.Payload)
				if e != want || f.PayloadType != format.Events || f.Marker != (n == 0) {
					t.Errorf("%s: packet %d: %+v, payload type %d, marker %v; want %+v", name, i, e, f.PayloadType, f.Marker, want)
				}
				if due := time.Duration(digit*200+n*20) * time.Millisecond; f.at.Sub(start) != due {
					t.Errorf("%s: packet %d at %v, want %v", name, i, f.at.Sub(start), due)
				}
				if i > 0 && f.Sequence != frames[i-1].Sequence+1 {
					t.Errorf("%s: packet %d: number +%d", name, i, f.Sequence-frames[i-1].Sequence)
				}
			}
			if got, want := frames[7].Timestamp-frames[0].Timestamp, format.Codec.ClockRate()/5; got != want {
				t.Errorf("%s: the second digit is %d after the first, want 200 ms: %d", name, got, want)
			}
		})
	}
}

// Sound keeps silent while a digit is sent, and goes on in the same stream as
// if nothing had been: no number is missing, time has passed.
func TestSoundGivesWayToADigit(t *testing.T) {
	for name, pair := range map[string][2]Format{"transcoded": {phone, chromium}, "relayed": {phoneA, phoneA}} {
		synctest.Test(t, func(t *testing.T) {
			from, to := joined(t, pair[0], pair[1])
			for i, f := range newTalker(t, pair[0]).say(t, speech[:8000]) {
				if i == 20 {
					if err := to.SendDigits("5"); err != nil {
						t.Fatal(err)
					}
				}
				synctest.Wait()
				from.Receive(f)
				time.Sleep(tick)
			}
			frames := to.frames()
			sound, events := of(pair[1].PayloadType, frames), of(pair[1].Events, frames)
			if len(events) != 7 || len(sound) != 45 || to.Stats().Suppressed != 5 {
				t.Fatalf("%s: %d events, %d frames of sound, %+v; want 7, 45 and 5 kept back", name, len(events), len(sound), to.Stats())
			}
			frame := pair[1].Codec.ClockRate() / 50
			for i := 1; i < len(frames); i++ {
				if frames[i].Sequence != frames[i-1].Sequence+1 {
					t.Errorf("%s: frame %d: number +%d", name, i, frames[i].Sequence-frames[i-1].Sequence)
				}
			}
			if got := events[0].Timestamp - sound[19].Timestamp; got != frame {
				t.Errorf("%s: the digit begins %d after the last sound, want %d", name, got, frame)
			}
			if got := sound[20].Timestamp - sound[19].Timestamp; got != 6*frame {
				t.Errorf("%s: sound goes on after %d, want %d", name, got, 6*frame)
			}
		})
	}
}

func TestDigitsThatCannotBeSentAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "telephone", phone)
		for name, c := range map[string]struct {
			port   *Port
			digits string
			want   webtrunk.Kind
		}{
			"letters":     {l.Port, "12x", webtrunk.Invalid},
			"line break":  {l.Port, "1\r\n", webtrunk.Invalid},
			"too many":    {l.Port, strings.Repeat("1", maxDigits+1), webtrunk.Exhausted},
			"no events":   {newLeg(t, "plain", noEvents).Port, "1", webtrunk.Unsupported},
			"no format":   {newLeg(t, "new", Format{}).Port, "1", webtrunk.Unsupported},
			"leg is gone": {gone(t), "1", webtrunk.Conflict},
		} {
			if err := c.port.SendDigits(c.digits); webtrunk.KindOf(err) != c.want {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if err := l.SendDigits(""); err != nil {
			t.Errorf("no digits: %v", err)
		}
		if n := len(l.frames()); n != 0 {
			t.Errorf("%d packets were sent", n)
		}
	})
}

func gone(t *testing.T) *Port {
	l := newLeg(t, "gone", phone)
	l.Close()
	return l.Port
}

// More digits join those that wait, in order.
func TestDigitsQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "telephone", phone)
		for _, d := range []string{"12", "3", "*D"} {
			if err := l.SendDigits(d); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		if err := l.SendDigits("4"); err != nil { // after a pause, by a new goroutine
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		var sent strings.Builder
		for _, f := range l.frames() {
			if f.Marker {
				sent.WriteByte(keyNames[f.Payload[0]])
			}
		}
		if sent.String() != "123*D4" {
			t.Errorf("sent %s, want 123*D4", sent.String())
		}
	})
}

func TestCloseStopsDigitsAndWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "telephone", phone)
		if err := l.SendDigits("123456789"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(250 * time.Millisecond)
		l.Close()
		n := len(l.frames())
		time.Sleep(5 * time.Second)
		if n == 0 || len(l.frames()) != n {
			t.Errorf("%d packets before Close, %d after", n, len(l.frames()))
		}
		l.Close() // twice is as good as once
	})
}
