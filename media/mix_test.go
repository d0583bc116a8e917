package media

import (
	"testing"

	"webtrunk/transcode"
)

func TestTheLimitIsSmooth(t *testing.T) {
	last := limit(-8 * 32768)
	for s := int32(-8 * 32768); s <= 8*32767; s++ {
		now := limit(s)
		if step := now - last; step < 0 || step > 1 {
			t.Fatalf("at %d it steps by %d", s, step)
		}
		if s > -knee && s < knee && int32(now) != s {
			t.Fatalf("%d becomes %d", s, now)
		}
		last = now
	}
}

// rehearse is a conference of n whose ticks a test makes itself, of whom the first
// speak and the others' microphones are off: they send silence.
func rehearse(t testing.TB, n, speak int, formats ...Format) (tick func()) {
	x := &mix{}
	var ports []*Port
	for i := range n {
		f := formats[i%len(formats)]
		p := NewPort("party", &quiet{})
		t.Cleanup(p.Close)
		p.SetFormat(f)
		m := &member{port: p, cushion: newCushion(), out: outlet{to: p}}
		x.enter(m)
		ports = append(ports, p)
	}
	x.arrange(All(ports...))
	at := 0
	var none [transcode.FrameSamples]int16
	return func() {
		for i, m := range x.members[:n] {
			if i < speak {
				m.cushion.put(speech[at : at+transcode.FrameSamples])
			} else {
				m.cushion.put(none[:])
			}
		}
		x.tick(0)
		at = (at + transcode.FrameSamples) % (len(speech) - transcode.FrameSamples)
	}
}

func TestMixingAllocatesNothing(t *testing.T) {
	for _, c := range []struct{ n, speak int }{{2, 2}, {3, 3}, {8, 8}, {8, 1}} {
		n := c.n
		tick := rehearse(t, n, c.speak, phone, chromium)
		for range 2 * inChorus {
			tick()
		}
		if allocs := testing.AllocsPerRun(100, tick); allocs != 0 {
			t.Errorf("%d parties: %v allocations a tick", n, allocs)
		}
	}
}

func BenchmarkMix(b *testing.B) {
	for _, c := range []struct {
		name     string
		n, speak int
		format   Format
	}{
		{"2PCMU", 2, 2, phone}, {"3PCMU", 3, 3, phone}, {"8PCMU", 8, 8, phone}, {"8Opus", 8, 8, chromium},
		{"3OpusOneSpeaks", 3, 1, chromium}, {"8OpusOneSpeaks", 8, 1, chromium},
	} {
		b.Run(c.name, func(b *testing.B) {
			tick := rehearse(b, c.n, c.speak, c.format)
			b.ReportAllocs()
			for b.Loop() {
				tick()
			}
		})
	}
}
