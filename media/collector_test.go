package media

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/transcode"
)

// tonesOf are the frequencies of three keys (Q.23).
var tonesOf = map[byte][2]float64{'1': {697, 1209}, '5': {770, 1336}, '9': {852, 1477}}

// keyTones is keys as a telephone's tones, 80 ms on and 80 ms off.
func keyTones(digits string) (pcm []int16) {
	for _, k := range []byte(digits) {
		for i := range 640 {
			t := float64(i) / transcode.SampleRate
			pcm = append(pcm, int16(6000*math.Sin(2*math.Pi*tonesOf[k][0]*t)+6000*math.Sin(2*math.Pi*tonesOf[k][1]*t)))
		}
		pcm = append(pcm, make([]int16, 640)...)
	}
	return append(pcm, make([]int16, 640)...)
}

// A speaker sends sound into a port, packet by packet.
type speaker struct {
	t      *testing.T
	to     *Port
	format Format
	enc    transcode.Encoder
	n      uint16
	ts     uint32
}

func newSpeaker(t *testing.T, to *Port, f Format) *speaker {
	t.Helper()
	enc, err := transcode.NewEncoder(f.Codec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(enc.Close)
	return &speaker{t: t, to: to, format: f, enc: enc}
}

// says sends all of pcm but for the packets that are lost.
func (s *speaker) says(pcm []int16, lost ...int) {
	var payload [transcode.MaxPayload]byte
	for i := 0; (i+1)*160 <= len(pcm); i++ {
		n, err := s.enc.Encode(payload[:], pcm[i*160:(i+1)*160])
		if err != nil {
			s.t.Fatal(err)
		}
		if !slices.Contains(lost, i) {
			s.to.Receive(Frame{PayloadType: s.format.PayloadType, Sequence: s.n, Timestamp: s.ts, Payload: payload[:n]})
		}
		s.n++
		s.ts += s.format.Codec.ClockRate() / 50
	}
}

// press sends a key as telephone-events.
func (s *speaker) press(key byte) {
	for i := range 5 {
		e := event{code: uint8(slices.Index([]byte(keyNames), key)), duration: uint32(i+1) * 160, end: i == 4}
		var payload [eventLength]byte
		s.to.Receive(Frame{PayloadType: s.format.Events, Sequence: s.n, Timestamp: s.ts, Payload: e.write(&payload)})
		s.n++
	}
	s.ts += 1600
}

// Keys that come as tones alone are heard while somebody asks for digits, once
// each, with packets lost, in every codec; and not before or after.
func TestTonesAreKeysWhileDigitsAreCollected(t *testing.T) {
	mute := phone
	mute.EventsClock, mute.Events = 0, 0
	for name, f := range map[string]Format{"PCMU without events": mute, "PCMU": phone, "Opus": chromium} {
		var heard []byte
		l := newLeg(t, "telephone", f)
		l.OnTone(func(digit byte) { heard = append(heard, digit) })
		l.OnDigit(func(digit byte, _ time.Duration) { t.Errorf("%s: %c came as an event", name, digit) })
		s := newSpeaker(t, l.Port, f)
		s.says(keyTones("1"))
		stop := l.CollectTones()
		s.says(keyTones("1595"), 10, 26)
		stop()
		stop()
		s.says(keyTones("9"))
		if string(heard) != "1595" {
			t.Errorf("%s: heard %s, want 1595", name, heard)
		}
		l.Close()
	}
}

// From a browser whose network loses five packets in a hundred no key is missed,
// for it sends each packet's sound a second time with the next, and none is heard
// twice.
func TestTonesAreKeysThoughPacketsAreLost(t *testing.T) {
	t.Parallel()
	const digits = "15951591595119551915"
	missed, twice := 0, 0
	for seed := range uint64(10) {
		var heard []byte
		l := newLeg(t, "telephone", chromium)
		l.OnTone(func(digit byte) { heard = append(heard, digit) })
		stop := l.CollectTones()
		s := newSpeaker(t, l.Port, chromium)
		s.enc.ExpectLoss(5)
		pcm := keyTones(digits)
		var lost []int
		for r, i := rand.New(rand.NewPCG(seed, 5)), 2; (i+1)*160 <= len(pcm); i++ {
			if r.Float64() < 0.05 {
				lost = append(lost, i)
			}
		}
		s.says(pcm, lost...)
		stop()
		if n := len(heard); n < len(digits) {
			missed += len(digits) - n
		} else {
			twice += n - len(digits)
		}
	}
	t.Logf("of %d keys %d were missed, %d heard twice", 10*len(digits), missed, twice)
	if missed > 0 || twice > 0 {
		t.Errorf("of %d keys %d were missed and %d heard twice", 10*len(digits), missed, twice)
	}
}

// Who sends events is taken by them alone: what is left of the tone in the sound
// is not another press.
func TestWhoSendsEventsPressesNoToneToo(t *testing.T) {
	var tones, events []byte
	l := newLeg(t, "telephone", phone)
	l.OnTone(func(digit byte) { tones = append(tones, digit) })
	l.OnDigit(func(digit byte, _ time.Duration) { events = append(events, digit) })
	defer l.CollectTones()()
	s := newSpeaker(t, l.Port, phone)
	s.press('1')
	s.says(keyTones("1"))
	s.press('5')
	s.says(keyTones("5"))
	if string(events) != "15" || len(tones) != 0 {
		t.Errorf("events %s, tones %s; want 15 and none", events, tones)
	}
	l.Close()
}

func TestCollectingOnAClosedPort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "telephone", phone)
		stop := l.CollectTones()
		l.CollectTones()() // the second takes the first one's place
		stop()
		l.Close()
		l.CollectTones()()
	})
}

func TestCollectingAllocatesNothingPerPacket(t *testing.T) {
	l := newLeg(t, "telephone", phone)
	l.OnTone(func(byte) {})
	defer l.CollectTones()()
	f := Frame{PayloadType: phone.PayloadType, Payload: make([]byte, 160)}
	if n := testing.AllocsPerRun(500, func() {
		l.Receive(f)
		f.Sequence++
		f.Timestamp += 160
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
	l.Close()
}
