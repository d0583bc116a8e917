package media

import (
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/transcode"
)

// Telephones that know comfort noise.
var (
	quietPhone  = Format{Codec: transcode.PCMU, PayloadType: 0, Events: 101, EventsClock: 8000, Noise: 13}
	quietPhoneA = Format{Codec: transcode.PCMA, PayloadType: 8, Events: 101, EventsClock: 8000, Noise: 98}
)

// hush is the telephone's packet that says how quiet it is.
func (k *talker) hush(payload ...byte) Frame {
	f := k.packet(payload, transcode.FrameSamples)
	f.PayloadType = k.format.Noise
	return f
}

// levelIn is how loud pcm is in -dBov, with its fraction.
func levelIn(pcm []int16) float64 {
	sum := 0.0
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return -20 * math.Log10(math.Sqrt(sum/float64(len(pcm)))/overload)
}

// A telephone that says how quiet its room is, is heard as quiet as that, for
// as long as nothing else comes.
func TestComfortNoiseIsAsLoudAsItIsToldToBe(t *testing.T) {
	for name, c := range map[string]struct {
		from, to Format
		within   float64 // dB
	}{
		"to a browser":                   {quietPhone, chromium, 3}, // Opus takes that off white noise at its bitrate
		"to a telephone, same law":       {quietPhone, phone, 1},
		"to a telephone of another law":  {quietPhone, phoneA, 1},
		"to a browser that speaks G.711": {quietPhoneA, Format{Codec: transcode.PCMU}, 1},
	} {
		for _, level := range []byte{30, 40, 50, 60, 65} {
			synctest.Test(t, func(t *testing.T) {
				from, to := joined(t, c.from, c.to)
				k := newTalker(t, c.from)
				give(from, k.say(t, speech[:1600]))
				time.Sleep(tick)
				before := len(to.frames())
				from.Receive(k.hush(level))
				time.Sleep(2*time.Second - tick/2)
				frames := to.frames()[before:]
				if len(frames) < 99 || len(frames) > 101 {
					t.Fatalf("%s: %d frames in two seconds", name, len(frames))
				}
				steady(t, c.to, frames[1:], 160)
				pcm := listen(t, c.to, frames)
				if got := levelIn(pcm[1600:]); math.Abs(got-float64(level)) > c.within {
					t.Errorf("%s: %.1f dB below overload, told %d", name, got, level)
				}
			})
		}
	}
}

// Noise that has a spectrum is as loud as it is told, whatever its colour.
func TestComfortNoiseHasTheColourThatItIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		low     bool // most of its energy is low
	}{
		"dark":   {[]byte{45, 20, 150}, true},
		"bright": {[]byte{45, 230, 150}, false},
		"many":   {[]byte{45, 20, 180, 110, 140, 120, 130, 127, 127, 127, 127, 127, 127, 40, 50}, true},
	} {
		n, ok := parseNoise(c.payload)
		if !ok || n.order > maxOrder {
			t.Fatalf("%s: %+v", name, n)
		}
		m := &comfort{random: randomly()}
		m.noise.Store(&n)
		pcm := make([]int16, 80000)
		m.fill(pcm)
		if got := levelIn(pcm[800:]); math.Abs(got-45) > 1 {
			t.Errorf("%s: %.1f dB below overload, told 45", name, got)
		}
		changes := make([]int16, len(pcm)-1) // a difference favours what is high
		for i := range changes {
			changes[i] = pcm[i+1] - pcm[i]
		}
		if low := levelIn(changes) > levelIn(pcm)-3; low != c.low {
			t.Errorf("%s: low is %v", name, low)
		}
	}
}

func TestNoiseDescriptions(t *testing.T) {
	for _, c := range []struct {
		payload []byte
		level   uint8
		order   int
		ok      bool
	}{
		{[]byte{50}, 50, 0, true}, {[]byte{127}, 127, 0, true}, {[]byte{0}, loudest, 0, true}, {[]byte{29, 127}, loudest, 1, true},
		{[]byte{60, 1, 2, 255, 4}, 60, 2, true}, {make([]byte, 200), loudest, maxOrder, true},
		{nil, 0, 0, false}, {[]byte{128}, 0, 0, false}, {[]byte{255, 1}, 0, 0, false},
	} {
		n, ok := parseNoise(c.payload)
		if ok != c.ok || n.level != c.level || n.order != c.order {
			t.Errorf("% x: %+v, %v", c.payload, n, ok)
		}
		for _, k := range n.filter {
			if math.Abs(k) >= 1 {
				t.Errorf("% x: a filter that does not end: %v", c.payload, k)
			}
		}
	}
}

// The voice that returns follows the noise in one stream: no number missing,
// no time twice, and a marker where it begins. So it does again and again.
func TestComfortNoiseGivesWayToTheVoice(t *testing.T) {
	for name, to := range map[string]Format{"to a browser": chromium, "relayed": phone, "transcoded": phoneA} {
		synctest.Test(t, func(t *testing.T) {
			from, other := joined(t, quietPhone, to)
			k := newTalker(t, quietPhone)
			for range 3 {
				for _, f := range k.say(t, speech[:1600]) {
					from.Receive(f)
					time.Sleep(tick)
				}
				for range 5 { // said again now and then, a little louder
					from.Receive(k.hush(50))
					time.Sleep(200 * time.Millisecond)
					k.pause(1600 - transcode.FrameSamples)
				}
			}
			time.Sleep(tick)
			frames := other.frames()
			if len(frames) < 3*55 || len(frames) > 3*62 {
				t.Fatalf("%s: %d frames in 3.6 seconds", name, len(frames))
			}
			markers, step := 0, to.Codec.ClockRate()/50
			for i := 1; i < len(frames); i++ {
				ahead := frames[i].Timestamp - frames[i-1].Timestamp
				if frames[i].Sequence != frames[i-1].Sequence+1 || ahead < step || ahead > 3*step {
					t.Errorf("%s: frame %d: number +%d, timestamp +%d", name, i, frames[i].Sequence-frames[i-1].Sequence, ahead)
				}
				if frames[i].Marker {
					markers++
				}
			}
			if markers != 5 {
				t.Errorf("%s: %d markers, want one at each change", name, markers)
			}
			if s := from.Stats(); s.Dropped+s.Concealed+s.Panics != 0 {
				t.Errorf("%s: %+v", name, s)
			}
		})
	}
}

// Who knows comfort noise gets it as it is, at its place.
func TestComfortNoiseIsPassedOn(t *testing.T) {
	for name, to := range map[string]Format{"relayed": quietPhone, "transcoded": quietPhoneA} {
		synctest.Test(t, func(t *testing.T) {
			from, other := joined(t, quietPhone, to)
			k := newTalker(t, quietPhone)
			give(from, k.say(t, speech[:800]))
			from.Receive(k.hush(55, 100, 120))
			k.pause(8000)
			give(from, k.say(t, speech[:800]))
			time.Sleep(time.Second)
			frames := other.frames()
			if len(frames) != 11 {
				t.Fatalf("%s: %d frames, want 11", name, len(frames))
			}
			cn := frames[5]
			if cn.PayloadType != to.Noise || string(cn.Payload) != string([]byte{55, 100, 120}) || cn.Timestamp-frames[4].Timestamp != 160 {
				t.Errorf("%s: %d bytes as %d at +%d", name, len(cn.Payload), cn.PayloadType, cn.Timestamp-frames[4].Timestamp)
			}
			if got := frames[6].Timestamp - cn.Timestamp; got != 8160 || frames[6].Sequence != cn.Sequence+1 {
				t.Errorf("%s: the voice returns at +%d", name, got)
			}
		})
	}
}

// A browser that falls silent (DTX) is told to a telephone that knows comfort
// noise, as loud as its room was.
func TestABrowsersSilenceIsToldToTheTelephone(t *testing.T) {
	for _, level := range []float64{40, 50, 60} {
		from, to := joined(t, chromium, quietPhone)
		k := newTalker(t, chromium)
		made := &comfort{random: randomly()}
		made.noise.Store(&noise{level: uint8(level)})
		pcm := make([]int16, 8000)
		made.fill(pcm)
		give(from, k.say(t, pcm))
		for range 12 {
			from.Receive(k.packet([]byte{0x08}, transcode.FrameSamples))
		}
		k.pause(4000)
		give(from, k.say(t, pcm[:1600]))
		frames := to.frames()
		cn := of(13, frames)
		if len(frames) != 62 || len(cn) != 2 {
			t.Fatalf("%d frames, %d of them noise; want 62 and 2", len(frames), len(cn))
		}
		room := levelIn(listen(t, phone, frames[40:50])) // as Opus has left it
		if got := float64(cn[0].Payload[0]); len(cn[0].Payload) != 1 || math.Abs(got-room) > 2 || math.Abs(room-level) > 5 {
			t.Errorf("told %v, want %.1f", cn[0].Payload, room)
		}
		if got := cn[0].Timestamp - frames[49].Timestamp; got != 160 {
			t.Errorf("the silence begins at +%d", got)
		}
		if got := frames[52].Timestamp - cn[0].Timestamp; got != 12*160+4000 || !frames[52].Marker || frames[52].Sequence != frames[51].Sequence+1 {
			t.Errorf("the voice returns at +%d, marker %v", got, frames[52].Marker)
		}
	}
	from, to := joined(t, chromium, phone) // who knows none is not told
	k := newTalker(t, chromium)
	give(from, k.say(t, speech[:800]))
	from.Receive(k.packet([]byte{0x08}, transcode.FrameSamples))
	if frames := to.frames(); len(of(0, frames)) != 6 || len(frames) != 6 {
		t.Errorf("%d frames", len(frames))
	}
}

// Noise that was not agreed on is dropped, as anything else; noise ends with
// the join and with the leg.
func TestComfortNoiseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, end := range map[string]func(from, to *leg, unjoin func()){
			"unjoined":      func(_, _ *leg, unjoin func()) { unjoin() },
			"hearer gone":   func(_, to *leg, _ func()) { to.Close() },
			"telephone too": func(from, _ *leg, _ func()) { from.Close() },
		} {
			from, to := newLeg(t, "from", quietPhone), newLeg(t, "to", chromium)
			unjoin, err := Join(from.Port, to.Port)
			if err != nil {
				t.Fatal(err)
			}
			k := newTalker(t, quietPhone)
			from.Receive(k.hush(50))
			time.Sleep(time.Second)
			end(from, to, unjoin)
			n := len(to.frames())
			time.Sleep(time.Second)
			if n < 45 || len(to.frames()) != n {
				t.Errorf("%s: %d frames before, %d after", name, n, len(to.frames()))
			}
		}
		from, to := joined(t, phone, chromium)
		from.Receive(Frame{PayloadType: 13, Payload: []byte{40}})
		time.Sleep(time.Second)
		if s := from.Stats(); s.Dropped != 1 || len(to.frames()) != 0 {
			t.Errorf("%+v, %d frames", s, len(to.frames()))
		}
	})
}

func randomly() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
