package media

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A record is a Sound that is over when pcm is.
type record struct {
	pcm   []int16
	reads int
}

func (r *record) Read(pcm []int16) int {
	n := copy(pcm, r.pcm)
	r.pcm = r.pcm[n:]
	r.reads++
	return n
}

// An endless tone.
type hum struct {
	period []int16
	at     int
}

func newHum(hz float64) *hum { return &hum{period: soundcheck.Sine(hz, 8000, 8000)} }

func (h *hum) Read(pcm []int16) int {
	for i := range pcm {
		pcm[i] = h.period[h.at%len(h.period)]
		h.at++
	}
	return len(pcm)
}

// A sentence is heard whole, on time, and its end is told once.
func TestAPromptIsPlayed(t *testing.T) {
	for name, format := range map[string]Format{"telephone": phone, "Chromium": chromium, "30 ms packets": {Codec: transcode.PCMU, Samples: 240}} {
		synctest.Test(t, func(t *testing.T) {
			l := newLeg(t, name, format)
			ends := 0
			var over time.Time
			start := time.Now()
			l.Play(&record{pcm: speech[:24070]}, func() { ends++; over = time.Now() })
			time.Sleep(4 * time.Second)
			l.Close()
			if ends != 1 || over.Sub(start) != 150*tick {
				t.Errorf("%s: %d ends, the last after %v; want one after 3 s", name, ends, over.Sub(start))
			}
			frames := l.frames()
			steady(t, format, frames, uint32(format.frame()))
			heard := listen(t, format, frames)
			if len(heard) < 24070 || len(heard) > 24070+240 {
				t.Errorf("%s: %d samples of 24070", name, len(heard))
			}
			if r := soundcheck.Compare(heard, speech[:24000]); !r.Matches() {
				t.Errorf("%s: %v", name, r)
			}
		})
	}
}

// While a prompt plays nobody else is heard; afterwards they go on, in the same
// stream.
func TestAPromptReplacesWhatTheLegHears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := joined(t, phoneA, phone)
		stop := func() {}
		for i, f := range newTalker(t, phoneA).say(t, soundcheck.Sine(1000, 8000, 24000)) {
			switch i {
			case 50:
				stop = to.Play(newHum(400), nil)
			case 100:
				stop()
			}
			from.Receive(f)
			time.Sleep(tick)
		}
		frames := to.frames()
		for i := 1; i < len(frames); i++ {
			if frames[i].Sequence != frames[i-1].Sequence+1 || frames[i].Timestamp-frames[i-1].Timestamp > 320 {
				t.Errorf("frame %d: number +%d, timestamp +%d", i, frames[i].Sequence-frames[i-1].Sequence, frames[i].Timestamp-frames[i-1].Timestamp)
			}
		}
		heard := listen(t, phone, frames)
		for i, hz := range []float64{1000, 400, 1000} {
			if purity, _ := soundcheck.Tone(heard[i*8000+400:(i+1)*8000-400], hz); purity < 0.95 {
				t.Errorf("second %d: %.2f of the energy at %v Hz", i, purity, hz)
			}
		}
	})
}

// A sound waits for the leg's format, and follows when it changes.
func TestAPromptWaitsForTheFormat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "browser", Format{})
		sound := &record{pcm: slices.Clone(speech[:16000])}
		stop := l.Play(sound, nil)
		defer stop()
		time.Sleep(time.Second)
		if sound.reads != 0 {
			t.Error("a sound is read that nobody can hear")
		}
		l.SetFormat(phone)
		time.Sleep(time.Second - tick/2)
		l.SetFormat(chromium)
		time.Sleep(2 * time.Second)
		frames := l.frames()
		a, b := len(of(phone.PayloadType, frames)), len(of(chromium.PayloadType, frames))
		if a < 49 || a > 51 || a+b < 100 || a+b > 101 {
			t.Errorf("%d frames as PCMU and %d as Opus, want 50 of each", a, b)
		}
	})
}

func TestAnotherPromptTakesThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeg(t, "telephone", phone)
		first, second := newHum(400), newHum(1000)
		stopFirst := l.Play(first, func() { t.Error("an endless tone has ended") })
		time.Sleep(time.Second)
		stopSecond := l.Play(second, nil)
		stopFirst() // which is over, and not what plays now
		time.Sleep(time.Second)
		stopSecond()
		n := second.at
		heard := listen(t, phone, l.frames())
		for i, hz := range []float64{400, 1000} {
			if purity, _ := soundcheck.Tone(heard[i*8000+200:(i+1)*8000-200], hz); purity < 0.95 {
				t.Errorf("second %d: %.2f of the energy at %v Hz", i, purity, hz)
			}
		}
		time.Sleep(time.Second)
		if second.at != n {
			t.Error("it is read on after stop")
		}
		l.Close()
		l.Play(first, nil)() // on a closed port it is nothing
	})
}

// A sound that panics is over: whoever waits for its end goes on, and the leg
// hears the others again.
func TestASoundThatPanicsIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := joined(t, phone, phone)
		panics := Clock().Panics
		var ends atomic.Int32
		to.Play(soundFunc(func([]int16) int { panic("a phrase that fails") }), func() { ends.Add(1) })
		time.Sleep(time.Second)
		if n := Clock().Panics - panics; ends.Load() != 1 || n != 1 {
			t.Errorf("%d ends and %d panics, want one of each", ends.Load(), n)
		}
		from.Receive(newTalker(t, phone).say(t, speech[:160])[0])
		if n := len(to.frames()); n != 1 {
			t.Errorf("%d packets of the others are heard afterwards, want 1", n)
		}
		to.Close()
	})
}

type soundFunc func(pcm []int16) int

func (f soundFunc) Read(pcm []int16) int { return f(pcm) }

func TestPlayingAllocatesNothing(t *testing.T) {
	for name, format := range map[string]Format{"telephone": phone, "Chromium": chromium} {
		p := NewPort(name, &quiet{})
		defer p.Close()
		p.SetFormat(format)
		y := &player{sound: newHum(440), out: outlet{to: p}}
		y.tick(0)
		if n := testing.AllocsPerRun(200, func() { y.tick(0) }); n != 0 {
			t.Errorf("%s: %v allocations a tick", name, n)
		}
	}
}

// One round of 3,000 ports that play a tone: 20 ms of it.
func BenchmarkPlay3000(b *testing.B) {
	c := newClock(1)
	h := c.hands[0]
	h.shift = &shift{epoch: time.Now(), kick: make(chan struct{}, 1), done: make(chan struct{})}
	for range 3000 {
		p := NewPort("telephone", &quiet{})
		defer p.Close()
		p.SetFormat(phone)
		h.seat(&player{sound: newHum(440), out: outlet{to: p}}, 1)
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range h.slots {
			h.runSlot(&h.slots[i])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/3000, "ns/port")
}
