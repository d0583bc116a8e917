package media

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

// staleOf runs packets of 20 ms through a schedule: each is sent on time by a
// clock that is ppm faster than ours, and arrives after its delay in ms. It
// returns the numbers of those that were found stale.
func staleOf(packets int, ppm float64, delay func(n int) float64) (stale []int) {
	var s schedule
	begin, last := time.Now(), time.Duration(0)
	for n := range packets {
		ms := float64(n)*20*(1-ppm/1e6) + delay(n)
		arrives := max(last, time.Duration(ms*float64(time.Millisecond)))
		last = arrives
		if s.passed(&Frame{Timestamp: uint32(n)*160 + 1<<31}, 8000, begin.Add(arrives)) {
			stale = append(stale, n)
		}
	}
	return stale
}

// Jitter up to 200 ms, and clocks that differ for an hour: nothing is stale.
func TestNothingIsStaleInAUsualNetwork(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for _, ppm := range []float64{0, 200, -200} {
		jitter := func(int) float64 { return 40 + 200*random.Float64() }
		if s := staleOf(hour, ppm, jitter); len(s) > 0 {
			t.Errorf("%v ppm: %d packets of an hour, the first is %d", ppm, len(s), s[0])
		}
	}
}

// Two seconds come at once: those are left out that are more than 300 ms late.
func TestAStallIsLeftOut(t *testing.T) {
	for _, pace := range []float64{0, 1, 5} { // ms between packets that come at once
		s := staleOf(1000, 0, func(n int) float64 {
			if n >= 500 && n < 600 {
				return max(30, 30+float64(600-n)*20-float64(600-n)*pace+100*pace)
			}
			return 30
		})
		if len(s) < 60 || s[0] != 500 || s[len(s)-1] != 500+len(s)-1 {
			t.Errorf("%v ms apart: stale are %v, want the first of the stall", pace, s)
		}
		if late := (600 - (500 + len(s))) * 20; late > 400 {
			t.Errorf("%v ms apart: what is left is up to %d ms late", pace, late)
		}
	}
}

// A network that has become slower is no stall: after five packets it is heard.
func TestANewDelayIsAccepted(t *testing.T) {
	slower := func(n int) float64 {
		if n >= 100 {
			return 530
		}
		return 30
	}
	s := staleOf(300, 0, slower)
	if len(s) >= settles {
		t.Errorf("%v are stale, want fewer than %d", s, settles)
	}
}

// Some senders say nothing for a while, and their timestamps go on as if they
// had not: where they mark the beginning nothing is dropped, and else little.
func TestATimestampThatStoodStillIsAccepted(t *testing.T) {
	for _, marked := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			from, to := joined(t, phone, phoneA)
			for n, f := range newTalker(t, phone).say(t, speech[:16000]) {
				if n == 50 {
					time.Sleep(3 * time.Second)
					f.Marker = marked
				}
				from.Receive(f)
				time.Sleep(tick)
			}
			s := from.Stats()
			if s.Stale >= settles || marked && s.Stale > 0 || len(to.frames()) != 100-int(s.Stale) {
				t.Errorf("marked %v: %+v, %d frames of 100", marked, s, len(to.frames()))
			}
		})
	}
}

// A talk spurt that begins in the middle of a stall excuses its first packet,
// and not what comes with it.
func TestAStallIsNotExcused(t *testing.T) {
	var s schedule
	begin, stale := time.Now(), 0
	for n := range 300 {
		due := max(n, 200)
		if n < 100 {
			due = n
		}
		f := Frame{Timestamp: uint32(n) * 160, Marker: n == 100}
		if s.passed(&f, 8000, begin.Add(time.Duration(due)*tick)) {
			stale++
		}
	}
	if stale < 80 || stale > 90 {
		t.Errorf("%d packets of a stall are stale, want all but 300 ms", stale)
	}
}

// A buffer is the jitter buffer of a listener who plays everything: what comes
// too late makes it wait longer, and once a second it waits 10 ms less where
// all came early.
type buffer struct {
	clock  float64
	known  bool
	first  sent
	delay  float64 // ms after the first packet's own time
	spare  float64 // the least by which packets were early, since
	since  time.Time
	worst  float64
	packet int
}

func (b *buffer) take(f sent) {
	if !b.known {
		*b = buffer{clock: b.clock, known: true, first: f, delay: 40, spare: 1e9, since: f.at}
	}
	due := float64(int32(f.Timestamp-b.first.Timestamp))/b.clock*1000 + b.delay
	early := due - float64(f.at.Sub(b.first.at))/float64(time.Millisecond)
	if early < 0 {
		b.delay -= early
		early = 0
	}
	b.spare = min(b.spare, early)
	if f.at.Sub(b.since) >= time.Second {
		b.delay -= min(10, max(0, b.spare-40))
		b.spare, b.since = 1e9, f.at
	}
	b.worst = max(b.worst, b.delay)
	b.packet++
}

// The requirement: a network stops for two seconds and then delivers a hundred
// packets at once. Whoever listens with a buffer that adapts hears on with the
// delay that was before, on every kind of path, and the timeline stays right.
func TestDelayReturnsToWhatItWasAfterAStall(t *testing.T) {
	for name, pair := range map[string][2]Format{
		"to the telephone": {chromium, phone}, "to the browser": {phone, chromium},
		"passed through": {noEvents, phone}, "A-law to µ-law": {phoneA, phone},
	} {
		synctest.Test(t, func(t *testing.T) {
			from, to := joined(t, pair[0], pair[1])
			packets := newTalker(t, pair[0]).say(t, speech[:32000])
			straight := buffer{clock: float64(pair[0].Codec.ClockRate())}
			begin := time.Now()
			for n := range 600 {
				f := packets[n%len(packets)]
				f.Sequence = packets[0].Sequence + uint16(n)
				f.Timestamp = packets[0].Timestamp + uint32(n)*pair[0].Codec.ClockRate()/50
				due := begin.Add(time.Duration(n) * tick)
				if n >= 100 && n < 200 {
					due = begin.Add(200 * tick)
				}
				time.Sleep(time.Until(due))
				from.Receive(f)
				straight.take(sent{f, time.Now()})
			}
			heard := buffer{clock: float64(pair[1].Codec.ClockRate())}
			var before float64
			frames := to.frames()
			for i, f := range frames {
				heard.take(f)
				if f.at.Sub(begin) < 2*time.Second {
					before = heard.delay
				}
				if i > 0 && f.Sequence != frames[i-1].Sequence+1 {
					t.Fatalf("%s: frame %d: a hole in the numbers: nothing was lost", name, i)
				}
			}
			if after := heard.delay; after > before+300 || heard.worst > before+300 {
				t.Errorf("%s: the delay was %.0f ms, rose to %.0f and is %.0f", name, before, heard.worst, after)
			}
			if straight.delay < 1500 {
				t.Errorf("%s: without a gateway the delay is %.0f ms: the test proves nothing", name, straight.delay)
			}
			last := frames[len(frames)-1]
			if passed := uint32(last.Timestamp - frames[0].Timestamp); passed != 599*pair[1].Codec.ClockRate()/50 {
				t.Errorf("%s: the stream is %d units long", name, passed)
			}
			if s := from.Stats(); s.Stale < 80 || s.Stale > 90 || s.Lost+s.Concealed != 0 {
				t.Errorf("%s: %+v, want all but 300 ms of the stall left out", name, s)
			}
		})
	}
}

// An hour of a telephone whose clock is off by 200 millionths, through both
// kinds of path: no packet is dropped, made up or held, and the timestamps are
// the sender's own, for the listener's buffer to follow.
func TestTwoPartiesDoNotMindDrift(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	for name, pair := range uncoded {
		for _, ppm := range []int{200, -200} {
			synctest.Test(t, func(t *testing.T) {
				out := &follower{}
				from, _ := between(t, pair, out)
				begin := time.Now()
				for n := range hour {
					late := time.Duration(n) * tick * time.Duration(ppm) / 1e6
					time.Sleep(time.Until(begin.Add(time.Duration(n)*tick - late)))
					f := at(uint16(n))
					f.PayloadType, f.Timestamp = pair[0].PayloadType, uint32(n)*160
					from.Receive(f)
				}
				if s := from.Stats(); s.Stale+s.Lost+s.Late+s.Concealed+s.Dropped != 0 || out.packets != hour {
					t.Errorf("%s, %d ppm: %+v, %d packets left", name, ppm, s, out.packets)
				}
				if out.breaks != 0 {
					t.Errorf("%s, %d ppm: the timeline breaks %d times", name, ppm, out.breaks)
				}
			})
		}
	}
}

// A follower counts packets that do not follow the one before by 20 ms.
type follower struct {
	packets, breaks int
	seq             uint16
	ts              uint32
}

func (w *follower) Send(f Frame) {
	if w.packets > 0 && (f.Sequence != w.seq+1 || f.Timestamp != w.ts+160) {
		w.breaks++
	}
	w.packets++
	w.seq, w.ts = f.Sequence, f.Timestamp
}
