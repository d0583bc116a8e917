package silk

import "math"

// Reconstruction of the excitation (RFC 6716 §4.2.7.8.6): a pulse lies nearer
// to zero than its number by shrink, and everything is offset by the kind's
// offset; the sign of a sample turns with a random generator.
const shrink = 80.0 / 1024

var offsetOf = [3]float32{inactive: 100.0 / 1024, unvoiced: 100.0 / 1024, voiced: 32.0 / 1024}

const mostPulse = 30

// nextSeed steps the generator (§4.2.7.8.6).
func nextSeed(seed uint32) uint32 { return 196314165*seed + 907633515 }

// A plan is everything that decides how a frame's excitation is quantised.
type plan struct {
	kind    int
	seed    uint8
	a       [order]float32        // the decoder's predictor
	shape   [order]float32        // the noise's
	hidden  [frameSamples]float32 // what the shape leaves of the frame
	gains   [subframes]float32
	lags    [subframes]int // of a voiced frame, as the rest
	filters [subframes]*[taps]float32
	scale   float32 // of the past before the frame
}

// A worked is a frame at work: what a decoder put out before it, and what is added.
type worked struct {
	heard  [memory + frameSamples]float32
	left   residue // of the heard: what the predictor leaves
	pulses [frameSamples]int8
}

// A step is what the samples of a subframe are quantised with.
type step struct {
	predict [order]float32 // the decoder's predictor
	move    [order]float32 // what the noise's shape is more than that
	filter  [taps]float32  // of the pitch
	lag     int            // 0 of a subframe without a pitch, at least shortestLag of others
	gain    float32
	inverse float32 // of the gain
	offset  float32
	seed    uint32
}

// quantise chooses the pulses of a frame, sample by sample: what the decoder
// predicts is taken from what is wanted, and the rest is rounded. The error of
// each sample is fed back through the shape, which moves the noise to where
// the voice hides it. The error is what is heard less what was said, so its
// filter is that of the heard, and what it makes of the said is known before.
func (w *worked) quantise(p *plan) {
	s := step{predict: p.a, offset: offsetOf[p.kind], seed: uint32(p.seed)}
	for k := range s.move {
		s.move[k] = p.shape[k] - p.a[k]
	}
	if p.kind == voiced {
		w.whitenPast(p)
	}
	for k, gain := range p.gains {
		s.gain, s.inverse = gain, 1/gain
		if p.kind == voiced {
			s.lag, s.filter = p.lags[k], *p.filters[k]
		}
		w.subframe(&s, p, k*subframe)
	}
}

// whitenPast finds what the frame's predictor would have left of what was
// heard before: that is what a decoder's pitch filters work on (§4.2.7.9.1).
func (w *worked) whitenPast(p *plan) {
	from := memory - max(p.lags[0], p.lags[1], p.lags[2], p.lags[3]) - taps/2
	whiten(w.left[from:memory], w.heard[from-order:memory], &p.a)
	for i := from; i < memory; i++ {
		w.left[i] *= p.scale
	}
}

// subframeInGo quantises the subframe that begins at sample at, in Go;
// quantise_amd64.s has it for processors that can.
func (w *worked) subframeInGo(s *step, p *plan, at int) {
	a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 := s.predict[0], s.predict[1], s.predict[2], s.predict[3], s.predict[4], s.predict[5], s.predict[6], s.predict[7], s.predict[8], s.predict[9]
	m0, m1, m2, m3, m4, m5, m6, m7, m8, m9 := s.move[0], s.move[1], s.move[2], s.move[3], s.move[4], s.move[5], s.move[6], s.move[7], s.move[8], s.move[9]
	seed, again := s.seed, float32(0)
	for i := at; i < at+subframe; i++ {
		h := w.heard[memory-order+i : memory+i+1 : memory+i+1]
		if s.lag > 0 {
			l := w.left[memory+i-s.lag-2 : memory+i-s.lag+3 : memory+i-s.lag+3]
			again = s.filter[0]*l[4] + s.filter[1]*l[3] + s.filter[2]*l[2] + s.filter[3]*l[1] + s.filter[4]*l[0]
		}
		predicted := (a9*h[0] + a8*h[1] + a7*h[2] + a6*h[3]) + (a5*h[4] + a4*h[5] + a3*h[6] + a2*h[7]) + a1*h[8] + a0*h[9]
		wanted := (p.hidden[i] - again) + ((m9*h[0] + m8*h[1] + m7*h[2] + m6*h[3]) + (m5*h[4] + m4*h[5] + m3*h[6] + m2*h[7]) + m1*h[8]) + m0*h[9]
		seed = nextSeed(seed)
		pulse, level := round(wanted*s.inverse, seed, s.offset)
		seed += uint32(pulse)
		w.pulses[i] = int8(pulse)
		left := level*s.gain + again
		w.left[memory+i] = left
		h[10] = left + predicted
	}
	s.seed = seed
}

// half is what is added before a value is rounded down: what rounds up is more
// than a half, for a pulse costs bits.
const half = 0.5 + shrink - deadzone

// round returns the pulse for a value in units of the gain, and the level that
// the decoder makes of it. Signs are moved as bits: half of them are random,
// and a branch on them would be guessed wrong every second time.
func round(v float32, seed uint32, offset float32) (int32, float32) {
	turn := seed & signBit
	v = math.Float32frombits(math.Float32bits(v)^turn) - offset
	sign := math.Float32bits(v) & signBit
	// As it is unsigned, what is beyond every int32 is over mostPulse, too.
	n := int32(min(uint32(int32(math.Float32frombits(math.Float32bits(v)&^signBit)+half)), mostPulse))
	level := math.Float32frombits(math.Float32bits(pulseLevel[n&31])^sign) + offset
	negative := int32(sign) >> 31
	return (n ^ negative) - negative, math.Float32frombits(math.Float32bits(level) ^ turn)
}

const signBit = 1 << 31

var pulseLevel = func() (level [32]float32) {
	for n := range level[1:] {
		level[n+1] = float32(n+1) - shrink
	}
	return level
}()
