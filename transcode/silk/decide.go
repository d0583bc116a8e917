package silk

// What was found by ear and by measure on speech of several voices, clean and
// in noise; TestQuality shows what they come to.
const (
	chirp      = 0.93 // how far the noise follows the formants
	deadzone   = 0.12 // what a pulse must be worth more than nothing, in steps
	resonant   = 0.06 // how much the predictor's residue raises the gain, which saves pulses
	likeEnough = 0.15 // likeness at which a pitch predictor is tried
	likeBefore = 0.09 // and while a voice goes on
	enough     = 15   // bits that a pitch predictor must save beside its own
)

// pastShare is the share of the past before a frame that a voiced one is made
// of, 0.75 (RFC 6716 §4.2.7.6.3). A decoder that lost a packet believes another
// past; with the full share it goes on for half a word. The bits that are lost
// by it are one in a hundred.
const pastShare = 1

// What a decoder puts out differs from what the encoder works out by its rounding.
// A pitch filter repeats the difference with the sound, and with a steady tone may
// repeat a little more than there was: in seconds that is as loud as can be. So a
// sound that the predictor alone leaves a thousandth of, as it never does of
// speech, has no pitch filter; and of a voice that goes on, every 25th frame has
// none, after which little is left of any difference.
const (
	tonal      = 1000 // energy of a sound over that of its residue, 30 dB
	longestRun = 24   // frames, half a second: few vowels last so long
)

// distanceOf is what each kind's noise lies deeper under it than the bitrate
// says, in dB: a voice's noise is heard best, and between words least.
var distanceOf = [3]float32{inactive: -6, unvoiced: 0, voiced: 5}

// An input is a frame and what was before it.
type input [pastInput + frameSamples]float32

func (x *input) frame() *[frameSamples]float32 { return (*[frameSamples]float32)(x[pastInput:]) }

// analyse decides everything about the frame but its pulses, and returns the
// numbers of its gains.
func (e *Encoder) analyse(f *frame, p *plan, x *input) [subframes]int {
	r := correlate((*[windowLength]float32)(x[len(x)-windowLength:]))
	a := levinson(&r)
	var left residue
	whiten(left[memory:], x[memory:], &a)
	switch sound := energy(x[pastInput:]); {
	case !e.activity.hears(sound):
		e.lastLag, e.run = 0, 0
	case sound > tonal*energy(left[memory:]):
		f.kind, e.lastLag, e.run = unvoiced, 0, 0
	default:
		whiten(left[:memory], x[:], &a)
		e.findPitch(f, p, &left)
	}
	e.setPredictor(f, p, &a)
	f.seed = e.seed
	e.seed = (e.seed + 1) & 3
	return e.setGains(f, p, x, &left)
}

// findPitch makes the frame voiced where its past predicts it well enough to
// pay for the prediction.
func (e *Encoder) findPitch(f *frame, p *plan, left *residue) {
	threshold := float32(likeEnough)
	if e.lastLag > 0 {
		threshold = likeBefore
	}
	f.kind = unvoiced
	lag, contour, likeness := left.pitch(e.lastLag)
	e.lastLag = 0
	run := e.run + 1
	e.run = 0
	if likeness < threshold || run > longestRun {
		return
	}
	p.lags, p.scale = lagsOf(lag, contour), pitchScale[pastShare]
	for i := range left[:memory] {
		left[i] *= p.scale
	}
	if p.fit(f, left) < enough {
		return
	}
	e.lastLag, e.run = lag, run
	f.kind, f.scale = voiced, pastShare
	f.lag, f.contour = uint8(lag-shortestLag), uint8(contour)
}

// setPredictor quantises the predictor a, from which the noise gets its shape.
func (e *Encoder) setPredictor(f *frame, p *plan, a *[order]float32) {
	if lsf, ok := frequenciesOf(a); ok {
		e.lsf = lsf
	}
	f.spectrum = quantiseSpectrum(&e.lsf, f.kind>>1)
	lsf := f.spectrum.frequencies()
	for k, c := range predictor(&lsf) {
		p.a[k] = float32(c) / 4096
	}
	p.shape = widened(a, chirp)
}

// setGains puts the noise of each subframe a fixed distance under what the
// noise's shape leaves of the sound, so that it is heard the same in all.
func (e *Encoder) setGains(f *frame, p *plan, x *input, left *residue) (numbers [subframes]int) {
	whiten(p.hidden[:], x[memory:], &p.shape)
	under := ratio(-e.rate.distance() - distanceOf[f.kind])
	for k := range numbers {
		at := k * subframe
		g := energy(p.hidden[at:at+subframe])*under + resonant*energy(left[memory+at:memory+at+subframe])
		numbers[k] = gainNumber(sqrt(g / subframe))
	}
	f.gains = codeGains(&numbers, e.lastGain)
	e.lastGain = numbers[subframes-1]
	for k, n := range numbers {
		p.gains[k] = gainOf[n]
	}
	p.kind, p.seed = f.kind, f.seed
	return numbers
}
