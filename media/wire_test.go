package media

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Formats as they are negotiated: a telephone, Chromium, Firefox.
var (
	phone    = Format{Codec: transcode.PCMU, PayloadType: 0, Events: 101, EventsClock: 8000}
	phoneA   = Format{Codec: transcode.PCMA, PayloadType: 8, Events: 96, EventsClock: 8000}
	phoneW   = Format{Codec: transcode.G722, PayloadType: 9, Events: 101, EventsClock: 8000}
	chromium = Format{Codec: transcode.Opus, PayloadType: 111, Events: 110, EventsClock: 48000}
	firefox  = Format{Codec: transcode.Opus, PayloadType: 109, Events: 101, EventsClock: 8000}
	noEvents = Format{Codec: transcode.PCMU, PayloadType: 0}
)

var (
	speech = soundcheck.Sentence(soundcheck.Harbour)
	other  = soundcheck.Sentence(soundcheck.Garden)
)

// A sent is a frame that a port sent, and when.
type sent struct {
	Frame
	at time.Time
}

// A wire keeps what a port sends.
type wire struct {
	mu   sync.Mutex
	list []sent
}

func (w *wire) Send(f Frame) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f.Payload = slices.Clone(f.Payload)
	w.list = append(w.list, sent{f, time.Now()})
}

// frames returns what was sent so far.
func (w *wire) frames() []sent {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list)
}

// of returns the frames with a payload type.
func of(pt uint8, frames []sent) []sent {
	return slices.DeleteFunc(slices.Clone(frames), func(f sent) bool { return f.PayloadType != pt })
}

// A leg is a port with its wire, closed when the test ends.
type leg struct {
	*Port
	wire
}

func newLeg(t testing.TB, name string, f Format) *leg {
	l := &leg{}
	l.Port = NewPort(name, &l.wire)
	if f != (Format{}) {
		l.SetFormat(f)
	}
	t.Cleanup(l.Port.Close)
	return l
}

// joined returns two legs that hear each other.
func joined(t testing.TB, a, b Format) (from, to *leg) {
	t.Helper()
	from, to = newLeg(t, "from", a), newLeg(t, "to", b)
	if _, err := Join(from.Port, to.Port); err != nil {
		t.Fatal(err)
	}
	atOnce(from.Port)
	atOnce(to.Port)
	return from, to
}

// atOnce has time stand still for a port whose packets are all fed at once, so that
// none is late because the machine was busy. A bubble, in which time passes as the
// test says and begins in the year 2000, has its own.
func atOnce(p *Port) {
	if began := time.Now(); began.Year() > 2000 {
		p.now = func() time.Time { return began }
	}
}

// A talker makes the packets of one leg's network: a stream that starts at
// random numbers.
type talker struct {
	format Format
	enc    transcode.Encoder
	seq    uint16
	ts     uint32
}

func newTalker(t testing.TB, f Format) *talker {
	t.Helper()
	enc, err := transcode.NewEncoder(f.Codec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(enc.Close)
	return &talker{format: f, enc: enc, seq: uint16(rand.Uint32()), ts: rand.Uint32()}
}

// say returns pcm in frames of 20 ms.
func (k *talker) say(t testing.TB, pcm []int16) []Frame {
	t.Helper()
	var frames []Frame
	var buf [transcode.MaxPayload]byte
	for at := 0; at+transcode.FrameSamples <= len(pcm); at += transcode.FrameSamples {
		n, err := k.enc.Encode(buf[:], pcm[at:])
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, k.packet(slices.Clone(buf[:n]), transcode.FrameSamples))
	}
	return frames
}

// packet returns the next packet, holding samples at 8 kHz.
func (k *talker) packet(payload []byte, samples int) Frame {
	f := Frame{PayloadType: k.format.PayloadType, Sequence: k.seq, Timestamp: k.ts, Payload: payload}
	k.seq++
	k.pause(samples)
	return f
}

// pause lets time pass without a packet.
func (k *talker) pause(samples int) {
	k.ts += uint32(samples) * k.format.Codec.ClockRate() / transcode.SampleRate
}

// listen decodes what was sent, as a telephone without a jitter buffer plays
// it: by timestamps, with silence where there is nothing.
func listen(t testing.TB, f Format, frames []sent) []int16 {
	t.Helper()
	dec, err := transcode.NewDecoder(f.Codec)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	frames = of(f.PayloadType, frames)
	if len(frames) == 0 {
		return nil
	}
	scale := f.Codec.ClockRate() / transcode.SampleRate
	first := frames[0].Timestamp
	var heard []int16
	pcm := make([]int16, transcode.MaxSamples)
	for _, frame := range frames {
		at := int((frame.Timestamp - first) / scale)
		n, err := dec.Decode(pcm, frame.Payload)
		if err != nil {
			t.Fatal(err)
		}
		if at > 100*transcode.SampleRate {
			t.Fatalf("a frame %d s after the first", at/transcode.SampleRate)
		}
		if need := at + n; need > len(heard) {
			heard = append(heard, make([]int16, need-len(heard))...)
		}
		copy(heard[at:], pcm[:n])
	}
	return heard
}

// steady fails the test unless the frames' numbers follow each other and their
// timestamps keep step samples distance.
func steady(t testing.TB, f Format, frames []sent, step uint32) {
	t.Helper()
	step *= f.Codec.ClockRate() / transcode.SampleRate
	for i := 1; i < len(frames); i++ {
		a, b := frames[i-1], frames[i]
		if b.Sequence != a.Sequence+1 || b.Timestamp != a.Timestamp+step {
			t.Fatalf("frame %d: number +%d and timestamp +%d, want +1 and +%d", i, b.Sequence-a.Sequence, b.Timestamp-a.Timestamp, step)
		}
		if b.Marker {
			t.Fatalf("frame %d: a marker in the middle of speech", i)
		}
	}
}
