package transcode

// A Continuation carries sound over a break in it, whatever its codec was: what
// was heard last goes on, fading out within 60 ms, and the first 4 ms of what is
// heard next are blended with it, so that nothing clicks.
type Continuation struct{ c concealment }

// NewContinuation returns the continuation of a stream at rate, at most WideRate.
func NewContinuation(rate int) *Continuation { return &Continuation{concealmentAt(rate)} }

// Heard takes the next samples. After a break their beginning is changed.
func (k *Continuation) Heard(pcm []int16) {
	if len(pcm) > 0 {
		k.c.heard(pcm)
	}
}

// Conceal fills pcm with what goes on. With an empty pcm it says that the next
// samples heard do not follow the last.
func (k *Continuation) Conceal(pcm []int16) { k.c.conceal(pcm) }

// Pitch returns the length, in samples, at which what was heard last repeats
// itself best: so much can be left out or said twice without being noticed.
func (k *Continuation) Pitch() int { return k.c.pitch() }
