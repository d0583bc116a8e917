package media

import (
	"math"

	"webtrunk/transcode"
)

// A Loudness is how loud the sound is that a leg sends.
type Loudness struct {
	Measured uint64 // packets that were looked at, a quarter of all
	Audible  uint64 // of those, packets that held more than digital silence

	// Level is that of the audible packets, of which the newest count most, and
	// Peak that of the loudest sample. Both are in dBov, which are negative; 0
	// means that nothing was measured.
	Level, Peak float64
}

// A loudness measures one direction. Of sound that is decoded on its way the
// samples are there; G.711 is read for it, which costs less than a tenth of a
// microsecond. Opus that passes through unopened tells by its length alone
// whether there is anything in it: its silence is a few bytes, speech never is.
type loudness struct {
	turn              uint32
	decoded           int // packets for which it counts that the samples were there
	measured, audible uint64
	energy            float64 // mean square of audible packets, smoothed
	peak              int32
}

const (
	// measureEach is which packet is looked at.
	measureEach = 4

	// faintest is the root mean square below which sound is none, -68 dBov. A-law
	// cannot say zero: its silence is 8, the smallest step of either law, and
	// less than the noise of a microphone that is open.
	faintest = 12

	// longestSilence is the length up to which an Opus packet of 20 ms holds
	// silence alone: speech takes 20 bytes and more at the lowest rate there is
	// (6 kbit/s, RFC 6716 §2.1.1 gives 15).
	longestSilence = 10

	// unopened is how many packets without samples make a stream one that is not
	// decoded.
	unopened = 50
)

// packet looks at a packet as it came.
func (l *loudness) packet(codec transcode.Codec, payload []byte) {
	if l.turn++; l.turn%measureEach != 0 {
		return
	}
	var pcm [transcode.FrameSamples]int16
	switch codec {
	case transcode.PCMU:
		l.add(pcm[:transcode.DecodePCMU(pcm[:], payload)])
	case transcode.PCMA:
		l.add(pcm[:transcode.DecodePCMA(pcm[:], payload)])
	case transcode.Opus:
		if l.decoded > 0 {
			l.decoded -= measureEach
			return
		}
		l.measured++
		if len(payload) > longestSilence {
			l.audible++
		}
	}
}

// samples takes the sound of a packet that was decoded. G.711 was read before.
func (l *loudness) samples(codec transcode.Codec, pcm []int16) {
	if codec == transcode.PCMU || codec == transcode.PCMA {
		return
	}
	l.decoded = unopened
	if l.turn%measureEach == 0 {
		l.add(pcm)
	}
}

// add measures a frame.
func (l *loudness) add(pcm []int16) {
	if len(pcm) == 0 {
		return
	}
	sum, peak := int64(0), l.peak
	for _, s := range pcm {
		v := int32(s)
		sum += int64(v * v)
		peak = max(peak, v, -v)
	}
	l.measured++
	l.peak = peak
	mean := float64(sum) / float64(len(pcm))
	if mean < faintest*faintest {
		return
	}
	l.audible++
	if l.energy == 0 {
		l.energy = mean
	}
	l.energy += (mean - l.energy) / 16
}

// snapshot is what was measured so far.
func (l *loudness) snapshot() Loudness {
	return Loudness{Measured: l.measured, Audible: l.audible, Level: dBov(math.Sqrt(l.energy)), Peak: dBov(float64(l.peak))}
}

// dBov is an amplitude against the loudest square wave, to a tenth; 0 for none.
func dBov(amplitude float64) float64 {
	if amplitude <= 0 {
		return 0
	}
	return min(-0.1, math.Round(200*math.Log10(amplitude/overload))/10)
}

// Loudness returns how loud what the leg sends is.
func (p *Port) Loudness() Loudness {
	p.in.Lock()
	defer p.in.Unlock()
	return p.loud.snapshot()
}
