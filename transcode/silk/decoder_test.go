package silk

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/thesyncim/gopus"
)

// libraryEncoded is pcm as the library encodes it: packets of so many samples.
func libraryEncoded(t testing.TB, pcm []int16, samples int, set func(*gopus.Encoder) error) (packets [][]byte) {
	t.Helper()
	e, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: sampleRate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{e.SetFrameSize(samples), e.SetMode(gopus.EncoderModeSILK), e.SetBandwidth(gopus.BandwidthNarrowband), set(e)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 4000)
	for len(pcm) >= samples {
		n, err := e.EncodeInt16(pcm[:samples], buf)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, slices.Clone(buf[:n]))
		pcm = pcm[samples:]
	}
	return packets
}

// streams are speech as encoders make it: ours, and the library's at several
// rates and packet lengths, some with redundancy, some with pauses that are not sent.
func streams(t testing.TB) map[string][][]byte {
	t.Helper()
	makeStreams.Do(func() { madeStreams = encodeStreams(t) })
	return madeStreams
}

var (
	makeStreams sync.Once
	madeStreams map[string][][]byte
)

func encodeStreams(t testing.TB) map[string][][]byte {
	t.Helper()
	out := map[string][][]byte{}
	both := slices.Concat(harbour[4000:12000], pause(sampleRate), garden[8000:16000])
	for _, rate := range []int{12000, 24000, 32000} {
		e := NewEncoder(rate)
		e.SetRedundancy(rate > 12000)
		out[fmt.Sprintf("ours at %d", rate)] = encoded(t, e, both)
	}
	for i, rate := range []int{6000, 12000, 24000, 40000} {
		for _, ms := range []int{10, 20, 40, 60} {
			out[fmt.Sprintf("%d ms at %d", ms, rate)] = libraryEncoded(t, both, ms*8, func(e *gopus.Encoder) error {
				e.SetFEC(i%2 == 0)
				e.SetDTX(i%2 == 1)
				_ = e.SetPacketLoss(25)
				return e.SetBitrate(rate)
			})
		}
	}
	return out
}

// pause is a line on which nobody speaks.
func pause(samples int) []int16 {
	r := rand.New(rand.NewPCG(3, 4))
	pcm := make([]int16, samples)
	for i := range pcm {
		pcm[i] = int16(r.IntN(40) - 20)
	}
	return pcm
}

// What is decoded is the library's to the last bit, whatever is lost of it:
// recovered from redundancy, if there is any, or made up.
func TestEverySampleIsTheLibrarys(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	recovered, concealed, pauses := 0, 0, 0
	for name, packets := range streams(t) {
		for _, loss := range []float64{0, 0.1, 0.4} {
			c := newComparison(t, name)
			r := rand.New(rand.NewPCG(1, 2))
			for i, p := range packets {
				if len(p) <= 2 {
					pauses++
				}
				if r.Float64() >= loss {
					c.decode(p)
					continue
				}
				if i+1 < len(packets) && r.Float64() < 0.5 && c.recover(packets[i+1]) {
					recovered++
					continue
				}
				c.conceal()
				concealed++
			}
		}
	}
	if recovered < 50 || concealed < 300 || pauses < 20 {
		t.Errorf("%d recovered, %d concealed, %d pauses: too few to tell", recovered, concealed, pauses)
	}
}

// A comparison has our decoder and the library's do the same.
type comparison struct {
	testing.TB
	name         string
	d            *Decoder
	g            *gopus.Decoder
	ours, theirs [6 * Samples]int16
	last, packet int // samples of the last frame, and packets
}

func newComparison(t testing.TB, name string) *comparison {
	return &comparison{TB: t, name: name, d: NewDecoder(), g: newDecoder(t)}
}

func (c *comparison) check(what string, n int) {
	c.Helper()
	c.packet++
	for i := range n {
		if c.ours[i] != c.theirs[i] {
			c.Fatalf("%s: packet %d, %s: sample %d is %d, the library's %d", c.name, c.packet, what, i, c.ours[i], c.theirs[i])
		}
	}
}

func (c *comparison) decode(packet []byte) {
	c.Helper()
	p, err := Parse(packet)
	if err != nil {
		c.Fatal(err)
	}
	n, err := c.g.DecodeInt16(packet, c.theirs[:])
	c.last = p.FrameSamples()
	if err != nil || n != c.last*p.Frames {
		c.Fatalf("%d samples of %d, %v", n, c.last*p.Frames, err)
	}
	for i := range p.Frames {
		c.d.Decode(c.ours[i*c.last:(i+1)*c.last], p.Next())
	}
	c.check("decoded", n)
}

func (c *comparison) conceal() {
	c.Helper()
	n := c.last
	if _, err := c.g.DecodeInt16(nil, c.theirs[:n:n]); n > 0 && err != nil {
		c.Fatal(err)
	}
	c.d.Conceal(c.ours[:n])
	c.check("concealed", n)
}

func (c *comparison) recover(packet []byte) bool {
	c.Helper()
	p, err := Parse(packet)
	if err != nil {
		c.Fatal(err)
	}
	c.last = p.FrameSamples()
	frame := p.Next()
	if gopus.PacketHasLBRR(packet) != Redundant(frame, c.last, false) {
		c.Fatalf("% x carries redundancy, or does not", packet)
	}
	if !c.d.Recover(c.ours[:c.last], frame) {
		return false
	}
	var float [3 * Samples]float32
	if _, err := c.g.DecodeWithFEC(packet, float[:c.last], true); err != nil {
		c.Fatal(err)
	}
	for i, f := range float {
		c.theirs[i] = int16(f * 32768)
	}
	c.check("recovered", c.last)
	return true
}
