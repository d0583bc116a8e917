package soundcheck

import "math"

const (
	recent = 3 * Rate // of what was heard, which has to be the source
	grain  = Rate / 50
	after  = 10 // grains that a first one is to be followed by
)

// Returns finds where speech comes back: from which sample on what was heard is
// its source, to 20 ms. What comes before may be silence, noise or other speech;
// the last three seconds must be the source. Where the source pauses, speech is
// back when the pause is over.
func Returns(heard, source []int16) (at int, back bool) {
	tail := max(0, len(heard)-recent)
	r := Compare(heard[tail:], source)
	if !r.Matches() {
		return 0, false
	}
	h, s := inBand(heard), inBand(source)
	lies := -tail - r.DelaySamples // in the source, of the first sample that was heard
	floor := speechFloor(s)
	for at := 0; at+after*grain <= len(h); at += grain {
		from := at + lies
		if from < 0 || from+after*grain > len(s) || rms(s[from:from+grain]) < floor {
			continue
		}
		const once, on = 0.6, 0.7
		if alike(h[at:at+grain], s[from:from+grain]) >= once && alike(h[at:at+after*grain], s[from:from+after*grain]) >= on {
			return at, true
		}
	}
	return 0, false
}

// alike correlates two of the same length where they lie.
func alike(a, b []float64) float64 {
	norm := math.Sqrt(dot(a, a) * dot(b, b))
	if norm == 0 {
		return 0
	}
	return dot(a, b) / norm
}
