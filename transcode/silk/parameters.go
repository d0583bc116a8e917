package silk

// A parameters is what a frame's synthesis works with, in the RFC's own
// integers (RFC 6716 §4.2.7.4 to §4.2.7.6).
type parameters struct {
	subframes int
	kind      int
	halfway   bool                   // the first half has a predictor of its own
	a         [2][order]int32        // of the first and the second half, in 1/4096
	gains     [subframes]int32       // in 1/65536
	inverse   [subframes]int32       // of the gains, in 1/2^31 of 65536
	lags      [subframes]int         // 0 without a voice
	filters   [subframes][taps]int32 // in 1/16384
	scale     int32                  // of the past before the frame, in 1/16384
}

// set works out the parameters of f, which d's next frame is.
func (p *parameters) set(f *coded, d *Decoder) {
	p.subframes, p.kind = f.subframes, f.kind
	p.setGains(f, d)
	p.setPredictors(f, d)
	p.lags, p.filters, p.scale = [subframes]int{}, [subframes][taps]int32{}, 0
	if f.kind != voiced {
		return
	}
	p.scale = pastScales[f.scale]
	for k := range f.subframes {
		p.lags[k] = f.lagOf(k)
		for t, c := range &pitchFilters[f.periodicity][f.filter[k]] {
			p.filters[k][t] = int32(c) << 7
		}
	}
}

// inverses are those of the gains.
var inverses = func() (inverse [gainLevels]int32) {
	for i, g := range gainsOf {
		inverse[i] = inverseOf(g, 47)
	}
	return inverse
}()

// setGains adds up what the gains were coded as (§4.2.7.4).
func (p *parameters) setGains(f *coded, d *Decoder) {
	at := d.lastGain
	for k := range f.subframes {
		step := int(f.gains[k])
		switch leap := 2*(step-4) - (2*36 - gainLevels + at); {
		case k == 0 && !f.follows:
			at = max(step, at-gainFall)
		case leap > step-4: // a leap, whose steps count twice
			at += leap
		default:
			at += step - 4
		}
		at = min(max(at, 0), gainLevels-1)
		p.gains[k], p.inverse[k] = gainsOf[at], inverses[at]
	}
	d.lastGain = at
}

// setPredictors makes the predictor of the frame's frequencies, and that of
// its first half, whose frequencies lie between the last frame's and these
// (§4.2.7.5.5). After a loss both are made duller, for what they work on is not
// what the sender had.
func (p *parameters) setPredictors(f *coded, d *Decoder) {
	lsf := f.spectrum.frequencies()
	p.a[1] = predictor(&lsf)
	if p.halfway = f.interpolation < 4 && !d.fresh; p.halfway {
		between := lsf
		for k := range between {
			between[k] = d.lsf[k] + f.interpolation*(lsf[k]-d.lsf[k])>>2
		}
		p.a[0] = predictor(&between)
	} else {
		p.a[0] = p.a[1]
	}
	d.lsf = lsf
	if d.lost > 0 {
		widen(&p.a[0], afterLoss)
		widen(&p.a[1], afterLoss)
	}
}

const afterLoss = 63570 // 0.97, in 1/65536

// widen multiplies coefficient k by chirp to the power of k+1, and rounds.
func widen(a *[order]int32, chirp int32) {
	less := chirp - 65536
	for k := range a {
		a[k] = rounded(chirp*a[k], 16)
		chirp += rounded(chirp*less, 16)
	}
}
