package media

import (
	"math"
	"testing"

	"webtrunk/transcode"
)

// tonePCM is packets of a sine of that amplitude.
func tonePCM(amplitude float64, packets int) []int16 {
	pcm := make([]int16, packets*transcode.FrameSamples)
	for i := range pcm {
		pcm[i] = int16(math.Round(amplitude * math.Sin(2*math.Pi*1000*float64(i)/transcode.SampleRate)))
	}
	return pcm
}

// TestHowLoudALegIs: on every kind of path silence is told from sound, and where
// the samples are there, sound by its level.
func TestHowLoudALegIs(t *testing.T) {
	for name, way := range map[string]struct {
		from, to Format
		levels   bool
	}{
		"µ-law passed on":  {phone, phone, true},
		"A-law transcoded": {phoneA, chromium, true},
		"Opus transcoded":  {chromium, phone, true},
		"wideband":         {phoneW, phone, true},
		"Opus passed on":   {chromium, firefox, false},
	} {
		t.Run(name, func(t *testing.T) {
			from, _ := joined(t, way.from, way.to)
			talker := newTalker(t, way.from)
			says := func(amplitude float64) {
				for _, f := range talker.say(t, tonePCM(amplitude, 100)) {
					from.Receive(f)
				}
			}
			if l := from.Loudness(); l != (Loudness{}) {
				t.Errorf("before anything came: %+v", l)
			}
			says(0)
			if l := from.Loudness(); l.Measured != 25 || l.Audible != 0 || l.Level != 0 {
				t.Errorf("100 packets of silence: %+v", l)
			}
			says(3200)
			l := from.Loudness()
			if l.Measured != 50 || l.Audible < 23 {
				t.Errorf("100 packets of a tone: %+v", l)
			}
			want := 20 * math.Log10(3200/math.Sqrt2/overload) // -23.0
			if way.levels && (math.Abs(l.Level-want) > 1.5 || math.Abs(l.Peak-want-3) > 2.5) {
				t.Errorf("a tone of %.1f dBov measures %+v", want, l)
			}
		})
	}
}

func TestALoudestSampleIsBelowZero(t *testing.T) {
	var l loudness
	l.add([]int16{-32768, 32767})
	if s := l.snapshot(); s.Peak != -0.1 || s.Level != -0.1 || s.Audible != 1 {
		t.Errorf("%+v", s)
	}
	l = loudness{}
	l.add(nil)
	if s := l.snapshot(); s != (Loudness{}) {
		t.Errorf("nothing measures %+v", s)
	}
}

// TestAStreamThatIsNoLongerDecoded is judged by its lengths again, a second later.
func TestAStreamThatIsNoLongerDecoded(t *testing.T) {
	var l loudness
	speech := make([]byte, 60)
	for range 8 {
		l.packet(transcode.Opus, speech)
		l.samples(transcode.Opus, tonePCM(0, 1))
	}
	if l.measured != 2 || l.audible != 0 {
		t.Fatalf("decoded: %+v", l.snapshot())
	}
	for range 100 {
		l.packet(transcode.Opus, speech)
	}
	if l.audible < 5 || l.audible != l.measured-2 {
		t.Errorf("passed on: %+v", l.snapshot())
	}
}

func TestALegThatSendsNothingIsNotRated(t *testing.T) {
	p := newLeg(t, "a", phone)
	far := farReport{reports: 3}
	if q := p.quality().over(&reception{}, &far); q.MOS != 0 {
		t.Errorf("nothing came, and it is rated %v", q.MOS)
	}
}

func TestWhatQualitySaysOfPackets(t *testing.T) {
	from, _ := joined(t, phone, chromium)
	said := newTalker(t, phone).say(t, tonePCM(1000, 5))
	for _, f := range said {
		from.Receive(f)
	}
	from.Receive(Frame{PayloadType: 99, Sequence: said[4].Sequence + 1, Payload: []byte{1, 2, 3}})
	q := from.quality()
	if q.Unagreed != 1 || q.Received != 6 || q.Resting || q.Codec != "PCMU" {
		t.Errorf("%+v", q)
	}
}

// In a conference a browser's sound is decoded, and its level is known.
func TestTheLevelInAConference(t *testing.T) {
	a, b := newLeg(t, "a", chromium), newLeg(t, "b", phone)
	var room Conference
	defer room.End()
	if err := room.Set(All(a.Port, b.Port)); err != nil {
		t.Fatal(err)
	}
	for _, f := range newTalker(t, chromium).say(t, tonePCM(8000, 100)) {
		a.Receive(f)
	}
	if l := a.Loudness(); l.Audible < 20 || l.Level > -13 || l.Level < -18 || l.Peak > -9 {
		t.Errorf("%+v, want a tone of 8000: -15 dBov", l)
	}
}
