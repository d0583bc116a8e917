package media

import (
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// The tone rings two seconds in six, on time, as one stream without a hole.
func TestRingbackRings(t *testing.T) {
	for name, format := range map[string]Format{"telephone": phone, "Chromium": chromium} {
		synctest.Test(t, func(t *testing.T) {
			l := newLeg(t, name, format)
			start := time.Now()
			stop := l.Ringback()
			time.Sleep(7*time.Second - time.Millisecond)
			stop()
			frames := l.frames()
			if len(frames) != 350 {
				t.Fatalf("%s: %d frames in 7 s, want 350", name, len(frames))
			}
			if !frames[0].Marker {
				t.Errorf("%s: no marker at the start", name)
			}
			steady(t, format, frames, 160)
			for i, f := range frames {
				if due := time.Duration(i) * tick; f.at.Sub(start) != due {
					t.Fatalf("%s: frame %d at %v, want %v", name, i, f.at.Sub(start), due)
				}
			}
			pcm := listen(t, format, frames)
			for _, hz := range []float64{440, 480} {
				if purity, level := soundcheck.Tone(pcm[800:15200], hz); purity < 0.4 || level < -26 || level > -18 {
					t.Errorf("%s: %v Hz has %.2f of the energy at %.0f dBFS, want half of it at -22", name, hz, purity, level)
				}
			}
			if !soundcheck.Silent(pcm[17600:47200]) {
				t.Errorf("%s: the pause sounds", name)
			}
			if soundcheck.Silent(pcm[48800:]) {
				t.Errorf("%s: it does not ring again after 6 s", name)
			}
			time.Sleep(time.Minute)
			if len(l.frames()) != len(frames) {
				t.Errorf("%s: the tone goes on after stop", name)
			}
			stop()
		})
	}
}

// The joined leg's first sound ends the tone, in the same stream.
func TestRingbackEndsWhenTheJoinedLegIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		browser, callee := newLeg(t, "browser", chromium), newLeg(t, "callee", phone)
		stop := browser.Ringback()
		defer stop()
		time.Sleep(995 * time.Millisecond)
		unjoin, err := Join(browser.Port, callee.Port)
		if err != nil {
			t.Fatal(err)
		}
		defer unjoin()
		time.Sleep(time.Second) // the callee's silence does not end it
		for _, f := range newTalker(t, phone).say(t, speech[:8000]) {
			callee.Receive(f)
			time.Sleep(tick)
		}
		frames := browser.frames()
		if len(frames) != 150 {
			t.Fatalf("%d frames, want 100 of the tone and 50 of speech", len(frames))
		}
		for i := 1; i < len(frames); i++ {
			step := frames[i].Timestamp - frames[i-1].Timestamp
			if frames[i].Sequence != frames[i-1].Sequence+1 || step != 960 {
				t.Errorf("frame %d: number +%d, timestamp +%d", i, frames[i].Sequence-frames[i-1].Sequence, step)
			}
			if frames[i].Marker != (i == 100) {
				t.Errorf("frame %d: marker %v", i, frames[i].Marker)
			}
		}
	})
}

func TestRingbackWaitsForTheFormat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "browser", Format{})
		stop := l.Ringback()
		defer stop()
		time.Sleep(time.Second)
		if n := len(l.frames()); n != 0 {
			t.Errorf("%d frames in no format", n)
		}
		l.SetFormat(phone)
		time.Sleep(500 * time.Millisecond)
		l.SetFormat(chromium)
		time.Sleep(500 * time.Millisecond)
		frames := l.frames()
		if a, b := len(of(phone.PayloadType, frames)), len(of(chromium.PayloadType, frames)); a < 24 || a > 27 || b < 23 || b > 25 {
			t.Errorf("%d frames as PCMU and %d as Opus, want 25 of each, but that one of PCMU dies away in the place of one of Opus", a, b)
		}
	})
}

func TestASecondTonePlaysAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "telephone", phone)
		first := l.Ringback()
		time.Sleep(time.Second - time.Millisecond)
		l.Tone = Europe
		second := l.Ringback()
		time.Sleep(time.Second - time.Millisecond)
		first()
		second()
		frames := l.frames()
		if len(frames) != 100 {
			t.Fatalf("%d frames in 2 s, want 100", len(frames))
		}
		if purity, _ := soundcheck.Tone(listen(t, phone, frames[50:]), 425); purity < 0.9 {
			t.Errorf("425 Hz has %.2f of the energy of Europe's tone", purity)
		}
	})
}

func TestClosingAPortEndsItsTone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "telephone", phone)
		stop := l.Ringback()
		time.Sleep(time.Second)
		l.Close()
		stop()
		n := len(l.frames())
		time.Sleep(time.Second)
		if len(l.frames()) != n {
			t.Error("the tone goes on")
		}
		l.Ringback()() // on a closed port it is nothing
	})
}

func TestATonePeriodIsMadeOnce(t *testing.T) {
	a, b := Europe.samples(), Europe.samples()
	if len(a) != 5*transcode.SampleRate || &a[0] != &b[0] {
		t.Errorf("%d samples, the same: %v; want one period of 5 s", len(a), &a[0] == &b[0])
	}
	if n := len(Cadence{{Hz: 425, Lasts: time.Hour}, {Lasts: time.Hour}}.samples()); n != 60*transcode.SampleRate {
		t.Errorf("an endless tone keeps %d samples, want a minute", n)
	}
}

// After a stall a paced goroutine makes up a few ticks and leaves out the rest.
func TestPaceMakesUpOnlyShortStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		defer p.end()
		start := time.Now()
		time.Sleep(3 * tick)
		for want := tick; want <= 4*tick; want += tick {
			if leftOut, ok := p.wait(nil, nil); leftOut != 0 || !ok {
				t.Fatalf("%d left out, %v", leftOut, ok)
			}
		}
		if got := time.Since(start); got != 4*tick {
			t.Errorf("after a stall of 3 ticks the 4th came at %v", got)
		}
		time.Sleep(50 * tick)
		leftOut, _ := p.wait(nil, nil)
		if leftOut != 49 {
			t.Errorf("%d ticks left out after a stall of 50, want 49", leftOut)
		}
	})
}
