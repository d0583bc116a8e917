package transcode

// Shape of the concealment, after ITU-T G.711 Appendix I: the last pitch
// period is repeated, at full level for 10 ms, then fading to nothing at 60 ms;
// when sound returns, 4 ms of the two are blended so that nothing clicks.
const (
	shortestPitch = SampleRate / 200 // 200 Hz
	longestPitch  = SampleRate / 50  // 50 Hz
	fadeFrom      = SampleRate / 100
	fadeTo        = 6 * SampleRate / 100
	blend         = SampleRate / 250
)

// A concealment continues the sound of a codec that cannot do it itself.
type concealment struct {
	past  [2 * longestPitch]int16 // what was heard last, oldest first
	cycle [longestPitch]int16     // the pitch period being repeated
	lag   int                     // its length; 0 while nothing is concealed
	made  int                     // samples concealed since the loss began
}

// heard takes decoded samples, and blends their beginning with the sound that
// was made up before them.
func (c *concealment) heard(pcm []int16) {
	if c.lag > 0 {
		for i := range min(blend, len(pcm)) {
			weight := int32(i+1) * 256 / (blend + 1)
			pcm[i] = int16((int32(pcm[i])*weight + int32(c.next())*(256-weight)) / 256)
		}
		c.lag = 0
	}
	c.remember(pcm)
}

func (c *concealment) conceal(pcm []int16) {
	if c.lag == 0 {
		c.lag, c.made = c.pitch(), 0
		copy(c.cycle[:c.lag], c.past[len(c.past)-c.lag:])
	}
	for i := range pcm {
		pcm[i] = c.next()
	}
	c.remember(pcm)
}

// next makes up one sample.
func (c *concealment) next() int16 {
	s := int32(c.cycle[c.made%c.lag])
	switch {
	case c.made >= fadeTo:
		s = 0
	case c.made > fadeFrom:
		s = s * int32(fadeTo-c.made) / (fadeTo - fadeFrom)
	}
	c.made++
	return int16(s)
}

// pitch returns the lag at which the end of the past resembles itself most.
func (c *concealment) pitch() int {
	end := c.past[longestPitch:]
	best, lag := 0.0, longestPitch
	for l := shortestPitch; l <= longestPitch; l++ {
		var cross, energy int64
		for i, s := range end {
			before := int64(c.past[longestPitch+i-l])
			cross += int64(s) * before
			energy += before * before
		}
		if cross <= 0 || energy == 0 {
			continue
		}
		if likeness := float64(cross) * float64(cross) / float64(energy); likeness > best {
			best, lag = likeness, l
		}
	}
	return lag
}

func (c *concealment) remember(pcm []int16) {
	if over := len(pcm) - len(c.past); over > 0 {
		pcm = pcm[over:]
	}
	copy(c.past[:], c.past[len(pcm):])
	copy(c.past[len(c.past)-len(pcm):], pcm)
}
