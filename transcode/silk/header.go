package silk

// mostSpare is how many frames of SILK's own an Opus frame of 60 ms holds.
const mostSpare = 3

// A header says which frames of SILK's own are in an Opus frame (RFC 6716
// §4.2.2 to §4.2.4): 60 ms are three of 20.
type header struct {
	frames, subframes int
	active            [mostSpare]bool // somebody speaks
	spare             [mostSpare]bool // the frame has a redundant one, of the packet before
}

// readHeader begins to read an Opus frame of so many samples.
func readHeader(r *rangeDecoder, frame []byte, samples int) (h header) {
	r.start(frame)
	h.frames, h.subframes = max(1, samples/frameSamples), min(samples/subframe, subframes)
	for i := range h.frames {
		h.active[i] = r.flag()
	}
	if !r.flag() {
		return h
	}
	which := 1
	if h.frames > 1 {
		which = r.get(redundantICDF[h.frames-2]) + 1
	}
	for i := range h.frames {
		h.spare[i] = which>>i&1 == 1
	}
	return h
}

// skipSpare reads over the redundant frames (§4.2.5).
func (h *header) skipSpare(r *rangeDecoder, f *coded) {
	before := predecessor{}
	for i := range h.frames {
		if h.spare[i] {
			f.read(r, true, &before)
		} else {
			before = predecessor{}
		}
	}
}

// A Redundancy is a frame of 5 ms that is not SILK's, behind a frame: the
// sender changes to CELT, or comes from there, and gives the one to follow or
// to end with (RFC 6716 §4.5.1).
type Redundancy struct {
	Frame []byte // none if empty
	First bool   // it ends the CELT before the frame; otherwise it begins the CELT behind it
}

// readRedundancy reads what is left when all of SILK was read: what is not
// worth 17 bits is padding.
func readRedundancy(r *rangeDecoder, frame []byte) Redundancy {
	if r.used()+17 > 8*len(frame) {
		return Redundancy{}
	}
	first := r.flag()
	return Redundancy{frame[(r.used()+7)>>3:], first}
}

// Redundant reports whether an Opus frame of so many samples has redundant
// frames: one bit for each channel tells it, behind those that tell when
// somebody speaks.
func Redundant(frame []byte, samples int, stereo bool) bool {
	if len(frame) == 0 {
		return false
	}
	frames := max(1, samples/frameSamples)
	said := frame[0]>>(7-frames)&1 == 1
	return said || stereo && frame[0]>>(6-2*frames)&1 == 1
}
