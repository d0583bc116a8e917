package media

import (
	"net/netip"
	"testing"
	"time"

	"webtrunk/transcode"
)

// quiet is a Sender that keeps nothing.
type quiet struct{ packets int }

func (q *quiet) Send(Frame) { q.packets++ }

// A lane feeds one packet after another into joined ports, for ever.
type lane struct {
	from, to *Port
	out      *quiet
	packets  []Frame
	n        int
	now      time.Time
}

func newLane(t testing.TB, a, b Format, packets func(*talker) []Frame) *lane {
	t.Helper()
	l := &lane{out: &quiet{}, packets: packets(newTalker(t, a))}
	l.from, l.to = NewPort("from", &quiet{}), NewPort("to", l.out)
	t.Cleanup(l.from.Close)
	t.Cleanup(l.to.Close)
	l.now = time.Now()
	l.from.now = func() time.Time { return l.now }
	l.from.SetFormat(a)
	l.to.SetFormat(b)
	if _, err := Join(l.from, l.to); err != nil {
		t.Fatal(err)
	}
	for range len(l.packets) {
		l.step()
	}
	return l
}

// step gives the next packet, with numbers that go on from round to round, when
// its turn is by the clock of the leg.
func (l *lane) step() {
	f := l.packets[l.n%len(l.packets)]
	round := uint32(l.n / len(l.packets))
	f.Sequence += uint16(round * uint32(len(l.packets)))
	first, last := l.packets[0].Timestamp, l.packets[len(l.packets)-1].Timestamp
	f.Timestamp += round * (last - first + l.from.Format().Codec.ClockRate()/50)
	l.n++
	l.now = l.now.Add(tick)
	l.from.Receive(f)
}

func (l *lane) round() {
	for range l.packets {
		l.step()
	}
}

func speaking(t testing.TB) func(*talker) []Frame {
	return func(k *talker) []Frame { return k.say(t, speech[:32000]) }
}

func dialling(t testing.TB) func(*talker) []Frame {
	return func(k *talker) []Frame {
		var frames []Frame
		for n := range 8 {
			frames = append(frames, k.say(t, speech[n*320:(n+1)*320])...)
			frames = append(frames, k.press(byte(n), tick*5)...)
		}
		return frames
	}
}

// lanes are the paths of a packet.
var lanes = []struct {
	name    string
	a, b    Format
	packets func(testing.TB) func(*talker) []Frame
}{
	{"RelayPCMU", phone, phone, speaking},
	{"RelayOpus", chromium, firefox, speaking},
	{"TranscodeOpusToPCMU", chromium, phone, speaking},
	{"TranscodePCMUToOpus", phone, chromium, speaking},
	{"TranscodePCMUToPCMA", phone, phoneA, speaking},
	{"TranscodeOpusToG722", chromium, phoneW, speaking},
	{"TranscodeG722ToOpus", phoneW, chromium, speaking},
	{"TranscodeG722ToPCMU", phoneW, phone, speaking},
	{"RelayG722", phoneW, phoneW, speaking},
	{"KeysFromWideband", phoneW, chromium, dialling},
	{"TranscodeToLongPackets", chromium, Format{Codec: transcode.PCMU, Samples: 480}, speaking},
	{"KeysToBrowser", phone, chromium, dialling},
	{"KeysToTelephone", chromium, phone, dialling},
	{"KeysRelayed", phone, phoneA, dialling},
	{"KeysKeptBack", phone, noEvents, dialling},
}

func TestAPacketAllocatesNothing(t *testing.T) {
	for _, c := range lanes {
		l := newLane(t, c.a, c.b, c.packets(t))
		before := l.out.packets
		// The result is rounded down, so whole rounds are measured, not packets.
		if n := testing.AllocsPerRun(5, l.round); n != 0 {
			t.Errorf("%s: %v allocations in %d packets", c.name, n, len(l.packets))
		}
		if l.out.packets == before {
			t.Errorf("%s: nothing crossed", c.name)
		}
		if s := l.from.Stats(); s.Lost+s.Dropped+s.Late+s.Duplicates+s.Hasty+s.Panics != 0 {
			t.Errorf("%s: %+v, not what was to be measured", c.name, s)
		}
	}
}

// mostMeasured is how often leastAllocs measures at most.
const mostMeasured = 5

// leastAllocs is what work allocates by itself, in five turns and one before: sockets
// make and hear their reports beside it, which allocate and are counted with it, so the
// least of a few measurements counts.
func leastAllocs(work func()) float64 {
	least := testing.AllocsPerRun(5, work)
	for n := 1; n < mostMeasured && least != 0; n++ {
		least = min(least, testing.AllocsPerRun(5, work))
	}
	return least
}

func TestAPacketThroughASocketAllocatesNothing(t *testing.T) {
	s := newSockets(t, 2)
	a, b := open(t, s), open(t, s)
	for _, c := range []*Socket{a, b} {
		c.Port().SetFormat(phone)
		newHandset(t, "127.0.0.2", c.LocalPort()).send([]byte("a stranger's"))
		until(t, "read", func() bool { return c.Port().Stats().Foreign == 1 }) // to begin with that allocates
	}
	if _, err := Join(a.Port(), b.Port()); err != nil {
		t.Fatal(err)
	}
	from := netip.MustParseAddrPort("127.0.0.1:9") // discard: nobody answers there
	a.SetRemote(from)
	b.SetRemote(from)
	datagram := packet(packet20(0), 7)
	n := uint16(0)
	allocs := leastAllocs(func() {
		for range 100 {
			n++
			datagram[2], datagram[3] = byte(n>>8), byte(n)
			a.receive(datagram, from)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations in 100 packets", allocs)
	}
	if got := b.Port().Stats().Sent; got != uint64(n) {
		t.Errorf("%d packets left by the other socket, want %d", got, n)
	}
}

// Concealing costs what gopus allocates, and nothing else: transcode's tests
// hold that down. G.711 costs nothing.
func TestALossAllocatesNothingInG711(t *testing.T) {
	l := newLane(t, phone, phoneA, func(k *talker) []Frame {
		var frames []Frame
		for i, f := range k.say(t, speech[:32000]) {
			if i%5 != 4 {
				frames = append(frames, f)
			}
		}
		return frames[:len(frames)-1]
	})
	if n := testing.AllocsPerRun(5, l.round); n != 0 {
		t.Errorf("%v allocations in %d packets", n, len(l.packets))
	}
	if s := l.from.Stats(); s.Concealed < 100 {
		t.Errorf("%+v, not what was to be measured", s)
	}
}

func BenchmarkPath(b *testing.B) {
	for _, c := range lanes {
		b.Run(c.name, func(b *testing.B) {
			l := newLane(b, c.a, c.b, c.packets(b))
			b.ReportAllocs()
			for b.Loop() {
				l.step()
			}
		})
	}
}

func BenchmarkSocketSend(b *testing.B) {
	c := open(b, newSockets(b, 1))
	c.SetRemote(netip.MustParseAddrPort("127.0.0.1:9"))
	f := packet20(1)
	b.ReportAllocs()
	for b.Loop() {
		c.Send(f)
	}
}

// Two packets of a hundred are lost: what a loss costs.
func BenchmarkConcealOpus(b *testing.B) {
	l := newLane(b, chromium, phone, func(k *talker) []Frame {
		frames := k.say(b, speech[:16000])
		return append(frames[:50:50], frames[52:]...)
	})
	b.ReportAllocs()
	for b.Loop() {
		l.step()
	}
}
