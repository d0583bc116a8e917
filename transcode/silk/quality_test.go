package silk

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
)

// A quality is how near what was heard is to what was said, in dB.
type quality struct {
	bitrate   float64
	segmental float64 // signal to noise, the mean over 32 ms windows
	spectral  float64 // mean difference of levels in the ear's bands
	masked    float64 // noise against what the sound hides, the mean over bands
	level     float64 // of what was heard against what was said
}

// gopusPackets are what the library makes of pcm, without the filter by which
// it takes away what is under 60 Hz: that turns phases, which the measures
// here would count as noise.
func gopusPackets(t testing.TB, pcm []int16, bitrate, complexity int) (packets [][]byte) {
	t.Helper()
	g, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: sampleRate, Channels: 1, Application: gopus.ApplicationAudio})
	if err != nil {
		t.Fatal(err)
	}
	g.SetVBR(true)
	for _, err := range []error{
		g.SetFrameSize(Samples), g.SetComplexity(complexity), g.SetBitrate(bitrate),
		g.SetMode(gopus.EncoderModeSILK), g.SetBandwidth(gopus.BandwidthNarrowband), g.SetSignal(gopus.SignalVoice),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 1275)
	for _, f := range frames(pcm) {
		n, err := g.EncodeInt16(f, buf)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, append([]byte(nil), buf[:n]...))
	}
	return packets
}

// At the same bits a second we are as good as the library at its fastest, which
// takes three times as long, where noise is weighed as an ear does; our noise
// is a decibel higher under 200 Hz, which a telephone does not carry. It is so
// whichever way this processor makes its sums. -v prints the table.
func TestQuality(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	for _, sentence := range []struct {
		name string
		pcm  []int16
	}{{"harbour", harbour}, {"garden", garden}, {"harbour in noise", inNoise(harbour)}} {
		for _, s := range []struct {
			bitrate        int
			behind, louder float64
		}{{16000, 2.2, 1.5}, {24000, 1.3, 0.4}} {
			bitrate := s.bitrate
			t.Logf("%s at %d:", sentence.name, bitrate)
			fast := usually(t, sentence.pcm, func(pcm []int16) [][]byte { return gopusPackets(t, pcm, bitrate, 0) })
			slow := usually(t, sentence.pcm, func(pcm []int16) [][]byte { return gopusPackets(t, pcm, bitrate, 5) })
			t.Logf("gopus 0 %v", fast)
			t.Logf("gopus 5 %v", slow)
			var ways []quality
			eachWay(t, func(t *testing.T) {
				ours := usually(t, sentence.pcm, func(pcm []int16) [][]byte { return encoded(t, NewEncoder(bitrate), pcm) })
				ways = append(ways, ours)
				t.Logf("ours    %v", ours)
				// A kilobit a second is worth about 0.45 dB of either measure.
				fair := 0.45 * (ours.bitrate - fast.bitrate) / 1000
				if ours.segmental < fast.segmental+fair-s.behind {
					t.Errorf("%s at %d: %.1f dB over the noise, the library at complexity 0 has %.1f", sentence.name, bitrate, ours.segmental, fast.segmental)
				}
				if ours.masked > fast.masked-fair+s.louder {
					t.Errorf("%s at %d: noise lies at %.1f dB of what is hidden, the library's at %.1f", sentence.name, bitrate, ours.masked, fast.masked)
				}
				if math.Abs(ours.level) > 0.5 {
					t.Errorf("%s at %d: %.2f dB louder than it was", sentence.name, bitrate, ours.level)
				}
			})
			a, b := ways[0], ways[len(ways)-1]
			fair := 0.45 * (a.bitrate - b.bitrate) / 1000
			if math.Abs(a.segmental-b.segmental-fair) > 0.1 || math.Abs(a.masked-b.masked+fair) > 0.1 {
				t.Errorf("%s at %d: %v one way, %v the other", sentence.name, bitrate, a, b)
			}
		}
	}
}

func TestNothingClicksAndNothingIsLate(t *testing.T) {
	for _, redundancy := range []bool{false, true} {
		e := NewEncoder(24000)
		e.SetRedundancy(redundancy)
		r := soundcheck.Compare(decoded(t, encoded(t, e, harbour)), harbour)
		if !r.Matches() || r.Clicks != 0 || r.Gaps != 0 || r.DelaySamples > outputDelay+1 {
			t.Errorf("redundancy %v: %v, want the sentence whole, at once", redundancy, r)
		}
	}
}

func inNoise(pcm []int16) []int16 {
	out := make([]int16, len(pcm))
	seed := uint32(1)
	for i, s := range pcm {
		seed = nextSeed(seed)
		out[i] = int16(float64(s)*0.9 + float64(int32(seed))/(1<<31)*400)
	}
	return out
}

// usually is the quality of what encode makes of a sentence, the mean of three
// divisions of it into frames: one alone is 0.2 dB better or worse by chance,
// and another rounding is another chance.
func usually(t testing.TB, pcm []int16, encode func(pcm []int16) [][]byte) (mean quality) {
	t.Helper()
	starts := [...]int{0, 57, 109}
	for _, at := range starts {
		q := measure(t, pcm[at:], encode(pcm[at:]))
		mean.bitrate += q.bitrate / float64(len(starts))
		mean.segmental += q.segmental / float64(len(starts))
		mean.spectral += q.spectral / float64(len(starts))
		mean.masked += q.masked / float64(len(starts))
		mean.level += q.level / float64(len(starts))
	}
	return mean
}

// measure compares what is heard of packets with what was said.
func measure(t testing.TB, said []int16, packets [][]byte) (q quality) {
	t.Helper()
	heard := decoded(t, packets)
	for _, p := range packets {
		q.bitrate += float64(8*len(p)) * 50 / float64(len(packets))
	}
	heard = heard[delayOf(said, heard):]
	const length, step = 256, 128
	var power, powerHeard, windows, bands float64
	for at := 0; at+length <= len(heard); at += step {
		var x, y, z [length]float64
		var signal, noise float64
		for i := range x {
			x[i], y[i] = float64(said[at+i]), float64(heard[at+i])
			z[i] = y[i] - x[i]
			signal += x[i] * x[i]
			noise += z[i] * z[i]
			powerHeard += y[i] * y[i]
		}
		power += signal
		if signal < length*100*100 {
			continue // between words
		}
		windows++
		q.segmental += min(max(10*math.Log10(signal/(noise+1)), -10), 35)
		bx, by, bz := inBands(&x), inBands(&y), inBands(&z)
		hidden := hiddenBy(bx)
		for b := range bx {
			bands++
			q.spectral += math.Abs(10 * math.Log10((bx[b]+1e5)/(by[b]+1e5)))
			q.masked += max(10*math.Log10((bz[b]+1e4)/(hidden[b]+1e4)), -25)
		}
	}
	q.segmental /= windows
	q.spectral /= bands
	q.masked /= bands
	q.level = 10 * math.Log10(powerHeard/power)
	return q
}

// delayOf is how many samples later than said something is heard.
func delayOf(said, heard []int16) (delay int) {
	best := math.Inf(-1)
	for d := range Samples {
		sum := 0.0
		for i := 0; i+d < len(heard); i += 3 {
			sum += float64(said[i]) * float64(heard[i+d])
		}
		if sum > best {
			best, delay = sum, d
		}
	}
	return delay
}

// edges of the ear's bands in Hz, after Zwicker.
var edges = [...]float64{200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700}

type bandLevels [len(edges) - 1]float64

// hann is the window that each measurement looks through.
var hann = func() (w [256]float64) {
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/256)
	}
	return w
}()

func inBands(x *[256]float64) (levels bandLevels) {
	var c, room [256]complex128
	for i, v := range x {
		c[i] = complex(v*hann[i], 0)
	}
	transform(c[:], room[:])
	for b := range levels {
		for k := int(math.Ceil(edges[b] * 256 / sampleRate)); float64(k) < edges[b+1]*256/sampleRate; k++ {
			levels[b] += real(c[k])*real(c[k]) + imag(c[k])*imag(c[k])
		}
	}
	return levels
}

// hiddenBy spreads each band over its neighbours, 10 dB a band upwards and 25
// downwards: noise that much below it is not heard there.
func hiddenBy(levels bandLevels) (hidden bandLevels) {
	for b := range hidden {
		for from, level := range levels {
			slope := 1.0
			if b < from {
				slope = 2.5
			}
			hidden[b] += level * math.Pow(10, -slope*math.Abs(float64(b-from)))
		}
	}
	return hidden
}

// turns are the roots of one that a transform of 256 needs.
var turns = func() (w [128]complex128) {
	for k := range w {
		w[k] = cmplx.Exp(complex(0, -2*math.Pi*float64(k)/256))
	}
	return w
}()

// transform is Fourier's, of 256 numbers or fewer, with as much room beside.
func transform(c, room []complex128) {
	n := len(c)
	if n == 1 {
		return
	}
	even, odd := room[:n/2], room[n/2:]
	for i := range even {
		even[i], odd[i] = c[2*i], c[2*i+1]
	}
	transform(even, c[:n/2])
	transform(odd, c[n/2:])
	for k := range even {
		w := turns[k*256/n] * odd[k]
		c[k], c[k+n/2] = even[k]+w, even[k]-w
	}
}

func (q quality) String() string {
	return fmt.Sprintf("%5.0f bit/s: %4.1f dB over the noise, %4.2f dB off, noise %5.1f dB of the hidden, level %+.2f dB", q.bitrate, q.segmental, q.spectral, q.masked, q.level)
}
