package main

import "webtrunk/transcode"

// A mark is a number that a frame of sound carries, so that the packet can be
// told apart wherever it comes by: 24 bits, each as six samples above or below
// zero. G.711 changes how loud they are, but not that.
type mark uint32

const (
	bits    = 24
	samples = 6 // of each bit
	loud    = 8000
)

// sound writes the mark as a frame, 8 kHz.
func (m mark) sound(frame []int16) {
	for i := range frame {
		frame[i] = -loud
		if bit := i / samples; bit < bits && m>>bit&1 == 1 {
			frame[i] = loud
		}
	}
}

// markOf reads a frame of µ-law; silence and what is no frame have none.
func markOf(payload []byte) (m mark, ok bool) {
	var pcm [transcode.FrameSamples]int16
	if len(payload) != len(pcm) {
		return 0, false
	}
	transcode.DecodePCMU(pcm[:], payload)
	for i, level := range pcm {
		bit, up := i/samples, level > 0
		switch {
		case level < loud/2 && level > -loud/2:
			return 0, false
		case bit >= bits && up, bit < bits && i%samples > 0 && up != (m>>bit&1 == 1):
			return 0, false
		case bit < bits && up:
			m |= 1 << bit
		}
	}
	return m, m != 0
}
