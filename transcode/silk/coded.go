package silk

// A coded is what a frame of 10 or 20 ms says, as read from a packet. Our
// encoder's frame is a narrower one.
type coded struct {
	subframes     int
	kind          int
	high          int // 1 when the excitation's offset is the high one
	gains         [subframes]uint8
	spectrum      spectrum
	interpolation int32 // quarters of the way from the last frame's spectrum; 4 is all of it
	lag           int   // before the contour, and not yet within its bounds
	contour       int
	periodicity   int
	filter        [subframes]uint8
	scale         int
	seed          uint32
	follows       bool // the first gain is a step, from the frame before it in the packet
	pulses        [frameSamples]int16
}

// A predecessor is what of the frame before it in a packet a frame refers to.
type predecessor struct {
	there bool
	kind  int
	lag   int
}

// read reads a frame (RFC 6716 §4.2.7, table 5), which somebody speaks in if active.
func (f *coded) read(r *rangeDecoder, active bool, before *predecessor) {
	f.readKind(r, active)
	f.follows = before.there
	if f.follows {
		f.gains[0] = uint8(r.get(gainDeltaICDF[:]))
	} else {
		f.gains[0] = uint8(r.get(gainHighICDF[f.kind][:])<<3 + r.get(gainLowICDF[:]))
	}
	for k := 1; k < f.subframes; k++ {
		f.gains[k] = uint8(r.get(gainDeltaICDF[:]))
	}
	f.readSpectrum(r)
	if f.kind == voiced {
		f.readPitch(r, before)
	}
	f.seed = uint32(r.get(quarterICDF[:]))
	f.readExcitation(r)
	*before = predecessor{true, f.kind, f.lag}
}

func (f *coded) readKind(r *rangeDecoder, active bool) {
	if !active {
		f.kind, f.high = inactive, r.get(inactiveICDF[:])
		return
	}
	at := r.get(activeICDF[:])
	f.kind, f.high = unvoiced+at>>1, at&1
}

// readSpectrum reads line spectral frequencies (§4.2.7.5).
func (f *coded) readSpectrum(r *rangeDecoder) {
	f.spectrum.vector = int8(r.get(lsfVectorICDF[f.kind>>1][:]))
	for k, book := range &lsfCodebookOf[f.spectrum.vector] {
		at := r.get(lsfCorrectionICDF[book][:]) - 4
		switch at {
		case -4:
			at -= r.get(lsfExtensionICDF[:])
		case 4:
			at += r.get(lsfExtensionICDF[:])
		}
		f.spectrum.corrections[k] = int8(at)
	}
	f.interpolation = 4
	if f.subframes == subframes {
		f.interpolation = int32(r.get(interpolationICDF[:]))
	}
}

// readPitch reads how a voiced frame is predicted from its past (§4.2.7.6).
func (f *coded) readPitch(r *rangeDecoder, before *predecessor) {
	step := 0
	if before.there && before.kind == voiced {
		step = r.get(lagDeltaICDF[:])
	}
	if step > 0 {
		f.lag = before.lag + step - 9
	} else {
		f.lag = r.get(lagHighICDF[:])<<2 + r.get(quarterICDF[:])
	}
	if f.subframes == subframes {
		f.contour = r.get(contourICDF[:])
	} else {
		f.contour = r.get(shortContourICDF[:])
	}
	f.periodicity = r.get(periodicityICDF[:])
	for k := range f.subframes {
		f.filter[k] = uint8(r.get(filterICDF[f.periodicity]))
	}
	f.scale = 0
	if !before.there {
		f.scale = r.get(scaleICDF[:])
	}
}

// lagOf returns the lag of a subframe (§4.2.7.6.1).
func (f *coded) lagOf(k int) int {
	move := shortContours[k&1][min(f.contour, 2)]
	if f.subframes == subframes {
		move = lagContours[k][f.contour]
	}
	return min(max(shortestLag+f.lag+int(move), shortestLag), longestLag)
}
