package silk

// A rounding is what the assembly cannot know of constants.
type rounding struct{ half, shrink float32 }

var roundingOf = rounding{half, shrink}

func (w *worked) subframe(s *step, p *plan, at int) {
	if !vectorised {
		w.subframeInGo(s, p, at)
		return
	}
	if s.lag != 0 && (s.lag < shortestLag || s.lag > longestLag) {
		panic("silk: a lag that no frame has")
	}
	heard, left := w.heard[memory+at:][:subframe], w.left[memory+at:][:subframe]
	quantiseAVX2(s, &heard[0], &left[0], &p.hidden[at], &w.pulses[at], &roundingOf)
}

// quantiseAVX2 writes forty samples of what is heard, what is left of it, and
// the pulses. Of what is heard it reads ten samples before, and where the step
// has a lag, of what is left as many as that and two.
//
//go:noescape
func quantiseAVX2(s *step, heard, left, hidden *float32, pulses *int8, k *rounding)
