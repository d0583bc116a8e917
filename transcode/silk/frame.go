package silk

// Kinds of a frame (RFC 6716 §4.2.7.3).
const (
	inactive = iota
	unvoiced
	voiced
)

// A frame is what is coded of 20 ms. The excitation's offset is always the low one.
type frame struct {
	kind         int
	gains        [subframes]uint8
	spectrum     spectrum
	lag, contour uint8
	periodicity  uint8
	filter       [subframes]uint8
	scale        uint8
	seed         uint8
	pulses       [frameSamples]int8
}

// putFrame codes a frame, each part as in the first frame of a packet (RFC
// 6716 §4.2.7, table 5).
func (c *rangeCoder) putFrame(f *frame) {
	if f.kind == inactive {
		c.put(0, inactiveICDF[:])
	} else {
		c.put(2*(f.kind-unvoiced), activeICDF[:])
	}
	c.put(int(f.gains[0]>>3), gainHighICDF[f.kind][:])
	c.put(int(f.gains[0]&7), gainLowICDF[:])
	for _, g := range f.gains[1:] {
		c.put(int(g), gainDeltaICDF[:])
	}
	c.putSpectrum(&f.spectrum, f.kind>>1)
	c.put(4, interpolationICDF[:]) // none
	if f.kind == voiced {
		c.putPitch(f)
	}
	c.put(int(f.seed), quarterICDF[:])
	c.putExcitation(&f.pulses, f.kind)
}

// putSpectrum codes line spectral frequencies (§4.2.7.5.1, §4.2.7.5.2).
func (c *rangeCoder) putSpectrum(s *spectrum, voiced int) {
	c.put(int(s.vector), lsfVectorICDF[voiced][:])
	for k, book := range lsfCodebookOf[s.vector] {
		at := int(s.corrections[k])
		inside := min(max(at, -4), 4)
		c.put(inside+4, lsfCorrectionICDF[book][:])
		if beyond := max(at, -at) - 4; beyond >= 0 {
			c.put(beyond, lsfExtensionICDF[:])
		}
	}
}

// putPitch codes how a voiced frame is predicted from its past (§4.2.7.6).
func (c *rangeCoder) putPitch(f *frame) {
	c.put(int(f.lag>>2), lagHighICDF[:])
	c.put(int(f.lag&3), quarterICDF[:])
	c.put(int(f.contour), contourICDF[:])
	c.put(int(f.periodicity), periodicityICDF[:])
	for _, i := range f.filter {
		c.put(int(i), filterICDF[f.periodicity])
	}
	c.put(int(f.scale), scaleICDF[:])
}
