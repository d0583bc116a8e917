package media

// A Loop plays samples for ever: a tone's period, music.
type Loop struct {
	pcm []int16
	at  int
}

// NewLoop plays pcm, which may be shared by many, from its beginning.
func NewLoop(pcm []int16) *Loop { return &Loop{pcm: pcm} }

// Read fills pcm, as a Sound does; with nothing to play it is over at once.
func (l *Loop) Read(pcm []int16) int {
	n := 0
	for n < len(pcm) && len(l.pcm) > 0 {
		step := copy(pcm[n:], l.pcm[l.at:])
		n += step
		l.at = (l.at + step) % len(l.pcm)
	}
	return n
}
