package prompt

import "webtrunk/media"

// A sequence is what a phrase consists of.
type sequence []media.Sound

// A series plays one sound after the other.
type series struct{ sounds sequence }

func (s *series) Read(pcm []int16) int {
	n := 0
	for n < len(pcm) && len(s.sounds) > 0 {
		n += s.sounds[0].Read(pcm[n:])
		if n < len(pcm) {
			s.sounds = s.sounds[1:]
		}
	}
	return n
}

// left returns how many samples are still to come, and false where they never
// end.
func (s *series) left() (samples int, ends bool) {
	for _, one := range s.sounds {
		switch one := one.(type) {
		case *clip:
			samples += len(one.pcm) - one.at
		case *pause:
			samples += one.left
		default:
			return samples, false
		}
	}
	return samples, true
}

// A clip plays samples once. They are shared.
type clip struct {
	pcm []int16
	at  int
}

func (c *clip) Read(pcm []int16) int {
	n := copy(pcm, c.pcm[c.at:])
	c.at += n
	return n
}

// A pause is silent for so many samples.
type pause struct{ left int }

func silent(samples int) *pause { return &pause{samples} }

func (p *pause) Read(pcm []int16) int {
	n := min(len(pcm), p.left)
	clear(pcm[:n])
	p.left -= n
	return n
}

// blend is how long a loop's end goes over into its beginning: 50 ms.
const blend = 400

// seamless makes a loop without a click of any recording: its end fades out
// over its beginning.
func seamless(pcm []int16) []int16 {
	if len(pcm) < 4*blend {
		return pcm
	}
	whole := len(pcm) - blend
	for i := range blend {
		pcm[i] = int16((int(pcm[i])*i + int(pcm[whole+i])*(blend-i)) / blend)
	}
	return pcm[:whole:whole]
}
