package silk

import "math/bits"

// A repetition is what a lost frame is made of: the last predictor, the pitch
// of a voice that goes on, and noise drawn from the last excitation. All of it
// fades from frame to frame. RFC 6716 §4.4 leaves this to the decoder; it is
// done as the reference decoder does, so that a stream which passes from one to
// the other goes on alike.
type repetition struct {
	subframes int
	a         [order]int32 // in 1/4096
	gains     [2]int32     // of the last two subframes, in 1/65536
	lag       int32        // in 1/256 of a sample
	voice     int32        // what of the excitation a lag before is repeated, in 1/16384
	scale     int32        // of the past before the last frame, in 1/16384
	noise     int32        // what of the drawn excitation is added, in 1/16384
	seed      uint32
}

func (r *repetition) reset() {
	*r = repetition{subframes: 2, lag: frameSamples / 2 << 8, gains: [2]int32{1 << 16, 1 << 16}, noise: 1 << 14}
}

// A repeated voice begins with 0.7 to 0.95 of itself.
const (
	leastVoice = 11469
	mostVoice  = 15565
)

// heard takes what a frame was made with. Of a voice, the pitch is that of the
// subframe in the last period which repeats most.
func (r *repetition) heard(p *parameters) {
	n := p.subframes
	r.subframes, r.a, r.gains = n, p.a[1], [2]int32{p.gains[n-2], p.gains[n-1]}
	r.voice, r.scale = 0, p.scale
	if p.kind != voiced {
		r.lag = longestLag << 8
		return
	}
	for j := 0; j < n && j*subframe < p.lags[n-1]; j++ {
		b := &p.filters[n-1-j]
		if sum := b[0] + b[1] + b[2] + b[3] + b[4]; sum > r.voice {
			r.voice, r.lag = sum, int32(p.lags[n-1-j])<<8
		}
	}
	switch {
	case r.voice > mostVoice:
		r.voice = r.voice * (mostVoice << 14 / r.voice) >> 14
	case r.voice > 0 && r.voice < leastVoice:
		r.voice = r.voice * (leastVoice << 10 / r.voice) >> 10
	}
}

// How much of voice and noise each subframe keeps of the one before, in
// 1/32768, in the first lost frame and in those after it.
var (
	voiceKept        = [2]int32{32440, 31130}
	noiseKept        = [2]int32{32440, 29491}
	noiseOfVoiceKept = [2]int32{31130, 26214}
)

// Each lost frame's predictor is duller than the last, and each subframe's lag
// a hundredth longer.
const (
	duller = 64881 // 0.99, in 1/65536
	longer = 655   // 0.01, in 1/65536
)

// drawn is how many samples of the last excitation noise is drawn from.
const drawn = 128

// miss makes up a lost frame of 80 or 160 samples.
func (d *Decoder) miss(pcm []int16) {
	var x sound
	copy(x[:], d.past[:])
	d.goOn(&x, len(pcm)/subframe)
	copy(d.past[:], x[len(pcm):])
	d.lastLag = d.repeat.roundLag()
	d.lost++
	out := x[memory : memory+len(pcm)]
	d.comfort.add(out, scaled(d.repeat.noise, d.repeat.gains[1]))
	d.seam.part(out)
	d.give(pcm, out)
}

// Conceal fills pcm with what goes on, for a frame that was lost or not sent.
func (d *Decoder) Conceal(pcm []int16) {
	if !d.begun {
		clear(pcm)
		return
	}
	for len(pcm) > 0 {
		d.lastGain = firstGain
		if len(pcm) < frameSamples/2 {
			var short [frameSamples / 2]int16
			d.miss(short[:])
			copy(pcm, short[:])
			return
		}
		n := frameSamples / 2
		if len(pcm) >= frameSamples {
			n = frameSamples
		}
		d.miss(pcm[:n])
		pcm = pcm[n:]
	}
}

// goOn continues the sound for so many subframes.
func (d *Decoder) goOn(x *sound, n int) {
	r := &d.repeat
	keepVoice, keepNoise := r.fade(d.lastKind, d.lost)
	lag := r.roundLag()
	var left longTerm
	if d.lastKind == voiced {
		left.rewhiten(x, &r.a, 0, lag, min(inverseOf(r.gains[1], 46), 1<<30-1))
	}
	from := d.quieter(n)
	for k := range n {
		var excitation [subframe]int32
		r.draw(&excitation, &left, from, k, lag)
		d.shortTerm((*[subframe]int16)(x[memory+k*subframe:]), &excitation, &r.a, r.gains[1])
		r.voice = r.voice * keepVoice >> 15
		r.noise = r.noise * keepNoise >> 15
		r.lag = min(r.lag+r.lag*longer>>16, longestLag<<8)
		lag = r.roundLag()
	}
}

// fade prepares the frame and returns what of voice and noise each subframe keeps.
func (r *repetition) fade(kind, lost int) (voice, noise int32) {
	widen(&r.a, duller)
	again := min(lost, 1)
	voice, noise = voiceKept[again], noiseKept[again]
	if kind == voiced {
		noise = noiseOfVoiceKept[again]
	}
	switch {
	case lost > 0:
	case kind == voiced:
		r.noise = max(1<<14-r.voice, 3277) * r.scale >> 14
	default: // a resonant predictor would ring on with noise
		r.noise = 1 << 14
		noise = scaled(min(max(inverseGain(&r.a), 1<<22), 1<<27)<<3, noise) >> 14
	}
	return voice, noise
}

func (r *repetition) roundLag() int { return int(r.lag+128) >> 8 }

// quieter returns where to draw noise from, the end of the last excitation: with
// its last subframe or without, whichever is quieter. When what was lost is n
// subframes, and shorter than the last frame, the reference decoder compares
// the last two of so many, and so it is done here.
func (d *Decoder) quieter(n int) *[drawn]int32 {
	a, b := d.loudness(n-2, d.repeat.gains[0]), d.loudness(n-1, d.repeat.gains[1])
	end := d.repeat.subframes
	if a.sum>>b.shift < b.sum>>a.shift {
		end--
	}
	return (*[drawn]int32)(d.excitation[max(0, end*subframe-drawn):])
}

func (d *Decoder) loudness(k int, gain int32) power {
	var out [subframe]int16
	for i, e := range d.excitation[k*subframe : (k+1)*subframe] {
		out[i] = int16(sat16(scaled(e, gain>>6) >> 8))
	}
	return powerOf(out[:])
}

// draw makes the excitation of a subframe: what was a lag before, and noise.
func (r *repetition) draw(excitation *[subframe]int32, l *longTerm, from *[drawn]int32, k, lag int) {
	at := memory + k*subframe
	for i := range excitation {
		r.seed = nextSeed(r.seed)
		e := 2 + scaled(l[at+i-lag], r.voice) + scaled(from[r.seed>>25&(drawn-1)], r.noise)
		excitation[i] = e << 2
		l[at+i] = e << 2
	}
}

// A seam joins what was made up with what follows, if that is louder: it comes
// in within a quarter of its frame.
type seam struct {
	open bool
	last power // of what was made up
}

func (s *seam) part(out []int16) { s.open, s.last = true, powerOf(out) }

func (s *seam) join(out []int16) {
	if !s.open {
		return
	}
	s.open = false
	now := powerOf(out)
	before, after := s.last.sum>>max(0, now.shift-s.last.shift), now.sum>>max(0, s.last.shift-now.shift)
	if after <= before {
		return
	}
	room := bits.LeadingZeros32(uint32(before)) - 1
	share := before << room / max(after>>max(0, 24-room), 1)
	gain := root32(share) << 4
	step := (1<<16 - gain) / int32(len(out)) << 2
	for i, v := range out {
		out[i] = int16(scaled(gain, int32(v)))
		if gain += step; gain > 1<<16 {
			return
		}
	}
}
