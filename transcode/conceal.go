package transcode

// Shape of the concealment, after ITU-T G.711 Appendix I: the last pitch
// period is repeated, at full level for 10 ms, then fading to nothing at 60 ms;
// when sound returns, 4 ms of the two are blended so that nothing clicks.
type concealShape struct {
	shortest, longest int // pitch periods: of 200 Hz and 50 Hz
	fadeFrom, fadeTo  int
	blend             int
}

func concealShapeAt(rate int) concealShape {
	return concealShape{rate / 200, rate / 50, rate / 100, 6 * rate / 100, rate / 250}
}

const widestPitch = WideRate / 50

// A concealment continues the sound of a codec that cannot do it itself.
type concealment struct {
	concealShape
	room  [2 * widestPitch]int16 // what was heard last, oldest first, in its first two longest periods
	cycle [widestPitch]int16     // the pitch period being repeated
	lag   int                    // its length; 0 while nothing is concealed
	made  int                    // samples concealed since the loss began
}

// concealmentAt returns the concealment of a stream at rate, at most WideRate.
func concealmentAt(rate int) concealment { return concealment{concealShape: concealShapeAt(rate)} }

func (c *concealment) past() []int16 { return c.room[:2*c.longest] }

// heard takes decoded samples, and blends their beginning with the sound that
// was made up before them.
func (c *concealment) heard(pcm []int16) {
	if c.lag > 0 {
		for i := range min(c.blend, len(pcm)) {
			weight := int32(i+1) * 256 / int32(c.blend+1)
			pcm[i] = int16((int32(pcm[i])*weight + int32(c.next())*(256-weight)) / 256)
		}
		c.lag = 0
	}
	c.remember(pcm)
}

func (c *concealment) conceal(pcm []int16) {
	if c.lag == 0 {
		c.lag, c.made = c.pitch(), 0
		copy(c.cycle[:c.lag], c.past()[2*c.longest-c.lag:])
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
	case c.made >= c.fadeTo:
		s = 0
	case c.made > c.fadeFrom:
		s = s * int32(c.fadeTo-c.made) / int32(c.fadeTo-c.fadeFrom)
	}
	c.made++
	return int16(s)
}

// pitch returns the lag at which the end of the past resembles itself most.
func (c *concealment) pitch() int {
	past := c.past()
	end := past[c.longest:]
	best, lag := 0.0, c.longest
	for l := c.shortest; l <= c.longest; l++ {
		var cross, energy int64
		for i, s := range end {
			before := int64(past[c.longest+i-l])
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
	past := c.past()
	if over := len(pcm) - len(past); over > 0 {
		pcm = pcm[over:]
	}
	copy(past, past[len(pcm):])
	copy(past[len(past)-len(pcm):], pcm)
}
