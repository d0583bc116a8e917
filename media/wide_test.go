package media

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// sayWide returns pcm, at 16 kHz, in frames of 20 ms.
func (k *talker) sayWide(t testing.TB, pcm []int16) []Frame {
	t.Helper()
	const frame = transcode.WideRate / 50
	enc, err := transcode.NewEncoderAt(k.format.Codec, transcode.WideRate, frame)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	var frames []Frame
	var buf [transcode.MaxPayload]byte
	for at := 0; at+frame <= len(pcm); at += frame {
		n, err := enc.Encode(buf[:], pcm[at:])
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, k.packet(slices.Clone(buf[:n]), transcode.FrameSamples))
	}
	return frames
}

// listenWide decodes what was sent at 16 kHz, packet after packet.
func listenWide(t testing.TB, f Format, frames []sent) (heard []int16) {
	t.Helper()
	dec, err := transcode.NewDecoderAt(f.Codec, transcode.WideRate)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	pcm := make([]int16, transcode.MaxWideSamples)
	for _, frame := range of(f.PayloadType, frames) {
		n, err := dec.Decode(pcm, frame.Payload)
		if err != nil {
			t.Fatal(err)
		}
		heard = append(heard, pcm[:n]...)
	}
	return heard
}

// A tone of 6 kHz, which no telephone carries, crosses between wide legs and
// those alone. At soundcheck's 8 kHz it reads as 3 kHz.
func TestTheUpperBandCrossesBetweenWideLegs(t *testing.T) {
	tone := soundcheck.Sine(3000, 8000, 2*transcode.WideRate)
	for _, c := range []struct{ a, b Format }{{chromium, phoneW}, {phoneW, chromium}, {phoneW, phoneW}} {
		from, to := joined(t, c.a, c.b)
		for _, f := range newTalker(t, c.a).sayWide(t, tone) {
			from.Receive(f)
		}
		frames := to.frames()
		steady(t, c.b, frames, 160)
		if purity, level := soundcheck.Tone(listenWide(t, c.b, frames)[8000:], 3000); purity < 0.7 || level < -20 {
			t.Errorf("%v to %v: 6 kHz arrive with purity %.2f at %.0f dB", c.a.Codec, c.b.Codec, purity, level)
		}
	}
	from, to := joined(t, phoneW, phone)
	for _, f := range newTalker(t, phoneW).sayWide(t, tone) {
		from.Receive(f)
	}
	if _, level := soundcheck.Tone(listen(t, phone, to.frames())[4000:], 2000); level > -40 {
		t.Errorf("to a narrow leg 6 kHz come through as 2 kHz at %.0f dB", level)
	}
}

// G.722's clock counts pairs of samples: what is lost is filled in the right
// length all the same, and long packets are as long as asked for.
func TestWidebandLossesAndLongPacketsKeepTheClock(t *testing.T) {
	for _, ms := range []int{10, 20, 30, 40, 60} {
		for _, a := range []Format{chromium, phoneW, phone} {
			b := phoneW
			if ms != 20 {
				b.Samples = 8 * ms
			} else if a == phoneW {
				continue // a relay, which fills nothing
			}
			from, to := joined(t, a, b)
			packets := newTalker(t, a).say(t, speech[:24000])
			withLoss(from, packets, every(40))
			frames := to.frames()
			steady(t, b, frames, uint32(8*ms))
			if got, want := len(frames)*ms, 3000; got < want-100 || got > want {
				t.Errorf("%v, %d ms: %d ms were sent of %d", a.Codec, ms, got, want)
			}
			for _, f := range frames {
				if len(f.Payload) != 8*ms {
					t.Fatalf("%v: a packet of %d octets, want %d ms", a.Codec, len(f.Payload), ms)
				}
			}
			if s := from.Stats(); s.Concealed+s.Recovered == 0 {
				t.Errorf("%v: nothing was concealed: %+v", a.Codec, s)
			}
		}
	}
}

func TestAWidebandHoleTowardsABrowserStaysAHole(t *testing.T) {
	from, to := joined(t, phoneW, chromium)
	packets := newTalker(t, phoneW).say(t, speech[:8000])
	withLoss(from, packets, func(i int) bool { return i == 20 || i == 21 })
	frames := to.frames()
	a, b := frames[19], frames[20]
	if b.Sequence-a.Sequence != 3 || b.Timestamp-a.Timestamp != 3*960 {
		t.Errorf("after two lost packets: number +%d, timestamp +%d; want +3 and +2880", b.Sequence-a.Sequence, b.Timestamp-a.Timestamp)
	}
}

// Tones, and noise made for a leg that knows none, are G.722 for a wide leg.
func TestAWideLegHearsTonesAndNoise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "to", phoneW)
		stop := l.Ringback()
		time.Sleep(1900 * time.Millisecond)
		stop()
		steady(t, phoneW, l.frames(), 160)
		if purity, _ := soundcheck.Tone(listen(t, phoneW, l.frames()), 440); purity < 0.4 {
			t.Errorf("the ringback tone's 440 Hz have %.2f of the sound, want half", purity)
		}
		l.Port.Close()
	})
	synctest.Test(t, func(t *testing.T) {
		quiet := phone
		quiet.Noise = 13
		from, to := joined(t, quiet, phoneW)
		k := newTalker(t, quiet)
		f := k.packet([]byte{40}, 160)
		f.PayloadType = 13
		from.Receive(f)
		time.Sleep(500 * time.Millisecond)
		if heard := listen(t, phoneW, to.frames()); soundcheck.Silent(heard) || len(heard) < 3000 {
			t.Errorf("%d samples of noise were heard", len(heard))
		}
		from.Close()
		to.Port.Close()
	})
}

// A browser that falls silent on a wide path is told to a telephone that knows
// comfort noise, at the place that its clock has.
func TestAWideHushIsAtItsPlace(t *testing.T) {
	b := phoneW
	b.Noise = 13
	from, to := joined(t, chromium, b)
	k := newTalker(t, chromium)
	for _, f := range k.say(t, speech[:1600]) {
		from.Receive(f)
	}
	from.Receive(k.packet([]byte{8}, 160))
	frames := to.frames()
	last, hush := frames[len(frames)-2], frames[len(frames)-1]
	if hush.PayloadType != 13 || hush.Timestamp-last.Timestamp != 160 {
		t.Errorf("after sound at %d: payload type %d at +%d; want comfort noise at +160", last.Timestamp, hush.PayloadType, hush.Timestamp-last.Timestamp)
	}
}

// The stream's clock goes on where 32 bits of samples end: after 74 hours.
func TestAPositionPastThirtyTwoBitsStaysOnItsClock(t *testing.T) {
	s := scaleBetween(transcode.Opus, transcode.G722)
	for _, pos := range []int64{1<<32 - 320, 1<<33 - 320, 1<<36 - 320} {
		if step := s.leaving(pos+320) - s.leaving(pos); step != 160 {
			t.Errorf("20 ms after %d the timestamp is %d further, want 160", pos, step)
		}
	}
}

// A prompt on a wide call is encoded wide: its sound is as it was, and what a mirror
// image of it would add above 4 kHz is 30 dB weaker.
func TestSoundIsWidened(t *testing.T) {
	for _, hz := range []float64{200, 1000, 2000, 3400} {
		w := &wider{}
		var wide []int16
		narrow := soundcheck.Sine(hz, 10000, 8000)
		for at := 0; at < len(narrow); at += transcode.FrameSamples {
			wide = append(wide, w.widen(narrow[at:at+transcode.FrameSamples])...)
		}
		if purity, level := soundcheck.Tone(wide[800:], hz/2); purity < 0.999 || level < -10.8 || level > -10 { // at 8 kHz, as soundcheck has it
			t.Errorf("%v Hz: %.4f of it is the tone, at %.1f dB; want all of it at -10.3", hz, purity, level)
		}
		if _, image := soundcheck.Tone(wide[800:], 4000-hz/2); image > -10-30 {
			t.Errorf("%v Hz: its image is at %.0f dB", hz, image)
		}
	}
}

// What is said with the encoder of a wide call stays wide: a prompt, and the talk
// after it, in one stream without a packet of silence in between.
func TestAPromptOnAWideCallIsWide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := joined(t, phoneW, chromium)
		k := newTalker(t, phoneW)
		speak := func() {
			for _, f := range k.sayWide(t, talk(0)[:16000]) {
				from.Receive(f)
				time.Sleep(tick)
			}
		}
		speak()
		stop := to.Play(newHum(1000), nil)
		time.Sleep(time.Second)
		stop()
		speak()
		for i, f := range to.frames() {
			if config := f.Payload[0] >> 3; config != 9 { // SILK wideband, 20 ms (RFC 6716 table 2)
				t.Errorf("packet %d has configuration %d", i, config)
			}
		}
	})
}
