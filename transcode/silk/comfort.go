package silk

// A comfort is the noise of a line on which nobody speaks: the spectrum, the
// loudness and the grain of frames that were said to be inactive. It is heard
// where frames are missing, the more the less is repeated.
type comfort struct {
	lsf        [order]int32
	excitation [frameSamples]int32 // the loudest subframes of inactive frames, the last first
	gain       int32               // in 1/65536
	seed       uint32
	filter     [order]int32
}

func (c *comfort) reset() {
	*c = comfort{seed: 3176576}
	for k := range c.lsf {
		c.lsf[k] = int32(k+1) * (32767 / (order + 1))
	}
}

// How much of a new frame's spectrum and of each gain is taken, in 1/65536; a
// gain that is 3 dB under the noise is believed at once.
const (
	spectrumTaken = 16348
	gainTaken     = 4634
	threeUnder    = 46396
)

// forgotten is how many of the filter's oldest samples a decoded frame clears. The
// reference decoder clears as many as the predictor is long, but of 16; so
// the others are heard in the next noise, here as there.
const forgotten = order - 6

// heard takes d's last frame, if nobody spoke in it.
func (c *comfort) heard(d *Decoder, p *parameters) {
	clear(c.filter[:forgotten])
	if p.kind != inactive {
		return
	}
	for k := range c.lsf {
		c.lsf[k] += scaled(d.lsf[k]-c.lsf[k], spectrumTaken)
	}
	loudest := 0
	for k, g := range p.gains[:p.subframes] {
		if g > p.gains[loudest] {
			loudest = k
		}
		c.gain += scaled(g-c.gain, gainTaken)
		if scaled(c.gain, threeUnder) > g {
			c.gain = g
		}
	}
	copy(c.excitation[subframe:p.subframes*subframe], c.excitation[:])
	copy(c.excitation[:subframe], d.excitation[loudest*subframe:])
}

// add adds noise to what was made up of a lost frame, whose own noise has a gain.
func (c *comfort) add(out []int16, gain int32) {
	gain = c.above(gain) >> 6
	mask := uint32(127)
	if len(out) < 128 {
		mask = 63
	}
	a := predictor(&c.lsf)
	for len(out) > 0 {
		var excitation [subframe]int32
		for i := range excitation {
			c.seed = nextSeed(c.seed)
			excitation[i] = c.excitation[c.seed>>24&mask]
		}
		var s [order + subframe]int32
		copy(s[:], c.filter[:])
		filter(&s, &excitation, &a)
		copy(c.filter[:], s[subframe:])
		for i, v := range out[:subframe] {
			out[i] = int16(sat16(int32(v) + sat16(rounded(scaled(s[order+i], gain), 8))))
		}
		out = out[subframe:]
	}
}

// above returns the gain that must be added to one that is there.
func (c *comfort) above(gain int32) int32 {
	if gain >= 1<<21 || c.gain > 1<<23 { // the squares would not fit
		high, there := c.gain>>16, gain>>16
		return root32(high*high-there*there<<5) << 16
	}
	return root32(scaled(c.gain, c.gain)-scaled(gain, gain)<<5) << 8
}
